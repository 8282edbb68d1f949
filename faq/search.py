"""Finding the entry that answers a question: TF-IDF cosine over single characters, pairs and jieba's words.

An entry is as near as the nearest of its phrasings (its question and alternates), so a score from 0 to 1 means the same
for every question. jieba cuts the phrasings when the index is built; a query is looked up against the words found then
(as jieba's full mode does), which costs no segmentation on the request path.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.text import normalise
from faq.words import load_tokenizer

_MAX_QUERY = 400
_LONGEST_WORD = 6
_NOISE = re.compile(r"[^\w]+|_+")
_STOP = frozenset("的了吗呢吧啊呀哦么嘛请问你您我们是就也都和与及在有个这那")


@dataclass(frozen=True, slots=True)
class Hit:
    """`position` in the list the index was built from; `score` from 0 to 1."""

    position: int
    score: float


def simplify(text: str) -> str:
    """A question's letters and digits only, normalised and cut to a length that bounds the work."""
    return _NOISE.sub("", normalise(text))[:_MAX_QUERY]


class Index:
    """An immutable search index over entries, each given as its phrasings (one at least)."""

    def __init__(self, phrasings: Sequence[Sequence[str]]) -> None:
        texts = [(i, simplify(text)) for i, group in enumerate(phrasings) for text in group]
        self._size = len(phrasings)
        self._rows = len(texts)
        self._starts = np.cumsum([0, *(len(group) for group in phrasings[:-1])])
        self._words = _vocabulary(text for _, text in texts)
        self._word_lengths = sorted({len(word) for word in self._words})
        self._ids: dict[str, int] = {}
        self._idf: list[float] = []
        self._rows_of: list[NDArray[np.int32]] = []
        self._weights_of: list[NDArray[np.float64]] = []
        self._build([self._features(text) for _, text in texts])

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The nearest entries, best first; an entry without anything in common is left out."""
        features = self._features(simplify(query))
        known = [self._ids[f] for f in features if f in self._ids]
        if not known:
            return []
        norm = math.sqrt(sum(self._idf[i] ** 2 for i in known) + self._unknown(features, len(known)))
        rows = np.concatenate([self._rows_of[i] for i in known])
        weights = np.concatenate([self._weights_of[i] for i in known])
        similarity = np.bincount(rows, weights, self._rows)
        best = np.maximum.reduceat(similarity, self._starts)
        top = best.argpartition(-limit)[-limit:] if self._size > limit else np.arange(self._size)
        scored = sorted(
            ((score, -i) for i, score in zip(top.tolist(), best[top].tolist(), strict=True)), reverse=True
        )
        return [Hit(-i, round(min(1.0, score / norm), 4)) for score, i in scored if score > 0]

    def _unknown(self, features: set[str], known: int) -> float:
        """What the query says that no phrasing ever said: it lowers the score, so that other subjects stay below."""
        missing = len(features) - known
        return missing * (0.5 * math.log(self._rows + 1)) ** 2

    def _features(self, text: str) -> set[str]:
        """Characters, pairs, and the known words that stand anywhere in `text`."""
        found = {char for char in text if char not in _STOP}
        found.update(map("".join, pairwise(text)))
        for length in self._word_lengths:
            found.update(
                self._words.intersection([text[i : i + length] for i in range(len(text) - length + 1)])
            )
        return found

    def _build(self, documents: list[set[str]]) -> None:
        frequency = Counter(feature for document in documents for feature in document)
        self._ids = {feature: i for i, feature in enumerate(frequency)}
        total = len(documents) + 1
        self._idf = [math.log(total / n) for n in frequency.values()]
        rows: list[list[int]] = [[] for _ in frequency]
        weights: list[list[float]] = [[] for _ in frequency]
        for row, document in enumerate(documents):
            known = [self._ids[feature] for feature in document]
            norm = math.sqrt(sum(self._idf[i] ** 2 for i in known)) or 1.0
            for i in known:
                rows[i].append(row)
                # The query's own weight is the same idf: multiplied in here, once.
                weights[i].append(self._idf[i] ** 2 / norm)
        self._rows_of = [np.array(found, dtype=np.int32) for found in rows]
        self._weights_of = [np.array(found, dtype=np.float64) for found in weights]


def _vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """jieba's words of three letters and more in `texts` (shorter ones are characters and pairs already)."""
    words = {word for text in texts for word in load_tokenizer().cut(text, HMM=False)}
    return frozenset(word for word in words if 3 <= len(word) <= _LONGEST_WORD)
