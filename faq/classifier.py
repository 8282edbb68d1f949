"""Which topic a question is about: a linear classifier over characters and pairs of characters.

One class is the background: questions that are none of the union's business. The numbers come from `faq.training`, in
the worker; here they are only read, so all processes of a host may share one file.
"""

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.features import Features

BACKGROUND = "background"
Weights = NDArray[np.float32]

_CAUTION = 3.0
"""A fitted classifier is too sure of itself: with this power no stranger's question we know of is 0.7 sure."""


class Judgement(NamedTuple):
    """`ours`: how likely the question is the union's business; `likely`: of every class in their order, only to be
    compared with each other (background: 0)."""

    ours: float
    likely: list[float]


class Classifier:
    """Immutable."""

    def __init__(self, classes: Sequence[str], table: Weights, learnt: Collection[int] = ()) -> None:
        """`table`: a row per feature, the bias last; a column per class, already times the feature's idf, and a last one
        with the idf squared. `learnt`: digests of the entries it was fitted to (`samples.digest`)."""
        self.classes = tuple(classes)
        self.learnt = frozenset(learnt)
        self.table = table
        # numpy's mapped arrays are slow to pick from, their plain views are not.
        self._rows = np.asarray(table)
        # Double precision, and so the scores': whatever they are, their powers of e do not overflow.
        self._bias = np.array(table[-1, :-1], np.float64)
        self._background = self.classes.index(BACKGROUND) if BACKGROUND in self.classes else None

    def judge(self, found: Features) -> Judgement:
        """What a question with these features is about."""
        sums = np.add.reduce(self._rows.take(found, 0))
        square = sums.item(-1)
        scores = self._bias + sums[:-1] / math.sqrt(square) if square else self._bias
        likely = np.exp(scores).tolist()
        if self._background is None:
            return Judgement(1.0, likely)
        ours = (1.0 - likely[self._background] / sum(likely)) ** _CAUTION
        likely[self._background] = 0.0
        return Judgement(ours, likely)
