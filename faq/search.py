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

import numpy as np
from numpy.typing import NDArray

from core.text import normalise
from faq.words import load_tokenizer

_MAX_QUERY = 400
_LONGEST_WORD = 6
_NOISE = re.compile(r"[^\w]+|_+")
_STOP = frozenset("的了吗呢吧啊呀哦么嘛请问你您我们是就也都和与及在有个这那")
_EMPTY = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Hit:
    """`position` in the list the index was built from; `score` from 0 to 1."""

    position: int
    score: float


def simplify(text: str) -> str:
    """A question's letters and digits only, normalised and cut to a length that bounds the work."""
    return _NOISE.sub("", normalise(text))[:_MAX_QUERY]


def _grams(text: str) -> Iterable[str]:
    yield from (char for char in text if char not in _STOP)
    yield from (text[i : i + 2] for i in range(len(text) - 1))


class Index:
    """An immutable search index over entries, each given as its phrasings (one at least)."""

    def __init__(self, phrasings: Sequence[Sequence[str]]) -> None:
        texts = [(i, simplify(text)) for i, group in enumerate(phrasings) for text in group]
        self._size = len(phrasings)
        self._rows = len(texts)
        self._starts = np.cumsum([0, *(len(group) for group in phrasings[:-1])])
        self._words = _vocabulary(text for _, text in texts)
        self._ids: dict[str, int] = {}
        self._idf = _EMPTY
        self._postings: list[tuple[NDArray[np.int32], NDArray[np.float32]]] = []
        self._build([self._features(text) for _, text in texts])

    def search(self, query: str, limit: int = 10) -> list[Hit]:
        """The nearest entries, best first; an entry without anything in common is left out."""
        counts = self._features(simplify(query))
        known = [(self._ids[f], n) for f, n in counts.items() if f in self._ids]
        if not known:
            return []
        weights = {i: (1 + math.log(n)) * float(self._idf[i]) for i, n in known}
        norm = math.sqrt(sum(w * w for w in weights.values()) + self._unknown(counts, len(known)))
        rows = np.concatenate([self._postings[i][0] for i in weights])
        parts = np.concatenate([self._postings[i][1] * (w / norm) for i, w in weights.items()])
        similarity = np.bincount(rows, weights=parts, minlength=self._rows)
        best = np.maximum.reduceat(similarity, self._starts)
        top = (
            np.argpartition(-best, min(limit, self._size - 1))[:limit]
            if self._size > limit
            else np.arange(self._size)
        )
        ranked = top[np.argsort(-best[top], kind="stable")]
        return [Hit(int(i), round(min(1.0, float(best[i])), 4)) for i in ranked if best[i] > 0]

    def _unknown(self, counts: Counter[str], known: int) -> float:
        """What the query says that no phrasing ever said: it lowers the score, so that other subjects stay below."""
        missing = len(counts) - known
        return missing * (0.5 * math.log(self._rows + 1)) ** 2

    def _features(self, text: str) -> Counter[str]:
        counts = Counter(_grams(text))
        words = self._words
        for length in range(3, _LONGEST_WORD + 1):
            for i in range(len(text) - length + 1):
                if (piece := text[i : i + length]) in words:
                    counts[piece] += 1
        return counts

    def _build(self, documents: list[Counter[str]]) -> None:
        frequency: Counter[str] = Counter()
        for document in documents:
            frequency.update(document.keys())
        self._ids = {feature: i for i, feature in enumerate(frequency)}
        total = len(documents) + 1
        self._idf = np.array([math.log(total / n) for n in frequency.values()], dtype=np.float32)
        rows: list[list[int]] = [[] for _ in frequency]
        weights: list[list[float]] = [[] for _ in frequency]
        for row, document in enumerate(documents):
            vector = {
                self._ids[f]: (1 + math.log(n)) * float(self._idf[self._ids[f]]) for f, n in document.items()
            }
            norm = math.sqrt(sum(w * w for w in vector.values())) or 1.0
            for feature, weight in vector.items():
                rows[feature].append(row)
                weights[feature].append(weight / norm)
        self._postings = [
            (np.array(r, dtype=np.int32), np.array(w, dtype=np.float32))
            for r, w in zip(rows, weights, strict=True)
        ]


def _vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """jieba's words of three letters and more in `texts` (shorter ones are characters and pairs already)."""
    words = {word for text in texts for word in load_tokenizer().cut(text, HMM=False)}
    return frozenset(word for word in words if 3 <= len(word) <= _LONGEST_WORD)
