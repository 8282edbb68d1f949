"""Scheduled work on followers: count what they asked and what codes brought, compare tags, give groups their tag, forget old
scans, end links of staff who have left."""

from collections.abc import Sequence

from house.parts import Parts
from jobs.ticker import Job
from members.scenes.figures import recount_old
from members.scenes.service import forget_scans
from members.service import count_questions
from members.staff_links.service import end_idle
from members.tags.tasks import jobs as tag_jobs

_OFTEN_S, _SELDOM_S = 300.0, 3600.0


def jobs(parts: Parts) -> Sequence[Job]:
    """The worker's part."""

    def count() -> int:
        with parts.db.work() as session:
            return count_questions(session)

    def forget() -> int:
        with parts.db.work() as session:
            return forget_scans(session, parts.clock())

    def recount() -> int:
        with parts.db.work() as session:
            return recount_old(session, parts.clock())

    def end_links() -> int:
        chains = {one.id: one.organisation_ids for one in parts.directory.all()}
        with parts.db.work() as session:
            return end_idle(session, chains, parts.clock())

    return (
        Job("scenes_counted", _OFTEN_S, recount),
        Job("questions_counted", parts.settings.worker.tick_s, count),
        Job("scans_expire", _SELDOM_S, forget),
        Job("staff_links_end", _OFTEN_S, end_links),
        *tag_jobs(parts),
    )
