"""Pictures as phones, scanners and programs make them are taken and drawn: upright, small enough, with nothing left in them."""

import io

import pytest
from PIL import Image, ImageStat

from pictures.drawing import draw
from pictures.reading import read_header
from tools.honest_pictures import HONEST, Honest
from tools.picture_parts import QUARTERS

LEFT_BY_CAMERAS = (
    b"Exif",
    b"Zhijia",
    b"GPS",
    b"ICC_PROFILE",
    b"xmpmeta",
    b"adobe",
    b"ftyp",
    b"SEFT",
    b"MPF",
    b"2026:",
)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def quarters(picture: Image.Image) -> list[tuple[float, ...]]:
    """The mean colour around the middle of each quarter."""
    width, height = picture.size
    means = []
    for number in range(4):
        x, y = (1 + number % 2 * 2) * width // 4, (1 + number // 2 * 2) * height // 4
        reach_x, reach_y = max(1, width // 16), max(1, height // 16)
        box = (x - reach_x, y - reach_y, x + reach_x, y + reach_y)
        means.append(tuple(ImageStat.Stat(picture.convert("RGB").crop(box)).mean))
    return means


def wanted(one: Honest) -> list[tuple[float, ...]]:
    if not one.grey:
        return list(QUARTERS)
    return [(0.299 * r + 0.587 * g + 0.114 * b,) * 3 for r, g, b in QUARTERS]


def fitted(one: Honest, edge: int) -> tuple[int, int]:
    scale = min(1, edge / max(one.width, one.height))
    return max(1, round(one.width * scale)), max(1, round(one.height * scale))


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_picture_is_drawn_upright_in_its_shape_and_colours(name: str):
    one = HONEST[name]
    data = one.make()
    assert read_header(data, name).size == len(data)
    drawn = draw(data)
    for copy, kind, edge in ((drawn.full, "JPEG", 1600), (drawn.small, "WEBP", 480)):
        picture = opened(copy)
        assert picture.format == kind
        assert all(abs(a - b) <= 1 for a, b in zip(picture.size, fitted(one, edge), strict=True))
        if not one.plain:
            for found, colour in zip(quarters(picture), wanted(one), strict=True):
                assert found == pytest.approx(colour, abs=32)
    assert opened(drawn.full).size == (drawn.width, drawn.height)


@pytest.mark.parametrize("name", [name for name, one in HONEST.items() if one.width * one.height < 500_000])
def test_nothing_that_a_camera_or_program_wrote_is_in_the_copies(name: str):
    drawn = draw(HONEST[name].make())
    for copy in (drawn.full, drawn.small):
        assert not [mark for mark in LEFT_BY_CAMERAS if mark in copy]
        picture = opened(copy)
        assert dict(picture.getexif()) == {}
        assert not {"icc_profile", "exif", "comment", "xmp"} & picture.info.keys()


def test_what_shines_through_is_drawn_on_white():
    picture = opened(draw(HONEST["png-clear.png"].make()).full)
    assert all(one > 240 for one in picture.getpixel((320, 240)))


def test_there_are_enough_kinds_of_honest_pictures():
    assert len(HONEST) >= 40
