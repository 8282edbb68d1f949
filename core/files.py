"""Files that must not be lost once somebody was told they are kept."""

import os
from collections.abc import Iterable
from pathlib import Path

HALF = ".part"
"""The end of a file's name while it is being written; one that is found later was left by who died."""


def write_safely(path: Path, parts: Iterable[bytes]) -> None:
    """Whole under its name or not at all, whatever happens in between; it is on the disk when this returns. The folder is made."""
    _make_folder(path.parent)
    half = path.with_name(path.name + HALF)
    try:
        with half.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """A name is on the disk only when its folder is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
