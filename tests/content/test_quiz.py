"""The questions that are shipped: complete, cited rightly, answerable, without anybody's telephone."""

import csv
from collections import Counter
from pathlib import Path

from PIL import Image

from campaigns.kinds.quiz.bank.demonstration import load_bank
from campaigns.kinds.quiz.bank.files import REQUIRED, check_rows
from campaigns.kinds.quiz.bank.questions import Question
from campaigns.kinds.quiz.bank.service import Imported
from campaigns.kinds.quiz.bank.store import list_effective
from campaigns.kinds.quiz.config import QuizConfig
from campaigns.kinds.quiz.frozen import suits
from campaigns.kinds.quiz.kind import TEMPLATES
from core.settings import ROOT
from faq.citations import check_citation, read_laws
from faq.files import RowError, read_rows
from tests.conftest import NOW, Home
from tests.content.test_knowledge import ENTRIES, telephones
from web.storage import MediaStore

FOLDER = ROOT / "content" / "quiz"
LAWS = read_laws(ROOT / "content" / "knowledge" / "laws.yaml")
CODES = {row.code for _, row in ENTRIES}
HOTLINES = {"12350"}


def questions_of(path: Path) -> list[Question]:
    cells = [(number, row) for number, row in read_rows(path, REQUIRED) if not isinstance(row, RowError)]
    good, errors = check_rows((number, {**row, "picture": ""}) for number, row in cells)
    assert errors == []
    return good


QUESTIONS = [one for path in sorted(FOLDER.glob("*.csv")) for one in questions_of(path)]


def test_there_are_more_than_three_hundred_and_none_twice():
    assert len(QUESTIONS) >= 350
    assert [code for code, times in Counter(one.code for one in QUESTIONS).items() if times > 1] == []
    assert [text for text, times in Counter(one.question for one in QUESTIONS).items() if times > 1] == []


def test_every_citation_names_an_article_that_exists():
    wrong = {
        (one.code, problem)
        for one in QUESTIONS
        for citation in one.citations
        if (problem := check_citation(citation, LAWS)) is not None
    }
    assert wrong == set()
    assert [one.code for one in QUESTIONS if not one.citations] == []


def test_every_entry_to_read_on_exists():
    assert {one.entry for one in QUESTIONS if one.entry} <= CODES
    assert sum(1 for one in QUESTIONS if not one.entry) <= len(QUESTIONS) // 10


def test_every_question_is_explained_and_names_no_telephone_but_hotlines():
    assert [one.code for one in QUESTIONS if len(one.explanation) < 20] == []
    assert {number for one in QUESTIONS for number in telephones(one.explanation)} <= HOTLINES


def test_right_answers_stand_evenly():
    """Who always taps the same letter must not do well."""
    letters = Counter(one.answer for one in QUESTIONS if one.kind == "single")
    judged = Counter(one.answer for one in QUESTIONS if one.kind == "judge")
    assert max(letters.values()) <= 0.32 * letters.total()
    assert abs(judged["对"] - judged["错"]) <= 0.2 * judged.total()


def test_gaps_can_be_seen_and_typed():
    blanks = [one for one in QUESTIONS if one.kind == "blank"]
    assert [one.code for one in blanks if "____" not in one.question] == []
    assert [one.code for one in blanks if len(one.answer.split("|")[0]) > 8] == []


def test_every_picture_is_there_small_and_told_in_words():
    with (FOLDER / "04-pictures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert 6 <= len(rows) <= 10
    for row in rows:
        path = FOLDER / "pictures" / row["picture"]
        assert path.stat().st_size < 60_000
        with Image.open(path) as picture:
            assert picture.size == (480, 480)
        assert len(row["picture_text"]) >= 10


def test_the_bank_is_loaded_twice_without_a_change(home: Home):
    store = MediaStore(home.parts.settings.var_dir / "media")
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    organisation_id = home.parts.directory.get("ours").organisation_id
    for expected in (Imported(len(QUESTIONS), 0, 0), Imported(0, 0, len(QUESTIONS))):
        with home.parts.db.work() as session:
            assert load_bank(session, organisation_id, FOLDER, store, NOW) == expected
    with home.parts.db.read() as session:
        bank = list_effective(session, [organisation_id])
    assert all(one.reviewed_by for one in bank)
    pictures = [one.picture for one in bank if one.picture]
    assert len(pictures) >= 6
    assert all(store.find(name) for name in pictures)
    for template in TEMPLATES:
        settings = QuizConfig.model_validate(dict(template.settings))
        for row in settings.blueprint:
            assert sum(suits(one, row) for one in bank) >= 3 * row.take, template.title
