"""A text as numbers: its characters and pairs of characters, hashed to rows of the tables that know something of them.

No vocabulary is looked up: strings in dictionaries cost a busy processor more than the sums do.
"""

import re

import numpy as np
from numpy.typing import NDArray

SIZE = 1 << 16
"""All that 16 bits can name: with a quarter of it the collisions cost a point of the hits."""

_SINGLE = np.uint16(31337)
_FIRST_OF_PAIR = np.uint16(25717)
_STORY = 28
_END = 20
"""Letters."""

_MOST = 2
"""How often a feature of a story counts at most: a word that is told again and again says little more."""

_NUMBER = re.compile("[0-9]+")

Features = NDArray[np.uint16]
"""Rows from 0 to SIZE - 1, as often as their features stand in the text."""


def features(spelled: str) -> Features:
    """Of a text that a `Speller` has spelt; one number is like another. The end of a story counts twice: there mostly stands
    what is asked (of stories left out, .82 find their topic first instead of .79)."""
    if len(spelled) <= _STORY:
        return _hashed(spelled)
    found = np.sort(np.concatenate((_hashed(spelled), _hashed(spelled[-_END:]))))
    kept = np.ones(len(found), np.bool_)
    np.not_equal(found[_MOST:], found[:-_MOST], out=kept[_MOST:])
    return found[kept]


def _hashed(text: str) -> Features:
    codes = np.frombuffer(_NUMBER.sub("0", text).encode("utf-16-le", "surrogatepass"), np.uint16)
    # Products wrap around: that is the hash.
    return np.concatenate((codes * _SINGLE, codes[:-1] * _FIRST_OF_PAIR + codes[1:]))
