"""What a feature keeps of one follower: it tells the follower (`Kept`), and forgets it when they want (`Eraser`)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of one sort, in the follower's own words: a title, what it is kept for, and values by Chinese names."""

    title: str
    why: str
    rows: Sequence[Mapping[str, str | int]]


Eraser = Callable[[Session, int, str], int]
"""Forgets, in the unit of work it is given, what is kept of a follower (account id, openid); returns how many rows.

Doing it twice must be harmless.
"""

Exporter = Callable[[Session, int, str], Sequence[Kept]]
"""Tells what is kept of a follower (account id, openid)."""
