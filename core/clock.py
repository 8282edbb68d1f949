"""Time, passed in. Inside everything is aware UTC; people see Asia/Shanghai."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]
"""A function that says what time it is: aware, UTC. Tests pass a clock of their own."""


def system_clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


def moved_clock(offset: timedelta, base: Clock = system_clock) -> Clock:
    """A clock that runs `offset` ahead of `base`."""
    return lambda: base() + offset


def local_text(moment: datetime) -> str:
    """`moment` as people in China write it: 2026-05-01 09:30."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def parse_local(text: str) -> datetime:
    """ISO text as UTC; without an offset it is read as Shanghai time. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    return moment.astimezone(UTC)


class Deadline:
    """A point on the monotonic clock by which an answer must be out."""

    __slots__ = ("_at",)

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._at - time.monotonic())

    def passed(self) -> bool:
        return time.monotonic() >= self._at
