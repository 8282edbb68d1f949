"""How many took part, for front pages that thousands look at: counted in SQL at most every half minute a process."""

import time
from collections.abc import Callable

from campaigns.store import count_people
from core.fresh import Fresh
from models.db import Database

_FRESH_S = 30.0


class Crowd:
    def __init__(self, db: Database, ticks: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._counts: Fresh[tuple[int, str], int] = Fresh(_FRESH_S, ticks=ticks)

    def count(self, account_id: int, scope: str) -> int:
        """The number of half a minute ago, or now's; while one counts, the others take the one before."""

        def read() -> int:
            with self._db.read() as session:
                return count_people(session, account_id, [scope]).get(scope, 0)

        return self._counts.get((account_id, scope), read)
