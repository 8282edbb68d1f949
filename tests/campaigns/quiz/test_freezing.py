"""While a campaign is frozen its papers' time stands still."""

from dataclasses import replace
from datetime import timedelta

import pytest

from campaigns.kinds.quiz.kind import KIND
from campaigns.kinds.quiz.paper import Paper
from campaigns.kinds.quiz.tables import QuizAttempt
from campaigns.service import Organiser, freeze, resume
from campaigns.store import get_campaign
from core.errors import Closed
from models.db import Database
from tests.campaigns.quiz.phones import Web
from tests.campaigns.quiz.world import Quiz, make_quiz, said_of


def turn(quiz: Quiz, verb, *more: str) -> None:
    """Freeze or resume, now."""
    with quiz.db.work() as session:
        version = get_campaign(session, quiz.account_id, quiz.campaign.public_id).version
        verb(session, quiz.account_id, quiz.campaign.public_id, version, *more, Organiser("anna", quiz.now))
        quiz.campaign = get_campaign(session, quiz.account_id, quiz.campaign.public_id)


def under_way(quiz: Quiz, minutes: float) -> Paper:
    """A paper with one right answer, begun so long ago, whose campaign is frozen now."""
    paper = quiz.start()
    quiz.answer(paper, 0, said_of(paper.asked[0]))
    quiz.wait(minutes=minutes)
    turn(quiz, freeze, "核对题目")
    return paper


def test_a_paper_under_way_has_the_minutes_left_that_it_had(quiz: Quiz):
    paper = under_way(quiz, minutes=4)
    quiz.wait(hours=5)
    turn(quiz, resume)
    quiz.wait(minutes=5, seconds=59)
    quiz.answer(paper, 1, said_of(paper.asked[1]))
    quiz.wait(seconds=1)
    with pytest.raises(Closed, match="时间到了"):
        quiz.answer(paper, 2, said_of(paper.asked[2]))


def test_the_frozen_time_is_not_time_taken(quiz: Quiz):
    paper = under_way(quiz, minutes=4)
    quiz.wait(hours=5)
    turn(quiz, resume)
    quiz.wait(minutes=2)
    row = quiz.submit(paper)
    assert (row.used_ms, row.timed_out, row.right) == (6 * 60_000, False, 1)


def test_frozen_twice_both_are_given_back(quiz: Quiz):
    paper = under_way(quiz, minutes=1)
    quiz.wait(hours=1)
    turn(quiz, resume)
    quiz.wait(minutes=1)
    turn(quiz, freeze, "又一次")
    quiz.wait(days=1)
    turn(quiz, resume)
    quiz.wait(minutes=1)
    assert quiz.submit(paper).used_ms == 3 * 60_000


def test_a_paper_whose_time_was_up_before_gets_none(quiz: Quiz):
    paper = under_way(quiz, minutes=11)
    due_at = quiz.rows(QuizAttempt)[0].due_at
    turn(quiz, resume)
    assert quiz.rows(QuizAttempt)[0].due_at == due_at
    assert quiz.submit(paper).timed_out


def test_nothing_is_handed_in_while_it_is_frozen(quiz: Quiz):
    paper = under_way(quiz, minutes=4)
    quiz.wait(hours=5)  # by the wall's clock its time would be up
    with pytest.raises(Closed, match="暂停中"):
        quiz.submit(paper)
    assert quiz.rows(QuizAttempt)[0].state == "open"


def test_a_frozen_campaign_that_ends_scores_papers_as_they_stood(quiz: Quiz):
    under_way(quiz, minutes=4)
    quiz.wait(hours=5)
    with quiz.db.work() as session:
        KIND.on_close(session, quiz.campaign, quiz.now)
    row = quiz.rows(QuizAttempt)[0]
    assert (row.state, row.right, row.used_ms, row.timed_out) == ("scored", 1, 4 * 60_000, False)


def test_papers_of_other_campaigns_are_left_alone(db: Database):
    quiz, other = make_quiz(db), make_quiz(db)
    theirs = other.start()
    due_at = other.rows(QuizAttempt)[0].due_at
    under_way(quiz, minutes=4)
    quiz.wait(hours=1)
    turn(quiz, resume)
    assert {row.due_at for row in quiz.rows(QuizAttempt) if row.id == theirs.id} == {due_at}


def test_without_a_limit_there_is_nothing_to_give_back(db: Database):
    quiz = make_quiz(db, {"minutes": 0})
    under_way(quiz, minutes=4)
    turn(quiz, resume)
    assert quiz.rows(QuizAttempt)[0].due_at is None


def test_the_page_says_that_the_clock_stands_still(web: Web):
    phone = web.phone()
    attempt = phone.begin()
    with web.home.parts.db.work() as session:
        freeze(
            session,
            web.quiz.account_id,
            web.quiz.campaign.public_id,
            1,
            "核对题目",
            Organiser("anna", web.watch.now),
        )
    web.refresh()
    web.watch.now += timedelta(hours=5)
    shown = phone.get(f"/quiz/{attempt}")
    assert shown.status_code == 200
    assert "计时已停住" in shown.text
    assert "data-seconds" not in shown.text
    assert phone.send(f"/quiz/{attempt}/answer", {"p": 1, "given": "A"}).status_code == 409


def test_the_rules_page_says_so(quiz: Quiz):
    assert "活动暂停期间，答题计时停住，恢复后接着算。" in KIND.facts(quiz.campaign)
    unlimited = replace(quiz.campaign, settings=quiz.campaign.settings.model_copy(update={"minutes": 0}))
    assert not any("计时" in one for one in KIND.facts(unlimited))
