"""The quiz on a phone: forms without script, JSON with it, and what is refused."""

import re

import pytest

from campaigns.kinds.quiz.config import AT_ONCE
from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt
from models.ledger import Person
from tests.campaigns.quiz.conftest import make_web
from tests.campaigns.quiz.phones import JSON, Web
from tests.campaigns.quiz.world import said_of, single
from tests.conftest import Home


def test_a_worker_plays_with_plain_forms_to_the_result(web: Web):
    phone = web.phone()
    lobby = phone.get()
    assert "开始答题" in lobby.text
    key = re.search(r'name="key" value="([^"]+)"', lobby.text)[1]
    begun = phone.post("/quiz/start", {"gate": "1", "key": key})
    assert begun.status_code == 303
    attempt = begun.location.rpartition("/")[2]
    for at in range(5):
        page = phone.get(f"/quiz/{attempt}?p={at + 1}")
        assert f"{at + 1} / 5 题" in page.text
        asked = web.quiz.start().asked[at]
        saved = phone.post(
            f"/quiz/{attempt}/answer",
            {"p": at + 1, "given": list(said_of(asked)) if asked.order else said_of(asked)},
        )
        assert saved.location.endswith(f"?p={at + 2}")
    end = phone.get(f"/quiz/{attempt}?p=end")
    assert "5 题都答完了" in end.text
    key = re.search(r'name="key" value="([^"]+)"', end.text)[1]
    done = phone.post(f"/quiz/{attempt}/submit", {"key": key})
    assert done.location.endswith(f"/quiz/{attempt}/result")
    result = phone.get(f"/quiz/{attempt}/result")
    assert "100 分" in result.text
    assert "通过了" in result.text


def test_told_at_once_shows_the_explanation_and_goes_on(house: Home):
    web = make_web(house, {"feedback": AT_ONCE})
    phone = web.phone()
    attempt = phone.begin()
    asked = web.quiz.start().asked[0]
    saved = phone.send(f"/quiz/{attempt}/answer", {"p": 1, "given": said_of(asked, good=False)})
    assert saved.json["right"] is False
    assert saved.json["answer"] == asked.shown(asked.question.answer)
    page = phone.get(f"/quiz/{attempt}?p=1")
    assert "答错了" in page.text
    assert asked.question.explanation in page.text
    again = phone.send(f"/quiz/{attempt}/answer", {"p": 1, "given": said_of(asked)})
    assert again.status_code == 409
    assert "不能再改" in again.json["message"]


def test_before_the_end_nothing_tells_what_is_right(web: Web):
    phone = web.phone()
    attempt = phone.begin()
    asked = web.quiz.start().asked[0]
    saved = phone.send(f"/quiz/{attempt}/answer", {"p": 1, "given": said_of(asked)})
    assert set(saved.json) == {"p", "given"}
    page = phone.get(f"/quiz/{attempt}?p=1").text
    assert asked.question.explanation not in page
    assert "is-right" not in page


def test_another_phone_of_the_same_person_goes_on(web: Web):
    first, second = web.phone(), web.phone()
    attempt = first.begin()
    asked = web.quiz.start().asked[0]
    first.send(f"/quiz/{attempt}/answer", {"p": 1, "given": said_of(asked)})
    assert f"/quiz/{attempt}" in second.get().text
    assert "1 / 5" not in second.get(f"/quiz/{attempt}").text  # the first unanswered comes up
    assert "2 / 5" in second.get(f"/quiz/{attempt}").text


def test_the_same_key_gives_the_same_bytes_and_another_body_is_409(web: Web):
    phone = web.phone()
    first = phone.send("/quiz/start", {"gate": 1}, "key-00001")
    web.watch.now = web.watch.now.replace(minute=5)
    again = phone.send("/quiz/start", {"gate": 1}, "key-00001")
    assert (again.status_code, again.data) == (first.status_code, first.data)
    changed = phone.send("/quiz/start", {"gate": 2}, "key-00001")
    assert changed.status_code == 409
    attempt = first.json["attempt"]
    done = phone.send(f"/quiz/{attempt}/submit", {}, "key-00002")
    web.watch.now = web.watch.now.replace(minute=7)
    assert phone.send(f"/quiz/{attempt}/submit", {}, "key-00002").data == done.data
    assert phone.send(f"/quiz/{attempt}/submit", {"more": 1}, "key-00002").status_code == 409
    assert phone.send("/quiz/start", {"gate": 1}, "key-00002").status_code == 409


