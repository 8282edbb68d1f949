"""A jury day: people come in, vote for what is on the screen, and see the result; one mark each, sent once."""

import json
import re

import pytest
from sqlalchemy import event

from campaigns import personal as campaign_personal
from campaigns.jury import live, personal
from campaigns.jury.tables import JuryDay, JuryRound
from tests.campaigns.jury.web import Phone, Web, make_jury_web
from tests.conftest import Home


class Hall:
    """A live round with its addresses."""

    def __init__(self, web: Web, method: str = "yes_no") -> None:
        self.web, self.round = web, web.panel.open(method, live=True)
        campaign = web.panel.campaign
        with web.home.parts.db.read() as session:
            day = live.find_live(session, campaign.account_id, JuryDay.round_id == self.round.id).day
        self.phones = f"/h5/ours/c/{campaign.public_id}/jury-day/{day.public_id}"
        self.screen = f"/screen/ours/{day.screen_id}"
        self.desk = f"{web.base}/rounds/{self.round.public_id}/live"

    def move(self, how: str) -> int:
        page = self.web.anna.get(self.desk).text
        beat = re.search(r'name="beat" value="(\d+)"', page)
        told = self.web.anna.post(f"{self.desk}/move", {"how": how, "beat": beat[1] if beat else "0"})
        self.web.forget_pages()
        return told.status_code

    def state(self) -> dict[str, object]:
        self.web.forget_pages()
        client = self.web.home.app.test_client()
        told = client.get(f"{self.screen}/state").json
        assert client.get(f"{self.phones}/state").json == told
        return told

    def sit(self, openid: str) -> Phone:
        phone = self.web.phone(openid)
        assert "加入评审" in phone.client.get(self.phones).text
        assert phone.client.post(f"{self.phones}/seat").status_code == 303
        assert "data-marks" in phone.client.get(self.phones).text
        return phone

    def vote(self, phone: Phone, number: int, mark: int, key: str = "") -> tuple[int, dict[str, object]]:
        body = {"number": number, "mark": mark}
        told = phone.send(f"{self.phones}/vote", body, key or f"first-key-{number}-{mark}")
        return told.status_code, told.json


@pytest.fixture
def web(house: Home) -> Web:
    made = make_jury_web(house)
    made.panel.works.fill(3, openid="o-author", unit="某单位")
    return made


def test_a_day_from_the_first_seat_to_the_result(web: Web):
    hall = Hall(web)
    phones = [hall.sit(f"o{number}") for number in range(5)]
    assert hall.state() | {"beat": 0} == {
        "beat": 0,
        "on": False,
        "over": False,
        "number": None,
        "at": 0,
        "of": 3,
        "seated": 5,
        "door": True,
        "marked": 0,
        "result": None,
    }
    assert hall.move("next") == 303
    for at, phone in enumerate(phones):
        assert hall.vote(phone, 1, int(at < 3)) == (200, {"number": 1, "mark": int(at < 3)})
    assert hall.state()["marked"] == 5
    assert hall.state()["result"] is None
    assert hall.vote(phones[4], 1, 1, "another-key")[0] == 200
    assert hall.move("show") == 303
    assert hall.state()["result"] == {
        "title": "通过率",
        "score": "80.0%",
        "lines": [["通过", 4], ["不通过", 1]],
    }
    status, told = hall.vote(phones[0], 1, 0, "too-late-now")
    assert (status, told["error"]) == (409, "moved_on")
    assert hall.move("next") == 303
    assert hall.vote(phones[0], 2, 1)[0] == 200
    assert hall.vote(phones[0], 1, 0, "of-the-one-before")[0] == 409
    assert hall.move("back") == 303
    assert hall.state()["on"] is False  # its result was shown
    assert hall.move("again") == 303
    assert hall.vote(phones[0], 1, 0, "once-more-now")[0] == 200
    found = {one.number: (one.place, one.score) for one in web.panel.close(hall.round)}
    assert found == {2: (1, 100.0), 1: (2, 60.0), 3: (0, 0.0)}
    assert hall.state()["over"] is True
    assert hall.vote(phones[0], 1, 1, "after-the-end")[0] == 409


def test_a_vote_whose_answer_was_lost_counts_once_and_changes_nothing_when_it_comes_late(web: Web):
    hall = Hall(web)
    phone = hall.sit("o1")
    hall.move("next")
    assert hall.vote(phone, 1, 0, "lost-answer")[0] == 200
    assert hall.vote(phone, 1, 1, "changed-mind")[0] == 200
    assert hall.vote(phone, 1, 0, "lost-answer") == (200, {"number": 1, "mark": 0})
    assert phone.client.get(f"{hall.phones}/mine", headers={"Accept": "application/json"}).json["mark"] == 1
    assert hall.state()["marked"] == 1
    assert hall.vote(phone, 1, 1, "lost-answer")[0] == 409  # the key of something else


