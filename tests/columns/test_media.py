"""Uploaded files: what they are is read from them, pictures lose what the camera wrote, and nothing else is served."""

import io
from pathlib import Path

import pytest
from PIL import Image

from core.errors import Invalid
from pictures import reading
from tests.columns.conftest import picture
from tests.conftest import Home
from web.storage import MB, STORE, Kind, MediaStore

M4A = b"\0\0\0\x20ftypM4A " + bytes(40)
MP4 = b"\0\0\0\x20ftypisom" + bytes(40)
MOV = b"\0\0\0\x20ftypqt  " + bytes(40)
HEIC = b"\0\0\0\x20ftypheic" + bytes(40)
MP3 = b"ID3" + bytes(40)


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


def keep(store: MediaStore, kind: Kind, data: bytes) -> str:
    return store.keep(kind, io.BytesIO(data))


def opened(store: MediaStore, name: str) -> Image.Image:
    return Image.open(io.BytesIO(stored(store, name)))


def stored(store: MediaStore, name: str) -> bytes:
    path = store.find(name)
    assert path is not None
    return path.read_bytes()


def test_a_picture_loses_its_place_and_camera_and_keeps_its_way_up(store: MediaStore):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "a camera"
    exif.get_ifd(0x8825)[1] = "N"
    name = keep(store, "picture", picture(size=(400, 300), exif=exif))
    kept = opened(store, name)
    assert kept.size == (300, 400)
    assert dict(kept.getexif()) == {}
    assert b"a camera" not in stored(store, name)


@pytest.mark.parametrize(("kind", "suffix"), [("JPEG", ".jpg"), ("PNG", ".png"), ("WEBP", ".jpg")])
def test_pictures_become_jpeg_or_png_of_no_more_than_1600_pixels(store: MediaStore, kind: str, suffix: str):
    name = keep(store, "picture", picture(kind, (3200, 800)))
    assert name.endswith(suffix)
    assert opened(store, name).size == (1600, 400)


def test_what_shines_through_stays_so(store: MediaStore):
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (200, 20, 20, 90)).save(out, "WEBP")
    name = keep(store, "picture", out.getvalue())
    assert opened(store, name).mode == "RGBA"


def test_a_picture_of_too_many_pixels_is_refused(store: MediaStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(reading.MOST_PIXELS, "JPEG", 1000)
    with pytest.raises(Invalid, match="像素太多"):
        keep(store, "picture", picture())


@pytest.mark.parametrize(
    ("kind", "data", "suffix"),
    [
        ("sound", MP3, ".mp3"),
        ("sound", b"\xff\xfb\x90\x00" + bytes(40), ".mp3"),
        ("sound", M4A, ".m4a"),
        ("video", MP4, ".mp4"),
    ],
)
def test_sound_and_video_are_known_by_their_beginning(
    store: MediaStore, kind: Kind, data: bytes, suffix: str
):
    name = keep(store, kind, data)
    assert name.endswith(suffix)
    assert stored(store, name) == data


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("sound", MP4[:4] + b"moov" + bytes(40)),
        ("sound", MOV),
        ("sound", picture()),
        ("video", MOV),
        ("video", HEIC),
        ("video", M4A),
        ("video", MP3),
        ("picture", MP4),
        ("picture", b"<html><script>alert(1)</script>"),
        ("picture", b"GIF89a" + bytes(40)),
    ],
)
def test_a_file_of_another_kind_is_refused_whatever_its_name(store: MediaStore, kind: Kind, data: bytes):
    with pytest.raises(Invalid, match="不是"):
        keep(store, kind, data)
    assert not store.folder.exists()


@pytest.mark.parametrize(
    ("kind", "size"), [("picture", 10 * MB + 1), ("sound", 10 * MB + 1), ("video", 50 * MB + 1)]
)
def test_too_large_a_file_is_refused_with_its_size(store: MediaStore, kind: Kind, size: int):
    with pytest.raises(Invalid, match=r"最大 \d0 MB"):
        keep(store, kind, MP3 + bytes(size - len(MP3)))


def test_two_uploads_never_share_a_name(store: MediaStore):
    assert len({keep(store, "sound", MP3) for _ in range(5)}) == 5


def test_a_file_is_served_with_its_type_and_in_parts(home: Home):
    store: MediaStore = home.app.extensions[STORE]
    name = keep(store, "video", MP4)
    client = home.app.test_client()
    with client.get(f"/media/{name}") as whole:
        assert (whole.status_code, whole.content_type) == (200, "video/mp4")
        assert whole.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in whole.headers["Cache-Control"]
    with client.get(f"/media/{name}", headers={"Range": "bytes=4-7"}) as part:
        assert (part.status_code, part.data) == (206, b"ftyp")


@pytest.mark.parametrize(
    "name",
    [
        "../secret_key",
        "..%2fsecret_key",
        "%2e%2e/secret_key",
        "secret_key",
        "a" * 24 + ".svg",
        "a" * 24 + ".jpg",
    ],
)
def test_nothing_but_uploads_is_served(home: Home, name: str):
    store: MediaStore = home.app.extensions[STORE]
    store.folder.mkdir(parents=True)
    (store.folder.parent / "secret_key").write_text("secret")
    (store.folder / "secret_key").write_text("secret")
    (store.folder / ("a" * 24 + ".svg")).write_text("<svg/>")
    assert home.app.test_client().get(f"/media/{name}").status_code == 404
    assert store.find(name) is None
