"""From what is known about a question (its topic, its words) to the entries that answer it, best first."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.classifier import Classifier
from faq.features import Features, features
from faq.search import Index

_MOST_OF_ONE_TOPIC = 3
"""Ten of the same help nobody."""

_SURELY = 3.3
_BEHIND = 6
"""How fast words make sure, and how fast others fall behind: by real questions, so that nine answers in ten are right."""

_ROWS = 1 << 13
"""Of a topic's table: hashed more closely than the classifier's, for there are many of them."""

_COMMON = 0.3
_QUESTION = 2.0
_ANSWER = 0.6
_SPREAD = 3
_SMOOTH = 0.02
_FINEST = 255

Ranked = tuple[float, int]
"""How sure an entry is, from 0 to 1, and its position: plain pairs, for many are made and sorted for each question."""

_SURE = itemgetter(0)
"""Sorting by it keeps the order of equals: the earlier entry leads."""


class Lead(NamedTuple):
    """The entry that leads, how sure it is, how sure the next of its topic is, and the next topic's best."""

    position: int
    sure: float
    sibling: float
    rival: float


class Phrased(NamedTuple):
    """An entry as searching sees it: its spelt phrasings (its question first) and its spelt answer."""

    phrasings: Sequence[str]
    answer: str


class Choice(ABC):
    """The entries of a topic, by their positions, and which of them comes nearest to a question."""

    positions: tuple[int, ...]

    def nearest(self, found: Features) -> tuple[int, float]:
        """The position of the entry nearest to a question with these features, and how near the next comes to it (1: as
        near; 0 for none)."""
        near = self.nearness(found)
        first = max(near)
        place = near.index(first)
        others = near[:place] + near[place + 1 :]
        smooth = _SMOOTH * _FINEST * len(found)
        next_ = ((max(others) + smooth) / (first + smooth)) ** _SPREAD if others else 0.0
        return self.positions[place], next_

    def best(self, found: Features) -> list[Ranked]:
        """The nearest few, best first; the nearest is as sure as can be, the others by how far they lie behind."""
        near = self.nearness(found)
        smooth = _SMOOTH * _FINEST * len(found)
        most = max(near) + smooth
        ordered = sorted(zip(near, self.positions, strict=True), key=_SURE, reverse=True)
        return [(((one + smooth) / most) ** _SPREAD, at) for one, at in ordered[:_MOST_OF_ONE_TOPIC]]

    @abstractmethod
    def nearness(self, found: Features) -> list[int]:
        """Of each entry, in the order of `positions`; only to be compared with each other."""

    @abstractmethod
    def columns(self, entries: Sequence["Phrased"]) -> NDArray[np.uint8]:
        """Other entries, measured as these are: a row per feature, a column per entry."""


class Topic(Choice):
    """The entries of one topic and what tells them apart. Immutable.

    An entry is the mean of its phrasings, its question and answer weighted on their own; a feature counts by how few of
    the topic's entries have it. Of phrasings left out that chose .69 rightly, where the nearest phrasing chose .52.
    """

    def __init__(self, positions: Sequence[int], entries: Sequence[Phrased]) -> None:
        self.positions = tuple(positions)
        self._entries = tuple(entries)
        rows = [_rows(entry) for entry in entries]
        table = _measured(rows, _rarity(rows))
        self._scale = _FINEST / (table.max() or 1.0)
        self._table = np.round(table * self._scale).astype(np.uint8)

    def is_of(self, positions: Sequence[int], entries: Sequence[Phrased]) -> bool:
        """Was it made of just these?"""
        return self.positions == tuple(positions) and self._entries == tuple(entries)

    def nearness(self, found: Features) -> list[int]:
        return _sums(self._table, found)

    def columns(self, entries: Sequence[Phrased]) -> NDArray[np.uint8]:
        table = np.round(_measured([_rows(entry) for entry in entries], self._idf) * self._scale)
        return np.minimum(table, _FINEST, out=table).astype(np.uint8)

    @cached_property
    def _idf(self) -> NDArray[np.float64]:
        """Only kept (64 KB) where others are measured by it."""
        return _rarity([_rows(entry) for entry in self._entries])


class WiderTopic(Choice):
    """A topic of those above with some of a union's own entries, and without what these replace. Immutable.

    The topic above is shared, and tells how much a feature counts. Worked out when first asked, for most never are.
    """

    def __init__(
        self, above: Choice, replaced: Collection[int], positions: Sequence[int], entries: Sequence[Phrased]
    ) -> None:
        """`replaced`: positions above that are left out."""
        self._above = above
        self._entries = tuple(entries)
        self._kept = [place for place, at in enumerate(above.positions) if at not in replaced]
        self.positions = (*(above.positions[place] for place in self._kept), *positions)

    def nearness(self, found: Features) -> list[int]:
        near = self._above.nearness(found)
        kept = near if len(self._kept) == len(near) else [near[place] for place in self._kept]
        return kept + _sums(self._table, found) if self._entries else kept

    def columns(self, entries: Sequence[Phrased]) -> NDArray[np.uint8]:
        return self._above.columns(entries)

    @cached_property
    def _table(self) -> NDArray[np.uint8]:
        return self._above.columns(self._entries)


