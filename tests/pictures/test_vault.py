"""Sealed originals: they come back whole or not at all, and only under the key they were sealed with."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import NotFound
from pictures.vault import Damaged, Vault

CHUNK = 256 * 1024
SEALED = CHUNK + 16
HEAD = 20
LONG = os.urandom(3 * CHUNK + 1000)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "originals"


@pytest.fixture
def vault(folder: Path) -> Vault:
    return Vault(folder, "a secret")


def path_of(folder: Path, name: str) -> Path:
    return folder / name[:2] / name


def read(vault: Vault, name: str) -> bytes:
    return b"".join(vault.open(name))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, len(LONG)])
def test_what_was_sealed_comes_back_in_parts(vault: Vault, size: int):
    name = vault.seal(LONG[:size])
    parts = list(vault.open(name))
    assert b"".join(parts) == LONG[:size]
    assert max(map(len, parts)) <= CHUNK


def test_nothing_of_it_can_be_read_on_the_disk_and_two_of_the_same_look_different(vault: Vault, folder: Path):
    original = b"Exif place: 22.54, 114.06 " * 100
    first, second = vault.seal(original), vault.seal(original)
    stored = [path_of(folder, name).read_bytes() for name in (first, second)]
    assert not any(b"Exif" in one or b"114.06" in one for one in stored)
    assert stored[0][HEAD:] != stored[1][HEAD:]


def _flip(at: int):
    return lambda data: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


DAMAGES = {
    "the mark": _flip(0),
    "the salt": _flip(5),
    "the first chunk": _flip(HEAD + 7),
    "the second chunk": _flip(HEAD + SEALED + 7),
    "the third chunk": _flip(HEAD + 2 * SEALED + 7),
    "the last chunk": _flip(HEAD + 3 * SEALED + 7),
    "a tag": _flip(HEAD + SEALED - 1),
    "two chunks exchanged": lambda data: (
        data[:HEAD]
        + data[HEAD + SEALED : HEAD + 2 * SEALED]
        + data[HEAD : HEAD + SEALED]
        + data[HEAD + 2 * SEALED :]
    ),
    "a chunk left out": lambda data: data[:HEAD] + data[HEAD + SEALED :],
    "a chunk twice": lambda data: data[: HEAD + SEALED] + data[HEAD:],
    "the last chunk missing": lambda data: data[: HEAD + 3 * SEALED],
    "the last chunk cut": lambda data: data[:-1],
    "something appended": lambda data: data + b"x",
    "only a head": lambda data: data[:HEAD],
    "less than a head": lambda data: data[:10],
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_told_before_a_byte_is_given_out(vault: Vault, folder: Path, damage: str):
    name = vault.seal(LONG)
    path = path_of(folder, name)
    path.write_bytes(DAMAGES[damage](path.read_bytes()))
    with pytest.raises(Damaged, match="备份"):
        vault.open(name)


def test_one_original_does_not_stand_for_another(vault: Vault, folder: Path):
    first, second = vault.seal(b"first"), vault.seal(b"second")
    path_of(folder, first).replace(path_of(folder, second))
    with pytest.raises(Damaged):
        vault.open(second)


def test_another_secret_opens_nothing(vault: Vault, folder: Path):
    name = vault.seal(LONG)
    with pytest.raises(Damaged, match="SECRET_KEY"):
        Vault(folder, "another secret").open(name)


@pytest.mark.parametrize("name", ["a" * 24, "", "../../etc/passwd", "a" * 23 + "/", "a" * 24 + ".part"])
def test_what_is_not_there_is_not_found(vault: Vault, name: str):
    with pytest.raises(NotFound, match="没有这张原图"):
        vault.open(name)
    vault.remove(name)


def test_a_removed_original_is_gone(vault: Vault, folder: Path):
    name = vault.seal(b"x")
    vault.remove(name)
    assert not path_of(folder, name).exists()
    with pytest.raises(NotFound):
        vault.open(name)


def test_old_ones_are_listed_and_halves_of_broken_uploads_too(vault: Vault, folder: Path):
    old, young = vault.seal(b"old"), vault.seal(b"young")
    half = path_of(folder, "b" * 24 + ".part")
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    now = datetime.now(UTC)
    for path in (path_of(folder, old), half):
        os.utime(path, times=((now - timedelta(days=8)).timestamp(),) * 2)
    listed = vault.list_old(now - timedelta(days=7))
    assert sorted(listed) == sorted([old, half.name])
    for name in listed:
        vault.remove(name)
    assert [one.name for one in folder.glob("??/*")] == [young]
    assert vault.list_old(now - timedelta(days=7)) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from pictures.vault import Vault
Path.replace = lambda self, target: os.kill(os.getpid(), signal.SIGKILL)
Vault(Path(sys.argv[1]), "a secret").seal(bytes(1_000_000))
"""


def test_who_dies_before_the_name_is_given_leaves_no_original(vault: Vault, folder: Path):
    died = subprocess.run([sys.executable, "-c", KILLED, str(folder)], timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    (half,) = folder.glob("??/*")
    assert half.name.endswith(".part")
    with pytest.raises(NotFound):
        vault.open(half.name.removesuffix(".part"))


def test_the_file_and_its_folder_are_on_the_disk_before_the_name_is_told(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
):
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def synced(number: int) -> None:
        done.append("folder" if Path(f"/proc/self/fd/{number}").is_dir() else "file")
        sync(number)

    def replaced(self: Path, target: Path) -> Path:
        done.append("name")
        return replace(self, target)

    vault.seal(b"the folder is there from now on")
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    vault.seal(b"x")
    assert done[-3:] == ["file", "name", "folder"]


def test_a_full_disk_leaves_nothing_behind(vault: Vault, folder: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    folder.mkdir()
    monkeypatch.setattr("core.files._make_folder", lambda path: path.mkdir(parents=True, exist_ok=True))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        vault.seal(b"x")
    assert list(folder.glob("??/*")) == []
