"""Originals, sealed: kept as they came, with all that cameras wrote, and read by nobody without SECRET_KEY.

A file is a head (mark and salt) and chunks of 256 KB, each with AES-256-GCM. A chunk's nonce is its number and whether it is the
last, the key is the file's own (HKDF over salt and name): so a chunk that was changed, moved, left out or taken from another
file is found (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015).
"""

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import DomainError, NotFound
from core.files import HALF, write_safely
from core.ids import public_id

_MARK = b"ZJV1"
_SALT_BYTES = 16
_HEAD_BYTES = len(_MARK) + _SALT_BYTES
_CHUNK = 256 * 1024
_TAG_BYTES = 16
_PURPOSE = b"originals"
_CHARS = 24
_NAME = re.compile(rf"[2-9a-z]{{{_CHARS}}}")


class Damaged(DomainError):
    """What was kept is not what is there now."""

    status = 500

    def __init__(self, name: str) -> None:
        super().__init__(
            "damaged_original",
            "这张原图打不开：文件已损坏，或者 SECRET_KEY 换过。请从备份恢复原图文件夹和原来的 SECRET_KEY；公开展示的图片不受影响。",
            name=name,
        )


class Vault:
    """The folder of sealed originals; `secret` is SECRET_KEY."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder = folder
        self._key = HKDF(hashes.SHA256(), 32, b"zhijia", _PURPOSE).derive(secret.encode())

    def seal(self, data: bytes) -> str:
        """Keep it; its name, 24 random characters. The file is safe on the disk when this returns."""
        name, salt = public_id(_CHARS), os.urandom(_SALT_BYTES)
        write_safely(self._path(name), self._sealed(name, salt, data))
        return name

    def open(self, name: str) -> Iterator[bytes]:
        """The original in parts of at most 256 KB. All is checked before the first is given out.

        Raises NotFound, and Damaged for what was changed on the disk or sealed with another key.
        """
        try:
            file = self._path(name).open("rb")
        except FileNotFoundError:
            raise NotFound("no_original", "没有这张原图，可能已经按规定删除。") from None
        try:
            for _ in self._chunks(name, file):
                pass
        except BaseException:
            file.close()
            raise
        return self._give(name, file)

    def remove(self, name: str) -> None:
        """Whether or not it is there; the half of a broken upload by its own name."""
        if _NAME.fullmatch(name.removesuffix(HALF)):
            self._path(name).unlink(missing_ok=True)

    def list_old(self, before: datetime) -> list[str]:
        """Names of originals that were sealed before then, halves of broken uploads too."""
        edge = before.timestamp()
        return [
            path.name
            for path in self._folder.glob("??/*")
            if _NAME.fullmatch(path.name.removesuffix(HALF)) and path.stat().st_mtime < edge
        ]

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name.removesuffix(HALF)):
            raise FileNotFoundError(name)
        return self._folder / name[:2] / name

    def _sealed(self, name: str, salt: bytes, data: bytes) -> Iterator[bytes]:
        yield _MARK + salt
        cipher, view = self._cipher(name, salt), memoryview(data)
        last = max(0, len(data) - 1) // _CHUNK
        for number in range(last + 1):
            chunk = view[number * _CHUNK : (number + 1) * _CHUNK]
            yield cipher.encrypt(_nonce(number, is_last=number == last), chunk, None)

    def _cipher(self, name: str, salt: bytes) -> AESGCM:
        return AESGCM(HKDF(hashes.SHA256(), 32, salt, name.encode()).derive(self._key))

    def _give(self, name: str, file: BinaryIO) -> Iterator[bytes]:
        with file:
            yield from self._chunks(name, file)

    def _chunks(self, name: str, file: BinaryIO) -> Iterator[bytes]:
        file.seek(0)
        head = file.read(_HEAD_BYTES)
        if len(head) < _HEAD_BYTES or not head.startswith(_MARK):
            raise Damaged(name)
        cipher, number = self._cipher(name, head[len(_MARK) :]), 0
        sealed = file.read(_CHUNK + _TAG_BYTES)
        while sealed or number == 0:
            following = file.read(_CHUNK + _TAG_BYTES)
            try:
                yield cipher.decrypt(_nonce(number, is_last=not following), sealed, None)
            except InvalidTag:
                raise Damaged(name) from None
            sealed, number = following, number + 1


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
