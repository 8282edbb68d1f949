"""Beginning, answering, handing in: on SQLite and PostgreSQL."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from campaigns.joining import join
from campaigns.kinds.quiz.config import AT_ONCE
from campaigns.kinds.quiz.kind import KIND
from campaigns.kinds.quiz.saving import SAVE, answer
from campaigns.kinds.quiz.service import finish
from campaigns.kinds.quiz.store import get_attempt, list_answers
from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt, QuizStanding
from core.errors import Closed, DomainError, Invalid, NotFound, SoldOut
from models.db import Database
from models.ledger import Use
from models.upsert import count_rows
from tests.campaigns.quiz.world import Quiz, make_quiz, said_of
from tests.neighbours import together


def test_a_whole_attempt_is_scored_by_what_is_right(quiz: Quiz):
    row = quiz.play(right=3)
    assert (row.state, row.right, row.points, row.passed) == ("scored", 3, 60, True)
    assert row.used_ms == 60_000
    standing = quiz.rows(QuizStanding)[0]
    assert (standing.points, standing.used_ms, standing.gates) == (60, 60_000, 1)


def test_below_the_pass_mark_is_not_passed(quiz: Quiz):
    assert quiz.play(right=2).passed is False


def test_somebody_who_comes_back_goes_on_with_the_same_paper(quiz: Quiz):
    paper = quiz.start()
    quiz.answer(paper, 0, said_of(paper.asked[0]))
    again = quiz.start()
    assert again.public_id == paper.public_id
    assert again.asked == paper.asked
    assert len(quiz.rows(QuizAttempt)) == 1
    assert [use.used for use in quiz.rows(Use)] == [1]


def test_two_people_get_papers_of_their_own(quiz: Quiz):
    orders = {tuple((one.index, one.order) for one in quiz.start(f"o{at}").asked) for at in range(8)}
    assert len(orders) == 8


def test_an_answer_may_be_changed_until_the_paper_is_handed_in(quiz: Quiz):
    paper = quiz.start()
    quiz.answer(paper, 0, said_of(paper.asked[0], good=False))
    quiz.answer(paper, 0, said_of(paper.asked[0]))
    assert [one.right for one in quiz.rows(QuizAnswer)] == [True]
    quiz.submit(paper)
    with pytest.raises(Closed, match="已经交了"):
        quiz.answer(paper, 0, said_of(paper.asked[0], good=False))


def test_where_each_answer_is_judged_at_once_it_stands(db: Database):
    quiz = make_quiz(db, {"feedback": AT_ONCE})
    paper = quiz.start()
    wrong = said_of(paper.asked[0], good=False)
    quiz.answer(paper, 0, wrong)
    quiz.answer(paper, 0, wrong)  # the same again changes nothing
    with pytest.raises(Closed, match="不能再改"):
        quiz.answer(paper, 0, said_of(paper.asked[0]))
    assert [one.right for one in quiz.rows(QuizAnswer)] == [False]


def test_an_answer_after_time_is_refused_and_what_was_saved_counts(quiz: Quiz):
    paper = quiz.start()
    quiz.answer(paper, 0, said_of(paper.asked[0]))
    quiz.wait(minutes=10)
    with pytest.raises(Closed, match="时间到了"):
        quiz.answer(paper, 1, said_of(paper.asked[1]))
    row = quiz.submit(paper)
    assert (row.right, row.timed_out, row.used_ms) == (1, True, 600_000)


def test_a_new_attempt_hands_in_the_one_whose_time_is_up(quiz: Quiz):
    first = quiz.start()
    quiz.answer(first, 0, said_of(first.asked[0]))
    quiz.wait(minutes=11)
    second = quiz.start()
    assert second.public_id != first.public_id
    states = {row.public_id: (row.state, row.right) for row in quiz.rows(QuizAttempt)}
    assert states == {first.public_id: ("scored", 1), second.public_id: ("open", 0)}


def test_the_fourth_try_of_a_day_is_refused_and_the_next_day_is_open(quiz: Quiz):
    for _ in range(3):
        quiz.play()
    with pytest.raises(SoldOut, match="今天的 3 次"):
        quiz.start()
    assert len(quiz.rows(QuizAttempt)) == 3
    quiz.wait(days=1)
    quiz.start()


def test_all_tries_used_up_is_told_and_nothing_of_the_day_is_taken(db: Database):
    quiz = make_quiz(db, {"tries": 1})
    quiz.play()
    with pytest.raises(SoldOut, match="都用完"):
        quiz.start()
    assert {use.slot: use.used for use in quiz.rows(Use)} == {"g0": 1, "g0:2026-11-20": 1}


def test_the_best_of_several_tries_counts(quiz: Quiz):
    quiz.play(right=2)
    quiz.play(right=5, took_s=90)
    quiz.play(right=5, took_s=30)
    standing = quiz.rows(QuizStanding)[0]
    assert (standing.points, standing.used_ms) == (100, 30_000)


def test_handing_in_again_changes_nothing(quiz: Quiz):
    paper = quiz.start()
    quiz.fill(paper, 5)
    first = quiz.submit(paper)
    quiz.wait(minutes=3)
    again = quiz.submit(paper)
    assert (again.points, again.ended_at, again.used_ms) == (first.points, first.ended_at, first.used_ms)


def test_nobody_starts_before_or_after_or_while_it_is_frozen(db: Database):
    quiz = make_quiz(db, state="frozen", frozen_why="核对题目")
    with pytest.raises(Closed, match="核对题目"):
        quiz.start()
    quiz = make_quiz(db)
    quiz.wait(days=30)
    with pytest.raises(Closed, match="已经结束"):
        quiz.start()


GATES = {
    "blueprint": [{"subjects": "合同", "take": 2, "gate": 1}, {"subjects": "工会", "take": 2, "gate": 2}],
    "gates": [{"title": "第一关", "day": 0}, {"title": "第二关", "day": 1}],
    "in_order": True,
    "points": 10,
}


def test_a_level_opens_on_its_day_and_after_the_one_before(db: Database):
    quiz = make_quiz(db, GATES)
    with pytest.raises(Closed, match="2026-11-21 00:00 开放"):
        quiz.start(gate=1)
    quiz.wait(days=1)
    with pytest.raises(Closed, match="先过了「第一关」"):
        quiz.start(gate=1)
    quiz.play(gate=0)
    quiz.play(gate=1, right=1)
    standing = quiz.rows(QuizStanding)[0]
    assert (standing.points, standing.gates) == (30, 1)
    with pytest.raises(NotFound):
        quiz.start(gate=2)


@pytest.mark.parametrize("at", [-1, 5, 99])
def test_a_question_that_is_not_there_is_refused(quiz: Quiz, at: int):
    paper = quiz.start()
    with pytest.raises(NotFound):
        quiz.answer(paper, at, "A")


def test_an_option_that_is_not_there_is_refused_and_nothing_saved(quiz: Quiz):
    paper = quiz.start()
    for at in range(5):
        for said in ("E", "Z", "", "AB<script>", "😀", "A" * 500):
            with pytest.raises(Invalid):
                quiz.answer(paper, at, said if paper.asked[at].question.kind != "blank" else "x" * 51)
    assert quiz.rows(QuizAnswer) == []


def test_closing_the_campaign_hands_in_open_papers(quiz: Quiz):
    paper = quiz.start()
    quiz.answer(paper, 0, said_of(paper.asked[0]))
    with quiz.db.work() as session:
        KIND.on_close(session, quiz.campaign, quiz.now)
    assert [(row.state, row.right) for row in quiz.rows(QuizAttempt)] == [("scored", 1)]


def test_an_erased_person_leaves_results_without_what_they_typed(db: Database):
    quiz = make_quiz(db, {"blueprint": [{"subjects": "合同", "take": 10}], "points": 10})
    paper = quiz.start()
    quiz.fill(paper)
    quiz.submit(paper)
    with db.work() as session:
        assert KIND.erase_person(session, quiz.account_id, paper.person_id) == 1
    given = {one.question: one.given for one in quiz.rows(QuizAnswer)}
    assert sorted(given.values()).count("") == 1
    assert quiz.rows(QuizStanding)[0].points == 100


class Counted:
    """SQL statements a piece of work sends, without BEGIN and COMMIT."""

    def __init__(self, db: Database) -> None:
        self.statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, _c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            self.statements.append(statement)

    def of(self, work: Callable[[], Any]) -> list[str]:
        self.statements.clear()
        work()
        return list(self.statements)


def test_saving_an_answer_is_one_statement(quiz: Quiz):
    paper, counted = quiz.start(), Counted(quiz.db)
    for at in range(5):
        sent = counted.of(lambda at=at: quiz.answer(paper, at, said_of(paper.asked[at])))
        assert len(sent) == 1, sent
        assert sent[0].startswith("INSERT INTO quiz_answers")


def test_an_answer_alone_is_one_round_trip(quiz: Quiz):
    """Neither BEGIN nor COMMIT, nor the question whether the connection lives: what the benchmark's figure stands on."""
    paper, sent = quiz.start(), []
    said = said_of(paper.asked[0])
    event.listen(Engine, "before_cursor_execute", note := lambda *given: sent.append(given[2]))

    def save(connection: Connection) -> bool:
        answer(connection, quiz.campaign, paper, 0, said, quiz.now)
        driver = connection.connection.dbapi_connection
        return driver.autocommit if quiz.db.is_sqlite is False else not driver.in_transaction

    try:
        assert quiz.db.alone(save)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert [one.split(" (")[0] for one in sent] == ["INSERT INTO quiz_answers"]
    assert [one.given for one in quiz.rows(QuizAnswer)] == [paper.asked[0].read(said)]


