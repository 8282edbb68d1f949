"""What a picture's file is made of, found by reading its structure; nothing is decoded. For `reading`, `drawing` and `facts`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.errors import Invalid

Format = Literal["JPEG", "PNG", "WEBP"]
SUFFIXES: dict[Format, tuple[str, ...]] = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif"),
    "PNG": ("png",),
    "WEBP": ("webp",),
}
MOST_EXTRA = 4 * 1024 * 1024
"""Bytes that a colour profile or a text inside a picture may have once it is unpacked."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A file's parts. `pieces` are all that a decoder needs, `beside` is all but coded pixels: tags, comments, what stands behind
    the picture's `end`. `memory` is the bytes that decoding takes, apart from the file; `exif` (TIFF) and `profile` (ICC) may be
    empty."""

    format: Format
    width: int
    height: int
    end: int
    memory: int
    pieces: tuple[bytes | memoryview, ...]
    beside: bytes
    exif: bytes = b""
    profile: bytes = b""

    def join(self) -> bytes:
        """The picture alone, as a file."""
        return b"".join(self.pieces)


def without(data: bytes, coded: Iterable[tuple[int, int]]) -> bytes:
    """A file but for some parts of it, each from and to, in order; a line's end stands for each."""
    view, kept, at = memoryview(data), list[memoryview](), 0
    for start, end in coded:
        kept.append(view[at:start])
        at = end
    return b"\n".join([*kept, view[at:]])


def broken() -> Invalid:
    return Invalid("bad_picture", "这张图片打不开，可能已经损坏。请换一张，或截图后再传。")


def truncated() -> Invalid:
    return Invalid("truncated", "这张图片不完整，可能没有传完。请重新选择再传一次，或换一张。")


def false_size() -> Invalid:
    return Invalid("false_size", "这张图片写明的尺寸和里面的内容对不上。请截图后再传，或换一张。")


def bomb() -> Invalid:
    return Invalid("bomb", "这张图片里附带的数据异常地大，打开它会耗尽内存，已拒收。请截图后再传，或换一张。")


def animated() -> Invalid:
    return Invalid("animated", "这是会动的图片，这里只收静止的图片。请截图后再传，或换一张照片。")
