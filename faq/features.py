"""A text as numbers: its characters and pairs of characters, hashed to rows of the tables that know something of them.

No vocabulary is looked up: strings in dictionaries cost a busy processor more than the sums do. With 2^14 rows the
questions that share a row are too few to matter (measured: the same hits as with a vocabulary).
"""

import re

import numpy as np
from numpy.typing import NDArray

SIZE = 1 << 14
_SHIFT = np.uint16(2)
_SINGLE = np.uint16(30011)
_FIRST_OF_PAIR = np.uint16(40503)
_NUMBER = re.compile("[0-9]+")

Features = NDArray[np.uint16]
"""Rows from 0 to SIZE - 1, as often as their features stand in the text."""


def features(spelled: str) -> Features:
    """Of a text that a `Speller` has spelt; one number is like another."""
    codes = np.frombuffer(_NUMBER.sub("0", spelled).encode("utf-16-le", "surrogatepass"), np.uint16)
    # Products wrap around: that is the hash.
    hashed = np.concatenate((codes * _SINGLE, codes[:-1] * _FIRST_OF_PAIR + codes[1:]))
    return hashed >> _SHIFT
