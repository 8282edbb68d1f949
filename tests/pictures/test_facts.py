"""What a camera says is told plainly; where the photo was taken never is."""

import struct
from datetime import datetime

import pytest

from pictures.facts import Facts, read_facts
from tools.picture_parts import chunk, directory, exif, jpeg, png, segment, webp, with_chunks, with_segments

NOTHING = Facts(None, "", "", False)


def with_exif(tiff: bytes) -> bytes:
    return with_segments(jpeg(64, 48), segment(0xE1, b"Exif\0\0" + tiff))


def one_text(tag: int, text: bytes) -> bytes:
    """A photo whose EXIF says one thing."""
    at = 8 + len(directory([(tag, 2, 0, 0)], 0))
    return with_exif(b"II*\0\x08\0\0\0" + directory([(tag, 2, len(text), at)], 0) + text)


@pytest.mark.parametrize(
    "data",
    [
        with_exif(exif(place=True)),
        with_chunks(png(64, 48), chunk(b"eXIf", exif(place=True))),
        webp(64, 48, exif=exif(place=True)),
    ],
    ids=["JPEG", "PNG", "WebP"],
)
def test_camera_lens_and_time_are_told_and_that_there_is_a_place(data: bytes):
    taken = datetime.fromisoformat("2026-05-01T09:29:58")
    assert read_facts(data) == Facts(taken, "Zhijia Phone 7", "Zhijia 24mm F1.8", True)


def test_without_a_place_none_is_told():
    assert read_facts(with_exif(exif())).has_place is False


def test_big_endian_cameras_are_read_too():
    text = b"2026:05:01 08:00:00\0"
    tiff = b"MM\0*" + struct.pack(">IHHHIII", 8, 1, 0x0132, 2, len(text), 26, 0) + text
    assert read_facts(with_exif(tiff)).taken_at == datetime.fromisoformat("2026-05-01T08:00:00")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"Make\0rest", "Make"),
        (b"  A \n B\t\x01\x7f C  ", "A B C"),
        ("华为相机".encode(), "华为相机"),
        (b"\xff\xfe\xfdXYZ", "XYZ"),
        (b"x" * 200, "x" * 60),
    ],
)
def test_texts_are_cleaned_and_cut(text: bytes, told: str):
    assert read_facts(one_text(0x010F, text)).camera == told


@pytest.mark.parametrize(
    "time",
    [b"0000:00:00 00:00:00\0", b"2026:13:45 99:00:00\0", b"yesterday, I think so", b"    :  :     :  :  \0"],
)
def test_no_time_is_told_where_the_camera_knows_none(time: bytes):
    assert read_facts(one_text(0x0132, time)).taken_at is None


@pytest.mark.parametrize("cut", range(0, 330, 7))
def test_rubbish_raises_nothing(cut: int):
    whole = exif(place=True)
    read_facts(with_exif(whole[:cut]))
    read_facts(with_exif(whole[:cut] + bytes([255] * 40) + whole[cut:]))


@pytest.mark.parametrize(
    "data", [b"", b"x", b"\xff\xd8\xff", jpeg(64, 48), with_exif(b"II*\0\xff\xff\xff\xff")]
)
def test_what_says_nothing_gives_nothing(data: bytes):
    assert read_facts(data) == NOTHING
