"""What a feature's pages bring to others' pages: targets of menus, and a worker's own things on 「我的」. Declared, so that
menus and members know no feature above them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session

MINE = "zhijia.my_parts"


class Target(NamedTuple):
    """A page that a menu can open: what staff call it, and its path below the account's pages (`/c/…`)."""

    title: str
    path: str


class Line(NamedTuple):
    """Something of a worker's own; `path` below the account's pages."""

    title: str
    about: str
    path: str


class Part(NamedTuple):
    """A part of 「我的」."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Targets:
    """A feature's pages that a menu can open, of an account (id). Pages of `endpoint` are there only where they are listed."""

    endpoint: str
    find: Callable[[Session, int], Sequence[Target]]


Mine = Callable[[Session, int, str], Part | None]
"""Of a worker (account id, openid); None where there is nothing to show."""
