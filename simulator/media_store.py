"""Pictures, sounds and films that were uploaded to the platform or sent by followers."""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import sqlite3
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .database import Database

Life = Literal["temporary", "permanent", "inline"]
"""temporary: three days; permanent: 素材; inline: a picture inside an article (uploadimg)."""

TEMPORARY_S = 3 * 24 * 3600
_DATA_URL = re.compile(r"^data:([\w.+-]+/[\w.+-]+)?(?:;[\w.+=\"-]+)*;base64,", re.ASCII)

# The first bytes tell what a file is; a name or a header only claims it.
_SIGNATURES: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (0, b"GIF8", "gif", "image/gif"),
    (0, b"BM", "bmp", "image/bmp"),
    (8, b"WEBP", "webp", "image/webp"),
    (0, b"#!AMR", "amr", "audio/amr"),
    (0, b"ID3", "mp3", "audio/mpeg"),
    (0, b"\xff\xfb", "mp3", "audio/mpeg"),
    (0, b"\xff\xf3", "mp3", "audio/mpeg"),
    (0, b"OggS", "ogg", "audio/ogg"),
    (8, b"WAVE", "wav", "audio/wav"),
    (0, b"\x1aE\xdf\xa3", "webm", "video/webm"),
    (4, b"ftyp", "mp4", "video/mp4"),
)


class BadData(Exception):
    """A data URL that is none, or too large; the message is Chinese."""


@dataclass(frozen=True, slots=True)
class Media:
    """One stored file. `type`: image, voice, video, thumb or news."""

    media_id: str
    account: str
    type: str
    life: Life
    filename: str
    content_type: str
    data: bytes
    title: str
    introduction: str
    created_at: float

    @property
    def path(self) -> str:
        """Where a phone loads it from, on this process."""
        return f"/simulator/media/{self.media_id}"


def sniff(data: bytes) -> tuple[str, str]:
    """(suffix, content type) by the first bytes; ("bin", "application/octet-stream") when unknown."""
    for offset, signature, suffix, content_type in _SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            return suffix, content_type
    return "bin", "application/octet-stream"


def read_data_url(text: str, maximum: int) -> tuple[bytes, str]:
    """(bytes, declared content type) of a base64 data URL. Raises BadData."""
    match = _DATA_URL.match(text[:200])
    if match is None:
        raise BadData("文件没有读出来，请换一个再试")
    try:
        data = base64.b64decode(text[match.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadData("文件内容不完整，请重新选择") from error
    if not data:
        raise BadData("文件是空的，请重新选择")
    if len(data) > maximum:
        raise BadData(f"文件太大，最多 {maximum // (1024 * 1024)} MB")
    return data, match.group(1) or "application/octet-stream"


def plain_png(width: int, height: int, rgb: tuple[int, int, int]) -> bytes:
    """A picture of one colour: the cover of a film, or a picture nobody supplied."""
    rows = (b"\0" + bytes(rgb) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def silent_amr(seconds: int) -> bytes:
    """Silence as AMR-NB (50 frames a second), for a voice message that was only typed."""
    return b"#!AMR\n" + (b"\x04" + bytes(12)) * 50 * max(1, min(seconds, 60))


def _media(row: sqlite3.Row) -> Media:
    return Media(**dict(row))


class MediaStore:
    """All files. `clock` gives Unix seconds; a temporary file is gone after three days."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock

    def add(
        self,
        account: str,
        kind: str,
        life: Life,
        data: bytes,
        *,
        filename: str = "",
        content_type: str | None = None,
        title: str = "",
        introduction: str = "",
    ) -> Media:
        """Stores a file; the content type is found out when not given."""
        suffix, sniffed = sniff(data)
        media = Media(
            media_id=secrets.token_urlsafe(48),
            account=account,
            type=kind,
            life=life,
            filename=filename or f"{kind}.{suffix}",
            content_type=content_type or sniffed,
            data=data,
            title=title,
            introduction=introduction,
            created_at=self._clock(),
        )
        self._db.run(
            "INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            media.media_id, media.account, media.type, media.life, media.filename, media.content_type, media.data,
            media.title, media.introduction, media.created_at,
        )  # fmt: skip
        return media

    def get(self, account: str, media_id: str, *, life: Life | None = None) -> Media | None:
        """The file, unless it belongs to another account, has another life or has expired."""
        media = self.find(media_id)
        if media is None or media.account != account or (life is not None and media.life != life):
            return None
        return media

    def find(self, media_id: str) -> Media | None:
        """The file of any account, unless it has expired."""
        row = self._db.one("SELECT * FROM media WHERE media_id=?", media_id)
        if row is None:
            return None
        media = _media(row)
        expired = media.life == "temporary" and self._clock() - media.created_at > TEMPORARY_S
        return None if expired else media

    def list_permanent(self, account: str, kind: str, offset: int, count: int) -> list[Media]:
        """Newest first."""
        rows = self._db.all(
            "SELECT * FROM media WHERE account=? AND type=? AND life='permanent' "
            "ORDER BY created_at DESC, rowid DESC LIMIT ? OFFSET ?",
            account, kind, count, offset,
        )  # fmt: skip
        return [_media(row) for row in rows]

    def count_permanent(self, account: str, kind: str) -> int:
        """How many permanent files of one type."""
        found = self._db.value(
            "SELECT COUNT(*) FROM media WHERE account=? AND type=? AND life='permanent'", account, kind
        )
        return int(found)

    def delete(self, media_id: str) -> None:
        """Removes a file."""
        self._db.run("DELETE FROM media WHERE media_id=?", media_id)
