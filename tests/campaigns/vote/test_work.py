"""The sum an odd ballot's phone has to do: what is accepted, what is not, when it is asked for, and that scripts can do it."""

import hashlib
import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.ballots.ballot import Origin
from campaigns.ballots.guard import door, work
from campaigns.ballots.guard.odd import A_MINUTE, A_MINUTE_AT_NIGHT, Odd
from campaigns.ballots.guard.work import LIFE, MOST, Challenge, For, check_work, make_challenge
from campaigns.ballots.tables import VoteBallot
from core.errors import NotAllowed
from core.settings import ROOT
from models.db import Database
from tests.campaigns.vote.conftest import make_web
from tests.campaigns.vote.phones import Phone, Web
from tests.campaigns.vote.world import Vote, make_vote
from tests.conftest import Home

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 19, 0, tzinfo=UTC)
"""Three in the morning in China."""
KEY = "ballot-0001"
PHONE = Origin("page", "address", "range", "agent")


@pytest.fixture
def plain_vote(sqlite_db: Database) -> Vote:
    return make_vote(sqlite_db)


def solve(challenge: Challenge | dict[str, Any]) -> int:
    """As the phone does it, but with C underneath."""
    facts = challenge if isinstance(challenge, dict) else {"salt": challenge.salt, "hash": challenge.hash}
    salt, wanted = facts["salt"], facts["hash"]
    return next(n for n in range(MOST) if hashlib.sha256(f"{salt}{n}".encode()).hexdigest() == wanted)


def bound(vote: Vote, openid: str = "o-anna", key: str = KEY) -> For:
    return For(vote.campaign, openid, key)


def refused(to: For, token: str, number: object, now: datetime = NOON) -> str:
    with pytest.raises(NotAllowed) as told:
        check_work(to, token, str(number), now)
    return told.value.code


def test_the_number_that_was_asked_for_is_accepted_until_the_end(plain_vote: Vote):
    challenge = make_challenge(bound(plain_vote), NOON)
    number = solve(challenge)
    check_work(bound(plain_vote), challenge.token, str(number), NOON)
    check_work(bound(plain_vote), challenge.token, str(number), NOON + LIFE - timedelta(seconds=1))
    assert refused(bound(plain_vote), challenge.token, number, NOON + LIFE) == "late_work"


def test_work_is_good_for_one_person_one_ballot_one_campaign(plain_vote: Vote):
    challenge = make_challenge(bound(plain_vote), NOON)
    number = solve(challenge)
    assert refused(bound(plain_vote, openid="o-bob"), challenge.token, number) == "bad_work"
    assert refused(bound(plain_vote, key="ballot-0002"), challenge.token, number) == "bad_work"
    other = make_vote(plain_vote.db, account_id=plain_vote.account_id)
    assert refused(bound(other), challenge.token, number) == "bad_work"


def test_a_wrong_number_or_none_is_refused(plain_vote: Vote):
    challenge = make_challenge(bound(plain_vote), NOON)
    number = solve(challenge)
    for wrong in ((number + 1) % MOST, "", "abc", "-1", f"0{number}", f"{number} ", "9" * 40, "１２"):
        assert refused(bound(plain_vote), challenge.token, wrong) == "bad_work"


def forgeries(challenge: Challenge) -> dict[str, str]:
    until, salt, hash_, check = challenge.token.split(".")
    easy = hashlib.sha256(f"{salt}0".encode()).hexdigest()
    return {
        "an easier hash": f"{until}.{salt}.{easy}.{check}",
        "a later end": f"{int(until) + 9999}.{salt}.{hash_}.{check}",
        "another salt": f"{until}.{'0' * 24}.{hash_}.{check}",
        "another check": f"{until}.{salt}.{hash_}.{'0' * 32}",
        "no check": f"{until}.{salt}.{hash_}.",
        "a line more": f"{challenge.token}\n",
        "nothing": "",
        "letters": "x" * 5000,
        "no numbers": f"{'९' * 10}.{salt}.{hash_}.{check}",
    }


@pytest.mark.parametrize("how", list(forgeries(Challenge("", "", 0, "1.2.3.4"))))
def test_a_forged_challenge_is_refused(plain_vote: Vote, how: str):
    challenge = make_challenge(bound(plain_vote), NOON)
    token = forgeries(challenge)[how]
    assert refused(bound(plain_vote), token, 0) == "bad_work"
    assert refused(bound(plain_vote), token, solve(challenge)) == "bad_work"


def test_two_challenges_are_never_the_same(plain_vote: Vote):
    made = [make_challenge(bound(plain_vote), NOON) for _ in range(50)]
    assert len({one.salt for one in made}) == len({one.hash for one in made}) == 50


def test_the_script_of_the_page_finds_the_same_number(plain_vote: Vote, tmp_path: Path):
    node = shutil.which("node")
    assert node is not None
    challenges = [make_challenge(bound(plain_vote, key=f"ballot-{n:04}"), NOON) for n in range(3)]
    asked = [{"salt": one.salt, "hash": one.hash, "most": one.most} for one in challenges]
    script = tmp_path / "solve.mjs"
    script.write_text(
        "import fs from 'fs';\nglobalThis.window = {};\n"
        f"(0, eval)(fs.readFileSync({json.dumps(str(ROOT / 'web/static/vote-work.js'))}, 'utf8'));\n"
        f"const found = [];\nfor (const one of {json.dumps(asked)}) found.push(await window.voteWork(one));\n"
        "console.log(JSON.stringify(found));\n"
    )
    done = subprocess.run([node, script], capture_output=True, text=True, check=True, timeout=60)
    for challenge, number in zip(challenges, json.loads(done.stdout), strict=True):
        assert number == solve(challenge)


