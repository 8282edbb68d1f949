"""Forged parameters, other people's papers, what comes too late or twice: a clear refusal, and not a row changes."""

import re
from datetime import timedelta

from members.links import OneUseLinks
from tests.campaigns.quiz.conftest import make_web
from tests.campaigns.quiz.phones import JSON, Web
from tests.campaigns.quiz.world import said_of

FORGED_NUMBERS = [
    "",
    "0",
    "-1",
    "6",
    "999",
    "1000",
    "99999999999999999999",
    "1.5",
    "1e2",
    "１",
    "٣",
    "NaN",
    "null",
    "1;drop",
    " 1",
    "0x1",
    "<b>",
    "一",
]
FORGED_ANSWERS = [
    "E",
    "F",
    "Z",
    "AE",
    "ABCDEF",
    "AA",
    "a\0b",
    "对错",
    "<script>",
    "😀",
    "A" * 60,
    "1",
    "甲",
    "--",
    "'; DROP TABLE quiz_answers",
    "null",
    "true",
    "[]",
]
FORGED_KEYS = [
    "",
    "short",
    "x" * 65,
    "key with space",
    "键键键键键键键键",
    "key-0001\n",
    "<script>alert(1)</script>",
    "../../../../etc",
]
FORGED_GATES = ["", "0", "2", "-1", "999", "1.0", "a", "１", "1' OR '1'='1", "null"]
FORGED_IDS = ["aaaaaaaaaaaa", "0", "1", "..", "%00", "boards2", "a" * 500, "<script>", "' OR 1=1", "null"]
FORGED_BODIES = [
    "",
    "[]",
    "null",
    "1",
    '"x"',
    "{",
    "{}",
    '{"p": {}}',
    '{"p": 1, "given": {"a": 1}}',
    '{"p": [1, 2], "given": "A"}',
    '{"p": true, "given": "A"}',
    '{"p": 1, "given": null}',
    '{"p": 1e400, "given": "A"}',
    "[" * 2000,
]


def test_over_sixty_forged_parameters_are_refused_and_change_nothing(web: Web):
    phone = web.phone()
    attempt = phone.begin()
    paper = web.quiz.start()
    single_at = next(at for at, one in enumerate(paper.asked) if one.question.kind == "single")
    mine = f"/quiz/{attempt}"
    before = web.dump()
    tried = [
        *(phone.send(f"{mine}/answer", {"p": number, "given": "A"}) for number in FORGED_NUMBERS),
        *(phone.send(f"{mine}/answer", {"p": single_at + 1, "given": said}) for said in FORGED_ANSWERS),
        *(phone.send(f"{mine}/answer", body) for body in FORGED_BODIES),
        *(phone.send("/quiz/start", {"gate": "1", "key": key}) for key in FORGED_KEYS),
        *(phone.send(f"{mine}/submit", {"key": key}) for key in FORGED_KEYS),
        *(phone.send("/quiz/start", {"gate": gate}, f"gate-{at:04}") for at, gate in enumerate(FORGED_GATES)),
        *(phone.send(f"/quiz/{id_}/answer", {"p": 1, "given": "A"}) for id_ in FORGED_IDS),
        *(phone.send(f"/quiz/{id_}/submit", {}, "ids-00001") for id_ in FORGED_IDS),
    ]
    assert len(tried) >= 60
    wrong = [
        (one.request.path, one.status_code, one.text[:200])
        for one in tried
        if one.status_code not in (403, 404, 409, 422, 308)
    ]
    assert wrong == []
    told = [one for one in tried if one.is_json]
    assert len(told) >= 60
    assert all(re.search("[一-龥]", one.json["message"]) for one in told)
    assert web.dump() == before


