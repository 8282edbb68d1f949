"""What crowds and attackers of the laboratory are made of: a seeded source of people, phones, addresses, hours and choices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.ballots.guard.columns import DAY_MS, HOUR_MS, MINUTE_MS, NEVER, Bools, Columns, Ints
from core.clock import SHANGHAI

DAYS = 5
CANDIDATES = 200
START_MS = int(datetime(2026, 11, 16, tzinfo=SHANGHAI).timestamp() * 1000)
_MODELS = 400
_NAMELESS = 1 / 2000
"""Honest phones that name no browser."""
_WIDTHS = np.array([0.3, 0.1, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.1])
"""How many candidates a ballot has, from 1 to 10, where nobody was mobilised."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Ballots of one crowd or attacker; as `Columns`, not in order, people numbered within the scene."""

    name: str
    attack: bool
    person: Ints
    at: Ints
    followed: Ints
    chat: Bools
    address: Ints
    range: Ints
    agent: Ints
    vote_row: Ints
    vote_candidate: Ints


@dataclass(frozen=True, slots=True)
class World:
    """Columns in the order of time, and of each ballot which batch it is of."""

    columns: Columns
    batch: Ints
    names: tuple[str, ...]
    attack: NDArray[np.bool_]
    """Of each ballot."""


class Scene:
    """Gives numbers nobody had before, and draws from what is usual."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self._people = self._addresses = self._ranges = 0
        self._models = zipf(_MODELS, 0.9)
        self.carriers = (self.addresses(320), self.ranges(8))
        """Addresses and ranges that mobile phones of half a province share."""
        self._favour = self.rng.permutation(zipf(CANDIDATES, 0.7))

    def people(self, count: int) -> Ints:
        self._people += count
        return np.arange(self._people - count, self._people) + 1

    def addresses(self, count: int) -> Ints:
        self._addresses += count
        return np.arange(self._addresses - count, self._addresses) + 1

    def ranges(self, count: int) -> Ints:
        self._ranges += count
        return np.arange(self._ranges - count, self._ranges) + 1

    def phones(self, count: int) -> Ints:
        """Browsers as people have them: some models are frequent, most are not, a few name none."""
        models = self.rng.choice(_MODELS, count, p=self._models) + 1
        return np.where(self.rng.random(count) < _NAMELESS, 0, models)

    def candidate(self) -> int:
        """Somebody to be voted for by all."""
        return int(self.rng.integers(1, CANDIDATES + 1))

    def visits(self, count: int, chance: float) -> tuple[Ints, Ints]:
        """Who (0 to `count` - 1) comes on which day: once at least, and on other days by chance."""
        comes = self.rng.random((count, DAYS)) < chance
        comes[np.arange(count), self.rng.integers(0, DAYS, count)] = True
        who, day = np.nonzero(comes)
        return who, day

    def day_time(self, count: int) -> Ints:
        """Milliseconds of the day: noon and evening above all, hardly ever at night."""
        rng = self.rng
        peaks = np.array([rng.normal(8, 1, count), rng.normal(12.4, 0.7, count), rng.normal(20, 1.4, count)])
        kind = rng.choice(4, count, p=[0.15, 0.25, 0.5, 0.1])
        hours = np.where(kind == 3, rng.uniform(0, 24, count), peaks[np.minimum(kind, 2), np.arange(count)])
        return (np.clip(hours, 0, 23.999) * HOUR_MS).astype(np.int64)

    def followed(self, first: Ints, fresh: float) -> Ints:
        """When people followed whose first ballot was at `first`: some just before, some long ago, some never."""
        count = len(first)
        just = first - (self.rng.lognormal(np.log(90), 0.8, count) * 1000).astype(np.int64)
        long_ago = first - self.rng.integers(DAY_MS, 900 * DAY_MS, count)
        known = np.where(self.rng.random(count) < 0.05, NEVER, long_ago)
        return np.where(self.rng.random(count) < fresh, just, known)

    def choices(self, count: int) -> tuple[Ints, Ints]:
        """Ballot's number and candidate of each vote, by everybody's taste."""
        widths = self.rng.choice(len(_WIDTHS), count, p=_WIDTHS) + 1
        rows = np.repeat(np.arange(count), widths)
        chosen = self.rng.choice(CANDIDATES, len(rows), p=self._favour) + 1
        pairs = np.unique(rows * (CANDIDATES + 1) + chosen)
        return pairs // (CANDIDATES + 1), pairs % (CANDIDATES + 1)

    def loyal_choices(self, loyal: Bools, target: Ints, also: float = 0.7) -> tuple[Ints, Ints]:
        """As `choices`, but who is loyal votes for the target alone, and of the others a part (`also`) votes for it too."""
        rows, chosen = self.choices(len(loyal))
        given = loyal | (self.rng.random(len(loyal)) < also)
        kept = ~loyal[rows]
        rows = np.concatenate((rows[kept], np.flatnonzero(given)))
        chosen = np.concatenate((chosen[kept], target[given]))
        pairs = np.unique(rows * (CANDIDATES + 1) + chosen)
        return pairs // (CANDIDATES + 1), pairs % (CANDIDATES + 1)


def zipf(count: int, slope: float) -> NDArray[np.float64]:
    """Chances that fall with the rank."""
    weights = 1.0 / np.arange(1, count + 1) ** slope
    part: NDArray[np.float64] = weights / weights.sum()
    return part


def firsts(who: Ints, at: Ints) -> Ints:
    """Of each ballot, when its person cast the first."""
    first = np.full(int(who.max()) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, who, at)
    return first[who]


def by_person(who: Ints, values: NDArray[Any]) -> NDArray[Any]:
    """A person's value (drawn for each ballot) is that of their first ballot for all."""
    of = np.empty(int(who.max()) + 1, values.dtype)
    of[who[::-1]] = values[::-1]
    return of[who]


def moments(day: Ints, time_of_day: Ints) -> Ints:
    """Milliseconds since 1970."""
    return START_MS + day * DAY_MS + time_of_day


def minutes(count: float) -> int:
    return int(count * MINUTE_MS)


def assemble(batches: list[Batch]) -> World:
    """All ballots in the order of time, numbered from 1."""
    sizes = [len(one.person) for one in batches]
    starts = np.cumsum([0, *sizes[:-1]])
    at = _joined(batches, "at")
    order = np.argsort(at, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    rows = place[np.concatenate([one.vote_row + start for one, start in zip(batches, starts, strict=True)])]
    by_row = np.argsort(rows, kind="stable")
    batch = np.repeat(np.arange(len(batches)), sizes)[order]
    columns = Columns(
        np.arange(1, len(order) + 1),
        _joined(batches, "person")[order],
        np.ones(len(order), np.int16),
        at[order],
        _joined(batches, "followed")[order],
        _joined(batches, "chat")[order],
        _joined(batches, "address")[order].astype(np.uint64),
        _joined(batches, "range")[order].astype(np.uint64),
        _joined(batches, "agent")[order].astype(np.uint64),
        rows[by_row],
        _joined(batches, "vote_candidate")[by_row].astype(np.int32),
    )
    attack = np.array([one.attack for one in batches])[batch]
    return World(columns, batch, tuple(one.name for one in batches), attack)


def _joined(batches: list[Batch], name: str) -> NDArray[Any]:
    return np.concatenate([getattr(one, name) for one in batches])