# When a ballot looks odd.


def test_a_crowd_from_one_address_for_one_candidate_is_odd_and_the_next_minute_is_new():
    odd = Odd()
    looks = [odd.look(1, PHONE, (3,), NOON) for _ in range(A_MINUTE + 2)]
    assert looks == [False] * A_MINUTE + [True] * 2
    assert not odd.look(1, PHONE, (4,), NOON)
    assert not odd.look(2, PHONE, (3,), NOON)
    assert odd.look(1, PHONE, (1, 2, 3), NOON)
    assert not odd.look(1, PHONE, (3,), NOON + timedelta(minutes=1))


def test_at_night_fewer_are_odd():
    odd = Odd()
    looks = [odd.look(1, PHONE, (3,), NIGHT) for _ in range(A_MINUTE_AT_NIGHT + 1)]
    assert looks == [False] * A_MINUTE_AT_NIGHT + [True]


def test_who_names_no_browser_is_odd_at_once():
    assert Odd().look(1, Origin("page", "address", "range", ""), (3,), NOON)


def test_the_counters_are_bounded_and_go_on_for_those_they_know():
    odd = Odd(most_keys=100)
    for n in range(1000):
        odd.look(1, Origin("page", f"a{n}", "r", "agent"), (1, 2, 3), NOON)
    assert len(odd) == 100
    looks = [odd.look(1, Origin("page", "a0", "r", "agent"), (1,), NOON) for _ in range(A_MINUTE)]
    assert looks[-1]
    assert not odd.look(1, Origin("page", "new", "r", "agent"), (1,), NOON + timedelta(minutes=1))
    assert len(odd) == 1


# The cast view.


@pytest.fixture(autouse=True)
def easy(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Small sums, where only the way is looked at."""
    if "web" in request.fixturenames or "house" in request.fixturenames:
        monkeypatch.setattr(work, "MOST", 500)


def send(phone: Phone, key: str = KEY, **more: Any) -> Any:
    """A ballot of a browser without a name."""
    phone.client.environ_base.pop("HTTP_USER_AGENT", None)
    return phone.send([1], key, **more)


def workers(web: Web) -> list[bool]:
    with web.vote.db.read() as session:
        query = select(VoteBallot.worked).where(VoteBallot.account_id == web.vote.account_id)
        return list(session.scalars(query))


def test_an_odd_ballot_is_asked_for_work_and_counts_with_it(web: Web):
    phone = web.phone()
    asked = send(phone)
    assert (asked.status_code, asked.json["error"]) == (403, "work")
    assert workers(web) == []
    given = asked.json["work"]
    answer = {"work": given["token"], "number": solve(given)}
    done = send(phone, **answer)
    assert done.status_code == 200 and done.json["receipt"]
    assert send(phone, **answer).json["receipt"] == done.json["receipt"]
    assert workers(web) == [True]


def test_work_that_was_done_serves_no_second_ballot_and_nobody_else(web: Web):
    phone = web.phone()
    given = send(phone).json["work"]
    answer = {"work": given["token"], "number": solve(given)}
    assert send(phone, **answer).status_code == 200
    before = web.dump()
    for attempt in (send(phone, "ballot-0002", **answer), send(web.phone("o-bob"), **answer)):
        assert (attempt.status_code, attempt.json["error"]) == (403, "bad_work")
    assert web.dump() == before


def test_an_ordinary_ballot_is_asked_nothing(web: Web):
    assert web.phone().send([1]).status_code == 200
    assert workers(web) == [False]


def test_a_crowd_behind_one_address_is_asked_but_none_is_turned_away(web: Web):
    answers = [web.phone(f"o-{n}").send([1], f"ballot-{n:04}") for n in range(A_MINUTE + 1)]
    assert [one.status_code for one in answers] == [200] * A_MINUTE + [403]
    given = answers[-1].json["work"]
    last = web.phone(f"o-{A_MINUTE}")
    again = last.send([1], f"ballot-{A_MINUTE:04}", work=given["token"], number=solve(given))
    assert again.status_code == 200


def test_without_script_a_page_says_where_to_vote(web: Web):
    phone = web.phone()
    phone.client.environ_base.pop("HTTP_USER_AGENT", None)
    page = phone.post("/vote/cast", {"choice": "1", "key": KEY})
    assert page.status_code == 403
    assert "请在手机微信里打开" in page.text and "投 12" in page.text
    assert workers(web) == []


def test_the_organiser_can_switch_it_off(house: Home):
    web = make_web(house, {"challenge": False})
    assert send(web.phone()).status_code == 200
    assert workers(web) == [False]


def test_the_door_keeps_no_count_for_another_application(web: Web):
    web.phone().send([1])
    assert len(web.home.app.extensions[door._ODD]) == 1
