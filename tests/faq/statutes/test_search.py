"""Finding articles by words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faq.statutes.search import search
from faq.statutes.shelf import Library
from tests.faq.statutes.samples import article, statute

LIBRARY = Library(
    [
        statute(
            "工友法",
            article(1, "工资按月发，Overtime 另算。"),
            article(2, "试用期的工资不少于八成。"),
            article(3, "宿舍有窗。", chapter="第二章 宿舍和工资"),
        ),
        statute("宿舍法", article(1, "试用期也住宿舍。")),
    ]
)


def found(query: str, **options: object) -> list[str]:
    return [f"{hit.volume.name}{hit.article.number}" for hit in search(LIBRARY, query, 10, **options).hits]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("工资", ["工友法1", "工友法2", "工友法3"]),
        ("试用期 工资", ["工友法2"]),
        ("试用期，工资", ["工友法2"]),
        ("ＯＶＥＲＴＩＭＥ", ["工友法1"]),
        ("试用期工资", ["工友法2", "宿舍法1"]),
        ("宿舍法第1条", ["宿舍法1"]),
        ("工友法1到2条", ["工友法1", "工友法2"]),
        ("工友法第9条", []),
        ("xyzzy", []),
        ("。", []),
    ],
)
def test_articles_are_found(query: str, expected: list[str]):
    assert found(query) == expected


def test_hits_are_limited_and_counted():
    results = search(LIBRARY, "工资", 1)
    assert (len(results.hits), results.total) == (1, 3)


@given(st.text("工资试用期宿舍 aA%", max_size=20))
def test_marks_lose_no_letter_of_the_text(query: str):
    for hit in search(LIBRARY, query, 10).hits:
        pieces = ["".join(piece.text for piece in paragraph) for paragraph in hit.paragraphs]
        assert "\n".join(pieces) == hit.article.text
        assert all(piece.text for paragraph in hit.paragraphs for piece in paragraph)
