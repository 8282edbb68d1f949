"""Scheduled work of the gap list: what was asked is forgotten after `faq.gap_days` days."""

from collections.abc import Sequence
from datetime import timedelta

from faq.gaps.service import expire
from house.parts import Parts
from jobs.ticker import Job

_EVERY_S = 600.0


def jobs(parts: Parts) -> Sequence[Job]:
    """The worker's part."""
    kept = timedelta(days=parts.settings.faq.gap_days)

    def forget() -> int:
        with parts.db.work() as session:
            return expire(session, parts.clock() - kept)

    return (Job("questions_expire", _EVERY_S, forget),)
