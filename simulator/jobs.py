"""Work the platform does later or on the side: delivering without waiting, ending a mass send after a moment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

log = logging.getLogger("simulator")

Task = Callable[[], object]


class Jobs:
    """A small pool for side work and timers for later work. Nothing here outlives the process."""

    def __init__(self, threads: int = 24) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="simulator-job")
        self._timers: set[threading.Timer] = set()
        self._lock = threading.Lock()

    def now(self, task: Task) -> None:
        """Runs `task` on the side."""
        self._pool.submit(_guarded, task)

    def later(self, delay_s: float, task: Task) -> None:
        """Runs `task` after `delay_s` seconds."""

        def due() -> None:
            with self._lock:
                self._timers.discard(timer)
            _guarded(task)

        timer = threading.Timer(delay_s, due)
        timer.daemon = True
        with self._lock:
            self._timers.add(timer)
        timer.start()

    def stop(self, *, wait: bool = False) -> None:
        """Takes no more work and forgets what has not begun; `wait` for what has."""
        with self._lock:
            timers = list(self._timers)
        for timer in timers:
            timer.cancel()
            if wait:
                timer.join()
        self._pool.shutdown(wait=wait, cancel_futures=True)


def _guarded(task: Task) -> None:
    try:
        task()
    except Exception:
        log.exception("a job of the platform failed")
