"""Decodes what `reading` found sound: upright, at most 1600 pixels a side, in sRGB."""

import io
import struct
import zlib

from PIL import Image

from .anatomy import Anatomy, broken
from .colours import to_srgb
from .exif import read_exif
from .jpeg import EDGE

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


def decode(anatomy: Anatomy) -> Image.Image:
    """As RGB or RGBA. Raises Invalid where the decoder finds it broken."""
    try:
        with Image.open(io.BytesIO(anatomy.join()), formats=(anatomy.format,)) as picture:
            if picture.size != (anatomy.width, anatomy.height):
                raise broken()
            picture.draft(None, _fit(picture.size, EDGE))
            picture.load()
            reduced = _reduce(picture, anatomy.profile)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error):
        raise broken() from None
    reduced = shrink(reduced, EDGE)
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


def shrink(picture: Image.Image, edge: int) -> Image.Image:
    """Itself if it is small enough."""
    size = _fit(picture.size, edge)
    return picture if size == picture.size else picture.resize(size, reducing_gap=2.0)
