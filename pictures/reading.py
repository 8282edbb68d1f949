"""Looks at the bytes that somebody sent before anything is decoded: what they truly are, and what decoding would take.

Whoever takes pictures from outside calls `read_header`; `drawing` does by itself.
"""

from dataclasses import dataclass

from core.errors import Invalid

from . import jpeg, png, webp
from .anatomy import SUFFIXES, Anatomy, Format, bomb
from .exif import is_endless
from .strangers import hides_another, name_kind

MB = 1024 * 1024
MOST_BYTES = 30 * MB
MOST_SIDE = 30_000
MOST_PIXELS: dict[Format, int] = {"JPEG": 80_000_000, "PNG": 25_000_000, "WEBP": 24_000_000}
"""A JPEG is decoded reduced, the others whole; WebP takes four times the memory of PNG for it."""
MOST_MEMORY = 340 * MB
"""What one JPEG may take: a progressive one keeps all its coefficients. With it a process that decodes stays below 400 MB."""
_SHOWN = {"JPEG": "JPG", "PNG": "PNG", "WEBP": "WebP"}


@dataclass(frozen=True, slots=True)
class Header:
    """Sides in pixels as they are stored, before turning upright; `size` in bytes."""

    format: Format
    width: int
    height: int
    size: int


def read_header(data: bytes, name: str = "") -> Header:
    """What a picture is; `name` is the file's own name, empty where there is none.

    Raises Invalid: empty, too_large, bad_type, heic, wrong_suffix, truncated, bad_picture, false_size, too_long_side,
    too_many_pixels, animated, bomb, hidden_file.
    """
    anatomy = examine(data)
    _check_name(name, anatomy.format)
    return Header(anatomy.format, anatomy.width, anatomy.height, len(data))


def examine(data: bytes) -> Anatomy:
    """All checks of `read_header` but the name's; the file's parts, ready to decode. Raises Invalid."""
    if not data:
        raise Invalid("empty", "文件是空的，请重新选择。")
    if len(data) > MOST_BYTES:
        told = f"{len(data) / MB:.1f} MB"
        raise Invalid("too_large", f"文件有 {told}，最大 {MOST_BYTES // MB} MB。请压缩后再传。")
    anatomy = _dissect(data)
    _check_sides(anatomy)
    if is_endless(anatomy.exif):
        raise bomb()
    if hides_another(data, anatomy.end, anatomy.beside):
        raise Invalid("hidden_file", "这张图片里藏着别的文件或程序，不能接收。请截图后再传，或换一张照片。")
    return anatomy


def _dissect(data: bytes) -> Anatomy:
    if data.startswith(jpeg.START):
        return jpeg.dissect(data)
    if data.startswith(png.START):
        return png.dissect(data)
    if data.startswith(webp.START) and data[8:12] == webp.KIND:
        return webp.dissect(data)
    raise _stranger(name_kind(data))


def _stranger(kind: str) -> Invalid:
    if kind == "HEIC":
        return Invalid(
            "heic",
            "这是苹果手机的 HEIC 图片，这里打不开。请在 iPhone 的「设置 - 相机 - 格式」里选「兼容性最佳」重新拍，"
            "或截图后再传。",
        )
    told = f"，而是{'' if kind[0] > '~' else ' '}{kind}" if kind else ""
    return Invalid(
        "bad_type", f"这个文件不是 JPG、PNG 或 WebP 图片{told}。请换一个，或用软件另存为这种格式。"
    )


def _check_sides(anatomy: Anatomy) -> None:
    if max(anatomy.width, anatomy.height) > MOST_SIDE:
        raise Invalid("too_long_side", f"图片的一边超过了 {MOST_SIDE // 10_000} 万像素，请裁剪或缩小后再传。")
    most = MOST_PIXELS[anatomy.format]
    if anatomy.width * anatomy.height > most:
        raise Invalid(
            "too_many_pixels",
            f"图片的像素太多（{_SHOWN[anatomy.format]} 图片最多 {most // 10_000} 万），请缩小后再传。",
        )
    if anatomy.format == "JPEG" and anatomy.memory > MOST_MEMORY:
        raise Invalid(
            "too_many_pixels", "图片的像素太多（渐进式 JPG 要占用太多内存），请另存为普通 JPG 或缩小后再传。"
        )


def _check_name(name: str, format_: Format) -> None:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix and suffix not in SUFFIXES[format_]:
        raise Invalid(
            "wrong_suffix",
            f"文件名以 .{suffix[:10]} 结尾，内容却是 {_SHOWN[format_]} 图片。"
            f"请把文件名的结尾改成 .{SUFFIXES[format_][0]}，或截图后再传。",
        )
