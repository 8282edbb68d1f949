"""Copies of one picture are near each other, different pictures are not."""

import io
import random
from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from pictures.drawing import draw
from pictures.likeness import NEAR, distance, find_near, from_column, likeness_of, to_column

PICTURES = 60


def view(number: int) -> Image.Image:
    """One of many pictures: shapes before a sky and a ground, with the texture of a photo."""
    dice = random.Random(number)
    picture = Image.effect_noise((12, 9), 120).resize((960, 720), Image.Resampling.BICUBIC).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for _ in range(14):
        x, y = dice.randrange(960), dice.randrange(720)
        box = (x - dice.randrange(20, 220), y - dice.randrange(20, 180), x, y)
        pen.rectangle(box, fill=tuple(dice.randrange(256) for _ in range(3)))
    return picture


def jpeg(picture: Image.Image, quality: int = 90) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def trimmed(picture: Image.Image) -> Image.Image:
    """By three hundredths on each of two sides."""
    width, height = picture.size
    return picture.crop((width * 3 // 100, height * 3 // 100, width, height))


def marked(picture: Image.Image) -> Image.Image:
    """With a mark in the corner, as some phones put it there."""
    copy = picture.copy()
    ImageDraw.Draw(copy).rectangle((660, 640, 940, 700), fill="white")
    return copy


CHANGES: dict[str, Callable[[Image.Image], bytes]] = {
    "half the size": lambda one: jpeg(one.resize((480, 360))),
    "a quarter of the size": lambda one: jpeg(one.resize((240, 180))),
    "compressed hard": lambda one: jpeg(one, 25),
    "trimmed": lambda one: jpeg(trimmed(one)),
    "lighter": lambda one: jpeg(ImageEnhance.Brightness(one).enhance(1.25)),
    "darker": lambda one: jpeg(ImageEnhance.Brightness(one).enhance(0.75)),
    "more contrast": lambda one: jpeg(ImageEnhance.Contrast(one).enhance(1.3)),
    "a mark in the corner": lambda one: jpeg(marked(one)),
    "grey": lambda one: jpeg(one.convert("L")),
}


@pytest.fixture(scope="module")
def views() -> list[Image.Image]:
    return [view(number) for number in range(PICTURES)]


@pytest.fixture(scope="module")
def hashes(views: list[Image.Image]) -> list[int]:
    return [draw(jpeg(one)).likeness for one in views]


@pytest.mark.parametrize("change", CHANGES)
def test_most_changed_copies_are_suspects(views: list[Image.Image], hashes: list[int], change: str):
    found = [
        distance(known, draw(CHANGES[change](one)).likeness) for known, one in zip(hashes, views, strict=True)
    ]
    print(change, sorted(found)[PICTURES // 2], sorted(found)[-4:])
    assert sum(one <= NEAR for one in found) >= PICTURES * 0.95


def test_different_pictures_are_no_suspects(hashes: list[int]):
    between = sorted(distance(a, b) for at, a in enumerate(hashes) for b in hashes[:at])
    print("between", between[:5], between[len(between) // 2])
    assert between[0] > NEAR


def test_all_near_ones_among_many_are_found():
    dice = random.Random(5)
    wanted = dice.getrandbits(64)
    others = [dice.getrandbits(64) for _ in range(5000)]
    others[17], others[4000], others[4999] = wanted, wanted ^ 0b111, wanted ^ ((1 << NEAR) - 1)
    others[42] = wanted ^ ((1 << (NEAR + 1)) - 1)
    assert find_near(wanted, others) == [17, 4000, 4999]
    assert find_near(to_column(wanted), [to_column(one) for one in others]) == [17, 4000, 4999]


@pytest.mark.parametrize("value", [0, 1, 2**63 - 1, 2**63, 2**64 - 1])
def test_a_likeness_fits_a_column_with_a_sign(value: int):
    assert -(2**63) <= to_column(value) < 2**63
    assert from_column(to_column(value)) == value


def test_a_picture_of_one_colour_has_a_likeness_too():
    assert 0 <= likeness_of(Image.new("RGB", (3, 900), "red")) < 2**64
