"""Pictures as people's phones, scanners and programs make them, by code: `python -m tools.honest_pictures FOLDER` writes them.

Every one has to be taken and drawn (`tests/pictures/test_honest.py`). What each shows is `picture_parts.scene`.
"""

import struct
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image, ImageFilter

from tools.picture_parts import (
    canvas,
    chunk,
    encoded,
    exif,
    film,
    jpeg,
    packed_zeros,
    png,
    png_head,
    png_of,
    riff,
    riff_chunk,
    scene,
    segment,
    swapped_profile,
    webp,
    with_chunks,
    with_segments,
)

_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF/></x:xmpmeta>'
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How the camera held a scene that it says is turned."""
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Adam7: first column and line, and the steps."""


@dataclass(frozen=True, slots=True)
class Honest:
    """The size is that of the scene, upright. A `grey` one shows brightness alone, a `plain` one no quarters."""

    make: Callable[[], bytes]
    width: int = 640
    height: int = 480
    grey: bool = False
    plain: bool = False


def _turned(kind: str, orientation: int) -> bytes:
    picture = scene(640, 480)
    if orientation in _TURNED:
        picture = picture.transpose(_TURNED[orientation])
    return encoded(picture, kind, exif=b"Exif\0\0" + exif(orientation, place=True))


def _with_profile(kind: str) -> bytes:
    red, green, blue = scene(640, 480).split()
    return encoded(Image.merge("RGB", (blue, green, red)), kind, icc_profile=swapped_profile(), quality=90)


def _clear(kind: str, **options: object) -> bytes:
    """A hole in the middle that white shines through."""
    picture = scene(640, 480, "RGBA")
    picture.paste((0, 0, 0, 0), (300, 220, 340, 260))
    return encoded(picture, kind, **options)


def _clear_palette() -> bytes:
    return png(mode="P", transparency=255)


def _sixteen_bits(width: int, height: int, colours: int) -> bytes:
    lines = bytearray()
    small = scene(width, height, "RGB" if colours == 2 else "L")
    samples, each = small.tobytes(), 3 if colours == 2 else 1
    for line in range(height):
        row = samples[line * width * each : (line + 1) * width * each]
        lines += b"\0" + b"".join(bytes((sample, 17)) for sample in row)
    return png_of(png_head(width, height, 16, colours), bytes(lines))


def _interlaced(width: int, height: int) -> bytes:
    samples, lines = scene(width, height).tobytes(), bytearray()
    for left, top, right, down in _PASSES:
        for y in range(top, height, down):
            pixels = range(y * width + left, (y + 1) * width, right)
            lines += b"\0" + b"".join(samples[3 * at : 3 * at + 3] for at in pixels)
    return png_of(png_head(width, height, interlace=1), bytes(lines))


def _many_chunks() -> bytes:
    data = png()
    at = data.index(b"IDAT") - 4
    length = struct.unpack_from(">I", data, at)[0]
    body = data[at + 8 : at + 8 + length]
    parts = b"".join(chunk(b"IDAT", body[start : start + 64]) for start in range(0, length, 64))
    return data[:at] + parts + data[at + 12 + length :]


def _filled() -> bytes:
    """With FF before markers, which the standard allows."""
    return jpeg().replace(b"\xff\xdb", b"\xff\xff\xff\xdb").replace(b"\xff\xda", b"\xff\xff\xda", 1)


def _noisy() -> bytes:
    noise = Image.effect_noise((640, 480), 40).filter(ImageFilter.BoxBlur(1)).convert("RGB")
    return encoded(Image.blend(scene(640, 480), noise, 0.08), "JPEG", quality=98)


def _two_pictures() -> bytes:
    """As phones with several lenses do: a list of pictures (MPF), and a second JPEG behind the first."""
    return with_segments(jpeg(), segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + bytes(40))) + jpeg(320, 240)


def _riff_with(*extra: tuple[bytes, bytes], flags: int) -> bytes:
    picture = webp()[12:]
    return riff(canvas(640, 480, flags), picture, *(riff_chunk(kind, body) for kind, body in extra))


