"""The worker's part: contacts that nobody put back are forgotten."""

from collections.abc import Sequence

from handlers.contacts import forget_removed
from house.parts import Parts
from jobs.ticker import Job

_EVERY_S = 86_400.0


def jobs(parts: Parts) -> Sequence[Job]:
    def forget() -> int:
        with parts.db.work() as session:
            return forget_removed(session, parts.clock())

    return (Job("removed_contacts", _EVERY_S, forget),)