def test_the_door_and_the_seats(web: Web):
    hall = Hall(web)
    hall.sit("o1")
    web.anna.post(f"{hall.desk}/room", {"seats": "2", "door": "1"})
    hall.sit("o2")
    full = web.phone("o3").client.post(f"{hall.phones}/seat")
    assert full.status_code == 409
    assert "坐满" in full.text
    web.anna.post(f"{hall.desk}/room", {"seats": "9"})
    shut = web.phone("o3").client.post(f"{hall.phones}/seat")
    assert shut.status_code == 403
    assert "关门" in shut.text
    assert web.phone("o1").client.post(f"{hall.phones}/seat").status_code == 303
    assert web.anna.post(f"{hall.desk}/room", {"seats": "1"}).status_code == 422
    hall.move("next")
    told = web.phone("o3").send(f"{hall.phones}/vote", {"number": 1, "mark": 1}, "no-seat-key")
    assert told.json["error"] == "no_seat"


def test_nobody_votes_for_their_own_work(web: Web):
    hall = Hall(web)
    author = hall.sit("o-author")
    hall.move("next")
    status, told = hall.vote(author, 1, 1)
    assert (status, told["error"]) == (403, "own")
    assert hall.state()["marked"] == 0


def test_marks_out_of_range_and_rubbish_are_refused(web: Web):
    hall = Hall(web, "stars")
    phone = hall.sit("o1")
    hall.move("next")
    for body in (
        {"number": 1, "mark": 6},
        {"number": 1, "mark": "x"},
        {"mark": 1},
        {"number": -1, "mark": 1},
    ):
        assert phone.send(f"{hall.phones}/vote", body, "rubbish-key").status_code == 422, body
    assert hall.vote(phone, 1, 5)[0] == 200


def test_the_screen_shows_the_work_and_nobody(web: Web):
    hall = Hall(web)
    hall.sit("o-secret-person")
    hall.move("next")
    hall.vote(web.phone("o-secret-person"), 1, 1)
    client = web.home.app.test_client()
    shown = client.get(hall.screen).text + client.get(f"{hall.screen}/work").text + json.dumps(hall.state())
    assert "画面 1" in shown
    for secret in ("o-secret-person", "o-author", "某单位", "作品之1", "anna"):
        assert secret not in shown
    assert client.get(hall.screen).headers["X-Robots-Tag"] == "noindex"


def test_what_is_not_there_is_not_found(web: Web):
    hall = Hall(web)
    client = web.home.app.test_client()
    for path in (
        "/screen/ours/nothing",
        "/screen/ours/nothing/state",
        hall.screen.replace("/ours/", "/theirs/"),
        hall.screen.replace("/ours/", "/theirs/") + "/state",
        f"{hall.phones[:-3]}xyz/state",
    ):
        assert client.get(path).status_code == 404, path
    assert web.phone("o1").client.get(f"{hall.phones[:-3]}xyz").status_code == 404


def test_two_hundred_phones_that_ask_cost_one_look_a_second(web: Web):
    hall = Hall(web)
    hall.move("next")
    web.forget_pages()
    client, count = web.home.app.test_client(), 0

    def note(*_: object) -> None:
        nonlocal count
        count += 1

    client.get(f"{hall.phones}/state")
    event.listen(web.home.parts.db.engine, "before_cursor_execute", note)
    try:
        for _ in range(200):
            assert client.get(f"{hall.phones}/state").status_code == 200
    finally:
        event.remove(web.home.parts.db.engine, "before_cursor_execute", note)
    assert count <= 30  # a few statements, each second that it takes


def test_what_is_kept_is_told_and_forgotten(web: Web):
    hall = Hall(web)
    phone = hall.sit("o1")
    hall.move("next")
    hall.vote(phone, 1, 1)
    account_id = web.panel.campaign.account_id
    with web.home.parts.db.read() as session:
        (kept,) = personal.export(session, account_id, "o1")
        assert personal.export(session, account_id, "o2") == []
    assert kept.rows[0]["评审"] == "初评"
    assert kept.rows[0]["投票"] == 1
    with web.home.parts.db.work() as session:
        assert campaign_personal.erase(session, account_id, "o1") == 1
        assert personal.export(session, account_id, "o1") == []
    assert hall.state()["marked"] == 1
    found = {one.number: one.score for one in web.panel.close(hall.round)}
    assert found[1] == 100.0


def test_a_day_has_no_tasks_and_is_led_by_its_organiser_alone(web: Web):
    bob = web.juror("bob")
    hall = Hall(web)
    assert "现在没有要您评的作品" in bob.get("/console/a/ours/judging").text
    assert bob.get(hall.desk).status_code == 403
    assert web.anna.get(f"{hall.desk}/count").status_code == 200
    stale = web.anna.post(f"{hall.desk}/move", {"how": "next", "beat": "77"})
    assert stale.status_code == 409
    assert web.anna.post(f"{hall.desk}/move", {"how": "show", "beat": "1"}).status_code == 422
    assert web.anna.post(f"{hall.desk}/go", {"number": "3"}).status_code == 303
    assert hall.state()["at"] == 3
    with web.home.parts.db.read() as session:
        of = (JuryRound.account_id == web.panel.campaign.account_id, JuryRound.id == hall.round.id)
        assert session.query(JuryRound).where(*of).one().state == "open"
