"""Bringing messages to the webhook: one answer, retries, three silences, malformed answers, storms."""

import threading
import time
from collections.abc import Callable
from typing import Any

from flask import Response
from wechatpy.replies import ArticlesReply, ImageReply, TransferCustomerServiceReply

from simulator.delivery import UNAVAILABLE
from simulator.wire import parse_xml

from .conftest import Hook, Person

Faults = Callable[..., dict[str, Any]]


def test_a_question_is_answered_on_the_phone(person: Person, hook: Hook) -> None:
    hook.answer = lambda message: f"关于「{message.content}」"

    exchange = person.say("加班费")

    assert (exchange["status"], exchange["tries"], exchange["error"]) == ("replied", 1, None)
    assert exchange["reply"] == {"type": "text", "content": "关于「加班费」"}
    asked, answered = person.phone()[-2:]
    assert (asked["direction"], asked["kind"], asked["content"]) == ("in", "text", "加班费")
    assert (answered["direction"], answered["content"]) == ("out", "关于「加班费」")
    assert asked["exchange_id"] == answered["exchange_id"] == exchange["exchange_id"]


def test_the_drawer_shows_both_sides_of_the_wire(person: Person, hook: Hook) -> None:
    hook.answer = lambda message: "好"
    exchange = person.say("在吗")

    shown = person.http.get(
        f"{person.base}/simulator/api/exchanges/{exchange['exchange_id']}", timeout=5
    ).json()

    attempt = shown["tries"][0]
    assert attempt["url"].startswith("http://127.0.0.1:") and "msg_signature=" in attempt["url"]
    assert "在吗" not in attempt["body"] and parse_xml(attempt["body"])["Encrypt"]
    assert parse_xml(shown["xml"])["Content"] == "在吗"
    assert parse_xml(attempt["answer"])["Encrypt"] and "好" in attempt["answer_xml"]
    assert attempt["http_status"] == 200 and attempt["took_ms"] >= 0


def test_silence_is_no_failure(person: Person) -> None:
    exchange = person.say("嗯")

    assert (exchange["status"], exchange["reply"]) == ("silent", None)
    assert person.phone()[-1]["direction"] == "in"


def test_three_silences_are_told_to_the_follower(person: Person, hook: Hook, faults: Faults) -> None:
    faults(webhook_timeout_s=0.15)
    hook.answer = lambda message: time.sleep(0.4)

    exchange = person.say("在吗")

    assert (exchange["status"], exchange["tries"]) == ("failed", 3)
    assert person.phone()[-1]["text"] == UNAVAILABLE
    assert len({message.id for message in hook.messages}) == 1
    assert len({one["args"]["nonce"] for one in hook.requests}) == 3
    assert len({one["body"] for one in hook.requests}) == 3


def test_a_late_first_answer_is_followed_by_a_second_try(person: Person, hook: Hook, faults: Faults) -> None:
    faults(webhook_timeout_s=0.2)
    calls: list[int] = []

    def answer(message: Any) -> str:
        calls.append(message.id)
        if len(calls) == 1:
            time.sleep(0.5)
        return "来了"

    hook.answer = answer
    exchange = person.say("在吗")

    assert (exchange["status"], exchange["tries"]) == ("replied", 2)
    assert [entry["content"] for entry in person.phone() if entry["direction"] == "out"] == ["来了"]


def test_a_server_error_is_tried_again(person: Person, hook: Hook) -> None:
    answers = iter([Response("oops", 500), "好了"])
    hook.answer = lambda message: next(answers)

    exchange = person.say("在吗")

    assert (exchange["status"], exchange["tries"]) == ("replied", 2)


def test_nobody_at_home(person: Person, change_account: Callable[..., None]) -> None:
    change_account(webhook_url="http://127.0.0.1:9/wechat/demo")

    exchange = person.say("在吗")

    assert (exchange["status"], exchange["tries"]) == ("failed", 3)
    assert "连不上" in exchange["error"]


