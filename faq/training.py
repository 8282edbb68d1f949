"""Fitting the classifier: multinomial logistic regression by L-BFGS, in numpy. The worker's work, not the web's.

Frequent features are a dense matrix (BLAS), the many rare ones a list of places: a fifth of the time of either alone.
"""

from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.classifier import BACKGROUND, Classifier, Weights
from faq.features import SIZE, features

_STRANGERS = 0.3
_FREQUENT = 800
_RARE_BLOCK = 4000  # of places whose rows stay in the processor's cache
_MEMORY = 5
_PATIENCE = 5
_LEAST_GAIN = 0.01
"""Fitting ends when so many rounds together gain less than this share of the loss; one alone may gain little at first."""

Evaluate = Callable[[Weights], tuple[float, Weights]]


class Sample(NamedTuple):
    """A spelt question and the topic it is about (`classifier.BACKGROUND`: none of ours)."""

    spelled: str
    topic: str


def fit(
    samples: Sequence[Sample],
    *,
    learnt: Collection[int] = (),
    strength: float = 0.2,
    rounds: int = 40,
    start: Classifier | None = None,
) -> Classifier:
    """A classifier that tells the topics of `samples` apart; every topic counts the same, however many samples it has.

    `strength` keeps the weights small (L2, per sample), `rounds` bounds the time. `start` is an earlier classifier of much the same
    samples: a small change then takes few rounds. Raises ValueError without two topics.
    """
    classes = sorted({sample.topic for sample in samples})
    if len(classes) < 2:
        raise ValueError("there is nothing to tell apart")
    documents = _Documents([sample.spelled for sample in samples])
    position = {name: number for number, name in enumerate(classes)}
    wanted = np.array([position[sample.topic] for sample in samples])
    loss = _Loss(documents, wanted, _shares(classes), strength)
    weights = _descend(loss, documents.sorted(_weights_of(start, classes)), rounds)
    return Classifier(classes, _table(documents, weights), learnt)


def _shares(classes: Sequence[str]) -> list[float]:
    """How much each class counts: every topic the same, the background as often as strangers' questions come."""
    outside = _STRANGERS if BACKGROUND in classes else 0.0
    topics = len(classes) - (BACKGROUND in classes)
    return [outside if name == BACKGROUND else (1.0 - outside) / topics for name in classes]


def _weights_of(start: Classifier | None, classes: Sequence[str]) -> Weights:
    """A row per feature and the bias, a column per class: those of `start` where it has them, else 0."""
    weights = np.zeros((SIZE + 1, len(classes)), np.float32)
    if start is not None:
        known = [
            (new, start.classes.index(name)) for new, name in enumerate(classes) if name in start.classes
        ]
        idf = np.sqrt(start.table[:, -1:])
        idf[-1] = 1.0
        for new, old in known:
            weights[:, new] = start.table[:, old] / idf[:, 0]
    return weights


def _table(documents: "_Documents", weights: Weights) -> Weights:
    """What `Classifier` reads."""
    idf = np.append(documents.idf, np.float32(1.0))[:, None]
    squares = np.square(idf)
    squares[-1] = 0.0
    return np.hstack((documents.unsorted(weights) * idf, squares)).astype(np.float32)


class _Documents:
    """Documents as rows of tf-idf, each of length 1; a bias column at the end.

    Inside, features stand most frequent first (`sorted` brings weights into that order, `unsorted` back).
    """

    def __init__(self, texts: Sequence[str]) -> None:
        found = [features(text) for text in texts]
        document = np.repeat(np.arange(len(found)), [len(rows) for rows in found])
        places, count = np.unique(document * SIZE + np.concatenate(found), return_counts=True)
        document, feature = np.divmod(places, SIZE)
        frequency = np.bincount(feature, minlength=SIZE)
        self.idf = (np.log((len(found) + 1) / (frequency + 1)) + 1).astype(np.float32)
        self._order = np.argsort(-frequency, kind="stable")
        value = count * self.idf[feature]
        length = np.sqrt(np.bincount(document, value * value, len(found)))
        value = (value / length[document]).astype(np.float32)
        row = np.argsort(self._order)[feature]
        self.count, self.size = len(found), SIZE + 1
        frequent = row < _FREQUENT
        self.dense = np.zeros((self.count, _FREQUENT), np.float32)
        self.dense[document[frequent], row[frequent]] = value[frequent]
        rare = ~frequent
        self._by_document = _Places(document[rare], row[rare], value[rare])
        self._by_feature = _Places(row[rare], document[rare], value[rare])

    def sorted(self, weights: Weights) -> Weights:
        return np.concatenate((weights[self._order], weights[-1:]))

    def unsorted(self, weights: Weights) -> Weights:
        back = np.empty_like(weights)
        back[self._order], back[-1] = weights[:-1], weights[-1]
        return back

    def times(self, weights: Weights) -> Weights:
        """Documents · weights: a row per document, a column per class."""
        scores: Weights = self.dense @ weights[:_FREQUENT] + weights[-1]
        self._by_document.add(scores, weights)
        return scores

    def transposed_times(self, errors: Weights) -> Weights:
        """Documentsᵀ · errors: a row per feature, the bias last."""
        gradient = np.zeros((self.size, errors.shape[1]), np.float32)
        gradient[:_FREQUENT] = self.dense.T @ errors
        self._by_feature.add(gradient, errors)
        gradient[-1] = errors.sum(axis=0)
        return gradient


