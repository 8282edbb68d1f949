"""A list of what can be voted for: what somebody wants to see of it, which that is, in which order. Pure."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, Literal, cast

from campaigns.ballots.roll import C, Votable
from campaigns.ballots.rules import BallotRules, last_round
from campaigns.ballots.showing import Shown
from core.text import comparable

Order = Literal["number", "random", "votes"]
ORDERS: dict[Order, str] = {"number": "按编号", "random": "随机", "votes": "按票数"}
PAGE = 30
SEEDS = 16
"""Random orders at any time: each is a page that is kept for many."""
_SEEDS_LAST_S = 600
"""Then there are others, so that over a day nobody stands in front more often than others."""
_WINDOWS = 6
"""Somebody leafs for so many of these times."""
_WORDS = 20
_LARGEST = 2**40


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of the list. `seed` names a random order; `group` is empty for all."""

    round: int
    group: str = ""
    order: Order = "number"
    seed: int = 0
    page: int = 1
    words: str = ""

    def arguments(self, **other: Any) -> dict[str, str | int]:
        """For an address that wants the same, but for `other`; from its first page unless told."""
        one = replace(self, page=1, **other) if "page" not in other else replace(self, **other)
        told: dict[str, str | int] = {"round": one.round, "group": one.group, "order": one.order}
        told |= {"seed": one.seed if one.order == "random" else 0, "page": one.page, "q": one.words}
        return {name: value for name, value in told.items() if value and (name, value) != ("page", 1)}


@dataclass(frozen=True, slots=True)
class Listing(Generic[C]):
    """The candidates of one page, and how many there are in all."""

    candidates: Sequence[C]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def seed_of(who: str, now: datetime) -> int:
    """The random order that `who` gets at `now`; it stays theirs while they leaf."""
    return int(now.timestamp()) // _SEEDS_LAST_S * SEEDS + spread(who) % SEEDS


def order_called(title: str) -> Order:
    """The order that an organiser chose by its title."""
    return next(key for key, other in ORDERS.items() if other == title)


def is_rare(wanted: Wanted, now: datetime) -> bool:
    """Is it a page that hardly anybody else wants: a search, or a random order that is not given out now?"""
    return bool(wanted.words) or (wanted.order == "random" and not is_given_out(wanted.seed, now))


def is_given_out(seed: int, now: datetime) -> bool:
    """Is it a random order that many have now?"""
    return 0 <= int(now.timestamp()) // _SEEDS_LAST_S - seed // SEEDS < _WINDOWS


def read_wanted(
    rules: BallotRules, usual: Order, asked: Mapping[str, str], round_: int, seed: Callable[[], int]
) -> Wanted:
    """What an address asks for; what makes no sense is read as the usual.

    `usual`: the order where none is asked for; `round_`: the one that is on; `seed` is asked for a random order
    where the address names none.
    """
    order = asked.get("order", "")
    group = asked.get("group", "")
    wanted_round = read_number(asked.get("round", ""), round_)
    chosen = cast(Order, order) if order in ORDERS else usual
    return Wanted(
        wanted_round if wanted_round <= last_round(rules) else round_,
        group if group in rules.group_names else "",
        chosen,
        (read_number(asked.get("seed", ""), 0) or seed()) if chosen == "random" else 0,
        read_number(asked.get("page", ""), 1),
        asked.get("q", "").strip()[:_WORDS],
    )


def list_page(candidates: Sequence[C], wanted: Wanted, shown: Shown) -> Listing[C]:
    """`candidates`: of the round, by number. A page behind the last is the last."""
    found = [
        one
        for one in candidates
        if (not wanted.group or one.group == wanted.group) and _matches(one, wanted.words)
    ]
    if wanted.order == "random":
        found.sort(key=lambda one: spread(f"{wanted.seed} {one.public_id}"))
    elif wanted.order == "votes" and shown.counts is not None:
        found.sort(key=lambda one: (-(shown.valid(wanted.round, one.number) or 0), one.number))
    page = min(wanted.page, max(1, -(-len(found) // PAGE)))
    return Listing(found[(page - 1) * PAGE : page * PAGE], len(found), page)


def _matches(one: Votable, words: str) -> bool:
    said = comparable(words)
    number = said.removesuffix("号").strip()
    if number.isascii() and number.isdigit():
        return int(number) == one.number
    return all(part in comparable(one.sought) for part in said.split())


def read_number(text: str, usual: int) -> int:
    """Of an address, from 1; `usual` for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return usual
    return int(text) if 1 <= int(text) < _LARGEST else usual


def spread(text: str) -> int:
    """A number that looks drawn by lot, the same for the same text."""
    return int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:8], "big")
