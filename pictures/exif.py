"""What a camera wrote (EXIF, a TIFF of tags), read by ourselves: a few tags, no recursion, nothing raised on rubbish.

Pillow's own reader warns and raises by a hundred ways; it never sees these bytes.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass

_ORIENTATION, _EXIF_DIRECTORY, _GPS_DIRECTORY = 0x0112, 0x8769, 0x8825
_LATITUDE = 2
_MOST_ENTRIES = 500
_MOST_DIRECTORIES = 8
_ASCII, _SHORT = 2, 3

Directory = Mapping[int, tuple[int, int, bytes]]
"""By tag: the type, the count, and the four bytes that hold the value or say where it is."""


@dataclass(frozen=True, slots=True)
class Exif:
    """`main` and `detail` are the two directories that describe a photo."""

    data: bytes
    order: str
    main: Directory
    detail: Directory

    @property
    def orientation(self) -> int:
        """1 (upright) to 8."""
        kind, _, held = self.main.get(_ORIENTATION, (0, 0, b""))
        told: int = struct.unpack_from(f"{self.order}H", held)[0] if kind == _SHORT else 1
        return told if 1 <= told <= 8 else 1

    @property
    def has_place(self) -> bool:
        at = _pointer(self.order, self.main, _GPS_DIRECTORY)
        return at > 0 and _LATITUDE in _directory(self.data, self.order, at)[0]

    def text(self, tag: int) -> str:
        """As the camera says it, cut at the first zero; empty if it doesn't."""
        kind, count, held = self.main.get(tag) or self.detail.get(tag) or (0, 0, b"")
        if kind != _ASCII:
            return ""
        at = struct.unpack(f"{self.order}I", held)[0]
        raw = held[:count] if count <= 4 else self.data[at : at + min(count, 256)]
        return raw.partition(b"\0")[0].decode("utf-8", "replace")


def read_exif(data: bytes) -> Exif:
    """From the TIFF header on; with nothing in it where it can't be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4], "")
    if not order or len(data) < 8:
        return Exif(b"", "<", {}, {})
    main = _directory(data, order, struct.unpack_from(f"{order}I", data, 4)[0])[0]
    return Exif(data, order, main, _directory(data, order, _pointer(order, main, _EXIF_DIRECTORY))[0])


def is_endless(data: bytes) -> bool:
    """Whether its directories lead back to themselves, which no camera writes: readers that follow them never end."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4], "")
    if not order or len(data) < 8:
        return False
    at: int = struct.unpack_from(f"{order}I", data, 4)[0]
    seen = set[int]()
    while at and at not in seen and len(seen) < _MOST_DIRECTORIES:
        seen.add(at)
        main, at = _directory(data, order, at)
        inner = {_pointer(order, main, tag) for tag in (_EXIF_DIRECTORY, _GPS_DIRECTORY)} - {0}
        if inner & seen:
            return True
    return at != 0


def _directory(data: bytes, order: str, at: int) -> tuple[Directory, int]:
    """Its entries, and where the next directory is (0 for none)."""
    if not 8 <= at <= len(data) - 2:
        return {}, 0
    count = min(struct.unpack_from(f"{order}H", data, at)[0], _MOST_ENTRIES, (len(data) - at - 2) // 12)
    entries = (struct.unpack_from(f"{order}HHI4s", data, at + 2 + 12 * number) for number in range(count))
    after = data[at + 2 + 12 * count :][:4]
    following: int = struct.unpack(f"{order}I", after)[0] if len(after) == 4 else 0
    return {tag: (kind, n, held) for tag, kind, n, held in entries}, (
        following if following < len(data) else 0
    )


def _pointer(order: str, directory: Directory, tag: int) -> int:
    _, _, held = directory.get(tag, (0, 0, b"\0\0\0\0"))
    at: int = struct.unpack(f"{order}I", held)[0]
    return at
