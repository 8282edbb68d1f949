"""Files that are no picture, and files that hide in one: known by their content, for `reading`."""

import re2

_BRANDS = {
    b"heic": "HEIC",
    b"heix": "HEIC",
    b"heim": "HEIC",
    b"heis": "HEIC",
    b"hevc": "HEIC",
    b"mif1": "HEIC",
    b"msf1": "HEIC",
    b"avif": "AVIF 图片",
    b"avis": "AVIF 图片",
    b"M4A ": "录音",
}
_STARTS = (
    (b"GIF8", "GIF 动图"),
    (b"BM", "BMP 图片"),
    (b"II*\0", "TIFF 图片（或相机的 RAW 文件）"),
    (b"MM\0*", "TIFF 图片（或相机的 RAW 文件）"),
    (b"\0\0\1\0", "图标文件"),
    (b"8BPS", "Photoshop 文件"),
    (b"%PDF", "PDF 文件"),
    (b"PK\x03\x04", "压缩包或 Office 文件"),
    (b"PK\x05\x06", "压缩包或 Office 文件"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"\x1f\x8b", "压缩包"),
    (b"MZ", "程序"),
    (b"\x7fELF", "程序"),
    (b"#!", "程序"),
    (b"ID3", "录音"),
    (b"\x1aE\xdf\xa3", "视频"),
)


def _as_bytes() -> re2.Options:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = False
    return options


_BLANK = b"\0\t\n\r \xef\xbb\xbf"
_HIDDEN = re2.compile(
    rb"<(?:script|iframe|!doctype|\?php\s|html[\s>]|svg[\s>])|%PDF-\d|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|__HALT_COMPILER"
    rb"|PK\x03\x04[\x0a-\x3f]\x00[\x00-\xff][\x00\x08][\x00\x08\x09\x0c\x0e]\x00",
    _as_bytes(),
)
"""Each long enough that the film behind a photo does not have it by chance."""
_AFTER = ("压缩包", "压缩包或 Office 文件", "PDF 文件", "程序", "网页", "SVG 图片")
"""What may not stand behind a picture; phones put films and second pictures there."""
_ZIP_END = b"PK\x05\x06"
_ZIP_TAIL = 22 + 65_535


def name_kind(data: bytes) -> str:
    """What a file that is no picture of ours is, in Chinese; empty if nobody knows. "HEIC" for iPhones' pictures."""
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "视频")
    known = next((kind for start, kind in _STARTS if data.startswith(start)), "")
    return known or _name_text(data[:1024].lstrip(_BLANK).lower())


def _name_text(head: bytes) -> str:
    if head.startswith(b"<?php"):
        return "程序"
    if b"<svg" in head:
        return "SVG 图片"
    if head.startswith((b"<!doctype", b"<html", b"<script", b"<?xml")):
        return "网页"
    return "文本" if head and all(one >= 0x20 or one in b"\t\n\r" for one in head) else ""


def hides_another(data: bytes, end: int, beside: bytes) -> bool:
    """Whether a picture is another kind of file as well, for a browser, an unpacker or a server; `end` and `beside` as in
    `Anatomy`."""
    return (
        data[4:6] == b"/*"  # the length of a JPEG's first segment that opens a comment of JavaScript
        or name_kind(data[end : end + 4096].lstrip(_BLANK)) in _AFTER
        or _HIDDEN.search(beside) is not None
        or _ends_as_zip(data)
    )


def _ends_as_zip(data: bytes) -> bool:
    """Unpackers read from the end: a record there that says truly how much follows it."""
    at = data.rfind(_ZIP_END, max(0, len(data) - _ZIP_TAIL))
    return 0 <= at <= len(data) - 22 and at + 22 + int.from_bytes(data[at + 20 : at + 22], "little") == len(
        data
    )
