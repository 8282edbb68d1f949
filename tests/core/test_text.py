"""Text from phones and to phones."""

import pytest

from core.text import clean, comparable, cut_utf8, normalise, parted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ＨＥＬＬＯ　１２３", "hello 123"),
        ("  你 好\n\t吗 ", "你 好 吗"),
        ("你\u200b好\ufeff", "你好"),
        ("\u202e你好\u202c", "你好"),
        ("A\x00B", "ab"),
        ("①", "1"),
        ("㈱", "(株)"),
        ("\ud800你好", "你好"),
        ("", ""),
        ("\u200b\u200d", ""),
    ],
)
def test_what_looks_alike_is_spelt_alike(text, expected):
    assert normalise(text) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("在吗？", "在吗"),
        ("！！在吗~~", "在吗"),
        ("在，吗。", "在,吗"),
        ("?", "?"),
        ("？？", "??"),
        ("。", "。"),
        ("12351", "12351"),
        ("", ""),
        (" \u200b ", ""),
    ],
)
def test_comparing_leaves_out_the_punctuation_around(text, expected):
    assert comparable(text) == expected


@pytest.mark.parametrize(
    "char", [*map(chr, [*range(9), 11, 12, *range(14, 32), 127]), "\ufffe", "\uffff", "\udc00"]
)
def test_what_xml_can_not_hold_is_left_out(char):
    assert clean(f"a{char}b") == "ab"


def test_what_xml_can_hold_stays():
    text = "a\tb\nc\rd 你好 😀 \u200b \ufffd"
    assert clean(text) == text


@pytest.mark.parametrize("limit", range(0, 40))
@pytest.mark.parametrize("text", ["a" * 50, "é" * 30, "工" * 20, "😀" * 15, "a工😀é" * 5, "👨‍👩‍👧‍👦" * 3])
def test_a_cut_is_within_its_bytes_and_between_characters(text, limit):
    found = cut_utf8(text, limit)
    assert len(found.encode()) <= limit
    assert text.startswith(found.removesuffix("…"))


def test_what_fits_is_not_touched():
    assert cut_utf8("工会", 6) == "工会"
    assert cut_utf8("工会", 5) == "…"
    assert cut_utf8("工会工", 8) == "工…"
    assert cut_utf8("工会", 5, ending="") == "工"


def test_names_in_one_line_are_parted_however_people_part_them():
    assert parted("甲组、乙组，丙组; 丁组|甲组\n戊组") == ("甲组", "乙组", "丙组", "丁组", "戊组")
    assert parted(" 、") == ()
