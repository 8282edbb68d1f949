"""From what is known about a question (its topic, its words) to one confidence per entry."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from faq.classifier import Classifier
from faq.search import Likeness

_BEHIND = 6
_SAME_WORDS = 0.75
_STEEPNESS = 20.0
_LIKENESS_OF_STRANGERS = 0.05
_MOST_OF_ONE_TOPIC = 3
_LOOKED_AT = 5
"""Times as many as are wanted: enough to find other topics among them."""

Confidence = NDArray[np.float64]


def by_words(likeness: Likeness) -> Confidence:
    """What words alone tell: the nearest entry is as sure as its words, the others by how far they lie behind."""
    nearest = likeness.max(initial=0.0)
    if nearest <= 0:
        return likeness
    sure: Confidence = (1.0 - (1.0 - nearest) ** 2.5) * (likeness / nearest) ** _BEHIND
    return sure


class Ranking:
    """Entries by topic, for one classifier. Immutable."""

    def __init__(self, topics: Sequence[str], classifier: Classifier) -> None:
        """`topics`: of each entry; one the classifier has not learnt (or none) is judged by words alone."""
        column = {name: number for number, name in enumerate(classifier.classes)}
        self._classifier = classifier
        self._class_of = np.array([column.get(topic, -1) for topic in topics], np.int64)
        self._strange = np.flatnonzero(self._class_of < 0)
        self._order = np.argsort(self._class_of, kind="stable")
        _, self._starts, groups = np.unique(
            self._class_of[self._order], return_index=True, return_inverse=True
        )
        self._group_of = groups[np.argsort(self._order, kind="stable")]

    def confidence(self, spelled: str, likeness: Likeness) -> Confidence:
        """From 0 to 1 for every entry: how likely the question is ours and of the entry's topic, shared out within the
        topic by words; the very words of an entry suffice whatever the topic."""
        judgement = self._classifier.judge(spelled)
        best = np.maximum.reduceat(likeness[self._order], self._starts)[self._group_of]
        share = (likeness + _LIKENESS_OF_STRANGERS) / (best + _LIKENESS_OF_STRANGERS)
        # The first topic is as sure as that the question is ours at all; the others by how far they lie behind.
        by_topic = (judgement.ours * judgement.likely)[self._class_of] * share
        sure = by_topic
        if likeness.max() > _SAME_WORDS / 2:
            same_words = likeness / (1.0 + np.exp(_STEEPNESS * (_SAME_WORDS - likeness)))
            sure = 1.0 - (1.0 - by_topic) * (1.0 - same_words)
        if len(self._strange):
            sure[self._strange] = by_words(likeness)[self._strange]
        confidence: Confidence = sure
        return confidence


def best_first(confidence: Confidence, topics: Sequence[str], limit: int) -> list[tuple[int, float]]:
    """(position, confidence) of the `limit` surest entries above 0, at most three of one topic: ten of the same help
    nobody."""
    chosen: list[tuple[int, float]] = []
    count: dict[str, int] = {}
    for position, sure in _surest(confidence, limit * _LOOKED_AT):
        if sure <= 0 or len(chosen) == limit:
            break
        topic = topics[position]
        count[topic] = count.get(topic, 0) + 1
        if not topic or count[topic] <= _MOST_OF_ONE_TOPIC:
            chosen.append((position, sure))
    return chosen


def _surest(confidence: Confidence, few: int) -> list[tuple[int, float]]:
    """The surest few, best first: sorting all would take longer than the search."""
    top = confidence.argpartition(-few)[-few:] if len(confidence) > few else np.arange(len(confidence))
    pairs = sorted(zip((-confidence[top]).tolist(), top.tolist(), strict=True))
    return [(position, -sure) for sure, position in pairs]
