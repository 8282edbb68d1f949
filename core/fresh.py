"""What many look at and few change: read at most every few seconds a process."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Fresh(Generic[K, V]):
    """Values that may be `seconds` old. While one caller reads a value anew, the others take the one before."""

    def __init__(self, seconds: float, most: int = 1000, ticks: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._most = most
        self._ticks = ticks
        self._lock = threading.Lock()
        self._known: dict[K, tuple[float, V]] = {}

    def get(self, key: K, read: Callable[[], V]) -> V:
        """The value, read by `read` where it is missing or too old. What `read` raises is not kept."""
        now = self._ticks()
        with self._lock:
            known = self._known.get(key)
            if known is not None and now - known[0] < self._seconds:
                return known[1]
            if known is not None:
                self._known[key] = (now, known[1])
        value = read()
        with self._lock:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[key] = (now, value)
        return value

    def drop(self, key: K) -> None:
        """Read it anew at the next call."""
        with self._lock:
            self._known.pop(key, None)
