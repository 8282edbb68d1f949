"""Scheduled work on the quota ledger: forget days long ago, and message windows that are over."""

from collections.abc import Sequence

from accounts.api_uses import forget_old
from accounts.windows import forget_closed
from house.parts import Parts
from jobs.ticker import Job

_SELDOM_S = 3600.0


def jobs(parts: Parts) -> Sequence[Job]:
    """The worker's part."""

    def forget() -> int:
        with parts.db.work() as session:
            return forget_old(session, parts.clock()) + forget_closed(session, parts.clock())

    return (Job("quotas_expire", _SELDOM_S, forget),)
