"""Uploaded files: what a column refers to stays, what nobody refers to goes after a week."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from app import REGISTRY
from house.media import delete_unused
from tests.columns.conftest import Series
from tests.conftest import NOW, Home
from web.storage import MediaStore


class Folder:
    """The media folder, with files of an age."""

    def __init__(self, home: Home, path: Path) -> None:
        self.home, self.path = home, path
        path.mkdir(parents=True, exist_ok=True)

    def add(self, letter: str, days: float = 8, suffix: str = ".jpg") -> str:
        name = letter * 24 + suffix
        (self.path / name).write_bytes(b"x")
        then = (self.home.parts.clock() - timedelta(days=days)).timestamp()
        os.utime(self.path / name, (then, then))
        return name

    def clean(self) -> int:
        return delete_unused(self.home.parts, MediaStore(self.path), REGISTRY.all_media())

    def names(self) -> set[str]:
        return {one.name for one in self.path.iterdir()}


@pytest.fixture
def folder(house: Home, tmp_path: Path) -> Folder:
    return Folder(house, tmp_path / "uploads")


def test_what_is_referred_to_stays_and_the_rest_goes(ours: Series, folder: Folder):
    item_cover, picture, cover, unused = (folder.add(letter) for letter in "abcd")
    item = ours.write(1)
    with ours.db.work() as session:
        stored = session.merge(ours.column, load=False)
        stored.cover, stored.updated_at = cover, NOW
        one = session.merge(item, load=False)
        one.cover, one.media = item_cover, [{"name": picture, "caption": ""}]
    assert folder.clean() == 1
    assert folder.names() == {item_cover, picture, cover}
    assert unused not in folder.names()
    assert folder.clean() == 0


def test_a_file_of_this_week_stays_the_form_may_still_be_open(folder: Folder):
    young = folder.add("e", days=6.9)
    assert folder.clean() == 0
    assert folder.names() == {young}


def test_what_is_no_upload_of_ours_is_not_touched(folder: Folder):
    half = folder.add("f", suffix=".jpg.part")
    (folder.path / "README").write_text("mine")
    os.utime(folder.path / "README", (0, 0))
    assert folder.clean() == 1
    assert half not in folder.names()
    assert folder.names() == {"README"}


def test_without_a_folder_there_is_nothing_to_do(house: Home, tmp_path: Path):
    assert delete_unused(house.parts, MediaStore(tmp_path / "none"), REGISTRY.all_media()) == 0


def test_where_the_rows_can_not_be_read_nothing_is_deleted(house: Home, folder: Folder):
    folder.add("g")

    def broken(_session: object) -> list[str]:
        raise RuntimeError("no database")

    with pytest.raises(RuntimeError):
        delete_unused(house.parts, MediaStore(folder.path), [broken])
    assert len(folder.names()) == 1
