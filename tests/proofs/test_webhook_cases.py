"""What the webhook's proof sends: the same for the same seed, mixed, and refused by the gate where it must be."""

import random
import time

import pytest

from proofs.webhook.forger import Case, Forger
from proofs.webhook.known import read_known_answers
from proofs.webhook.malformed_cases import malformed_cases
from proofs.webhook.plan import Planner
from proofs.webhook.replay_cases import callback, forged_cases, reused_nonce
from simulator.wire import Credentials, decrypt, parse_xml
from wechat.crypto import MessageCrypto
from wechat.gate import Gate, Refused

CREDENTIALS = Credentials("wxproof", "prooftoken", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
GATE = Gate(
    CREDENTIALS.token, MessageCrypto(CREDENTIALS.token, CREDENTIALS.aes_key, CREDENTIALS.appid), max_age_s=300
)


@pytest.fixture
def forger() -> Forger:
    return Forger(CREDENTIALS, random.Random(5), "gh_proof", "oAlice")


@pytest.fixture
def planner() -> Planner:
    known = read_known_answers("海湾工会", "http://127.0.0.1:8000", "demo")
    return Planner(known, [f"o{n}" for n in range(24)], random.Random(5))


def opens(case: Case) -> bool:
    try:
        GATE.open(case.query, case.body, time.time())
    except Refused:
        return False
    return True


def test_every_malformed_body_is_refused_by_the_gate(forger: Forger) -> None:
    cases = [case for case in malformed_cases(forger, 300) if len(case.body) < 200_000]
    assert len({case.name for case in cases}) > 60
    assert [case.name for case in cases if not case.headers and opens(case)] == []


def test_what_the_forger_makes_is_let_in_when_nothing_is_wrong_with_it(forger: Forger) -> None:
    assert opens(forger.sealed("good", forger.message()))
    assert opens(callback(forger, name="good"))


def test_every_forged_callback_is_refused_by_the_gate(forger: Forger) -> None:
    cases = list(forged_cases(forger, 200))
    assert [case.name for case in cases if opens(case)] == []


def test_a_reused_nonce_carries_another_good_body(forger: Forger) -> None:
    first = callback(forger, name="first")
    second = reused_nonce(forger, first)
    assert opens(second)
    assert (second.query["timestamp"], second.query["nonce"]) == (
        first.query["timestamp"],
        first.query["nonce"],
    )
    assert second.body != first.body


def test_a_plan_is_mixed_and_arrives_in_order(planner: Planner) -> None:
    planned = planner.messages(200, 8.0)
    assert {one.shape.kind for one in planned} == {"text", "voice", "click", "subscribe", "image"}
    assert {one.manner for one in planned} == {"once", "answer_lost", "twin", "hasty"}
    assert 10 <= sum(one.help_text is not None for one in planned) <= 40
    assert [one.delay_s for one in planned] == sorted(one.delay_s for one in planned)
    assert max(one.delay_s for one in planned) <= 8.0


def test_nearly_every_message_of_a_plan_can_be_told_from_the_others(planner: Planner) -> None:
    identities = [one.identity for one in planner.messages(600, 8.0)]
    assert len(set(identities)) == len(identities)


def test_a_message_is_the_same_for_every_try(planner: Planner) -> None:
    one = planner.humans(1)[0]
    xml = one.compose("gh_proof", 1_700_000_000)
    assert xml == one.compose("gh_proof", 1_700_000_000)
    assert parse_xml(xml)["Content"] == one.shape.content


def test_known_answers_come_from_the_content_files() -> None:
    known = read_known_answers("海湾工会", "http://127.0.0.1:8000", "demo")
    assert known.keywords["你好"].startswith("您好！我是静静")
    assert "{account}" not in known.scenes[""]
    assert {"about", "districts", "lessons"} <= set(known.clicks)


def test_the_ciphertext_is_the_platforms(forger: Forger) -> None:
    case = forger.sealed("good", forger.message(Content="你好"))
    encrypted = str(parse_xml(case.body)["Encrypt"])
    assert parse_xml(decrypt(CREDENTIALS, encrypted))["Content"] == "你好"
