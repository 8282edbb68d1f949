"""The index at its edges: empty, tiny, large, and odd questions."""

import time
from typing import NamedTuple

import pytest

from faq import search
from faq.ranking import by_words, sure_of
from faq.spelling import LONGEST, Speller

SPELL = Speller({}).spell


class Hit(NamedTuple):
    position: int
    score: float


class Index:
    """The index with its spelling before and the choice of the best behind it."""

    def __init__(self, phrasings):
        self._index = search.Index([[SPELL(text) for text in group] for group in phrasings])
        self._size = len(phrasings)

    def search(self, query, limit=10):
        spelled = SPELL(query)
        assert self._index.likeness(spelled).shape == (self._size,)
        return [Hit(at, sure) for sure, at in sure_of(by_words(self._index, spelled, limit))]


ENTRIES = [
    ("进厂要交押金合法吗？", "收保证金"),
    ("公司不签劳动合同怎么办？", "没有签合同"),
    ("加班费怎么算？", "周末加班给多少钱"),
    ("怎么加入工会？",),
]


def test_an_empty_index_finds_nothing():
    assert Index([]).search("押金") == []


def test_an_index_of_one_entry_finds_it():
    (hit,) = Index([("进厂要交押金合法吗？",)]).search("押金")
    assert hit.position == 0
    assert 0 < hit.score <= 1


@pytest.mark.parametrize(
    "phrasings", [[("",)], [("？！",), ("押金",)], [("的",)], [("a",), ("",), ("a", "")]]
)
def test_entries_without_words_do_no_harm(phrasings: list[tuple[str, ...]]):
    index = Index(phrasings)
    for query in ("押金", "", "的", "a"):
        assert all(0 <= hit.score <= 1 for hit in index.search(query))


@pytest.mark.parametrize("query", ["", " ", "？？？", "的了吗", "\u200b", "___", "\x00", "zzz", "😀😀"])
def test_a_question_without_known_words_finds_nothing(query: str):
    assert Index(ENTRIES).search(query) == []


@pytest.mark.parametrize("position", range(len(ENTRIES)))
def test_every_phrasing_finds_its_own_entry_surely(position: int):
    for text in ENTRIES[position]:
        best = Index(ENTRIES).search(text)[0]
        assert best.position == position
        assert best.score >= 0.9


def test_width_case_and_punctuation_make_no_difference():
    index = Index([("ＡＰＰ里怎么入会",), ("加班费",)])
    assert index.search("app 里，怎么入会？？")[0] == index.search("APP里怎么入会")[0]


def test_scores_descend_and_no_more_come_than_were_asked_for():
    index = Index([(f"第 {n} 种押金怎么退",) for n in range(50)])
    hits = index.search("押金怎么退", 10)
    assert len(hits) == 10
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert len(index.search("押金怎么退", 100)) == 50


def test_what_no_entry_ever_said_lowers_the_score():
    index = Index(ENTRIES)
    assert index.search("押金")[0].score > index.search("押金和火星上的量子鲸鱼舞会")[0].score


def test_a_question_of_any_length_is_bounded():
    assert len(SPELL("押金" * 100_000)) == LONGEST
    begun = time.perf_counter()
    Index(ENTRIES).search("押金" * 100_000)
    assert time.perf_counter() - begun < 1


def test_three_thousand_entries_are_indexed_and_searched_quickly():
    entries = [
        (f"第{n}号工厂的{what}怎么{how}", f"{what}{n}怎么办")
        for n in range(750)
        for what, how in (("押金", "退"), ("加班费", "算"), ("工伤", "认定"), ("年假", "休"))
    ]
    begun = time.perf_counter()
    index = Index(entries)
    assert time.perf_counter() - begun < 10
    begun = time.perf_counter()
    for _ in range(50):
        assert index.search("工伤怎么认定")
    assert (time.perf_counter() - begun) / 50 < 0.1
