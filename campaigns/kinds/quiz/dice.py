"""Chance that comes from a stored seed: the same in every process and every version of Python. Pure.

The stream is HMAC-SHA256(seed, counter); each block gives four numbers of 64 bits.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")
_WORDS_A_BLOCK = 4
_SPAN = 2**64


class Dice:
    """Numbers from a seed (any text), in a fixed order."""

    def __init__(self, seed: str) -> None:
        self._words = _stream(seed.encode())

    def below(self, end: int) -> int:
        """From 0 to `end` - 1, each as likely as the other."""
        limit = _SPAN - _SPAN % end
        while (word := next(self._words)) >= limit:
            pass
        return word % end

    def take(self, things: Sequence[T], count: int) -> list[T]:
        """`count` of `things` in random order, none twice."""
        pool = list(things)
        for place in range(count):
            other = place + self.below(len(pool) - place)
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]


def _stream(seed: bytes) -> Iterator[int]:
    counter = 0
    while True:
        block = hmac.digest(seed, counter.to_bytes(8, "big"), hashlib.sha256)
        for start in range(0, 8 * _WORDS_A_BLOCK, 8):
            yield int.from_bytes(block[start : start + 8], "big")
        counter += 1
