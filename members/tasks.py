"""Scheduled work on followers: count what they asked, compare tags, give groups their tag, forget old scans."""

from collections.abc import Sequence

from house.parts import Parts
from jobs.ticker import Job
from members.scenes.service import forget_scans
from members.service import count_questions
from members.tags.tasks import jobs as tag_jobs

_SELDOM_S = 3600.0


def jobs(parts: Parts) -> Sequence[Job]:
    """The worker's part."""

    def count() -> int:
        with parts.db.work() as session:
            return count_questions(session)

    def forget() -> int:
        with parts.db.work() as session:
            return forget_scans(session, parts.clock())

    return (
        Job("questions_counted", parts.settings.worker.tick_s, count),
        Job("scans_expire", _SELDOM_S, forget),
        *tag_jobs(parts),
    )
