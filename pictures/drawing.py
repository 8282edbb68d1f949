"""Draws anew what people send: upright, small enough, in sRGB, with nothing in it but the picture.

A decoder is given only the parts that `reading` found necessary; what cameras, programs and attackers wrote beside never reaches it.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image

from .anatomy import Anatomy, broken
from .colours import to_srgb
from .exif import read_exif
from .gate import Gate, return_large_blocks
from .jpeg import EDGE
from .likeness import likeness_of
from .reading import MOST_MEMORY, examine

SMALL_EDGE = 480
JPEG_OPTIONS = {"quality": 85, "optimize": True}
SMALL_OPTIONS = {"quality": 78, "method": 4}
_AT_ONCE = 2
_STRIP = 64
_Turn = Image.Transpose
_TURNS = {
    2: _Turn.FLIP_LEFT_RIGHT,
    3: _Turn.ROTATE_180,
    4: _Turn.FLIP_TOP_BOTTOM,
    5: _Turn.TRANSPOSE,
    6: _Turn.ROTATE_270,
    7: _Turn.TRANSVERSE,
    8: _Turn.ROTATE_90,
}
"""By EXIF's orientation."""
_gate = Gate(_AT_ONCE, MOST_MEMORY)
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
        small = _shrink(opaque, SMALL_EDGE)
        return Drawn(full, encode_small(small), *opaque.size, likeness_of(small))


@contextmanager
def upright(data: bytes) -> Iterator[Image.Image]:
    """A picture as RGB or RGBA, upright, at most 1600 pixels wide and high; until the block ends it has one of the process's places
    to draw. Raises Invalid."""
    anatomy = examine(data)
    with _gate.hold(anatomy.memory):
        yield _decode(anatomy)


def draw_small(data: bytes) -> bytes:
    """A small WebP of a picture that we drew, for long lists; what shines through stays so."""
    with _gate.hold(0), Image.open(io.BytesIO(data)) as picture:
        picture.draft("RGB", (SMALL_EDGE, SMALL_EDGE))
        return encode_small(_shrink(picture, SMALL_EDGE))


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


def _decode(anatomy: Anatomy) -> Image.Image:
    try:
        with Image.open(io.BytesIO(anatomy.join()), formats=(anatomy.format,)) as picture:
            if picture.size != (anatomy.width, anatomy.height):
                raise broken()
            picture.draft(None, _fit(picture.size, EDGE))
            picture.load()
            reduced = _reduce(picture, anatomy.profile)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error):
        raise broken() from None
    reduced = _shrink(reduced, EDGE)
    turn = _TURNS.get(read_exif(anatomy.exif).orientation)
    turned = to_srgb(reduced if turn is None else reduced.transpose(turn), anatomy.profile)
    return turned.convert("RGB") if turned.mode == "CMYK" else turned


def _reduce(picture: Image.Image, profile: bytes) -> Image.Image:
    """As RGB, RGBA or (where its profile is to tell the colours) CMYK; strip by strip, since converting a whole picture would
    take its memory twice and thrice."""
    factor = max(1, max(picture.size) // EDGE)
    mode = _mode_of(picture, profile)
    if factor == 1:
        return _convert(picture, mode)
    width, height = picture.size
    reduced = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, height, _STRIP * factor):
        strip = picture.crop((0, top, width, min(top + _STRIP * factor, height)))
        reduced.paste(_convert(strip, mode).reduce(factor), (0, top // factor))
    return reduced


def _mode_of(picture: Image.Image, profile: bytes) -> str:
    if picture.has_transparency_data:
        return "RGBA"
    return "CMYK" if picture.mode == "CMYK" and profile else "RGB"


def _convert(picture: Image.Image, mode: str) -> Image.Image:
    if picture.mode.startswith("I"):
        picture = picture.point(lambda grey: grey / 256).convert("L")  # of 16 bits; `convert` alone would cut
    return picture if picture.mode == mode else picture.convert(mode)


def _fit(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """The same shape with no side longer than `edge`."""
    scale = min(1.0, edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrink(picture: Image.Image, edge: int) -> Image.Image:
    """Itself if it is small enough."""
    size = _fit(picture.size, edge)
    return picture if size == picture.size else picture.resize(size, reducing_gap=2.0)
