"""How far jurors agree: Krippendorff's alpha, same votes, each juror beside the others, the entries they differ on. Pure.

Alpha: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011); it takes any number of jurors and marks that are
missing, which Fleiss' kappa does not.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median, pstdev

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """One juror's mark for one entry."""

    juror: int
    number: int
    mark: int
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class JurorLine:
    """How one juror judged. `distance`: how far their marks lie from the others' mean, on average; None where nobody else
    judged the same."""

    juror: int
    count: int
    mean: float
    spread: float
    distance: float | None
    seconds: float | None
    """The median time for an entry."""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """How far the marks of one entry lie apart."""

    number: int
    marks: Sequence[int]
    spread: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """`same`: the share of pairs of jurors that gave one entry the same mark; None where no entry has two."""

    same: float | None
    alpha: float | None
    jurors: Sequence[JurorLine]
    apart: Sequence[EntryLine]
    """The entries they differ on most, widest first."""


def agree(marks: Sequence[Mark], *, interval: bool) -> Agreement:
    """`interval`: are marks amounts (stars, places), or only different (yes and no)?"""
    units = _by_entry(marks)
    jurors = [_line_of(juror, own, units) for juror, own in sorted(_by_juror(marks).items())]
    lines = [
        EntryLine(number, sorted(one.mark for one in given), pstdev([one.mark for one in given]))
        for number, given in units.items()
        if len(given) > 1
    ]
    apart = sorted((one for one in lines if one.spread > 0), key=lambda one: (-one.spread, one.number))
    values = [[one.mark for one in given] for given in units.values()]
    return Agreement(share_of_same(values), krippendorff(values, interval=interval), jurors, apart[:_SHOWN])


def share_of_same(units: Sequence[Sequence[int]]) -> float | None:
    """Of all pairs of marks for one and the same entry, how many are equal; None without any."""
    same = sum(count * (count - 1) for unit in units for count in Counter(unit).values())
    pairs = sum(len(unit) * (len(unit) - 1) for unit in units)
    return same / pairs if pairs else None


def krippendorff(units: Sequence[Sequence[int]], *, interval: bool) -> float | None:
    """Alpha: 1 for full agreement, 0 for what chance brings, below it where jurors oppose each other.

    `units`: the marks of each entry. None where it says nothing: no entry with two marks, or all marks the same.
    """
    away: Callable[[int, int], float] = (
        (lambda one, other: float((one - other) ** 2))
        if interval
        else (lambda one, other: float(one != other))
    )
    paired = [Counter(unit) for unit in units if len(unit) > 1]
    everywhere: Counter[int] = Counter()
    for unit in paired:
        everywhere.update(unit)
    total = everywhere.total()
    expected = _apart(everywhere, away) / (total - 1) if total else 0.0
    if not expected:
        return None
    observed = sum(_apart(unit, away) / (unit.total() - 1) for unit in paired)
    return 1 - observed / expected


def _apart(counts: Counter[int], away: Callable[[int, int], float]) -> float:
    """The sum of distances over all ordered pairs."""
    return sum(n * m * away(one, other) for one, n in counts.items() for other, m in counts.items())


def _line_of(juror: int, own: Sequence[Mark], units: Mapping[int, Sequence[Mark]]) -> JurorLine:
    values = [one.mark for one in own]
    gaps = [
        abs(one.mark - fmean(others))
        for one in own
        if (others := [other.mark for other in units[one.number] if other.juror != juror])
    ]
    times = [one.seconds for one in own if one.seconds is not None]
    return JurorLine(
        juror,
        len(own),
        fmean(values),
        pstdev(values),
        fmean(gaps) if gaps else None,
        median(times) if times else None,
    )


def _by_entry(marks: Sequence[Mark]) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    for one in marks:
        found[one.number].append(one)
    return found


def _by_juror(marks: Sequence[Mark]) -> dict[int, list[Mark]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    for one in marks:
        found[one.juror].append(one)
    return found