class _Rows(NamedTuple):
    """The features of an entry's phrasings, and of its answer."""

    phrasings: Sequence[NDArray[np.uint16]]
    answer: NDArray[np.uint16]


def _rows(entry: Phrased) -> _Rows:
    return _Rows([_present(text) for text in entry.phrasings], _present(entry.answer))


def _rarity(entries: Sequence[_Rows]) -> NDArray[np.float64]:
    """How much a feature counts: by how few of the entries have it in a phrasing."""
    held = np.zeros(_ROWS)
    for entry in entries:
        held[np.unique(np.concatenate(entry.phrasings))] += 1
    return np.log((len(entries) + 1) / (np.maximum(held, 1) + 1)) + _COMMON


def _measured(entries: Sequence[_Rows], idf: NDArray[np.float64]) -> NDArray[np.float64]:
    """A column per entry: the mean of its phrasings, and its answer."""
    table = np.zeros((_ROWS, len(entries)))
    for column, entry in enumerate(entries):
        for number, one in enumerate(entry.phrasings):
            table[one, column] += _unit(idf[one]) * (1.0 if number else _QUESTION) / len(entry.phrasings)
        table[entry.answer, column] += _ANSWER * _unit(idf[entry.answer])
    table *= idf[:, None]
    return table


def _sums(table: NDArray[np.uint8], found: Features) -> list[int]:
    picked = table.take(found, 0, None, "wrap")
    sums: list[int] = np.add.reduce(picked, 0, np.uint32).tolist()
    return sums


def _present(text: str) -> NDArray[np.uint16]:
    return np.unique(features(text) % _ROWS)


def _unit(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    length = np.sqrt(weights @ weights)
    return weights / length if length else weights


class Ranking:
    """All topics of a set of entries as one classifier knows them. Immutable."""

    def __init__(self, topics: Mapping[str, Choice], classifier: Classifier) -> None:
        self._classifier = classifier
        self._topics = [topics.get(name) for name in classifier.classes]
        self._known = {column: topic for column, topic in enumerate(self._topics) if topic is not None}

    def lead(self, found: Features) -> Lead | None:
        """Who leads, and by how much: what suffices to answer. None where the leading topic has no entries."""
        ours, likely = self._classifier.judge(found)
        first = max(likely)
        column = likely.index(first)
        topic = self._topics[column]
        if topic is None or not first:
            return None
        likely[column] = 0.0
        position, sibling = topic.nearest(found)
        return Lead(position, ours, ours * sibling, ours * max(likely) / first)

    def best(self, found: Features, limit: int) -> list[Ranked]:
        """The surest entries, `limit` at least where there are as many, at most three of one topic.

        An entry is as sure as the question is ours at all, as its topic leads, and as it leads in its topic.
        """
        ours, likely = self._classifier.judge(found)
        first = max(likely) or 1.0
        chosen: list[Ranked] = []
        for column in sorted(self._known, key=lambda column: -likely[column]):
            bound = ours * likely[column] / first
            # No entry of this topic or of those behind it can be among the first `limit` any more.
            if len(chosen) >= limit and chosen[limit - 1][0] >= bound:
                break
            topic = self._known[column]
            chosen += [(bound * sure, position) for sure, position in topic.best(found)]
            chosen.sort(key=_SURE, reverse=True)
        return chosen


def by_words(index: Index, spelled: str, few: int) -> list[Ranked]:
    """How like the nearest `few` of an index are to a question (positions are the index's), best first; `sure_of` tells
    how sure that makes them."""
    likeness = index.likeness(spelled)
    # Sorting all would take longer than the search.
    top = likeness.argpartition(-few)[-few:] if len(likeness) > few else np.arange(len(likeness))
    near = zip(likeness[top].tolist(), top.tolist(), strict=True)
    return [(-like, position) for like, position in sorted((-like, at) for like, at in near if like > 0)]


def sure_of(alike: Sequence[Ranked]) -> list[Ranked]:
    """What words alone tell: the nearest entry is as sure as its words, the others by how far they lie behind."""
    nearest = max((like for like, _ in alike), default=0.0)
    surest = 1.0 - (1.0 - nearest) ** _SURELY
    return [(surest * (like / nearest) ** _BEHIND, position) for like, position in alike]


def best_first(found: Iterable[Ranked], topic_of: Callable[[int], str], limit: int) -> list[Ranked]:
    """The `limit` surest, each entry once, at most three of one topic ("" is none)."""
    chosen: list[Ranked] = []
    taken: set[int] = set()
    count: dict[str, int] = {}
    for one in sorted(found, key=_SURE, reverse=True):
        position = one[1]
        topic = topic_of(position)
        if position in taken or (topic and count.get(topic, 0) == _MOST_OF_ONE_TOPIC):
            continue
        chosen.append(one)
        if len(chosen) == limit:
            break
        taken.add(position)
        count[topic] = count.get(topic, 0) + 1
    return chosen
