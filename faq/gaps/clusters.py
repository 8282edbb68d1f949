"""Groups questions that are put alike. Deterministic; called by `service`.

A question is its characters and pairs of characters (`faq.features`), weighted by how few of the shipped questions have them:
so likeness does not depend on what else is in the list, where one missing answer may be most of it. The question with the
most around it becomes a group's centre and takes what is near it; then the next of those left (D. Butina, J. Chem. Inf.
Comput. Sci. 39, 1999, 747). So everybody in a group is near its centre, and no chain of neighbours joins strangers.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from faq.features import SIZE, features
from faq.samples import shipped_questions
from faq.spelling import Speller

NEAR = 0.35
"""Cosine from which two questions are alike. Of 2 500 shipped questions, 0.3 groups more and mixes more topics, 0.4 less."""

_SMOOTH = 20
"""A feature counts as if so many more questions had it: a rare one is not worth much more than a less rare one."""

_PHRASES = re.compile(
    "请问|想问一下|问一下|想问|我想问|求助|咨询|关于|的问题|怎么办|咋办|咋整|怎么弄|怎么处理|该怎么|应该怎么|怎么|怎样|如何|什么|可以吗|合法吗|你好|您好|谢谢|急急急|急"
    "|某人|某公司|某厂|某店|某号码|某地址|某日|[吗呢吧啊呀的了]"
)
"""How one asks, and what masking left, not what about."""

_Rows = NDArray[np.intp]
_Numbers = NDArray[np.float64]


class Group(NamedTuple):
    """Positions of questions that are alike, the most central first."""

    members: tuple[int, ...]


class _Near(NamedTuple):
    """Positions near a question, itself included, and how near (up to 1)."""

    rows: _Rows
    likeness: _Numbers


def feature_weights(speller: Speller) -> _Numbers:
    """The inverse document frequency of each feature in the shipped questions (half a second, once a process)."""
    return _weights(shipped_questions(), speller.synonyms)


@lru_cache(maxsize=1)
def _weights(questions: tuple[tuple[str, str], ...], synonyms: tuple[tuple[str, str], ...]) -> _Numbers:
    held = np.zeros(SIZE)
    speller = Speller(dict(synonyms))
    texts = [speller.spell(question) for _, question in questions]
    for text in texts:
        held[_features(text)] += 1
    return np.log1p(max(1, len(texts)) / (held + _SMOOTH))


def likeness(spelled: Sequence[str], to: Sequence[str], idf: _Numbers) -> _Numbers:
    """How near each spelt question is to the nearest of `to` (0 to 1); `idf` as for `group`."""
    wanted = np.zeros((len(to), SIZE))
    for row, text in enumerate(to):
        found = _features(text)
        wanted[row, found] = idf[found] / (np.linalg.norm(idf[found]) or 1.0)
    near = np.zeros(len(spelled))
    for position, text in enumerate(spelled):
        found = _features(text)
        length = np.linalg.norm(idf[found])
        if length and len(to):
            near[position] = (wanted[:, found] @ idf[found]).max() / length
    return near


def group(spelled: Sequence[str], counts: Sequence[int], idf: _Numbers, near: float = NEAR) -> list[Group]:
    """Groups of distinct spelt questions, each asked `counts` times; earlier positions win ties. Nobody is left out.

    `idf`: weights of all features, as `feature_weights` gives them.
    """
    around = _neighbours(spelled, idf, near)
    asked = np.array(counts, np.float64)
    weight = np.array([float(one.likeness @ asked[one.rows]) for one in around])
    home = np.full(len(spelled), -1, np.intp)
    for position in np.argsort(-weight, kind="stable").tolist():
        if home[position] < 0:
            rows = around[position].rows
            home[rows[home[rows] < 0]] = position
            home[position] = position
    return _gathered(_without_strays(home, around), around)


def _without_strays(home: _Rows, around: Sequence[_Near]) -> _Rows:
    """Who stayed alone because a centre took all its neighbours goes where the nearest of them went."""
    size = np.bincount(home, minlength=len(home))
    joined = home.copy()
    for position in np.flatnonzero(size[home] == 1).tolist():
        rows, likeness = around[position]
        others = rows != position
        if others.any():
            joined[position] = home[rows[others][likeness[others].argmax()]]
    return joined


def _gathered(home: _Rows, around: Sequence[_Near]) -> list[Group]:
    members: dict[int, list[int]] = {}
    for position, centre in enumerate(home.tolist()):
        members.setdefault(centre, []).append(position)
    groups: list[Group] = []
    for centre, rows in members.items():
        likeness = dict(zip(around[centre].rows.tolist(), around[centre].likeness.tolist(), strict=True))
        ordered = sorted(rows, key=lambda row: (row != centre, -likeness.get(row, 0.0), row))
        groups.append(Group(tuple(ordered)))
    return groups


def _features(spelled: str) -> _Rows:
    return np.unique(features(_PHRASES.sub("", spelled) or spelled)).astype(np.intp)


def _neighbours(spelled: Sequence[str], idf: _Numbers, near: float) -> list[_Near]:
    """Of each question, those at least as like as `near`, through the features they share."""
    found = [_features(text) for text in spelled]
    if not found:
        return []
    lengths = [len(one) for one in found]
    columns = np.concatenate(found)
    rows = np.repeat(np.arange(len(found)), lengths)
    held = np.bincount(columns)
    weights = idf[columns]
    squares = np.bincount(rows, weights**2, len(found))
    weights /= np.sqrt(squares)[rows]
    order = np.argsort(columns, kind="stable")
    ends = np.cumsum(held)
    rows, sorted_weights = rows[order], weights[order]
    around: list[_Near] = []
    for position, own in enumerate(np.split(weights, np.cumsum(lengths)[:-1])):
        spans = [slice(ends[column] - held[column], ends[column]) for column in found[position]]
        likeness = _sums(spans, own, rows, sorted_weights, len(found))
        likeness[position] = 1.0
        like = np.flatnonzero(likeness >= near)
        around.append(_Near(like, likeness[like]))
    return around


def _sums(spans: Sequence[slice], own: _Numbers, rows: _Rows, weights: _Numbers, size: int) -> _Numbers:
    """The likeness of one question, with weights `own`, to all."""
    if not spans:
        return np.zeros(size)
    shared = np.concatenate([weights[span] * mine for span, mine in zip(spans, own, strict=True)])
    return np.bincount(np.concatenate([rows[span] for span in spans]), shared, size).astype(np.float64)