def test_handing_in_takes_few_statements(quiz: Quiz):
    paper, counted = quiz.start(), Counted(quiz.db)
    quiz.fill(paper)
    assert len(counted.of(lambda: quiz.submit(paper))) <= 12


# Many at once


def test_fifty_submits_at_once_count_once(quiz: Quiz):
    paper = quiz.start()
    quiz.fill(paper)
    done = together(50, lambda _: quiz.submit(paper))
    assert [one for one in done if isinstance(one, Exception)] == []
    assert {one.points for one in done} == {100}
    with quiz.db.work() as session:
        person = join(session, quiz.campaign, "o1", quiz.now)
        assert finish(session, quiz.campaign, get_attempt(session, paper), person, quiz.now) is False


def test_control_without_the_condition_many_would_score(postgres_db: Database):
    """The race is there: reading first and writing later lets many through."""
    quiz = make_quiz(postgres_db)
    paper = quiz.start()

    def read_then_write(_: int) -> bool:
        with postgres_db.work() as session:
            row = get_attempt(session, paper)
            if row.state != "open":
                return False
            time.sleep(0.5)
            row.state = "scored"
            return True

    assert sum(one is True for one in together(8, read_then_write)) > 1


def test_a_limit_of_three_holds_under_a_hundred_starts(quiz: Quiz):
    def begin(_: int) -> str:
        try:
            paper = quiz.start()
            quiz.submit(paper)
            return paper.public_id
        except DomainError as error:
            return error.code

    done = together(100, begin)
    assert [one for one in done if isinstance(one, Exception)] == []
    assert len(quiz.rows(QuizAttempt)) <= 3
    assert {one for one in done if len(one) != 12} <= {"used_today", "finished_meanwhile"}
    assert [use.used for use in quiz.rows(Use)] == [len(quiz.rows(QuizAttempt))]


