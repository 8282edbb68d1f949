"""Bad input on every page of a vote: refused clearly, and nothing changed; an honest retry gets the same receipt."""

import json
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.campaigns.quiz.phones import JSON
from tests.campaigns.vote.phones import Web
from tests.campaigns.vote.world import OPENS
from web.session import COOKIE

KEY = "key-00001"
CHOICES: list[Any] = [
    [], [0], [-1], [7], [99999], [9999999], [1, 1], [1, 2, 2], [1, 2, 3, 4], [1, 99], ["1; DROP TABLE votes"], ["１"], ["一"],
    ["1.0"], [1.5], ["1e0"], ["0x1"], [" 1"], ["1\n"], [""], [None], [True], [[1]], [{"number": 1}], {"1": 1}, None, True,
    "abc", "1,2", "NaN", 10**30, [10**30], list(range(1, 102)), [1] * 500, ["<script>"], ["\u0000"], ["²"], ["٣"],
]  # fmt: skip
KEYS = [
    "",
    "short",
    "k" * 65,
    "has space",
    "中文中文中文中文",
    "key'--00001",
    "../../../etc",
    "k\u00e9y-00001",
]
BODIES = [
    "", "{", "[]", "null", "1", '"choice"', "[" * 9000, '{"choice": [1]', '{"choice": [1], "choice": [1, 1]}', "\x00" * 100,
    '{"choice": [1]}' + " " * 20_000, json.dumps({f"f{n}": 1 for n in range(60)}), '{"choice": NaN}',
]  # fmt: skip
LOOKS = [
    "/vote?page=-1", "/vote?page=0", "/vote?page=999999999999999999999", "/vote?page=x", "/vote?page=1.5", "/vote?round=9",
    "/vote?round=0", "/vote?round=²", "/vote?group=没有", "/vote?order=drop", "/vote?seed=-5", "/vote?seed=" + "9" * 400,
    "/vote?q=" + "长" * 500, "/vote?q=%00%ff%fe", "/vote?q=<script>alert(1)</script>", "/vote?q=' OR 1=1 --", "/vote?q=%25%5F",
    "/vote?page=1&page=2", "/vote/mine?openid=o2", "/vote/ranking?round=x", "/vote/ranking?round=²", "/vote/ranking?group=%00",
    "/vote/ranking?round=" + "9" * 400, "/vote/ledger?before=-1", "/vote/ledger?before=x", "/vote/ledger?before=²",
    "/vote/ledger?before=" + "9" * 400, "/vote/ledger?before=0", "/vote/receipts?number=", "/vote/result", "/vote/enter",
]  # fmt: skip
MISSING = [
    "/vote/0", "/vote/7", "/vote/" + "9" * 30, "/vote/-1", "/vote/x", "/vote/ledger/0", "/vote/ledger/99", "/vote/ledger/x",
    "/vote/ledger/" + "9" * 30, "/vote/ledger/99.txt", "/vote/ledger/-1.txt", "/vote/ledger/" + "9" * 30 + ".txt",
    "/vote/receipts/x", "/vote/receipts/2222-2222222", "/vote/receipts/" + "Z" * 500, "/vote/receipts/%00", "/vote/receipts/1",
    "/vote/receipts?number=2222-2222222",
]  # fmt: skip


@pytest.fixture
def voted(web: Web) -> Web:
    """With one honest ballot in it."""
    assert web.phone("o1").send([1, 2], KEY).status_code == 200
    web.vote.seal()
    web.refresh()
    return web


def refused(answer: TestResponse, *codes: int) -> None:
    """In Chinese, with what to do; no trace of what is inside."""
    assert answer.status_code in (codes or (403, 404, 409, 413, 422))
    told = answer.json["message"] if answer.is_json else answer.text
    assert any("\u4e00" <= letter <= "\u9fff" for letter in told)
    for inside in ("Traceback", "sqlalchemy", "SELECT", "报编号"):
        assert inside not in told


def test_there_are_enough_of_them():
    assert len(CHOICES) + len(KEYS) + len(BODIES) + len(LOOKS) + len(MISSING) > 100


def test_forged_choices_keys_and_bodies_change_nothing(voted: Web):
    before, phone = voted.dump(), voted.phone("o2")
    for at, choice in enumerate(CHOICES):
        refused(phone.send(choice, f"forged-{at:04d}"), 409, 422)
        if isinstance(choice, list) and all(isinstance(one, str | int) for one in choice):
            refused(phone.post("/vote/cast", {"choice": choice, "key": f"forged-{at:04d}"}), 409, 422)
    for key in KEYS:
        refused(phone.post("/vote/cast", {"choice": "1", "key": key}), 422)
        refused(phone.send({"choice": [1], "key": key}, ""), 422)
    for body in BODIES:
        refused(phone.send(body, "forged-body"), 422)
    assert voted.dump() == before


