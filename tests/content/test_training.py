"""The shipped questions the classifier learns from."""

import csv
from collections import Counter

import pytest

from core.settings import ROOT
from faq.classifier import BACKGROUND
from faq.samples import FOLDER, shipped_questions
from faq.spelling import Speller

QUESTIONS = shipped_questions()
TOPICS = {
    row["topic"]
    for path in sorted((ROOT / "content" / "knowledge").glob("*.csv"))
    for row in csv.DictReader(path.read_text("utf-8-sig").splitlines(keepends=True))
}


def test_every_topic_of_the_knowledge_has_a_hundred_questions_and_no_other_has_any():
    count = Counter(topic for topic, _ in QUESTIONS)
    assert set(count) == TOPICS | {BACKGROUND}
    assert {topic: n for topic, n in count.items() if n < 100} == {}
    assert count[BACKGROUND] >= 2500


def test_no_question_stands_twice():
    spell = Speller({}).spell
    count = Counter(spell(question) for _, question in QUESTIONS)
    # A few short phrases really are asked about two topics.
    assert [question for question, n in count.items() if n > 2] == []
    assert sum(n > 1 for n in count.values()) <= 20


def test_questions_are_short_enough_to_be_read_whole():
    assert [question for _, question in QUESTIONS if len(question) > 200] == []


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.csv")), ids=lambda path: path.name)
def test_files_are_plain_tables(path):
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(keepends=True)))
    assert rows[0] == ["topic", "question"]
    assert {len(row) for row in rows} == {2}
