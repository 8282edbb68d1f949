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
_LOOKED_AT = 200

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
        _, self._starts, self._group_of = np.unique(
            self._class_of[self._order], return_index=True, return_inverse=True
        )
        self._back = np.argsort(self._order, kind="stable")

    def confidence(self, spelled: str, likeness: Likeness) -> Confidence:
        """From 0 to 1 for every entry: how likely the question is ours and of the entry's topic, shared out within the
        topic by words; the very words of an entry suffice whatever the topic."""
        judgement = self._classifier.judge(spelled)
        best = np.maximum.reduceat(likeness[self._order], self._starts)[self._group_of][self._back]
        share = (likeness + _LIKENESS_OF_STRANGERS) / (best + _LIKENESS_OF_STRANGERS)
        # The first topic is as sure as that the question is ours at all; the others by how far they lie behind.
        topic = judgement.likely / judgement.likely.max()
        by_topic = judgement.ours * topic[self._class_of] * share
        same_words = likeness / (1.0 + np.exp(_STEEPNESS * (_SAME_WORDS - likeness)))
        sure = 1.0 - (1.0 - by_topic) * (1.0 - same_words)
        if len(self._strange):
            sure[self._strange] = by_words(likeness)[self._strange]
        confidence: Confidence = sure
        return confidence


def best_first(confidence: Confidence, topics: Sequence[str], limit: int) -> list[int]:
    """Positions of the `limit` surest entries above 0, at most three of one topic: ten of the same help nobody."""
    chosen: list[int] = []
    count: dict[str, int] = {}
    for position in _surest(confidence):
        if confidence[position] <= 0 or len(chosen) == limit:
            break
        topic = topics[position]
        count[topic] = count.get(topic, 0) + 1
        if not topic or count[topic] <= _MOST_OF_ONE_TOPIC:
            chosen.append(position)
    return chosen


def _surest(confidence: Confidence) -> list[int]:
    """Positions of the surest few, best first: sorting all of 20 000 would take longer than the search."""
    top = np.arange(len(confidence))
    if len(confidence) > _LOOKED_AT:
        top = np.sort(confidence.argpartition(-_LOOKED_AT)[-_LOOKED_AT:])
    surest: list[int] = top[np.argsort(-confidence[top], kind="stable")].tolist()
    return surest