def _jpegs() -> dict[str, Honest]:
    return {
        "jpeg-plain.jpg": Honest(jpeg),
        "jpeg-progressive.jpg": Honest(partial(jpeg, progressive=True)),
        "jpeg-optimised.jpeg": Honest(partial(jpeg, optimize=True)),
        "jpeg-grey.jpg": Honest(partial(jpeg, mode="L"), grey=True),
        "jpeg-grey-progressive.jpg": Honest(partial(jpeg, mode="L", progressive=True), grey=True),
        "jpeg-cmyk.jpg": Honest(partial(jpeg, mode="CMYK")),
        "jpeg-cmyk-progressive.jpg": Honest(partial(jpeg, mode="CMYK", progressive=True)),
        "jpeg-444.jpg": Honest(partial(jpeg, subsampling=0)),
        "jpeg-422.jpg": Honest(partial(jpeg, subsampling=1)),
        "jpeg-420-progressive.jpg": Honest(partial(jpeg, subsampling=2, progressive=True)),
        "jpeg-rgb.jpg": Honest(partial(jpeg, keep_rgb=True)),
        "jpeg-coarse.jpg": Honest(partial(jpeg, quality=8)),
        "jpeg-finest.JPG": Honest(partial(jpeg, quality=100)),
        "jpeg-noisy.jpg": Honest(_noisy),
        "jpeg-restarts.jpg": Honest(partial(jpeg, restart_marker_blocks=4)),
        "jpeg-comment.jpg": Honest(partial(jpeg, comment="厂门口，早上七点 < 八点")),
        "jpeg-fill-bytes.jpg": Honest(_filled),
        "jpeg-no-jfif.jpg": Honest(lambda: (data := jpeg())[:2] + data[20:]),
        "jpeg-profile.jpg": Honest(partial(_with_profile, "JPEG")),
        "jpeg-rubbish-profile.jpg": Honest(partial(jpeg, icc_profile=bytes(range(256)) * 20)),
        "jpeg-xmp.jpg": Honest(
            lambda: with_segments(jpeg(), segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + _XMP))
        ),
        "jpeg-rubbish-exif.jpg": Honest(
            lambda: with_segments(jpeg(), segment(0xE1, b"Exif\0\0II*\0" + bytes(range(200))))
        ),
        "jpeg-cut-exif.jpg": Honest(
            lambda: with_segments(jpeg(), segment(0xE1, b"Exif\0\0" + exif(place=True)[:60]))
        ),
        "jpeg-two-pictures.jpg": Honest(_two_pictures),
        "jpeg-film-behind.jpg": Honest(lambda: jpeg() + film()),
        "jpeg-maker-s-tail.jpg": Honest(lambda: jpeg() + b"\0\0\1\x0a\x0e\0\0\0Image_UTC_Data1777" + b"SEFT"),
        "jpeg-zeros-behind.jpg": Honest(lambda: jpeg() + bytes(5000)),
        "jpeg-line-behind.jpg": Honest(lambda: jpeg() + b"\r\n"),
        "jpeg-1x1.jpg": Honest(partial(jpeg, 1, 1), 1, 1, plain=True),
        "jpeg-odd.jpg": Honest(partial(jpeg, 97, 61), 97, 61),
        "jpeg-just-fits.jpg": Honest(partial(jpeg, 1600, 1200), 1600, 1200),
        "jpeg-one-more.jpg": Honest(partial(jpeg, 1601, 1200), 1601, 1200),
        "jpeg-phone.jpg": Honest(partial(jpeg, 4032, 3024), 4032, 3024),
        "jpeg-80-megapixels.jpg": Honest(partial(jpeg, 10_320, 7_740), 10_320, 7_740),
        "jpeg-80-megapixels-progressive.jpg": Honest(
            partial(jpeg, 10_320, 7_740, progressive=True), 10_320, 7_740
        ),
        "jpeg-panorama.jpg": Honest(partial(jpeg, 29_800, 2_600), 29_800, 2_600),
        "jpeg-tower.jpg": Honest(partial(jpeg, 1_000, 24_000), 1_000, 24_000),
        "jpeg-no-suffix": Honest(jpeg),
        **{f"jpeg-turned-{number}.jpg": Honest(partial(_turned, "JPEG", number)) for number in range(1, 9)},
    }


