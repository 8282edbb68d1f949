"""From what is known about a question (its topic, its words) to the entries that answer it, best first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.classifier import Classifier
from faq.features import Features, features
from faq.search import Index

MOST_OF_ONE_TOPIC = 3
"""Ten of the same help nobody."""

_BEHIND = 6
_ROWS = np.uint16((1 << 13) - 1)
"""Of a topic's table: hashed more closely than the classifier's, for there are many of them."""

_COMMON = 0.3
_QUESTION = 2.0
_ANSWER = 0.6
_SPREAD = 3
_SMOOTH = 0.02
_FINEST = 255


Ranked = tuple[float, int]
"""How sure an entry is, from 0 to 1, and its position: plain pairs, for many are made and sorted for each question."""


class Phrased(NamedTuple):
    """An entry as searching sees it: its spelt phrasings (its question first) and its spelt answer."""

    phrasings: Sequence[str]
    answer: str


class Topic:
    """The entries of one topic and what tells them apart. Immutable.

    An entry is the mean of its phrasings, its question and answer weighted on their own; a feature counts by how few of
    the topic's entries have it. Of phrasings left out that chose .69 rightly, where the nearest phrasing chose .52.
    """

    def __init__(self, positions: Sequence[int], entries: Sequence[Phrased]) -> None:
        self.positions = tuple(positions)
        phrasings = [[_present(text) for text in entry.phrasings] for entry in entries]
        held = np.zeros(_ROWS + 1)
        for rows in phrasings:
            held[np.unique(np.concatenate(rows))] += 1
        idf = np.log((len(entries) + 1) / (np.maximum(held, 1) + 1)) + _COMMON
        table = np.zeros((_ROWS + 1, len(entries)))
        for column, (entry, rows) in enumerate(zip(entries, phrasings, strict=True)):
            for number, one in enumerate(rows):
                table[one, column] += _unit(idf[one]) * (1.0 if number else _QUESTION) / len(rows)
            answer = _present(entry.answer)
            table[answer, column] += _ANSWER * _unit(idf[answer])
        table *= idf[:, None]
        self._table = np.round(table * (_FINEST / (table.max() or 1.0))).astype(np.uint8)

    def best(self, narrow: NDArray[np.uint16]) -> list[Ranked]:
        """The nearest few, best first; the nearest is as sure as can be, the others by how far they lie behind."""
        sums = np.add.reduce(self._table.take(narrow, 0), 0, np.uint32).tolist()
        smooth = _SMOOTH * _FINEST * len(narrow)
        most = max(sums) + smooth
        ordered = sorted(zip(sums, self.positions, strict=True), reverse=True)[:MOST_OF_ONE_TOPIC]
        return [(((near + smooth) / most) ** _SPREAD, position) for near, position in ordered]


def _present(text: str) -> NDArray[np.uint16]:
    return np.unique(features(text) & _ROWS)


def _unit(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    length = np.sqrt(weights @ weights)
    return weights / length if length else weights


class Ranking:
    """All topics of a set of entries as one classifier knows them. Immutable."""

    def __init__(self, topics: Mapping[str, Topic], classifier: Classifier) -> None:
        self._classifier = classifier
        self._topics = [topics.get(name) for name in classifier.classes]

    def best(self, found: Features, limit: int) -> list[Ranked]:
        """The surest entries, `limit` at least where there are as many, at most three of one topic.

        An entry is as sure as the question is ours at all, as its topic leads, and as it leads in its topic.
        """
        ours, order, likely = self._classifier.judge(found)
        narrow = found & _ROWS
        chosen: list[Ranked] = []
        for column in order:
            bound = ours * likely[column] / likely[order[0]]
            # No entry of this topic or of those behind it can be among the first `limit` any more.
            if len(chosen) >= limit and chosen[limit - 1][0] >= bound:
                break
            topic = self._topics[column]
            if topic is not None:
                chosen += [(bound * sure, position) for sure, position in topic.best(narrow)]
                chosen.sort(reverse=True)
        return chosen


def by_words(index: Index, spelled: str, few: int) -> list[Ranked]:
    """What words alone tell: the nearest entry is as sure as its words, the others by how far they lie behind.

    The nearest `few` (positions are the index's), best first.
    """
    likeness = index.likeness(spelled)
    nearest = float(likeness.max(initial=0.0))
    if nearest <= 0:
        return []
    surest = 1.0 - (1.0 - nearest) ** 2.5
    # Sorting all would take longer than the search.
    top = likeness.argpartition(-few)[-few:] if len(likeness) > few else np.arange(len(likeness))
    near = zip(likeness[top].tolist(), top.tolist(), strict=True)
    ordered = sorted(((like, position) for like, position in near if like > 0), reverse=True)
    return [(surest * (like / nearest) ** _BEHIND, position) for like, position in ordered]


def best_first(found: Iterable[Ranked], topics: Sequence[str], limit: int) -> list[Ranked]:
    """The `limit` surest, each entry once, at most three of one topic ("" is none)."""
    chosen: list[Ranked] = []
    taken: set[int] = set()
    count: dict[str, int] = {}
    for one in sorted(found, reverse=True):
        position = one[1]
        topic = topics[position]
        if position in taken or (topic and count.get(topic, 0) == MOST_OF_ONE_TOPIC):
            continue
        chosen.append(one)
        if len(chosen) == limit:
            break
        taken.add(position)
        count[topic] = count.get(topic, 0) + 1
    return chosen
