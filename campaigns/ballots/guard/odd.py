"""When does a ballot look odd, so that its phone is asked for work? Counters of this process, bounded; nothing is stored.

Odd is cheap to be and costs little: a factory at shift's end is asked too, and its phones do the sum. So these limits are low, and
no ballot is refused or struck for them.
"""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from campaigns.ballots.ballot import Origin
from core.clock import SHANGHAI

A_MINUTE = 20
"""Ballots from one address for one candidate in a minute, in this process, up to which none is odd."""
A_MINUTE_AT_NIGHT = 3
_NIGHT = range(1, 6)
"""Hours in China."""
_MOST_KEYS = 50_000


class Odd:
    """Counts of the current minute."""

    def __init__(self, most_keys: int = _MOST_KEYS) -> None:
        self._most_keys = most_keys
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: Counter[tuple[int, str, int]] = Counter()

    def look(self, campaign_id: int, origin: Origin, choice: Sequence[int], now: datetime) -> bool:
        """Count this ballot, and say whether it looks odd: no browser named, or too many from its address for a candidate."""
        most = A_MINUTE_AT_NIGHT if now.astimezone(SHANGHAI).hour in _NIGHT else A_MINUTE
        keys = [(campaign_id, origin.address, candidate) for candidate in set(choice)]
        return self._count(keys, int(now.timestamp()) // 60) > most or not origin.agent

    def __len__(self) -> int:
        return len(self._counts)

    def _count(self, keys: Sequence[tuple[int, str, int]], minute: int) -> int:
        """The highest count among the keys, with this one. Keys beyond the bound are not counted."""
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            for key in keys:
                if key in self._counts or len(self._counts) < self._most_keys:
                    self._counts[key] += 1
            return max((self._counts[key] for key in keys if key in self._counts), default=0)