def _pngs() -> dict[str, Honest]:
    return {
        "png-plain.png": Honest(png),
        "png-clear.png": Honest(partial(_clear, "PNG")),
        "png-palette.png": Honest(partial(png, mode="P")),
        "png-clear-palette.png": Honest(_clear_palette),
        "png-grey.png": Honest(partial(png, mode="L"), grey=True),
        "png-grey-clear.png": Honest(partial(png, mode="LA"), grey=True),
        "png-one-bit.png": Honest(partial(png, mode="1"), plain=True),
        "png-16-bit-grey.png": Honest(lambda: _sixteen_bits(120, 80, 0), 120, 80, grey=True),
        "png-16-bit.png": Honest(lambda: _sixteen_bits(120, 80, 2), 120, 80),
        "png-interlaced.png": Honest(lambda: _interlaced(121, 83), 121, 83),
        "png-many-chunks.png": Honest(_many_chunks),
        "png-text.png": Honest(lambda: with_chunks(png(), chunk(b"tEXt", b"Software\0Zhijia"))),
        "png-packed-text.png": Honest(
            lambda: with_chunks(png(), chunk(b"zTXt", b"Comment\0\0" + packed_zeros(1)))
        ),
        "png-xmp.png": Honest(
            lambda: with_chunks(png(), chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _XMP))
        ),
        "png-wrong-text-checksum.png": Honest(
            lambda: with_chunks(png(), chunk(b"tEXt", b"Comment\0x")[:-1] + b"!")
        ),
        "png-one-frame.png": Honest(lambda: with_chunks(png(), chunk(b"acTL", b"\0\0\0\1\0\0\0\0"))),
        "png-profile.png": Honest(partial(_with_profile, "PNG")),
        "png-turned.png": Honest(partial(_turned, "PNG", 6)),
        "png-1x1.png": Honest(partial(png, 1, 1), 1, 1, plain=True),
        "png-25-megapixels-clear.png": Honest(
            partial(png, 5_000, 5_000, "RGBA", compress_level=1), 5_000, 5_000
        ),
        "png-25-megapixels-palette.png": Honest(partial(png, 5_000, 5_000, "P"), 5_000, 5_000),
        "png-screen.png": Honest(partial(png, 1_170, 2_532), 1_170, 2_532),
        "png-strip.png": Honest(partial(png, 20_000, 40), 20_000, 40, plain=True),
    }


def _webps() -> dict[str, Honest]:
    return {
        "webp-lossy.webp": Honest(webp),
        "webp-lossless.webp": Honest(partial(webp, lossless=True)),
        "webp-clear.webp": Honest(partial(_clear, "WEBP")),
        "webp-clear-lossless.webp": Honest(partial(_clear, "WEBP", lossless=True)),
        "webp-turned.webp": Honest(partial(_turned, "WEBP", 8)),
        "webp-profile.webp": Honest(partial(_with_profile, "WEBP")),
        "webp-xmp.webp": Honest(lambda: _riff_with((b"XMP ", _XMP), flags=4)),
        "webp-rubbish-exif.webp": Honest(lambda: _riff_with((b"EXIF", b"no such thing"), flags=8)),
        "webp-unknown-chunk.webp": Honest(lambda: _riff_with((b"ZHIJ", b"odd"), flags=0)),
        "webp-1x1.webp": Honest(partial(webp, 1, 1), 1, 1, plain=True),
        "webp-24-megapixels.webp": Honest(partial(webp, 6_000, 4_000, method=0), 6_000, 4_000),
        "webp-strip.webp": Honest(partial(webp, 16_000, 60, method=0), 16_000, 60, plain=True),
    }


HONEST: Mapping[str, Honest] = {**_jpegs(), **_pngs(), **_webps()}
"""By file name."""


def write_all(folder: Path) -> int:
    """Write every picture; how many."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, one in HONEST.items():
        (folder / name).write_bytes(one.make())
    return len(HONEST)


if __name__ == "__main__":
    print(write_all(Path(sys.argv[1])), "pictures")
