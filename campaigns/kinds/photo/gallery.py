"""The wall as a list: which works somebody wants to see, in which order, thirty a page. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from campaigns.ballots.listing import PAGE, is_given_out, read_number
from campaigns.ballots.totals import Counts, valid_votes
from campaigns.kinds.photo.config import PhotoConfig
from campaigns.kinds.photo.roll import Work
from core.text import comparable

Order = Literal["newest", "random", "likes"]
ORDERS: Mapping[Order, str] = {"newest": "最新", "random": "随机", "likes": "最多赞"}
_USUAL: Mapping[str, Order] = {"最新在前": "newest", "随机": "random", "按赞数": "likes"}
_WORDS = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page of the wall. `seed` names a random order; `group` and `category` are empty for all."""

    group: str = ""
    category: str = ""
    order: Order = "newest"
    seed: int = 0
    page: int = 1
    words: str = ""

    def arguments(self, **other: Any) -> dict[str, str | int]:
        """For an address that wants the same, but for `other`; from its first page unless told."""
        one = replace(self, **({"page": 1} | other))
        told: dict[str, str | int] = {"group": one.group, "category": one.category, "order": one.order}
        told |= {"seed": one.seed if one.order == "random" else 0, "page": one.page, "q": one.words}
        return {name: value for name, value in told.items() if value and (name, value) != ("page", 1)}


@dataclass(frozen=True, slots=True)
class Leaf:
    """The works of one page, and how many there are in all."""

    works: Sequence[Work]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def read_wanted(settings: PhotoConfig, asked: Mapping[str, str], seed: Callable[[], int]) -> Wanted:
    """What an address asks for; what makes no sense is read as the usual. `seed`: where a random order names none."""
    group, category, order = asked.get("group", ""), asked.get("category", ""), asked.get("order", "")
    chosen = cast(Order, order) if order in orders_of(settings) else usual_order(settings)
    return Wanted(
        group if group in settings.group_names else "",
        category if category in settings.category_names else "",
        chosen,
        (read_number(asked.get("seed", ""), 0) or seed()) if chosen == "random" else 0,
        read_number(asked.get("page", ""), 1),
        asked.get("q", "").strip()[:_WORDS],
    )


def orders_of(settings: PhotoConfig) -> Mapping[Order, str]:
    return {key: title for key, title in ORDERS.items() if key != "likes" or settings.likes}


def usual_order(settings: PhotoConfig) -> Order:
    wanted = _USUAL[settings.order]
    return wanted if wanted in orders_of(settings) else "newest"


def is_rare(wanted: Wanted, now: datetime) -> bool:
    """Is it a page that hardly anybody else wants: a search, or a random order that is not given out now?"""
    return bool(wanted.words) or (wanted.order == "random" and not is_given_out(wanted.seed, now))


def by_likes(works: Sequence[Work], counts: Counts) -> Sequence[Work]:
    """The most liked first; of equal ones the later."""
    return sorted(works, key=lambda one: (-valid_votes(counts, 1, one.number), -one.number))


def leaf_of(listed: Sequence[Work], wanted: Wanted) -> Leaf:
    """`listed`: of the wanted group and category, in order. A page behind the last is the last."""
    found = _search(listed, wanted.words) if wanted.words else listed
    page = min(wanted.page, max(1, -(-len(found) // PAGE)))
    return Leaf(found[(page - 1) * PAGE : page * PAGE], len(found), page)


def _search(listed: Sequence[Work], words: str) -> Sequence[Work]:
    said = comparable(words)
    number = said.removesuffix("号").strip()
    if number.isascii() and number.isdigit():
        return [one for one in listed if one.number == int(number)]
    return [one for one in listed if all(part in one.words for part in said.split())]
