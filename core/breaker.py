"""A circuit breaker: after the first failures a sick neighbour is left alone, and tried again now and then."""

import threading
import time
from collections.abc import Callable


class Breaker:
    """Counts failures of one neighbour (Redis, the database, the platform).

    After `threshold` failures in a row it is open for `rest_s` seconds: `allow()` says no. Then one caller a `rest_s`
    may probe; a success closes it. Thread-safe; one per process and neighbour.
    """

    def __init__(
        self,
        name: str,
        threshold: int = 2,
        rest_s: float = 2.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._threshold = threshold
        self._rest_s = rest_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._retry_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._failures >= self._threshold

    def allow(self) -> bool:
        """May the caller try the neighbour now? While open, True for one caller every `rest_s` seconds."""
        if self._failures < self._threshold:
            return True
        with self._lock:
            now = self._monotonic()
            if now < self._retry_at:
                return False
            self._retry_at = now + self._rest_s
            return True

    def success(self) -> None:
        """The neighbour answered."""
        if self._failures:
            with self._lock:
                self._failures = 0

    def failure(self) -> bool:
        """The neighbour failed or timed out; True when this opened the breaker."""
        with self._lock:
            self._failures += 1
            self._retry_at = self._monotonic() + self._rest_s
            return self._failures == self._threshold
