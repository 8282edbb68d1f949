"""What looks alike is one spelling, and every letter knows where it came from."""

import pytest

from wall.texts.spelling import fold, letters_of


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("ＡＢ１２", "ab12"),
        ("加\u200b微\u2060信\ufeff", "加微信"),
        ("s\u0335h\u0300a", "sha"),
        ("ѕВ", "sb"),
        ("𝐕𝗫", "vx"),
        ("ⓥⓧ🅥🇽", "vxvx"),
        ("代開發票", "代开发票"),
        ("①❷③", "123"),
        ("操-你_妈 。！", "操你妈"),
        ("", ""),
    ],
)
def test_letters_are_those_that_are_meant(text, letters):
    assert letters_of(text).letters == letters


def test_symbols_stay_where_they_are_asked_for():
    assert letters_of("➕微❤信", frozenset("❤")).letters == "微❤信"


def test_folded_text_keeps_case_and_punctuation():
    assert fold("电话：１３８\u200b－Ａ").letters == "电话:138-A"


def test_every_letter_has_its_place_in_the_original():
    text = "啊\u200b㎏Ⅷ信"
    spelt = fold(text)
    assert spelt.letters == "啊kgVIII信"
    assert [text[spelt.starts[at] : spelt.ends[at]] for at in (0, 1, 2, 3, 7)] == [
        "啊\u200b",
        "㎏",
        "㎏",
        "Ⅷ",
        "信",
    ]
    assert spelt.span(1, 3) == (2, 3)
