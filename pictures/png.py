"""The structure of a PNG file (W3C Portable Network Graphics, third edition): its chunks, and what is packed inside them."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .anatomy import MOST_EXTRA, Anatomy, animated, bomb, broken, false_size, truncated, without

START = b"\x89PNG\r\n\x1a\n"
_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
"""By colour type: grey, RGB, palette, grey with alpha, RGB with alpha."""
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PALETTE = 3
_MOST_CHUNKS = 20_000
_BEST_RATIO = 1032
"""Deflate packs no better (zlib's own notes)."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    """`start` and `end` with length and checksum."""

    kind: bytes
    start: int
    end: int

    def body(self, data: bytes) -> bytes:
        return data[self.start + 8 : self.end - 4]


@dataclass(frozen=True, slots=True)
class _Head:
    width: int
    height: int
    depth: int
    colours: int

    @property
    def raw_bytes(self) -> int:
        """Unpacked, with each line's filter; a little more where it is interlaced."""
        return self.height * (1 + -(-self.width * self.depth * _SAMPLES[self.colours] // 8))

    @property
    def memory(self) -> int:
        """Grey and palettes are one byte a pixel (two of 16 bit, which are copied once); all else is four."""
        each = 4 if _SAMPLES[self.colours] > 1 else 3 if self.depth > 8 else 1
        return self.width * self.height * each


def dissect(data: bytes) -> Anatomy:
    """Raises Invalid: truncated, bad_picture, false_size, bomb, animated."""
    chunks = list(_chunks(data))
    head = _head_of(chunks[0].body(data)) if chunks[0].kind == b"IHDR" else None
    kinds = [one.kind for one in chunks]
    if head is None or kinds.count(b"IHDR") > 1 or (head.colours == _PALETTE and b"PLTE" not in kinds):
        raise broken()
    _check_moving(data, chunks)
    _check_texts(data, chunks)
    _check_size(head, sum(one.end - one.start - 12 for one in chunks if one.kind == b"IDAT"))
    view = memoryview(data)
    return Anatomy(
        format="PNG",
        width=head.width,
        height=head.height,
        end=chunks[-1].end,
        memory=head.memory,
        pieces=(START, *(view[one.start : one.end] for one in chunks if one.kind in _KEPT)),
        beside=without(data, ((one.start + 8, one.end) for one in chunks if one.kind == b"IDAT")),
        exif=next((one.body(data) for one in chunks if one.kind == b"eXIf"), b""),
        profile=_profile_of(data, chunks),
    )


def _chunks(data: bytes) -> Iterator[_Chunk]:
    """To IEND. Checksums are asked of what will be decoded."""
    at = len(START)
    for _ in range(_MOST_CHUNKS):
        if at + 12 > len(data):
            raise truncated()
        length, kind = struct.unpack_from(">I4s", data, at)
        if not kind.isalpha():
            raise broken()
        chunk = _Chunk(kind, at, at + 12 + length)
        if chunk.end > len(data):
            raise truncated()
        if (kind in _KEPT or kind[:1].isupper()) and not _is_sound(data, chunk):
            raise broken()
        yield chunk
        at = chunk.end
        if kind == b"IEND":
            return
    raise bomb()


def _is_sound(data: bytes, chunk: _Chunk) -> bool:
    """Critical chunks that nobody knows can't be drawn, whatever their checksum."""
    if chunk.kind not in _KEPT:
        return False
    told = int.from_bytes(data[chunk.end - 4 : chunk.end], "big")
    return zlib.crc32(memoryview(data)[chunk.start + 4 : chunk.end - 4]) == told


def _head_of(body: bytes) -> _Head | None:
    if len(body) != 13:
        return None
    width, height, depth, colours, packing, filtering, interlace = struct.unpack(">IIBBBBB", body)
    sound = width and height and depth in _DEPTHS.get(colours, ()) and not packing and not filtering
    return _Head(width, height, depth, colours) if sound and interlace in (0, 1) else None


def _check_moving(data: bytes, chunks: Sequence[_Chunk]) -> None:
    for one in chunks:
        if one.kind == b"acTL" and one.body(data)[:4] != b"\0\0\0\1":
            raise animated()


def _check_size(head: _Head, packed: int) -> None:
    """Neither less than the best packing nor much more than no packing at all."""
    if packed * _BEST_RATIO < head.raw_bytes or packed > head.raw_bytes * 1.1 + 4096:
        raise false_size()


def _check_texts(data: bytes, chunks: Sequence[_Chunk]) -> None:
    for one in chunks:
        if one.kind == b"zTXt":
            _unpack(one.body(data).partition(b"\0")[2][1:])
        elif one.kind == b"iTXt":
            packed, _, rest = (after := one.body(data).partition(b"\0")[2])[:1], after[1:2], after[2:]
            if packed == b"\1":
                _unpack(rest.partition(b"\0")[2].partition(b"\0")[2])


def _profile_of(data: bytes, chunks: Sequence[_Chunk]) -> bytes:
    found = (one.body(data) for one in chunks if one.kind == b"iCCP")
    return _unpack(next(found, b"").partition(b"\0")[2][1:])


def _unpack(packed: bytes) -> bytes:
    """Empty for what is no zlib stream. Raises Invalid (bomb) for more than anybody honest writes."""
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(packed, MOST_EXTRA + 1)
    except zlib.error:
        return b""
    if len(unpacked) > MOST_EXTRA:
        raise bomb()
    return unpacked
