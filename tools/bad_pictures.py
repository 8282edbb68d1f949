"""Files that are no pictures, broken, or traps, by code: `python -m tools.bad_pictures FOLDER` writes them.

Every one has to be refused with its reason before anything is decoded (`tests/pictures/test_bad.py`).
"""

import io
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from PIL import Image

from tools.picture_parts import (
    PNG_START,
    canvas,
    chunk,
    directory,
    encoded,
    jpeg,
    packed_zeros,
    png,
    png_head,
    png_of,
    riff,
    riff_chunk,
    scene,
    segment,
    webp,
    with_chunks,
    with_frame_size,
    with_segments,
)

Make = Callable[[], bytes]
Table = dict[str, tuple[Make, str]]
_MB = 1024 * 1024
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
_HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
_PHP = b"<?php system($_GET['c']); ?>"
_PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
_PROGRAM = b"MZ\x90\0" + bytes(56) + b"\x80\0\0\0" + bytes(64) + b"PE\0\0"
_SHELL = b"#!/bin/sh\nrm -rf /\n"


def _zip(name: str = "index.html", content: bytes = _HTML) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


def _box(brand: bytes) -> bytes:
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1" + brand + bytes(200)


def _other(kind: str) -> bytes:
    return encoded(scene(64, 48), kind)


def _empty_and_large() -> Table:
    return {
        "empty.jpg": (bytes, "empty"),
        "200-megabytes.jpg": (lambda: jpeg() + bytes(200 * _MB), "too_large"),
        "200-megabytes-of-zeros.jpg": (partial(bytes, 200 * _MB), "too_large"),
        "31-megabytes.png": (lambda: png() + bytes(31 * _MB), "too_large"),
    }


def _other_kinds() -> Table:
    """By their own names, and as pictures."""
    kinds: dict[str, Make] = {
        "gif": partial(_other, "GIF"),
        "bmp": partial(_other, "BMP"),
        "tiff": partial(_other, "TIFF"),
        "ico": partial(_other, "ICO"),
        "psd": lambda: b"8BPS\0\1" + bytes(60),
        "pdf": lambda: _PDF,
        "zip": _zip,
        "docx": partial(_zip, "word/document.xml", b"<w:document/>"),
        "apk": partial(_zip, "AndroidManifest.xml", b"\3\0"),
        "rar": lambda: b"Rar!\x1a\x07\x01\x00" + bytes(60),
        "7z": lambda: b"7z\xbc\xaf\x27\x1c\0\4" + bytes(60),
        "gz": lambda: b"\x1f\x8b\x08" + bytes(60),
        "exe": lambda: _PROGRAM,
        "elf": lambda: b"\x7fELF\2\1\1" + bytes(60),
        "sh": lambda: _SHELL,
        "php": lambda: _PHP,
        "html": lambda: _HTML,
        "svg": lambda: _SVG,
        "mp4": partial(_box, b"isom"),
        "mov": partial(_box, b"qt  "),
        "avif": partial(_box, b"avif"),
        "mp3": lambda: b"ID3\3" + bytes(60),
        "webm": lambda: b"\x1aE\xdf\xa3" + bytes(60),
        "wav": lambda: b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + bytes(28),
        "txt": lambda: "这不是图片".encode(),
        "bin": partial(bytes, 1000),
    }
    named = {f"kind.{suffix}": (make, "bad_type") for suffix, make in kinds.items()}
    disguised = {f"kind-{suffix}-as.jpg": (make, "bad_type") for suffix, make in kinds.items()}
    phones: Table = {
        "iphone.heic": (partial(_box, b"heic"), "heic"),
        "iphone.jpg": (partial(_box, b"mif1"), "heic"),
    }
    return {**named, **disguised, **phones}


def _disguised_text() -> Table:
    return {
        "svg-after-xml.jpg": (lambda: b'<?xml version="1.0"?>\n' + _SVG, "bad_type"),
        "svg-after-blanks.png": (lambda: b"\xef\xbb\xbf \n\t" + _SVG, "bad_type"),
        "html-after-comment.webp": (lambda: b"<!-- -->" + _HTML, "bad_type"),
        "only-a-head.jpg": (lambda: b"\xff\xd8\xff", "truncated"),
        "only-a-head.png": (lambda: PNG_START, "truncated"),
        "half-a-head.png": (lambda: PNG_START[:5] + png()[8:], "bad_type"),
        "line-ends-changed.png": (lambda: png().replace(b"\r\n", b"\n"), "bad_type"),
    }