def test_a_malformed_answer_is_not_tried_again(person: Person, hook: Hook) -> None:
    hook.answer = lambda message: Response("<html>系统错误</html>")

    exchange = person.say("在吗")

    assert (exchange["status"], exchange["tries"]) == ("malformed", 1)
    assert person.phone()[-1]["text"] == UNAVAILABLE


def test_a_picture_nobody_uploaded_is_malformed(person: Person, hook: Hook) -> None:
    hook.answer = lambda message: ImageReply(message=message, media_id="nothing")

    exchange = person.say("图")

    assert exchange["status"] == "malformed"
    assert "media_id" in exchange["error"]


def test_one_card_in_answer_to_a_message_eight_to_an_event(person: Person, hook: Hook) -> None:
    articles = [{"title": f"第{n}篇", "description": "", "image": "", "url": "http://u"} for n in range(10)]
    hook.answer = lambda message: ArticlesReply(message=message, articles=articles)

    to_message, to_event = person.say("文章"), person.do("click", key="NEWS")

    assert len(to_message["reply"]["articles"]) == 1
    assert len(to_event["reply"]["articles"]) == 8


def test_transfer_to_a_person_leaves_a_line(person: Person, hook: Hook) -> None:
    hook.answer = lambda message: TransferCustomerServiceReply(message=message)

    person.say("人工")

    assert person.phone()[-1]["direction"] == "system"


def test_a_lost_reply_is_fetched_again(person: Person, hook: Hook, faults: Faults) -> None:
    faults(lost_reply="webhook")
    hook.answer = lambda message: "好"

    exchange = person.say("在吗")

    assert (exchange["status"], exchange["tries"]) == ("replied", 2)
    assert len({message.id for message in hook.messages}) == 1


def test_retries_may_be_the_same_bytes(person: Person, hook: Hook, faults: Faults) -> None:
    faults(lost_reply=True, identical_retries=True)

    person.say("在吗")

    assert len(hook.requests) == 2
    assert hook.requests[0] == hook.requests[1]


def test_a_storm_delivers_three_times_at_once_and_shows_one_answer(
    person: Person, hook: Hook, faults: Faults
) -> None:
    faults(retry_storm=True)
    together = threading.Barrier(3, timeout=3)

    def answer(message: Any) -> str:
        together.wait()
        return "好"

    hook.answer = answer
    exchange = person.say("在吗")

    assert (exchange["status"], exchange["tries"], exchange["error"]) == ("replied", 3, None)
    assert len({message.id for message in hook.messages}) == 1
    assert [entry["content"] for entry in person.phone() if entry["direction"] == "out"] == ["好"]


def test_a_storm_in_sequence_notices_different_answers(person: Person, hook: Hook, faults: Faults) -> None:
    faults(retry_storm="sequence")
    hook.answer = lambda message: f"第 {len(hook.messages)} 次"

    exchange = person.say("在吗")

    assert exchange["reply"]["content"] == "第 1 次"
    assert "不同的答复" in exchange["error"]


def test_plain_mode(person: Person, hook: Hook, change_account: Callable[..., None]) -> None:
    change_account(mode="plain", aes_key="")
    hook.answer = lambda message: "明文好"

    exchange = person.say("在吗")

    assert exchange["reply"]["content"] == "明文好"
    assert "在吗" in hook.requests[0]["body"].decode()


def test_the_server_address_is_verified(person: Person) -> None:
    answer = person.http.post(f"{person.base}/simulator/api/demo/verify", json={}, timeout=5).json()

    assert answer["ok"] is True


def test_without_waiting_the_answer_comes_with_the_next_messages(person: Person, hook: Hook) -> None:
    hook.answer = lambda message: "好"
    path = f"{person.base}/simulator/api/demo/followers/{person.openid}/send?wait=0"

    exchange = person.http.post(path, json={"type": "text", "content": "在吗"}, timeout=5).json()

    assert (exchange["status"], exchange["reply"]) == ("pending", None)
    deadline = time.monotonic() + 3
    while person.phone()[-1].get("content") != "好":
        assert time.monotonic() < deadline