class _Places:
    """(target, source, value) triples, sorted so that the sums of one target lie together."""

    def __init__(self, target: NDArray[np.int64], source: NDArray[np.int64], value: Weights) -> None:
        order = np.argsort(target, kind="stable")
        self._target, self._source, self._value = target[order], source[order], value[order]

    def add(self, sums: Weights, rows: Weights) -> None:
        """sums[target] += value · rows[source] for every triple."""
        for begin in range(0, len(self._target), _RARE_BLOCK):
            block = slice(begin, begin + _RARE_BLOCK)
            target = self._target[block]
            starts = np.flatnonzero(np.diff(target, prepend=-1))
            parts = np.add.reduceat(rows[self._source[block]] * self._value[block, None], starts, axis=0)
            sums[target[starts]] += parts


class _Loss:
    """Mean cross-entropy, every class with its share, and the penalty on large weights (not on the bias)."""

    def __init__(
        self, documents: _Documents, wanted: NDArray[np.int64], share_of: Sequence[float], strength: float
    ) -> None:
        self._documents = documents
        self._wanted = wanted
        self._strength = strength / documents.count
        share = np.array(share_of) / np.bincount(wanted, minlength=len(share_of))
        self._share = share[wanted].astype(np.float32)
        self._each = np.arange(documents.count)

    def __call__(self, weights: Weights) -> tuple[float, Weights]:
        scores = self._documents.times(weights)
        scores -= scores.max(axis=1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=1, keepdims=True)
        likely = np.maximum(scores[self._each, self._wanted], 1e-12)
        free = weights[:-1]
        value = -float(self._share @ np.log(likely)) + 0.5 * self._strength * float(np.vdot(free, free))
        scores[self._each, self._wanted] -= 1
        gradient = self._documents.transposed_times(scores * self._share[:, None])
        gradient[:-1] += self._strength * free
        return value, gradient


def _descend(evaluate: Evaluate, weights: Weights, rounds: int) -> Weights:
    """L-BFGS with backtracking (Nocedal & Wright, algorithms 7.4 and 3.1)."""
    value, gradient = evaluate(weights)
    history: list[tuple[Weights, Weights, float]] = []
    values = [value]
    for _ in range(rounds):
        direction = -_two_loops(gradient, history)
        slope = float(np.vdot(gradient, direction))
        step = 1.0 if history else 1.0 / max(float(np.abs(gradient).max()), 1e-9)
        for _ in range(20):
            there = weights + np.float32(step) * direction
            value_there, gradient_there = evaluate(there)
            if value_there <= value + 1e-4 * step * slope:
                break
            step /= 2
        else:
            return weights
        moved, turned = there - weights, gradient_there - gradient
        curvature = float(np.vdot(moved, turned))
        if curvature > 1e-12:
            history = [*history[-(_MEMORY - 1) :], (moved, turned, curvature)]
        weights, value, gradient = there, value_there, gradient_there
        values.append(value)
        if len(values) > _PATIENCE and values[-1 - _PATIENCE] - value < value * _LEAST_GAIN:
            return weights
    return weights


def _two_loops(gradient: Weights, history: Sequence[tuple[Weights, Weights, float]]) -> Weights:
    direction = gradient.copy()
    shares: list[float] = []
    for moved, turned, curvature in reversed(history):
        share = float(np.vdot(moved, direction)) / curvature
        shares.append(share)
        direction -= np.float32(share) * turned
    if history:
        _, turned, curvature = history[-1]
        direction *= np.float32(curvature / float(np.vdot(turned, turned)))
    for (moved, turned, curvature), share in zip(history, reversed(shares), strict=True):
        direction += np.float32(share - float(np.vdot(turned, direction)) / curvature) * moved
    return direction
