"""How near entries are to a question in words: TF-IDF cosine over single characters, pairs and jieba's words.

An entry is as near as the nearest of its phrasings (its question and alternates), so a likeness from 0 to 1 means the
same for every question. jieba cuts the phrasings when the index is built; a question is looked up against the words found then
(as jieba's full mode does), which costs no segmentation on the request path. All texts are spelt (`faq.spelling`) before.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.words import load_tokenizer

_LONGEST_WORD = 6
_STOP = frozenset("的了吗呢吧啊呀哦么嘛请问你您我们是就也都和与及在有个这那")

Likeness = NDArray[np.float64]


class _Posting(NamedTuple):
    """A feature: the phrasings it stands in, what it adds to each, and what it adds to a query's squared length.

    The first two are the bytes of int64 and float64 arrays: joined, they cost a third of concatenating arrays.
    """

    rows: bytes
    weights: bytes
    square: float


class Index:
    """An immutable search index over entries, each given as its spelt phrasings (one at least)."""

    def __init__(self, phrasings: Sequence[Sequence[str]]) -> None:
        size = len(phrasings)
        longest = max(map(len, phrasings), default=0)
        # Row = phrasing · entries + entry: an entry's best phrasing is then the maximum of a column.
        self._shape = (longest, size)
        texts = [
            (turn * size + n, text) for n, group in enumerate(phrasings) for turn, text in enumerate(group)
        ]
        self._words = _by_beginning(_vocabulary(text for _, text in texts))
        self._unknown_square = (0.5 * math.log(len(texts) + 1)) ** 2
        self._postings = _postings([(row, self._features(text)) for row, text in texts])

    def likeness(self, spelled: str) -> Likeness:
        """A number from 0 (nothing in common) to 1 for every entry, in the order the index was built from."""
        found = self._features(spelled)
        known = [posting for feature in found if (posting := self._postings.get(feature))]
        longest, size = self._shape
        if not known:
            return np.zeros(size)
        rows, weights, squares = zip(*known, strict=True)
        # What no phrasing ever said lowers the score, so that other subjects stay below.
        norm = math.sqrt(sum(squares) + (len(found) - len(known)) * self._unknown_square)
        similarity = np.bincount(
            np.frombuffer(b"".join(rows), np.int64),
            np.frombuffer(b"".join(weights), np.float64),
            longest * size,
        )
        best: Likeness = np.maximum.reduce(similarity.reshape(self._shape))
        return np.minimum(best / norm, 1.0)

    def _features(self, text: str) -> set[str]:
        """Characters, pairs, and the known words that stand anywhere in `text`."""
        found = set(text) - _STOP
        found.update(map(str.__add__, text, text[1:]))
        for beginning in self._words.keys() & found:
            found.update(word for word in self._words[beginning] if word in text)
        return found


def _postings(documents: Sequence[tuple[int, set[str]]]) -> dict[str, _Posting]:
    """The features of (row, features) documents, weighted."""
    frequency = Counter(feature for _, features in documents for feature in features)
    idf = {feature: math.log((len(documents) + 1) / n) for feature, n in frequency.items()}
    rows: dict[str, list[int]] = {feature: [] for feature in frequency}
    weights: dict[str, list[float]] = {feature: [] for feature in frequency}
    for row, features in documents:
        norm = math.sqrt(sum(idf[feature] ** 2 for feature in features)) or 1.0
        for feature in features:
            rows[feature].append(row)
            # The query's own weight is the same idf: multiplied in here, once.
            weights[feature].append(idf[feature] ** 2 / norm)
    return {
        feature: _Posting(
            np.array(rows[feature], np.int64).tobytes(),
            np.array(weights[feature], np.float64).tobytes(),
            idf[feature] ** 2,
        )
        for feature in frequency
    }


def _by_beginning(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words by their first two letters."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        found[word[:2]].append(word)
    return {beginning: tuple(group) for beginning, group in found.items()}


def _vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """jieba's words of three letters and more in `texts` (shorter ones are characters and pairs already)."""
    words = {word for text in texts for word in load_tokenizer().cut(text, HMM=False)}
    return frozenset(word for word in words if 3 <= len(word) <= _LONGEST_WORD)
