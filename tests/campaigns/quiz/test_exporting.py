"""A quiz's rows for a spreadsheet: many of them in little memory."""

import tracemalloc
from datetime import timedelta

from sqlalchemy import insert

from campaigns.kinds.quiz.life import EXPORT_COLUMNS, export_rows
from campaigns.kinds.quiz.tables import QuizAttempt
from models.db import Database
from tests.campaigns.quiz.world import Quiz, make_quiz

MANY = 20_000
MOST_MB = 16


def add_attempts(quiz: Quiz) -> None:
    """Of one person, at levels nobody sees."""
    first = quiz.play()
    row = {
        column.name: getattr(first, column.name)
        for column in QuizAttempt.__table__.columns
        if column.name != "id"
    }
    with quiz.db.work() as session:
        for start in range(0, MANY, 1000):
            more = [{**row, "public_id": f"many{number}"} for number in range(start, start + 1000)]
            session.execute(insert(QuizAttempt), more)


def peak_mb(quiz: Quiz, *, at_once: bool) -> float:
    tracemalloc.start()
    try:
        with quiz.db.read() as session:
            rows = export_rows(session, quiz.campaign)
            assert (len(list(rows)) if at_once else sum(1 for _ in rows)) == MANY + 1
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def test_many_rows_take_little_memory(db: Database):
    quiz = make_quiz(db)
    add_attempts(quiz)
    streamed = peak_mb(quiz, at_once=False)
    assert streamed < MOST_MB
    assert peak_mb(quiz, at_once=True) > streamed + 5  # the measure can tell


def test_a_row_says_who_by_number_and_nothing_more(quiz: Quiz):
    row = quiz.play(right=3)
    with quiz.db.read() as session:
        (cells,) = export_rows(session, quiz.campaign)
    named = dict(zip(EXPORT_COLUMNS, cells, strict=True))
    assert (named["答对"], named["得分"], named["是否通过"], named["用时（秒）"]) == (3, 60, "是", 60.0)
    assert "o1" not in cells
    assert row.ended_at - row.started_at == timedelta(minutes=1)
