"""The wheel's drawing: slices of a circle with their labels. Pure; only a face: the server has decided before it turns."""

import math
from collections.abc import Sequence
from typing import NamedTuple

_RADIUS = 100.0
_LABEL_AT = 62.0


class Slice(NamedTuple):
    """A slice around (0, 0); `path` is SVG, `turn` the degrees by which its label is turned."""

    key: str
    label: str
    path: str
    x: float
    y: float
    turn: float


def slices(named: Sequence[tuple[str, str]]) -> list[Slice]:
    """One of equal size for each (key, label), clockwise from the top."""
    step = 2 * math.pi / len(named)
    found = []
    for number, (key, label) in enumerate(named):
        start, end, middle = (number * step, (number + 1) * step, (number + 0.5) * step)
        (x1, y1), (x2, y2) = _point(start, _RADIUS), _point(end, _RADIUS)
        large = int(step > math.pi)
        path = f"M0 0L{x1:.2f} {y1:.2f}A100 100 0 {large} 1 {x2:.2f} {y2:.2f}Z"
        x, y = _point(middle, _LABEL_AT)
        found.append(Slice(key, label, path, round(x, 2), round(y, 2), round(math.degrees(middle), 2)))
    return found


def _point(angle: float, radius: float) -> tuple[float, float]:
    return radius * math.sin(angle), -radius * math.cos(angle)
