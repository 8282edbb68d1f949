"""Which topic a question is about: a linear classifier over characters and pairs of characters.

One class is the background: questions that are none of the union's business. The numbers come from `faq.training`, in
the worker; here they are only read, so all processes of a host may share one file.
"""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BACKGROUND = "background"
_NUMBER = re.compile("[0-9]+")
Weights = NDArray[np.floating]
"""Single precision while they are fitted, half where they are only read."""


class Judgement(NamedTuple):
    """`ours`: how likely the question is the union's business; `likely`: of each class, given that it is (background: 0)."""

    ours: float
    likely: NDArray[np.float64]


def features(spelled: str) -> set[str]:
    """Characters and pairs of a text that a `Speller` has spelt; one number is like another."""
    text = _NUMBER.sub("0", spelled)
    found = set(text)
    found.update(map(str.__add__, text, text[1:]))
    return found


class Classifier:
    """Immutable."""

    def __init__(
        self, classes: Sequence[str], vocabulary: Sequence[str], idf: Weights, weights: Weights
    ) -> None:
        """`idf`: a number per feature; `weights`: a row per feature and one more for the bias, a column per class."""
        self.classes = tuple(classes)
        self.vocabulary = tuple(vocabulary)
        self.idf = idf
        self.weights = weights
        self._rows = {feature: row for row, feature in enumerate(self.vocabulary)}
        self._bias = np.array(weights[-1], np.float64)
        self._background = self.classes.index(BACKGROUND) if BACKGROUND in self.classes else None

    def judge(self, spelled: str) -> Judgement:
        """What a spelt question is about."""
        rows = [row for feature in features(spelled) if (row := self._rows.get(feature)) is not None]
        scores = self._bias
        if rows:
            idf = self.idf[rows]
            scores = scores + (idf @ self.weights[rows].astype(np.float32)) / math.sqrt(float(idf @ idf))
        likely = np.exp(scores - scores.max())
        likely /= likely.sum()
        if self._background is None:
            return Judgement(1.0, likely)
        ours = max(1.0 - float(likely[self._background]), 1e-9)
        likely[self._background] = 0.0
        return Judgement(ours, likely / ours)
