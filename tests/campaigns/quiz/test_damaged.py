"""Rows that somebody changed behind the quiz: a clear page, never a failure."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from campaigns.kinds.quiz import frozen, paper
from campaigns.kinds.quiz.tables import QuizAnswer, QuizSet
from tests.campaigns.quiz.phones import Web

Content = dict[str, Any]


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has just started."""
    monkeypatch.setattr(frozen, "_sets", {})
    monkeypatch.setattr(paper, "_papers", paper._Papers(10))


def damage(web: Web, change: Callable[[Content], None], *, with_digest: bool = False) -> None:
    row = web.quiz.rows(QuizSet)[0]
    change(row.content)
    values: Content = {"content": row.content}
    if with_digest:
        values["digest"] = frozen._digest(row.content)
    with web.quiz.db.work() as session:
        session.execute(update(QuizSet).where(QuizSet.account_id == row.account_id).values(values))
    frozen._sets.clear()
    paper._papers._kept.clear()


def everything(web: Web, attempt: str) -> list[tuple[str, int, str]]:
    """What each page and request that needs the questions answers."""
    phone = web.phone()
    told = [
        ("paper", phone.get(f"/quiz/{attempt}")),
        ("answer", phone.send(f"/quiz/{attempt}/answer", {"p": 1, "given": "A"})),
        ("result", phone.get(f"/quiz/{attempt}/result")),
        ("start", web.phone("o2").send("/quiz/start", {"gate": 1}, "begin-0002")),
        ("form", web.phone("o3").post("/quiz/start", {"gate": "1", "key": "begin-0003"})),
    ]
    return [(name, one.status_code, one.json["message"] if one.is_json else one.text) for name, one in told]


DAMAGES: dict[str, Callable[[Content], Any]] = {
    "a question's answer": lambda content: content["questions"][0].update(answer="<script>"),
    "a question's kind": lambda content: content["questions"][0].update(kind="riddle"),
    "a question gone": lambda content: content["questions"].pop(),
    "a field more": lambda content: content["questions"][0].update(more="x"),
    "no pools": lambda content: content.update(pools=[]),
    "an empty set": lambda content: content.clear(),
}


@pytest.mark.parametrize("change", DAMAGES.values(), ids=DAMAGES)
def test_a_set_that_is_not_what_was_frozen_stops_the_quiz_with_a_clear_word(web: Web, change):
    attempt = web.phone().begin()
    damage(web, change)
    before = web.counts()
    for name, status, text in everything(web, attempt):
        assert status == 409, name
        assert "请联系主办单位" in text, name
    assert web.counts() == before
    assert web.phone().get("/quiz").status_code == 200


def test_settings_that_ask_for_more_than_was_frozen_stop_it_too(web: Web):
    attempt = web.phone().begin()
    damage(web, lambda content: content["pools"][0][0].clear(), with_digest=True)
    assert {status for _, status, _ in everything(web, attempt)} == {409}


def test_an_answer_that_is_no_letter_is_shown_as_it_stands(web: Web):
    phone = web.phone()
    attempt = phone.begin()
    for at in range(1, 6):
        phone.send(f"/quiz/{attempt}/answer", {"p": at, "given": "A"})
    with web.quiz.db.work() as session:
        damaged = update(QuizAnswer).where(QuizAnswer.account_id == web.quiz.account_id)
        session.execute(damaged.values(given="<b>x</b>"))
    shown = phone.get(f"/quiz/{attempt}?p=1")
    assert (shown.status_code, "<b>x" in shown.text) == (200, False)
    phone.send(f"/quiz/{attempt}/submit", {}, "submit-0001")
    shown = phone.get(f"/quiz/{attempt}/result")
    assert (shown.status_code, "<b>x" in shown.text, "&lt;b&gt;x" in shown.text) == (200, False, True)
