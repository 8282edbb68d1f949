"""Numbers of articles, read and written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.statutes.numbering import anchor, chinese, is_item, label, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("19", 19),
        ("十九", 19),
        ("十", 10),
        ("二十", 20),
        ("一百零七", 107),
        ("一〇七", 107),
        ("一百一十", 110),
        ("一千二百六十", 1260),
        ("五", 5),
        ("零", 0),
    ],
)
def test_numbers_in_every_spelling(text: str, number: int):
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (19, "十九"),
        (20, "二十"),
        (107, "一百零七"),
        (110, "一百一十"),
        (1260, "一千二百六十"),
    ],
)
def test_numbers_are_written_as_statutes_do(number: int, text: str):
    assert chinese(number) == text


@given(st.integers(0, 9999))
def test_what_is_written_is_read_again(number: int):
    assert read_number(chinese(number)) == number


@given(
    st.text(alphabet="0123456789", min_size=1, max_size=4)
    | st.text("〇零一二三四五六七八九十百千", min_size=1, max_size=9)
)
def test_whatever_the_pattern_lets_through_is_a_number(text: str):
    assert read_number(text) >= 0


def test_labels_and_anchors():
    assert (label(19), anchor(19)) == ("第十九条", "a19")
    assert (label(234, 1), anchor(234, 1)) == ("第二百三十四条之一", "a234-1")


@pytest.mark.parametrize(
    ("text", "item"), [("（一）甲", True), ("(十二)甲", True), ("甲（一）", False), ("（略）", False)]
)
def test_items_are_told_from_paragraphs(text: str, item: bool):
    assert is_item(text) is item
