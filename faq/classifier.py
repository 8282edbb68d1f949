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
    """`ours`: how likely the question is the union's business; `likely`: each topic beside the likeliest, which is 1
    (background: 0)."""

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
        self._weights = np.asarray(
            weights
        )  # numpy's mapped arrays are slow to pick from, their plain views are not
        self._rows = {feature: row for row, feature in enumerate(self.vocabulary)}
        self._bias = np.array(weights[-1], np.float64)
        self._background = self.classes.index(BACKGROUND) if BACKGROUND in self.classes else None

    def judge(self, spelled: str) -> Judgement:
        """What a spelt question is about."""
        known = [row for feature in features(spelled) if (row := self._rows.get(feature)) is not None]
        scores = self._bias
        if known:
            rows = np.array(known)
            idf = self.idf.take(rows)
            weights = self._weights.take(rows, axis=0).astype(np.float32)
            scores = scores + (idf @ weights) / math.sqrt(float(idf @ idf))
        likely = np.exp(scores - scores.max())
        ours = 1.0
        if self._background is not None:
            total = float(np.add.reduce(likely))
            ours = 1.0 - float(likely[self._background]) / total
            likely[self._background] = 0.0
        return Judgement(ours, likely / max(likely.max(), 1e-12))
