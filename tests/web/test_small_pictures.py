"""Pictures for long lists: small, drawn once, gone with the whole one."""

import io
import os
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image

from tests.neighbours import together
from web.storage import STORE, MediaStore, pages


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def keep(store: MediaStore, kind: str = "JPEG") -> str:
    data = io.BytesIO()
    Image.effect_noise((1200, 900), 60).convert("RGB").save(data, kind)
    return store.keep("picture", data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_small_picture_has_the_same_shape_and_far_fewer_bytes(store: MediaStore, kind: str):
    name = keep(store, kind)
    small = store.find_small(name)
    with Image.open(small) as picture:
        assert (picture.size, picture.format) == ((480, 360), "WEBP")
    assert small.stat().st_size * 4 < store.find(name).stat().st_size


def test_twenty_who_ask_at_once_get_the_same_whole_file(store: MediaStore):
    name = keep(store)
    found = together(20, lambda _: store.find_small(name).read_bytes())
    assert len({bytes(one) for one in found}) == 1
    assert [one.name for one in (store.folder / "small").iterdir()] == [Path(name).stem + ".webp"]


def test_it_goes_with_the_picture_and_is_served_by_its_name_alone(store: MediaStore):
    app = Flask("small")
    app.register_blueprint(pages)
    app.extensions[STORE] = store
    name, client = keep(store), app.test_client()
    with client.get(f"/media/small/{name}") as answer:
        assert (answer.status_code, answer.mimetype) == (200, "image/webp")
        assert "immutable" in answer.headers["Cache-Control"]
    sound = store.keep("sound", io.BytesIO(b"ID3" + bytes(100)))
    for other in ("x", "..%2fsmall", sound, "a" * 24 + ".jpg", name + ".part"):
        assert client.get(f"/media/small/{other}").status_code == 404
    store.remove(name)
    assert client.get(f"/media/small/{name}").status_code == 404
    assert list((store.folder / "small").iterdir()) == []


def test_a_picture_that_was_drawn_is_kept_as_it_is_and_both_files_are_on_the_disk(
    store: MediaStore, monkeypatch: pytest.MonkeyPatch
):
    synced: list[int] = []
    sync = os.fsync
    monkeypatch.setattr(os, "fsync", lambda number: synced.append(number) or sync(number))
    name = store.keep_drawn(b"the whole", b"the small one")
    assert len(synced) >= 4, "each file, and each file's folder"
    assert store.find(name).read_bytes() == b"the whole"
    assert store.find_small(name).read_bytes() == b"the small one"
    store.remove(name)
    assert [one for one in store.folder.rglob("*") if one.is_file()] == []


def test_what_an_earlier_version_drew_goes_too(store: MediaStore):
    name = keep(store)
    (store.folder / "small").mkdir()
    (store.folder / "small" / name).write_bytes(b"a small JPEG")
    assert store.find_small(name).suffix == ".webp"
    store.remove(name)
    assert list((store.folder / "small").iterdir()) == []
