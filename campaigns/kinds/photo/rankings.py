"""Rankings of works, and what awards would come of one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.ballots.totals import read_counts
from campaigns.jury.results import ranking_of
from campaigns.kinds.photo.config import BY_JURY, BY_LIKES, Award, PhotoConfig
from campaigns.kinds.photo.tables import PhotoWork
from campaigns.kinds.photo.works import of_campaign
from campaigns.view import CampaignView


class Ranked(Protocol):
    """A work in somebody's order. `place` is within its group, from 1; equal ones are tied, 0 is nobody's."""

    @property
    def number(self) -> int: ...
    @property
    def place(self) -> int: ...
    @property
    def group(self) -> str: ...


class Liked(NamedTuple):
    """A `Ranked` of the public's."""

    number: int
    place: int
    group: str
    likes: int


class Given(NamedTuple):
    """What a ranking would give. `tied`: another work of this level shares its place in the ranking."""

    level: str
    group: str
    number: int
    tied: bool = False


class Tie(NamedTuple):
    """More works share a place than there are awards left: people decide."""

    level: str
    group: str
    free: int
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a ranking gives of what is still free, and what people must decide first."""

    given: Sequence[Given] = ()
    ties: Sequence[Tie] = ()


Source = Callable[[Session, CampaignView], Sequence[Ranked]]
"""Reads a ranking as it is now."""


def rank_by_likes(session: Session, campaign: CampaignView) -> Sequence[Liked]:
    """Shown works that anybody likes, best first in each group; sealed likes that were not struck."""
    counts = read_counts(session, campaign)
    query = select(PhotoWork.number, PhotoWork.group).where(
        *of_campaign(campaign), PhotoWork.state == "shown"
    )
    likes: dict[str, list[tuple[int, int]]] = {}
    for number, group in session.execute(query):
        votes, struck = counts.get((1, number or 0), (0, 0))
        if votes > struck:
            likes.setdefault(group, []).append((votes - struck, number or 0))
    return [one for group, found in sorted(likes.items()) for one in _places(group, found)]


def _places(group: str, found: Sequence[tuple[int, int]]) -> Iterator[Liked]:
    place, before = 0, 0
    for at, (likes, number) in enumerate(sorted(found, key=lambda one: (-one[0], one[1])), 1):
        place, before = (place, before) if likes == before else (at, likes)
        yield Liked(number, place, group, likes)


def propose(
    settings: PhotoConfig, by: str, ranked: Sequence[Ranked], used: Mapping[tuple[str, str], int]
) -> Proposal:
    """What a ranking gives of the levels that go `by` it; `used`: how many are given, by level and group. Pure.

    Works that share a place are given together or, where the awards end among them, not at all: their group stops there until
    people have decided.
    """
    levels = [one for one in settings.awards if one.by == by]
    given: list[Given] = []
    ties: list[Tie] = []
    for group in settings.group_names or ("",):
        mine = [one for one in ranked if one.place and group in ("", one.group)]
        free = {one.title: one.places - used.get((one.title, group), 0) for one in levels}
        found, tie = _propose_group(levels, group, mine, free)
        given += found
        ties += [tie] if tie is not None else []
    return Proposal(given, ties)


def _propose_group(
    levels: Sequence[Award], group: str, ranked: Sequence[Ranked], free: dict[str, int]
) -> tuple[list[Given], Tie | None]:
    given: list[Given] = []
    in_order = sorted(ranked, key=lambda one: (one.place, one.number))
    for _, together in groupby(in_order, key=lambda one: one.place):
        numbers = tuple(one.number for one in together)
        level = next((one.title for one in levels if free[one.title] > 0), None)
        if level is None:
            break
        if len(numbers) > free[level]:
            return given, Tie(level, group, free[level], numbers)
        given += [Given(level, group, number, len(numbers) > 1) for number in numbers]
        free[level] -= len(numbers)
    return given, None


SOURCES: Mapping[str, Source] = {BY_JURY: ranking_of, BY_LIKES: rank_by_likes}
"""By the settings' word for how an award is decided."""
