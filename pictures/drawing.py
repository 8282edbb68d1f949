"""Draws anew what people send: upright, small enough, in sRGB, with nothing in it but the picture.

A decoder is given only the parts that `reading` found necessary; what cameras, programs and attackers wrote beside never reaches it.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image

from .apart import decode_apart
from .decoding import decode, shrink
from .gate import Gate, return_large_blocks
from .likeness import likeness_of
from .reading import examine

SMALL_EDGE = 480
JPEG_OPTIONS = {"quality": 85, "optimize": True}
SMALL_OPTIONS = {"quality": 78, "method": 4}
_AT_ONCE = 2
_LARGE = 64 * 1024 * 1024
"""What takes more memory is decoded in a process of its own."""
_gate = Gate(_AT_ONCE, _AT_ONCE * _LARGE)
return_large_blocks()


@dataclass(frozen=True, slots=True)
class Drawn:
    """`full`: JPEG, its longest edge at most 1600; `small`: WebP, at most 480. `width` and `height` are of `full`."""

    full: bytes
    small: bytes
    width: int
    height: int
    likeness: int


def draw(data: bytes) -> Drawn:
    """Both copies of a picture. Raises Invalid as `read_header` does, and bad_picture where it can't be decoded."""
    with upright(data) as picture:
        opaque = on_white(picture)
        full = encode_jpeg(opaque)
        small = shrink(opaque, SMALL_EDGE)
        return Drawn(full, encode_small(small), *opaque.size, likeness_of(small))


@contextmanager
def upright(data: bytes) -> Iterator[Image.Image]:
    """A picture as RGB or RGBA, upright, at most 1600 pixels wide and high; until the block ends it has one of the process's places
    to draw. Raises Invalid."""
    anatomy = examine(data)
    apart = anatomy.memory > _LARGE
    picture = decode_apart(data) if apart else None
    with _gate.hold(0 if apart else anatomy.memory):
        yield picture or decode(anatomy)


def draw_small(data: bytes) -> bytes:
    """A small WebP of a picture that we drew, for long lists; what shines through stays so."""
    with _gate.hold(0), Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (SMALL_EDGE, SMALL_EDGE))
        return encode_small(shrink(picture, SMALL_EDGE))


def on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    sheet = Image.new("RGB", picture.size, "white")
    sheet.paste(picture, mask=picture.getchannel("A"))
    return sheet


def encode_jpeg(picture: Image.Image) -> bytes:
    return _encode(picture, "JPEG", JPEG_OPTIONS)


def encode_small(picture: Image.Image) -> bytes:
    return _encode(picture, "WEBP", SMALL_OPTIONS)


def _encode(picture: Image.Image, kind: str, options: dict[str, int]) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
