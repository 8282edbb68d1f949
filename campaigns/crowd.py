"""How many took part, for front pages that thousands look at: counted in SQL at most every half minute a process."""

import threading
import time
from collections.abc import Callable

from campaigns.store import count_people
from models.db import Database

_FRESH_S = 30.0


class Crowd:
    def __init__(self, db: Database, ticks: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._ticks = ticks
        self._lock = threading.Lock()
        self._counts: dict[tuple[int, str], tuple[float, int]] = {}

    def count(self, account_id: int, scope: str) -> int:
        """The number of half a minute ago, or now's; while one counts, the others take the one before."""
        key, now = (account_id, scope), self._ticks()
        with self._lock:
            counted_at, count = self._counts.get(key, (None, 0))
            if counted_at is not None and now - counted_at < _FRESH_S:
                return count
            self._counts[key] = (now, count)
        with self._db.read() as session:
            count = count_people(session, account_id, [scope]).get(scope, 0)
        with self._lock:
            self._counts[key] = (now, count)
        return count
