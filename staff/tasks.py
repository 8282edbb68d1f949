"""The worker's part: sessions that are over are forgotten."""

from house.parts import Parts
from jobs.ticker import Job
from staff import sessions

_EVERY_S = 3600.0


def jobs(parts: Parts) -> list[Job]:
    def forget() -> int:
        with parts.db.work() as session:
            return sessions.forget_old(session, parts.clock())

    return [Job("staff_sessions", _EVERY_S, forget)]
