"""The slow lane: hooks with effects run in threads of their own, so that the webhook can stop waiting in time."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.breaker import Breaker
from core.clock import Deadline
from core.logs import get_logger
from handlers.router import Routed

_SLOT_WAIT_S = 0.5
log = get_logger(__name__)


class SlowLane:
    """Runs work until a deadline. A few slots per process; after the first time-outs a breaker sends everybody on to
    the late answer at once, and one message now and then tries whether it is over."""

    def __init__(self, slots: int, breaker: Breaker) -> None:
        self._breaker = breaker
        self._slots = threading.BoundedSemaphore(slots)
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="slow")

    def run(self, work: Callable[[], Routed], deadline: Deadline) -> Routed | None:
        """What `work` returned, or None when it was not begun or not done in time (it may still come to its end), or the
        database was not there.

        Raises what else `work` raises.
        """
        if not self._breaker.allow():
            return None
        if not self._slots.acquire(timeout=min(_SLOT_WAIT_S, deadline.remaining())):
            return None
        future = self._submit(work)
        try:
            routed = future.result(timeout=deadline.remaining())
        except FutureTimeoutError:
            if future.done():
                return future.result()  # the work's own TimeoutError, or it was done at this very moment
            self._breaker.failure()
            return None
        except (OperationalError, InterfaceError, PoolTimeoutError) as error:
            # A database that refuses is as late as one that hangs: the worker answers when it is back.
            if self._breaker.failure():
                log.error("database_away", error=error)
            return None
        self._breaker.success()
        return routed

    def close(self) -> None:
        """Take no more work; what runs may end."""
        self._pool.shutdown(wait=False)

    def _submit(self, work: Callable[[], Routed]) -> "Future[Routed]":
        try:
            future = self._pool.submit(work)
        except RuntimeError:
            self._slots.release()
            raise
        future.add_done_callback(lambda _future: self._slots.release())
        return future
