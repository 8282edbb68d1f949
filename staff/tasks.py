"""The worker's part: sessions that are over and sign-ins that failed long ago are forgotten."""

from house.parts import Parts
from jobs.ticker import Job
from staff import sessions
from staff.service import forget_tries

_EVERY_S = 3600.0


def jobs(parts: Parts) -> list[Job]:
    def forget() -> int:
        with parts.db.work() as session:
            now = parts.clock()
            return sessions.forget_old(session, now) + forget_tries(session, now)

    return [Job("staff_sessions", _EVERY_S, forget)]
