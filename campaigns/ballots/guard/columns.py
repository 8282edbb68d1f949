"""A campaign's ballots as columns: what the rules look at. Pure; `loading` fills them from SQL, the laboratory from its crowds."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.uint64]
Bools = NDArray[np.bool_]

NEVER = np.iinfo(np.int64).min
"""When somebody followed of whom it is not known."""
MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
_CHINA_MS = 8 * HOUR_MS
_ODD = 0x9E3779B97F4A7C15


@dataclass(frozen=True)
class Columns:
    """One entry a ballot, by ascending `ballot`; and one a vote, which names its ballot's place in the others.

    Some 60 bytes a ballot and 12 a vote: two million ballots of eight votes are 300 MB.
    """

    ballot: Ints
    person: Ints
    round: NDArray[np.int16]
    at: Ints
    """Milliseconds since 1970."""
    followed: Ints
    """When the person followed, the same way; `NEVER` for unknown."""
    chat: Bools
    address: Codes
    """0 for none; so with `range` and `agent`."""
    range: Codes
    agent: Codes
    vote_row: Ints
    """Ascending."""
    vote_candidate: NDArray[np.int32]

    @property
    def size(self) -> int:
        return len(self.ballot)

    @cached_property
    def hour(self) -> Ints:
        """Of the day, in China."""
        return (self.at + _CHINA_MS) % DAY_MS // HOUR_MS

    @cached_property
    def agent_elsewhere(self) -> NDArray[np.float32]:
        """Of each vote, which part of the votes for all other candidates comes from the same browser."""
        agent = self.agent[self.vote_row]
        others = len(agent) - _count_same(self.vote_candidate)
        alike = _count_same(agent) - _count_same(self.vote_candidate, agent)
        return (alike / np.maximum(others, 1)).astype(np.float32)

    def slot(self, length_ms: int) -> Ints:
        """The number of the stretch of time of this length; days and hours begin as in China."""
        return (self.at + _CHINA_MS) // length_ms


def groups(*keys: NDArray[Any]) -> Ints:
    """Numbers from 0, the same where all keys are the same."""
    mixed = np.zeros(len(keys[0]), np.uint64)
    for key in keys:
        mixed ^= key.astype(np.uint64)
        mixed *= np.uint64(_ODD)
        mixed ^= mixed >> np.uint64(29)
    inverse: Ints = np.unique(mixed, return_inverse=True)[1]
    return inverse


def _count_same(*keys: NDArray[Any]) -> Ints:
    same = groups(*keys)
    return np.bincount(same)[same]


def codes_of(texts: Sequence[str]) -> Codes:
    """Keyed hashes (16 letters at most, ASCII) as numbers; 0 for an empty one."""
    halves = np.array(texts, dtype="S16").view(np.uint64).reshape(-1, 2)
    mixed: Codes = (halves[:, 0] * np.uint64(_ODD)) ^ halves[:, 1]
    return mixed
