"""Files that staff upload (pictures, sound, video): kept under random names in one folder, served at /media/<name>.

What a file is, its content says, never its name. Pictures are drawn anew, so that neither a place nor a camera's number
stays in them.
"""

import io
import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import IO, Literal, cast

from flask import Blueprint, Response, abort, current_app, send_from_directory
from PIL import Image

from core.errors import Invalid
from core.files import HALF, write_safely
from core.ids import public_id
from pictures.drawing import draw_small, encode_jpeg, upright
from pictures.reading import read_header

STORE = "zhijia.media"
MB = 1024 * 1024
Kind = Literal["picture", "sound", "video"]
LIMITS: dict[Kind, int] = {"picture": 10 * MB, "sound": 10 * MB, "video": 50 * MB}
_WANTED: dict[Kind, str] = {
    "picture": "JPG、PNG 或 WebP 图片",
    "sound": "MP3 或 M4A 录音",
    "video": "MP4 视频",
}
_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
}
_NAME = re.compile(r"[2-9a-z]{24}(\.(?:jpg|png|mp3|m4a|mp4))")
_MP4_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"MSNV",
    b"M4V ",
    b"dash",
)
_M4A_BRANDS = (b"M4A ", b"M4B ", *_MP4_BRANDS)
_HEAD_BYTES = 16
_SMALL = "small"
_SMALL_SUFFIX = ".webp"
_YEAR_S = 31_536_000

pages = Blueprint("media", __name__)


class MediaStore:
    """The folder of uploaded files; a name is 24 random characters and a suffix."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def folder(self) -> Path:
        return self._folder

    def keep(self, kind: Kind, stream: IO[bytes]) -> str:
        """Check and keep a file; its name. Raises Invalid that says what is wrong with it."""
        if kind == "picture":
            data, suffix = read_picture(stream)
            return self._write(io.BytesIO(data), suffix)
        _check_size(kind, stream)
        found = _suffix(kind, stream.read(_HEAD_BYTES))
        if found is None:
            raise Invalid("bad_type", f"这个文件不是 {_WANTED[kind]}。请换一个，或用软件另存为这种格式。")
        stream.seek(0)
        return self._write(stream, found)

    def keep_drawn(self, full: bytes, small: bytes) -> str:
        """Keep a picture that `pictures.drawing` drew, JPEG and WebP; its name. Both are on the disk when this returns."""
        name = f"{public_id(24)}.jpg"
        write_safely(self._folder / name, [full])
        write_safely(self._small(name), [small])
        return name

    def find(self, name: str) -> Path | None:
        """The file of a name; None for what is no name of ours or is not there."""
        path = self._folder / name
        return path if _NAME.fullmatch(name) and path.is_file() else None

    def list_old(self, before: datetime) -> list[str]:
        """Names of files that nobody has touched since `before`, halves of broken uploads too."""
        if not self._folder.is_dir():
            return []
        edge = before.timestamp()
        return [
            path.name
            for path in self._folder.iterdir()
            if _NAME.fullmatch(path.name.removesuffix(HALF)) and path.stat().st_mtime < edge
        ]

    def remove(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)
        self._small(name).unlink(missing_ok=True)
        (self._folder / _SMALL / name).unlink(missing_ok=True)  # as earlier versions drew it

    def find_small(self, name: str) -> Path | None:
        """A picture of ours as WebP, at most 480 pixels wide and high, for long lists; drawn when it is first asked for.

        None for what is no picture or is not there.
        """
        whole = self.find(name)
        if whole is None or whole.suffix not in (".jpg", ".png"):
            return None
        small = self._small(name)
        if not small.is_file():
            self._draw_small(whole, small)
        return small

    def _small(self, name: str) -> Path:
        return (self._folder / _SMALL / name).with_suffix(_SMALL_SUFFIX)

    def _draw_small(self, whole: Path, small: Path) -> None:
        small.parent.mkdir(exist_ok=True)
        half = small.with_name(f"{public_id()}{HALF}")  # two may draw it at once
        half.write_bytes(draw_small(whole.read_bytes()))
        half.replace(small)

    def _write(self, stream: IO[bytes], suffix: str) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = public_id(24) + suffix
        half = self._folder / f"{name}{HALF}"
        with half.open("wb") as file:
            shutil.copyfileobj(stream, file)
        half.replace(self._folder / name)
        return name


def _check_size(kind: Kind, stream: IO[bytes]) -> None:
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size == 0:
        raise Invalid("empty", "文件是空的，请重新选择。")
    if size > LIMITS[kind]:
        told = f"{size / MB:.1f} MB"
        raise Invalid("too_large", f"文件有 {told}，最大 {LIMITS[kind] // MB} MB。请压缩后再传。")


def read_picture(stream: IO[bytes]) -> tuple[bytes, str]:
    """A picture for elsewhere than our folder: checked and drawn anew, with its suffix. Raises Invalid."""
    _check_size("picture", stream)
    return draw_anew(stream.read())


def draw_anew(data: bytes) -> tuple[bytes, str]:
    """A picture as JPEG or PNG, upright, at most 1600 pixels wide and high, nothing else in it. Raises Invalid."""
    header = read_header(data)
    with upright(data) as picture:
        if header.format == "PNG" or picture.mode == "RGBA":
            return _encode_png(picture), ".png"
        return encode_jpeg(picture), ".jpg"


def _encode_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _suffix(kind: Literal["sound", "video"], head: bytes) -> str | None:
    """By the first bytes; None for anything but what is wanted."""
    match kind:
        case "sound":
            if head.startswith(b"ID3") or (head[:1] == b"\xff" and head[1:2] in (b"\xfb", b"\xf3", b"\xf2")):
                return ".mp3"
            return ".m4a" if _is_box(head, _M4A_BRANDS) else None
        case "video":
            return ".mp4" if _is_box(head, _MP4_BRANDS) else None


def _is_box(head: bytes, brands: tuple[bytes, ...]) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in brands


def media_store() -> MediaStore:
    """Of the current application."""
    return cast(MediaStore, current_app.extensions[STORE])


@pages.get("/media/<name>")
def serve(name: str) -> Response:
    """A file with its right type; parts of it on request, so that a video can be wound forward."""
    known = _NAME.fullmatch(name)
    if known is None:
        abort(404)
    return _send(media_store().folder, name, known[1])


@pages.get("/media/small/<name>")
def serve_small(name: str) -> Response:
    """A picture for lists."""
    small = media_store().find_small(name)
    if small is None:
        abort(404)
    return _send(small.parent, small.name, small.suffix)


def _send(folder: Path, name: str, suffix: str) -> Response:
    # From the application's folder a relative path would mean something else.
    response = send_from_directory(folder.absolute(), name, mimetype=_TYPES[suffix], max_age=_YEAR_S)
    response.cache_control.immutable = True
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
