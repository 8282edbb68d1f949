"""The knowledge that is shipped: complete, cited rightly, short enough, and without anybody's telephone."""

import re
from collections import Counter
from pathlib import Path

import pytest

from core.settings import ROOT
from faq.citations import check_citation, read_laws
from faq.files import EntryRow, read_entries

KNOWLEDGE = ROOT / "content" / "knowledge"
FILES = sorted(KNOWLEDGE.glob("*.csv"))
LAWS = read_laws(KNOWLEDGE / "laws.yaml")
HOTLINES = {"12351", "12333", "12348", "12345", "110", "119", "120", "12315", "12329"}
TELEPHONE = re.compile(
    r"(?<![\d.])(?:1[3-9]\d{9}|0\d{2,3}[-—]?\d{7,8}|[48]00[-—]?\d{3}[-—]?\d{4}|\d{7,8}|1\d{4})(?![\d.])"
)
FICTIONAL = re.compile(r"0000-\d+")
NO_TELEPHONE_AFTER = ("元", "月", "年", "日", "天", "人", "%", "号令")


def rows_of(path: Path) -> list[EntryRow]:
    return read_entries(path)[0]


ENTRIES = [(path.name, row) for path in FILES for row in rows_of(path)]


def telephones(text: str) -> set[str]:
    """What looks like a telephone number, apart from the hotlines and the fictional ones."""
    text = FICTIONAL.sub("", text)
    found = {m[0] for m in TELEPHONE.finditer(text) if not text[m.end() :].startswith(NO_TELEPHONE_AFTER)}
    return found - HOTLINES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_is_read_without_an_error(path: Path):
    rows, errors = read_entries(path)
    assert errors == []
    assert rows


def test_there_are_enough_entries_and_no_id_comes_twice():
    assert len(ENTRIES) >= 60
    codes = Counter(row.code for _, row in ENTRIES)
    assert [code for code, times in codes.items() if times > 1] == []


def test_no_question_is_asked_twice():
    phrasings = Counter(text for _, row in ENTRIES for text in {row.question, *row.alternates})
    questions = {row.question for _, row in ENTRIES}
    assert [text for text, times in phrasings.items() if times > 1 and text in questions] == []


def test_every_citation_names_an_article_that_exists():
    wrong = [
        f"{name} {row.code}: {problem}"
        for name, row in ENTRIES
        for citation in row.citations
        if (problem := check_citation(citation, LAWS))
    ]
    assert wrong == []
    assert sum(len(row.citations) for _, row in ENTRIES) > len(ENTRIES) / 2


def test_control_a_wrong_article_is_found():
    law = next(iter(LAWS.values()))
    assert check_citation(f"《{law.name}》第九百九十九条", LAWS)
    assert check_citation("《没有的法》第一条", LAWS)


def test_answers_say_something_and_are_short_enough_for_a_telephone():
    too_long = [
        f"{name} {row.code}: {len(row.answer.encode())} bytes"
        for name, row in ENTRIES
        if not 60 <= len(row.answer.encode()) <= 1600
    ]
    assert too_long == []


def test_questions_and_topics_are_filled_in():
    assert [row.code for _, row in ENTRIES if not (row.topic and row.category and row.checked_on)] == []
    assert [row.code for _, row in ENTRIES if len(row.question) > 60] == []


def test_nobodys_telephone_number_is_in_the_knowledge():
    found = {
        f"{name} {row.code}: {number}"
        for name, row in ENTRIES
        for number in telephones(" ".join((row.question, *row.alternates, row.answer, row.region)))
    }
    assert found == set()


@pytest.mark.parametrize(
    "text",
    ["打13800138000", "电话 0571-88888888", "热线4001234567", "拨12399", "打88888888咨询", "010 62345678"],
)
def test_control_a_telephone_number_is_found(text: str):
    assert telephones(text)


@pytest.mark.parametrize(
    "text", ["拨打12351", "东港区 0000-8100001", "罚款10000元", "2026年11月20日", "火警119"]
)
def test_control_hotlines_sums_and_dates_are_no_telephone_numbers(text: str):
    assert telephones(text) == set()


def test_no_control_character_or_placeholder_is_left_in_a_text():
    odd = re.compile(r"[\x00-\x09\x0b-\x1f\ufffd]|TODO|FIXME|XXX|\{\w+\}")
    assert [r.code for _, r in ENTRIES if odd.search(" ".join((r.question, *r.alternates, r.answer)))] == []


def test_each_law_has_its_facts():
    assert [law.name for law in LAWS.values() if not (law.articles > 0 and law.version)] == []
