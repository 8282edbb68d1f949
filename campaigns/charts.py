"""Charts of the organiser's page as geometry for SVG: pure, so that a page needs no script to show one.

All lies in a square of 100 × 100 that the page stretches; words stand beside it as HTML, so that they stay legible on phones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

from campaigns.kind import Series

_SIZE = 100.0


@dataclass(frozen=True, slots=True)
class Bar:
    """`share`: its width, of 100."""

    label: str
    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`line`: a path over the values, empty for bars; `top`: the number at its upper edge."""

    title: str
    shape: str
    bars: Sequence[Bar]
    line: str = ""
    top: str = ""


def draw(series: Series) -> Chart:
    """Its bars are also the rows of its table."""
    most = (
        _round_up(max(series.values, default=0)) if series.shape == "line" else max(series.values, default=0)
    )
    bars = [
        Bar(label, _number(value), round(max(0.0, value) / (most or 1) * _SIZE, 1))
        for label, value in zip(series.labels, series.values, strict=True)
    ]
    if series.shape == "bars":
        return Chart(series.title, "bars", bars)
    return Chart(series.title, "line", bars, _path(bars), _number(most))


def _path(bars: Sequence[Bar]) -> str:
    step = _SIZE / max(1, len(bars) - 1)
    points = [f"{number * step:.1f} {_SIZE - one.share:.1f}" for number, one in enumerate(bars)]
    if len(points) == 1:
        points.append(f"{_SIZE:.1f} {_SIZE - bars[0].share:.1f}")
    return "M" + "L".join(points) if points else ""


def _round_up(value: float) -> float:
    """A round number that is no less."""
    if value <= 1:
        return 1.0
    size: int = 10 ** floor(log10(value))
    return float(next(size * step for step in (1, 2, 4, 5, 8, 10) if size * step >= value))


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
