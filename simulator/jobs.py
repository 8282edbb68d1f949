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

    def now(self, task: Task) -> None:
        """Runs `task` on the side."""
        self._pool.submit(_guarded, task)

    def later(self, delay_s: float, task: Task) -> None:
        """Runs `task` after `delay_s` seconds."""
        timer = threading.Timer(delay_s, _guarded, (task,))
        timer.daemon = True
        timer.start()

    def stop(self) -> None:
        """Takes no more work and forgets what has not begun."""
        self._pool.shutdown(wait=False, cancel_futures=True)


def _guarded(task: Task) -> None:
    try:
        task()
    except Exception:
        log.exception("a job of the platform failed")