def _wrong_suffixes() -> Table:
    return {
        "photo.php": (jpeg, "wrong_suffix"),
        "photo.jpg.html": (jpeg, "wrong_suffix"),
        "photo.svg": (png, "wrong_suffix"),
        "photo.exe": (webp, "wrong_suffix"),
        "photo.gif": (png, "wrong_suffix"),
        "photo.heic": (jpeg, "wrong_suffix"),
        "photo-png.jpg": (png, "wrong_suffix"),
        "photo-jpeg.png": (jpeg, "wrong_suffix"),
        "photo-webp.jpg": (webp, "wrong_suffix"),
    }


def _bombs() -> Table:
    return {
        "12000-squared.png": (partial(_flat_png, 12_000, 12_000, 2), "too_many_pixels"),
        "12000-squared-grey.png": (partial(_flat_png, 12_000, 12_000, 0), "too_many_pixels"),
        "12000-squared.jpg": (lambda: encoded(Image.new("L", (12_000, 12_000)), "JPEG"), "too_many_pixels"),
        "12000-squared-said.webp": (lambda: riff(_lossless_head(12_000, 12_000)), "too_many_pixels"),
        "26-megapixels.png": (partial(_flat_png, 5_200, 5_000, 0), "too_many_pixels"),
        "26-megapixels.webp": (
            lambda: encoded(Image.new("RGB", (5_100, 5_100)), "WEBP", method=0),
            "too_many_pixels",
        ),
        "progressive-80-megapixels-444.jpg": (_heavy, "too_many_pixels"),
        "billions.png": (lambda: png_of(png_head(2**31 - 1, 2**31 - 1), bytes(1000)), "false_size"),
        "1x60000.png": (partial(_flat_png, 1, 60_000, 0), "too_long_side"),
        "60000x1.jpg": (lambda: encoded(Image.new("L", (60_000, 1)), "JPEG"), "too_long_side"),
        "profile-bomb.png": (
            lambda: with_chunks(png(), chunk(b"iCCP", b"p\0\0" + packed_zeros(100))),
            "bomb",
        ),
        "text-bomb.png": (lambda: with_chunks(png(), chunk(b"zTXt", b"t\0\0" + packed_zeros(100))), "bomb"),
        "world-text-bomb.png": (
            lambda: with_chunks(png(), chunk(b"iTXt", b"t\0\1\0zh\0t\0" + packed_zeros(100))),
            "bomb",
        ),
        "nested-text-bomb.png": (
            lambda: with_chunks(png(), chunk(b"zTXt", b"t\0\0" + zlib.compress(packed_zeros(100) * 50))),
            "bomb",
        ),
        "profile-bomb.jpg": (_profile_bomb, "bomb"),
        "profile-bomb.webp": (
            lambda: riff(canvas(640, 480, 0x20), riff_chunk(b"ICCP", bytes(5 * _MB)), webp()[12:]),
            "bomb",
        ),
        "30000-chunks.png": (lambda: with_chunks(png(), *[chunk(b"tEXt", b"a\0b")] * 30_000), "bomb"),
        "5000-segments.jpg": (lambda: with_segments(jpeg(), *[segment(0xFE, b"x")] * 5_000), "bomb"),
        "5000-chunks.webp": (lambda: riff(webp()[12:], *[riff_chunk(b"XXXX", b"")] * 5_000), "bomb"),
        "400-scans.jpg": (_many_scans, "bomb"),
        "exif-itself.jpg": (partial(_looping, 8), "bomb"),
        "exif-detail-is-main.jpg": (partial(_looping, 0), "bomb"),
        "exif-chain.png": (lambda: with_chunks(png(), chunk(b"eXIf", _chain())), "bomb"),
        "exif-chain.webp": (
            lambda: riff(canvas(640, 480, 8), webp()[12:], riff_chunk(b"EXIF", _chain())),
            "bomb",
        ),
    }


@cache
def _heavy() -> bytes:
    return encoded(scene(9_000, 8_800), "JPEG", progressive=True, subsampling=0, quality=30)