def test_somebody_elses_paper_is_neither_shown_nor_answered_nor_handed_in(web: Web):
    anna, bob = web.phone("o1"), web.phone("o2")
    attempt = anna.begin()
    bob.begin()
    before = web.dump()
    assert bob.get(f"/quiz/{attempt}").status_code == 404
    assert bob.get(f"/quiz/{attempt}/result").status_code == 404
    assert bob.send(f"/quiz/{attempt}/answer", {"p": 1, "given": "A"}).status_code == 404
    assert bob.send(f"/quiz/{attempt}/submit", {}, "key-00009").status_code == 404
    assert web.dump() == before
    # An openid in the address, the form or a header is nobody's word.
    forged = bob.client.get(f"{web.base}/quiz/{attempt}?openid=o1", headers={"X-WX-OpenID": "o1"})
    assert forged.status_code == 404
    assert bob.send(f"/quiz/{attempt}/answer", {"p": 1, "given": "A", "openid": "o1"}).status_code == 404


def test_what_comes_after_time_is_refused_and_changes_nothing(web: Web):
    phone = web.phone()
    attempt = phone.begin()
    paper = web.quiz.start()
    phone.send(f"/quiz/{attempt}/answer", {"p": 1, "given": said_of(paper.asked[0])})
    web.watch.now += timedelta(minutes=10)
    before = web.dump()
    for at, asked in enumerate(paper.asked, 1):
        late = phone.send(f"/quiz/{attempt}/answer", {"p": at, "given": said_of(asked)})
        assert (late.status_code, late.json["error"]) == (409, "too_late")
    assert web.dump() == before


def test_what_comes_after_the_hand_in_is_refused_and_changes_nothing(web: Web):
    phone = web.phone()
    attempt = phone.begin()
    paper = web.quiz.start()
    phone.send(f"/quiz/{attempt}/submit", {}, "submit-0001")
    before = web.dump()
    for at, asked in enumerate(paper.asked, 1):
        late = phone.send(f"/quiz/{attempt}/answer", {"p": at, "given": said_of(asked)})
        assert (late.status_code, late.json["error"]) == (409, "handed_in")
    assert web.dump() == before


def test_what_comes_after_the_campaign_is_refused_and_changes_nothing(web: Web):
    phone = web.phone()
    attempt = phone.begin()
    web.watch.now += timedelta(days=30)
    before = web.dump()
    assert phone.send("/quiz/start", {"gate": 1}, "begin-0002").status_code == 409
    assert phone.send(f"/quiz/{attempt}/answer", {"p": 1, "given": "A"}).status_code == 409
    assert web.dump() == before


def test_a_used_link_from_the_chat_lets_nobody_in(web: Web):
    links = OneUseLinks(web.home.parts.redis)
    token = links.make(web.quiz.account_id, "o1", f"{web.base}/quiz")
    first, second = web.home.app.test_client(), web.home.app.test_client()
    path = f"/h5/ours/enter/{token}"
    assert first.post(path).status_code in (302, 303)
    before = web.dump()
    assert second.post(path).status_code in (403, 404, 409, 422)
    refused = second.post(f"{web.base}/quiz/start", json={"gate": 1, "key": "begin-0002"}, headers=JSON)
    assert refused.status_code == 403
    assert web.dump() == before


def test_a_key_of_one_person_opens_nothing_of_another(web: Web):
    anna, bob = web.phone("o1"), web.phone("o2")
    attempt = anna.begin(key="begin-0001")
    assert bob.begin(key="begin-0001") != attempt
    anna.send(f"/quiz/{attempt}/submit", {}, "submit-0001")
    before = web.dump()
    assert bob.send(f"/quiz/{attempt}/submit", {}, "submit-0001").status_code == 404
    assert web.dump() == before


def test_a_paper_of_another_campaign_is_not_answered_through_this_one(web: Web):
    other = make_web(web.home)
    phone = web.phone()
    attempt = phone.begin()
    phone.web = other
    assert phone.get(f"/quiz/{attempt}").status_code == 404
    assert phone.send(f"/quiz/{attempt}/answer", {"p": 1, "given": "A"}).status_code == 404


def test_a_changed_cookie_is_nobody(web: Web):
    phone = web.phone()
    cookie = phone.client.get_cookie("zj_h5", path="/h5/ours/").value
    phone.client.set_cookie("zj_h5", cookie[:-2] + "xx", path="/h5/ours/")
    assert phone.send("/quiz/start", {"gate": 1}, "key-00001").status_code == 403
