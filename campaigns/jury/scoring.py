"""From marks to scores, and from scores to places. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Literal

from core.errors import Invalid

Method = Literal["yes_no", "stars", "ranking"]
METHODS: Mapping[str, str] = {"yes_no": "通过 / 不通过", "stars": "星级（1 至 5 星）", "ranking": "排名"}
SCORES: Mapping[str, str] = {"yes_no": "通过率", "stars": "平均星级", "ranking": "排名得分"}
"""What a score of the method is called."""
STARS = 5
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Scored:
    """An entry of a round. `score` in millionths: of 100 for yes/no and rankings, of a star for stars."""

    number: int
    group: str
    marks: int
    score: int | None


@dataclass(frozen=True, slots=True)
class Ranked:
    """An entry in a round's order. `place` is within its group, 0 for one that nobody judged; `score` as people read it:
    percent who said yes, stars, or points of 100 for a ranking."""

    number: int
    place: int
    score: float
    group: str


def check_mark(method: str, mark: int, most: int = STARS) -> None:
    """`most`: how long the list is, for a ranking. Raises Invalid."""
    least, top = {"yes_no": (0, 1), "stars": (1, STARS)}.get(method, (1, most))
    if not least <= mark <= top:
        raise Invalid("bad_mark", "这个评分不在范围里，没有保存。请刷新页面再评。")


def score_of(method: str, marks: Sequence[int], lengths: Sequence[int] = ()) -> int | None:
    """The mean of the marks in millionths; None without any.

    Of a ranking the first place is worth 100 points, the last none, evenly between, so that lists from which somebody
    recused themselves count as much as whole ones (Borda's count). `lengths`: how long each mark's list is.
    """
    if not marks:
        return None
    if method == "stars":
        total = Fraction(sum(marks))
    elif method == "yes_no":
        total = Fraction(100 * sum(marks))
    else:
        total = sum((_points(*one) for one in zip(marks, lengths, strict=True)), Fraction(0))
    return round(total / len(marks) * _MILLION)


def _points(place: int, length: int) -> Fraction:
    return Fraction(100 * (length - place), length - 1) if length > 1 else Fraction(100)


def as_read(score: int | None) -> float:
    """`score` in its unit."""
    return (score or 0) / _MILLION


def rank(scored: Iterable[Scored]) -> list[Ranked]:
    """Group by group, best first; who has the same score shares the place, and the next one is left out (1, 1, 3)."""
    found: list[Ranked] = []
    for group, members in groupby(sorted(scored, key=_order), key=lambda one: one.group):
        place, last = 0, None
        for at, one in enumerate(members, 1):
            place = place if at > 1 and one.score == last else at
            last = one.score
            found.append(Ranked(one.number, place if one.score is not None else 0, as_read(one.score), group))
    return found


def _order(one: Scored) -> tuple[str, bool, int, int]:
    return one.group, one.score is None, -(one.score or 0), one.number


def take_best(ranked: Iterable[Ranked], *, most: int | None = None, percent: int | None = None) -> list[int]:
    """Numbers of the best of each group: so many, or such a share of it (rounded up). Who ties with the last is in, too."""
    taken: list[int] = []
    for _, members in groupby(ranked, key=lambda one: one.group):
        group = list(members)
        room = most if most is not None else -(-len(group) * (percent or 0) // 100)
        taken += [one.number for one in group if 0 < one.place <= room]
    return taken
