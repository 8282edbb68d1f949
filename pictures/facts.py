"""What a camera says of a photo: for staff, and for the work's page. Never where it was taken, only whether that stands in it."""

import re
from dataclasses import dataclass
from datetime import datetime

from core.errors import Invalid

from .exif import Exif, read_exif
from .reading import examine

_MAKE, _MODEL, _LENS, _TAKEN, _CHANGED = 0x010F, 0x0110, 0xA434, 0x9003, 0x0132
_MOST_CHARS = 60
_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)")


@dataclass(frozen=True, slots=True)
class Facts:
    """`taken_at` is naive: local time of wherever the camera thought it was. Texts are empty where nothing is said."""

    taken_at: datetime | None
    camera: str
    lens: str
    has_place: bool


def read_facts(data: bytes) -> Facts:
    """Of an original; what can't be read is left empty, nothing is raised."""
    try:
        exif = read_exif(examine(data).exif)
    except Invalid:
        exif = read_exif(b"")
    return Facts(
        taken_at=_time(exif.text(_TAKEN) or exif.text(_CHANGED)),
        camera=_camera(exif),
        lens=_clean(exif.text(_LENS)),
        has_place=exif.has_place,
    )


def _time(text: str) -> datetime | None:
    found = _TIME.match(text)
    if found is None:
        return None
    year, month, day, clock = found.groups()
    try:
        return datetime.fromisoformat(f"{year}-{month}-{day}T{clock}")
    except ValueError:
        return None


def _camera(exif: Exif) -> str:
    make, model = _clean(exif.text(_MAKE)), _clean(exif.text(_MODEL))
    return model if model.lower().startswith(make.lower()) else f"{make} {model}".strip()[:_MOST_CHARS]


def _clean(text: str) -> str:
    """One line of what can be seen."""
    seen = "".join(one if one.isprintable() and one != "\ufffd" else " " for one in text)
    return " ".join(seen.split())[:_MOST_CHARS].rstrip()