def test_odd_addresses_are_read_as_the_usual_or_are_not_there(voted: Web):
    before = voted.dump()
    for phone in (voted.phone("o2"), voted.phone("o9", snapshot=True)):
        for path in LOOKS:
            answer = phone.get(path)
            assert answer.status_code in (200, 302, 303), path
            assert "<script>alert" not in answer.text
        for path in MISSING:
            refused(phone.get(path), 404)
    assert voted.dump() == before


def test_nobody_votes_as_another_or_as_nobody(voted: Web):
    before = voted.dump()
    body = {"choice": ["3"], "key": "forged-0001", "openid": "o1"}
    honest = voted.phone("o1").client.get_cookie(COOKIE, path=f"/h5/{voted.key}/").value
    for value in (
        "",
        "x",
        honest[:-1],
        honest[::-1],
        honest.replace(".", "x", 1),
        "W10.x.y",
        honest + honest,
    ):
        client = voted.home.app.test_client()
        client.set_cookie(COOKIE, value, path=f"/h5/{voted.key}/")
        for extra in ({}, {"X-Openid": "o1"}, JSON):
            refused(client.post(f"{voted.base}/vote/cast?openid=o1", data=body, headers=extra), 403)
    other = voted.home.app.test_client()
    other.set_cookie(COOKIE, honest, path="/h5/others/")
    refused(other.post(f"/h5/others/c/{voted.vote.campaign.public_id}/vote/cast", data=body), 403, 404)
    refused(voted.phone("o9", snapshot=True).post("/vote/cast", body), 403)
    refused(voted.phone("o2").post("/vote/cast", body, **{"Sec-Fetch-Site": "cross-site"}), 403)
    assert voted.dump() == before


def test_a_replayed_ballot_gets_the_same_receipt_and_counts_once(voted: Web):
    before, phone = voted.dump(), voted.phone("o1")
    first = phone.send([1, 2], KEY)
    for _ in range(5):
        again = phone.send([2, 1], KEY)
        assert (again.status_code, again.data) == (200, first.data)
        assert phone.post("/vote/cast", {"choice": ["1", "2"], "key": KEY}).location.endswith(
            first.json["receipt"]
        )
    refused(phone.send([1, 3], KEY), 409)
    refused(phone.send([3], KEY), 409)
    refused(phone.send([1], "another-key-1"), 409)
    refused(phone.send([3, 1], "another-key-2"), 409)
    assert voted.dump() == before
    copied = voted.phone("o2").send([1, 2], KEY)  # another person with the same key: a ballot of their own
    assert copied.json["receipt"] != first.json["receipt"]


def test_before_its_time_after_it_and_for_another_round_nothing_is_taken(voted: Web):
    before, phone = voted.dump(), voted.phone("o2")
    for moment in (
        OPENS - timedelta(seconds=1),
        voted.vote.campaign.closes_at,
        voted.vote.campaign.closes_at + timedelta(days=9),
    ):
        voted.watch.now = moment
        refused(phone.send([1], "forged-time"), 409)
        refused(phone.post("/vote/cast", {"choice": "1", "key": "forged-time", "at": "2026-11-20"}), 409)
        assert phone.get("/vote").status_code == 200
    assert voted.phone("o1").send([1, 2], KEY).status_code == 200  # the honest retry, even now
    assert voted.dump() == before


def test_more_than_the_quota_is_refused_whatever_the_keys(voted: Web):
    phone = voted.phone("o1")
    assert phone.send([3, 4, 5], "key-00002").json["left"] == 0
    before = voted.dump()
    for at in range(10):
        refused(phone.send([6], f"key-1{at:04d}"), 409)
    assert voted.dump() == before


def test_other_methods_are_not_there(voted: Web):
    before, client = voted.dump(), voted.phone("o2").client
    for path in ("", "/1", "/mine", "/ledger", "/ranking", "/receipts", "/result"):
        for method in ("POST", "PUT", "DELETE", "PATCH"):
            assert client.open(f"{voted.base}/vote{path}", method=method).status_code == 405
    assert client.get(f"{voted.base}/vote/cast").status_code in (404, 405)
    assert voted.dump() == before
