"""How near entries are to a question in words: TF-IDF cosine over characters, pairs of characters and jieba's words.

An entry is the middle of its phrasings (its question and alternates): of phrasings left out that finds .43 rightly, where
the nearest phrasing finds .30. jieba cuts the phrasings when the index is built; a question is looked up against the words
found then (as jieba's full mode does), which costs no segmentation on the request path. All texts are spelt
(`faq.spelling`) before.

Characters that stand in many entries are rows of a matrix to be summed; all others have lists of the few entries that hold
them. Either alone takes three times as long over twenty thousand entries.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.usage import Usage
from faq.words import load_tokenizer

_PAIR = 0.25
_WORD = 0.7
_RARITY = 0.6
"""Below 1, so that one rare word does not drown the rest. All three by rewordings of general questions."""

_LONGEST_WORD = 6
_STOP = frozenset("的了吗呢吧啊呀哦么嘛")
"""They say nothing of their own (「在吗」 is no question); in pairs they count."""

_COMMON = 16
"""One entry in so many: from there on a feature is a row of the matrix."""

Likeness = NDArray[np.float64]


class _Posting(NamedTuple):
    """A rare feature: the entries that hold it, and what it adds to the likeness of each.

    Both are the bytes of int64 and float64 arrays: joined, they cost a third of concatenating arrays.
    """

    entries: bytes
    weights: bytes


class Index:
    """An immutable search index over entries, each given as its spelt phrasings (one at least)."""

    def __init__(
        self,
        phrasings: Sequence[Sequence[str]],
        *,
        with_words: bool = True,
        usage: Usage | None = None,
    ) -> None:
        """Without words jieba need not be loaded (a second, 80 MB). `usage` is what weights are told from beside the entries,
        where these are few."""
        self._size = len(phrasings)
        words = _vocabulary(text for group in phrasings for text in group) if with_words else frozenset()
        self._words = _by_beginning(word for word in words if len(word) > len("一对"))
        found = [[self._features(text) for text in group] for group in phrasings]
        frequency = Counter(feature for group in found for one in group for feature in one)
        total = sum(map(len, found)) + 1
        if usage is not None:
            total += usage.total
            frequency = Counter({feature: n + usage.held.get(feature, 0) for feature, n in frequency.items()})
        self._usage = usage
        self._total = math.log(total)
        self._unknown: float = self._total**_RARITY
        self._weight = {
            feature: _kind(feature, words) * math.log(total / count) ** _RARITY
            for feature, count in frequency.items()
        }
        self._rows, self._common, self._rare = _laid_out(
            [_centre(group, self._weight) for group in found], self._weight
        )

    def likeness(self, spelled: str) -> Likeness:
        """A number from 0 (nothing in common) to 1 for every entry, in the order the index was built from."""
        found = self._features(spelled)
        weights = [weight for feature in found if (weight := self._weight.get(feature)) is not None]
        if not weights:
            return np.zeros(self._size)
        # What no phrasing ever said lowers the likeness, so that other subjects stay below.
        beyond = (
            (len(found) - len(weights)) * self._unknown**2
            if self._usage is None
            else sum(self._square(feature) for feature in found if feature not in self._weight)
        )
        length = math.sqrt(sum(weight * weight for weight in weights) + beyond)
        rare = [posting for feature in found if (posting := self._rare.get(feature)) is not None]
        rows = [row for feature in found if (row := self._rows.get(feature)) is not None]
        likeness: Likeness = np.bincount(
            np.frombuffer(b"".join([posting.entries for posting in rare]), np.int64),
            np.frombuffer(b"".join([posting.weights for posting in rare]), np.float64),
            self._size,
        ).astype(np.float64, copy=False)
        if rows:
            likeness += np.add.reduce(self._common.take(rows, 0))
        np.divide(likeness, length, out=likeness)
        return np.minimum(likeness, 1.0, out=likeness)

    def _square(self, feature: str) -> float:
        """Of what no phrasing here says, the less the more people say it elsewhere."""
        held = self._usage.held.get(feature) if self._usage is not None else None
        if held is None:
            return self._unknown * self._unknown
        weight: float = _kind(feature, frozenset()) * (self._total - math.log(held)) ** _RARITY
        return weight * weight

    def _features(self, text: str) -> set[str]:
        """Characters, pairs, and the known longer words that stand anywhere in `text`."""
        found = set(text) - _STOP
        found.update(map(str.__add__, text, text[1:]))
        for beginning in self._words.keys() & found:
            found.update(word for word in self._words[beginning] if word in text)
        return found


def _kind(feature: str, words: frozenset[str]) -> float:
    """How much a feature counts: a pair that is a word is both."""
    if len(feature) == 1:
        return 1.0
    if len(feature) == len("一对"):
        return math.hypot(_PAIR, _WORD) if feature in words else _PAIR
    return _WORD


def _centre(phrasings: Sequence[set[str]], weight: Mapping[str, float]) -> dict[str, float]:
    """The middle of phrasings of length 1, itself of length 1."""
    centre: dict[str, float] = defaultdict(float)
    for found in phrasings:
        length = math.sqrt(sum(weight[feature] ** 2 for feature in found)) or 1.0
        for feature in found:
            centre[feature] += weight[feature] / length
    length = math.sqrt(sum(value * value for value in centre.values())) or 1.0
    return {feature: value / length for feature, value in centre.items()}


def _laid_out(
    centres: Sequence[dict[str, float]], weight: Mapping[str, float]
) -> tuple[dict[str, int], NDArray[np.float32], dict[str, _Posting]]:
    """Rows by common feature, the matrix, and the postings of the rare; a query's own weight is multiplied in."""
    entries: dict[str, list[int]] = defaultdict(list)
    values: dict[str, list[float]] = defaultdict(list)
    for entry, centre in enumerate(centres):
        for feature, value in centre.items():
            entries[feature].append(entry)
            values[feature].append(value * weight[feature])
    common = [feature for feature, held in entries.items() if len(held) * _COMMON > len(centres)]
    matrix = np.zeros((len(common), len(centres)), np.float32)
    for row, feature in enumerate(common):
        matrix[row, entries.pop(feature)] = values[feature]
    rare = {
        feature: _Posting(np.array(held, np.int64).tobytes(), np.array(values[feature]).tobytes())
        for feature, held in entries.items()
    }
    return {feature: row for row, feature in enumerate(common)}, matrix, rare


def _by_beginning(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Words by their first two letters."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in words:
        found[word[:2]].append(word)
    return {beginning: tuple(group) for beginning, group in found.items()}


def _vocabulary(texts: Iterable[str]) -> frozenset[str]:
    """jieba's words of two letters and more in `texts`."""
    words = {word for text in texts for word in load_tokenizer().cut(text, HMM=False)}
    return frozenset(word for word in words if 2 <= len(word) <= _LONGEST_WORD)