def test_time_up_is_scored_on_the_next_look(web: Web):
    phone = web.phone()
    attempt = phone.begin()
    asked = web.quiz.start().asked[0]
    phone.send(f"/quiz/{attempt}/answer", {"p": 1, "given": said_of(asked)})
    web.watch.now = web.watch.now.replace(minute=11)
    late = phone.send(f"/quiz/{attempt}/answer", {"p": 2, "given": "A"})
    assert late.status_code in (409, 422)
    assert phone.get(f"/quiz/{attempt}").location.endswith("/result")
    assert "时间到，已自动交卷" in phone.get(f"/quiz/{attempt}/result").text
    assert "20 分" in phone.get().text


def test_a_virtual_visitor_may_look_and_not_play(web: Web):
    phone = web.phone("o9", snapshot=True)
    assert phone.get().status_code == 200
    refused = phone.post("/quiz/start", {"gate": "1", "key": "key-00001"})
    assert refused.status_code == 403
    assert "使用完整服务" in refused.text
    assert web.quiz.rows(QuizAttempt) == []


def test_nobody_gets_there_without_a_session(web: Web):
    client = web.home.app.test_client()
    assert client.get(f"{web.base}/quiz").status_code == 302
    refused = client.post(f"{web.base}/quiz/start", data={"gate": "1", "key": "key-00001"}, headers=JSON)
    assert refused.status_code == 403
    assert web.quiz.rows(Person) == []


def test_the_quiz_of_another_account_is_not_there(web: Web):
    phone = web.phone()
    path = f"/h5/others/c/{web.quiz.campaign.public_id}/quiz"
    assert phone.client.get(path).status_code == 404
    other = make_web(web.home, key="others")
    cross = phone.client.get(f"/h5/ours/c/{other.quiz.campaign.public_id}/quiz")
    assert cross.status_code == 404


def test_a_wrong_answer_links_to_the_entry(house: Home):
    from core.settings import ROOT
    from faq.files import read_entries
    from faq.service import import_entries
    from models.accounts import Account

    questions = [single(f"c{at}", entry="deposit-cash") for at in range(5)]
    web = make_web(house, {"blueprint": [{"subjects": "合同", "take": 5}]}, questions=questions)
    rows = [
        row
        for row in read_entries(ROOT / "content/knowledge/01-contract.csv")[0]
        if row.code == "deposit-cash"
    ]
    with house.parts.db.work() as session:
        organisation_id = session.get_one(Account, web.quiz.account_id).organisation_id
        import_entries(session, organisation_id, rows, web.watch.now)
    web.refresh()
    phone = web.phone()
    attempt = phone.begin()
    phone.send(f"/quiz/{attempt}/submit", {}, "key-00002")
    result = phone.get(f"/quiz/{attempt}/result").text
    link = re.search(r'href="(/h5/ours/faq/\w+)"', result)
    assert link
    assert phone.client.get(link[1]).status_code == 200


def test_what_staff_wrote_is_shown_escaped(house: Home):
    nasty = "<script>alert(1)</script>\"'&"
    questions = [
        single(f"c{at}", question=f"{nasty}{at}", options=(nasty, "乙", f"{nasty}丙"), explanation=nasty)
        for at in range(5)
    ]
    web = make_web(
        house, {"blueprint": [{"subjects": "合同", "take": 5}]}, questions=questions, title="<b>题</b>"
    )
    phone = web.phone()
    attempt = phone.begin()
    pages = [phone.get(), phone.get(f"/quiz/{attempt}?p=1"), phone.get("/quiz/boards")]
    phone.send(f"/quiz/{attempt}/submit", {}, "key-00002")
    pages.append(phone.get(f"/quiz/{attempt}/result"))
    for page in pages:
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<b>题" not in page.text
    assert "&lt;script&gt;" in pages[-1].text


def test_a_form_of_a_foreign_page_is_refused(web: Web):
    phone = web.phone()
    refused = phone.post("/quiz/start", {"gate": "1", "key": "key-00001"}, **{"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert web.quiz.rows(QuizAttempt) == []


def test_a_refused_form_shows_why_and_the_question_again(web: Web):
    phone = web.phone()
    attempt = phone.begin()
    asked = web.quiz.start().asked
    at = next(at for at, one in enumerate(asked) if one.question.kind == "single")
    refused = phone.post(f"/quiz/{attempt}/answer", {"p": at + 1, "given": ["A", "B"]})
    assert refused.status_code == 422
    assert "只能选一个" in refused.text
    assert asked[at].question.question in refused.text
    skipped = phone.post(f"/quiz/{attempt}/answer", {"p": at + 1})
    assert skipped.location.endswith(f"?p={at + 2}")
    assert web.quiz.rows(QuizAnswer) == []


@pytest.mark.parametrize(
    "path", ["/quiz", "/quiz/boards", "/quiz/boards?by=unit", "/quiz/boards?by=<script>"]
)
def test_pages_open_before_anybody_played(web: Web, path: str):
    page = web.phone().get(path)
    assert page.status_code == 200
    assert "<script>" not in page.text.replace("<script src", "")