def test_a_hundred_starts_at_once_begin_one_attempt(quiz: Quiz):
    done = together(100, lambda _: quiz.start().public_id)
    assert len(set(done)) == 1
    assert [use.used for use in quiz.rows(Use)] == [1]


def test_answers_racing_with_the_hand_in_are_scored_or_refused(postgres_db: Database):
    for _ in range(10):
        quiz = make_quiz(postgres_db)
        paper = quiz.start()

        def act(at: int, quiz: Quiz = quiz, paper: Any = paper) -> bool:
            if at == 5:
                quiz.submit(paper)
                return False
            try:
                quiz.answer(paper, at, said_of(paper.asked[at]))
                return True
            except Closed:
                return False

        saved = sum(one is True for one in together(6, act))
        row = next(one for one in quiz.rows(QuizAttempt) if one.id == paper.id)
        assert row.right == saved
        with postgres_db.read() as session:
            assert len(list_answers(session, quiz.account_id, paper.id)) == saved


def test_two_levels_scored_at_once_both_count(postgres_db: Database):
    quiz = make_quiz(postgres_db, {**GATES, "in_order": False, "gates": [{"title": "甲"}, {"title": "乙"}]})
    papers = [quiz.start(gate=gate) for gate in (0, 1)]
    for paper in papers:
        quiz.fill(paper)
    together(2, lambda at: quiz.submit(papers[at]))
    assert quiz.rows(QuizStanding)[0].points == 40


def test_a_stored_message_key_is_used_once(quiz: Quiz):
    paper = quiz.start()
    quiz.answer(paper, 0, said_of(paper.asked[0]), key="m1")
    with pytest.raises(DomainError), quiz.db.work() as session:
        answer(session.connection(), quiz.campaign, paper, 1, said_of(paper.asked[1]), quiz.now, "m1")
    assert len(quiz.rows(QuizAnswer)) == 1


def test_the_statement_of_an_answer_names_its_tenant(quiz: Quiz):
    """It runs on the connection, past the guard; here the guard looks at it."""
    values = dict.fromkeys(("account", "attempt", "place", "index"), 0)
    values |= {"said": "A", "correct": False, "moment": quiz.now, "message": None}
    with quiz.db.work() as session:
        for once in (True, False):
            statement = SAVE[session.get_bind().dialect.name, once]
            assert count_rows(session.execute(statement, values)) == 0
