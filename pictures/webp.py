"""The structure of a WebP file (Google's WebP Container Specification): RIFF chunks around VP8 or VP8L."""

import struct
from collections.abc import Mapping

from .anatomy import MOST_EXTRA, Anatomy, animated, bomb, broken, false_size, truncated, without

START = b"RIFF"
KIND = b"WEBP"
_HEAD = 12
_CODED = (b"VP8 ", b"VP8L", b"ALPH")
_MOST_CHUNKS = 1000
_ALPHA = 0x10
_MEMORY = 16
"""Bytes a pixel: Pillow's decoder holds two canvases, their bytes and the picture at once."""


def dissect(data: bytes) -> Anatomy:
    """Raises Invalid: truncated, bad_picture, false_size, bomb, animated."""
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise truncated()
    spans = _spans(data, end)
    if b"ANIM" in spans or b"ANMF" in spans:
        raise animated()
    view = memoryview(data)
    chunks = {kind: view[start:stop] for kind, (start, stop) in spans.items()}
    width, height = _size_of(chunks)
    profile = bytes(chunks.get(b"ICCP", b""))
    if len(profile) > MOST_EXTRA:
        raise bomb()
    return Anatomy(
        format="WEBP",
        width=width,
        height=height,
        end=end,
        memory=width * height * _MEMORY,
        pieces=_pieces(chunks, width, height),
        beside=without(data, sorted(spans[kind] for kind in _CODED if kind in spans)),
        exif=bytes(chunks.get(b"EXIF", b"")).removeprefix(b"Exif\0\0"),
        profile=profile,
    )


def _spans(data: bytes, end: int) -> dict[bytes, tuple[int, int]]:
    """The first chunk of each kind, from and to, without its head."""
    found, at = dict[bytes, tuple[int, int]](), _HEAD
    for _ in range(_MOST_CHUNKS):
        if at + 8 > end:
            return found
        kind, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise truncated()
        found.setdefault(kind, (at + 8, at + 8 + length))
        at += 8 + length + length % 2
    raise bomb()


def _size_of(chunks: Mapping[bytes, memoryview]) -> tuple[int, int]:
    """Raises Invalid where the canvas is not the picture's."""
    size = _coded_size(chunks)
    if b"VP8X" in chunks and _canvas_of(chunks[b"VP8X"]) != size:
        raise false_size()
    return size


def _coded_size(chunks: Mapping[bytes, memoryview]) -> tuple[int, int]:
    lossy, lossless = chunks.get(b"VP8 "), chunks.get(b"VP8L")
    if lossy is not None and lossless is None:
        return _lossy_size(bytes(lossy[:10]))
    if lossless is not None and lossy is None and len(lossless) > 5 and lossless[0] == 0x2F:
        bits = int.from_bytes(lossless[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    raise broken()


def _lossy_size(head: bytes) -> tuple[int, int]:
    """Of a key frame, which every still picture is (RFC 6386, 9.1)."""
    if len(head) < 10 or head[0] & 1 or head[3:6] != b"\x9d\x01\x2a":
        raise broken()
    width, height = (one & 0x3FFF for one in struct.unpack_from("<HH", head, 6))
    if not width or not height:
        raise broken()
    return width, height


def _canvas_of(body: memoryview) -> tuple[int, int]:
    if len(body) != 10:
        raise broken()
    return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1


def _pieces(chunks: Mapping[bytes, memoryview], width: int, height: int) -> tuple[bytes | memoryview, ...]:
    kind = b"VP8 " if b"VP8 " in chunks else b"VP8L"
    body: list[bytes | memoryview] = []
    if kind == b"VP8 " and b"ALPH" in chunks:
        sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
        body += _chunk(b"VP8X", bytes([_ALPHA, 0, 0, 0]) + sides) + _chunk(b"ALPH", chunks[b"ALPH"])
    body += _chunk(kind, chunks[kind])
    return (START, struct.pack("<I", 4 + sum(map(len, body))), KIND, *body)


def _chunk(kind: bytes, body: bytes | memoryview) -> list[bytes | memoryview]:
    return [struct.pack("<4sI", kind, len(body)), body, b"\0" * (len(body) % 2)]
