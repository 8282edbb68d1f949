"""What `honest_pictures` and `bad_pictures` are put together from: a scene to know again, and the parts of the three formats."""

import io
import struct
import zlib
from collections.abc import Sequence

from PIL import Image, ImageCms

QUARTERS = ((205, 40, 40), (40, 170, 60), (40, 60, 200), (235, 215, 50))
"""Colours of a scene: upper left, upper right, lower left, lower right."""
PNG_START = b"\x89PNG\r\n\x1a\n"


def scene(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Four quarters, so that one sees which way up it is."""
    picture = Image.new("RGB", (width, height))
    for number, colour in enumerate(QUARTERS):
        left, top = number % 2 * width // 2, number // 2 * height // 2
        picture.paste(colour, (left, top, width, height))
    return picture if mode == "RGB" else picture.convert(mode)


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """`options` as Pillow's `save` knows them."""
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def jpeg(width: int = 640, height: int = 480, mode: str = "RGB", **options: object) -> bytes:
    return encoded(scene(width, height, mode), "JPEG", **options)


def png(width: int = 640, height: int = 480, mode: str = "RGB", **options: object) -> bytes:
    return encoded(scene(width, height, mode), "PNG", **options)


def webp(width: int = 640, height: int = 480, mode: str = "RGB", **options: object) -> bytes:
    return encoded(scene(width, height, mode), "WEBP", **options)


def segment(marker: int, body: bytes) -> bytes:
    """Of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """A JPEG with these behind its beginning."""
    return data[:2] + b"".join(segments) + data[2:]


def with_frame_size(data: bytes, width: int, height: int) -> bytes:
    """A JPEG that says it is of this size."""
    at = next(found for marker in (b"\xff\xc0", b"\xff\xc2") if (found := data.find(marker)) > 0)
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def chunk(kind: bytes, body: bytes) -> bytes:
    """Of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_head(width: int, height: int, depth: int = 8, colours: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlace))


def png_of(head: bytes, raw: bytes, *before: bytes) -> bytes:
    """A PNG from its first chunk and its lines, unpacked, each with its filter; other chunks stand between."""
    return PNG_START + head + b"".join(before) + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")


def with_chunks(data: bytes, *chunks: bytes) -> bytes:
    """A PNG with these behind its first chunk."""
    at = len(PNG_START) + 25
    return data[:at] + b"".join(chunks) + data[at:]


def packed_zeros(megabytes: int) -> bytes:
    """So much in a thousandth of its size."""
    packer = zlib.compressobj(9)
    part = bytes(1024 * 1024)
    return b"".join(packer.compress(part) for _ in range(megabytes)) + packer.flush()


def riff(*chunks: bytes) -> bytes:
    """A WebP."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def canvas(width: int, height: int, flags: int) -> bytes:
    """The VP8X chunk of a WebP."""
    sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
    return riff_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides)


def exif(orientation: int = 1, *, place: bool = False) -> bytes:
    """As a camera writes it, from the TIFF's head on."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010F], tags[0x0110], tags[0x0132] = "Zhijia", "Zhijia Phone 7", "2026:05:01 09:30:00"
    tags.get_ifd(0x8769)[0x9003] = "2026:05:01 09:29:58"
    tags.get_ifd(0x8769)[0xA434] = "Zhijia 24mm F1.8"
    if place:
        tags.get_ifd(0x8825).update({1: "N", 2: (22.0, 32.0, 41.25), 3: "E", 4: (114.0, 3.0, 27.75)})
    return tags.tobytes().removeprefix(b"Exif\0\0")


def directory(entries: Sequence[tuple[int, int, int, int]], following: int) -> bytes:
    """Of a TIFF in little-endian order: (tag, type, count, value or where it is)."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<H", len(entries)) + body + struct.pack("<I", following)


def swapped_profile() -> bytes:
    """An ICC profile that takes red for blue and blue for red."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    at = {bytes(profile[place : place + 4]): place for place in range(132, 132 + 12 * profile[131], 12)}
    red, blue = at[b"rXYZ"] + 4, at[b"bXYZ"] + 4
    profile[red : red + 8], profile[blue : blue + 8] = profile[blue : blue + 8], profile[red : red + 8]
    return bytes(profile).replace("sRGB".encode("utf-16-be"), "tRGB".encode("utf-16-be"))


def film(size: int = 40_000) -> bytes:
    """What a phone puts behind a photo that moves."""
    return b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + struct.pack(">I", size + 8) + b"mdat" + bytes(size)