def _flat_png(width: int, height: int, colours: int) -> bytes:
    """Half a gigabyte of pixels in half a megabyte."""
    line = bytes(1 + width * (3 if colours == 2 else 1))
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    return PNG_START + png_head(width, height, 8, colours) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _lossless_head(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    return riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", bits) + bytes(100))


def _profile_bomb() -> bytes:
    parts = (
        segment(0xE2, b"ICC_PROFILE\0" + bytes([number, 100]) + bytes(65_000)) for number in range(1, 101)
    )
    return with_segments(jpeg(), *parts)


def _many_scans() -> bytes:
    data = jpeg(progressive=True)
    at = data.rindex(b"\xff\xda")
    return data[:at] + data[at:-2] * 400 + data[-2:]


def _looping(following: int) -> bytes:
    """Directories that lead to themselves: as their successor, or as their own detail."""
    main = directory([(0x8769, 4, 1, 0 if following else 8)], following)
    return with_segments(jpeg(), segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0" + main))


def _chain() -> bytes:
    """Twenty directories, the last of which leads to the first."""
    size = len(directory([], 0))
    links = (directory([], 8 + (number + 1) % 20 * size) for number in range(20))
    return b"II*\0\x08\0\0\0" + b"".join(links)


def _polyglots() -> Table:
    hidden = "hidden_file"
    behind: dict[str, Make] = {
        "zip": _zip,
        "jar": partial(_zip, "META-INF/MANIFEST.MF", b"Main-Class: Evil"),
        "html": lambda: _HTML,
        "svg": lambda: _SVG,
        "php": lambda: _PHP,
        "js": lambda: b"<script>alert(1)</script>",
        "pdf": lambda: _PDF,
        "exe": lambda: _PROGRAM,
        "sh": lambda: _SHELL,
        "rar": lambda: b"Rar!\x1a\x07\x00" + bytes(40),
        "7z": lambda: b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40),
    }
    pictures: dict[str, Make] = {"jpg": jpeg, "png": png, "webp": webp}
    table: Table = {
        f"{kind}-behind.{suffix}": (partial(_joined, picture, other), hidden)
        for kind, other in behind.items()
        for suffix, picture in pictures.items()
    }
    return {**table, **_inside(hidden)}


def _joined(first: Make, second: Make) -> bytes:
    return first() + second()


def _inside(hidden: str) -> Table:
    return {
        "script-in-comment.jpg": (partial(jpeg, comment=b"<script>alert(1)</script>"), hidden),
        "script-in-capitals.jpg": (partial(jpeg, comment=b"<ScRiPt>alert(1)</sCrIpT>"), hidden),
        "php-in-comment.jpg": (partial(jpeg, comment=_PHP), hidden),
        "php-in-exif.jpg": (lambda: with_segments(jpeg(), segment(0xE1, b"Exif\0\0II*\0" + _PHP)), hidden),
        "pdf-in-comment.jpg": (partial(jpeg, comment=_PDF), hidden),
        "zip-in-comment.jpg": (partial(jpeg, comment=_zip()), hidden),
        "javascript-as-length.jpg": (
            lambda: b"\xff\xd8\xff\xe0/*JFIF\0" + bytes(0x2F2A - 7) + jpeg()[20:],
            hidden,
        ),
        "phar-behind.jpg": (lambda: jpeg() + bytes(8) + b"x __HALT_COMPILER(); ?>", hidden),
        "html-far-behind.jpg": (lambda: jpeg() + bytes(100_000) + _HTML, hidden),
        "zip-behind-second-picture.jpg": (lambda: jpeg() + jpeg() + _zip(), hidden),
        "script-in-text.png": (
            lambda: with_chunks(png(), chunk(b"tEXt", b"Comment\0<script>alert(1)</script>")),
            hidden,
        ),
        "php-in-palette.png": (lambda: with_chunks(png(), chunk(b"PLTE", _PHP + bytes(2))), hidden),
        "svg-in-xmp.webp": (
            lambda: riff(canvas(640, 480, 4), webp()[12:], riff_chunk(b"XMP ", _SVG)),
            hidden,
        ),
        "html-in-unknown-chunk.webp": (lambda: riff(webp()[12:], riff_chunk(b"HTML", _HTML)), hidden),
    }


def _cut() -> Table:
    pictures: dict[str, Make] = {
        "jpg": jpeg,
        "progressive.jpg": partial(jpeg, progressive=True),
        "png": png,
        "webp": webp,
    }
    return {
        f"cut-at-{percent}-percent.{suffix}": (partial(_cut_at, make, percent), "truncated")
        for suffix, make in pictures.items()
        for percent in (10, 50, 90, 99)
    } | {
        "without-its-end.jpg": (lambda: jpeg()[:-2], "truncated"),
        "without-its-end.png": (lambda: png()[:-12], "truncated"),
        "without-its-last-byte.png": (lambda: png()[:-1], "truncated"),
    }


def _cut_at(make: Make, percent: int) -> bytes:
    data = make()
    return data[: max(12, len(data) * percent // 100)]


def _false_sizes() -> Table:
    return {
        "says-80-megapixels.jpg": (lambda: with_frame_size(jpeg(64, 48), 9_000, 8_000), "false_size"),
        "says-12-megapixels-progressive.jpg": (
            lambda: with_frame_size(jpeg(64, 48, progressive=True), 4_000, 3_000),
            "false_size",
        ),
        "says-20-megapixels.png": (lambda: png_of(png_head(5_000, 4_000), bytes(2_000)), "false_size"),
        "says-one-pixel.png": (lambda: png_of(png_head(1, 1), bytes(10 * _MB)), "false_size"),
        "another-canvas.webp": (lambda: riff(canvas(6_400, 480, 0), webp()[12:]), "false_size"),
        "huge-canvas.webp": (lambda: riff(canvas(2**24, 2**24, 0), webp()[12:]), "false_size"),
    }


def _broken() -> Table:
    bad = "bad_picture"
    data = jpeg()
    return {
        "no-height.jpg": (lambda: with_frame_size(data, 640, 0), bad),
        "no-width.jpg": (lambda: with_frame_size(data, 0, 480), bad),
        "two-frames.jpg": (lambda: with_segments(data, segment(0xC0, b"\x08\0\1\0\1\1\1\x11\0")), bad),
        "twelve-bits.jpg": (lambda: data.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c"), bad),
        "lossless.jpg": (lambda: data.replace(b"\xff\xc0", b"\xff\xc3"), bad),
        "arithmetic.jpg": (lambda: data.replace(b"\xff\xc0", b"\xff\xc9"), bad),
        "no-scan.jpg": (lambda: data[: data.index(b"\xff\xda")] + b"\xff\xd9", bad),
        "no-frame.jpg": (lambda: data.replace(b"\xff\xc0", b"\xff\xee"), bad),
        "rubbish-between.jpg": (lambda: data[:20] + b"rubbish" + data[20:], bad),
        "false-length.jpg": (lambda: data[:4] + b"\0\0" + data[6:], bad),
        "endless-length.jpg": (lambda: data[:20] + b"\xff\xe1\xff\xff", "truncated"),
        "sampling-of-nought.jpg": (lambda: _changed(data, data.index(b"\xff\xc0") + 11, 0), bad),
        "zeros-instead-of-chunks.png": (lambda: PNG_START + bytes(500), bad),
        "false-checksum.png": (lambda: _changed(png(), 30, 0xAA), bad),
        "false-width.png": (lambda: _changed(png(), 18, 7), bad),
        "false-checksum-of-pixels.png": (lambda: _changed(png(), 60, 0xAA), bad),
        "false-length.png": (lambda: png()[:33] + b"\x7f\xff\xff\xff" + png()[37:], "truncated"),
        "no-head.png": (lambda: PNG_START + png()[33:], bad),
        "two-heads.png": (lambda: with_chunks(png(), png_head(9, 9)), bad),
        "nought-by-nought.png": (lambda: png_of(png_head(0, 0), b""), bad),
        "odd-depth.png": (lambda: png_of(png_head(9, 9, 7), bytes(300)), bad),
        "no-palette.png": (lambda: png_of(png_head(9, 9, 8, 3), bytes(300)), bad),
        "unknown-chunk-that-matters.png": (lambda: with_chunks(png(), chunk(b"CgBI", bytes(4))), bad),
        "no-picture.webp": (lambda: riff(canvas(9, 9, 0)), bad),
        "empty-picture.webp": (lambda: riff(riff_chunk(b"VP8 ", b"")), bad),
        "no-key-frame.webp": (lambda: _changed(webp(), 20, 0x01), bad),
        "false-length.webp": (lambda: b"RIFF\xff\xff\xff\x7f" + webp()[8:], "truncated"),
        "false-length-inside.webp": (lambda: webp()[:16] + b"\xff\xff\xff\x7f" + webp()[20:], "truncated"),
    }


def _changed(data: bytes, at: int, value: int) -> bytes:
    """With one byte that is another."""
    return data[:at] + bytes([value if data[at] != value else value ^ 1]) + data[at + 1 :]


def _moving() -> Table:
    frames = [scene(64, 48), scene(64, 48).rotate(180)]
    return {
        "moving.png": (
            lambda: encoded(frames[0], "PNG", save_all=True, append_images=frames[1:]),
            "animated",
        ),
        "moving.webp": (
            lambda: encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
            "animated",
        ),
    }


_TABLES: tuple[Callable[[], Table], ...] = (
    _empty_and_large,
    _other_kinds,
    _disguised_text,
    _wrong_suffixes,
    _bombs,
    _polyglots,
    _cut,
    _false_sizes,
    _broken,
    _moving,
)
_ALL: Table = {name: one for table in _TABLES for name, one in table().items()}
BAD: Mapping[str, Callable[[], bytes]] = {name: make for name, (make, _) in _ALL.items()}
"""By the file's name, which is part of what is wrong with some."""
REASONS: Mapping[str, str] = {name: code for name, (_, code) in _ALL.items()}
"""The code of the error."""


def write_all(folder: Path) -> Iterator[Path]:
    """Write every file; where it is, one after the other."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in BAD.items():
        path = folder / name
        path.write_bytes(make())
        yield path


if __name__ == "__main__":
    for written in write_all(Path(sys.argv[1])):
        print(written.name, REASONS[written.name])
