"""What takes longer than the platform waits: 「正在处理」 at the deadline, and the answer later, once."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from chat.answer import SILENT, Reply, say
from chat.turn import Hook
from core.breaker import Breaker
from core.clock import Deadline
from core.errors import Closed
from core.settings import WebhookSettings
from handlers.router import Routed
from handlers.slow import SlowLane
from jobs.outbox import CUSTOMER_MESSAGE
from models.jobs import OutboxItem
from models.messages import MessageLog, PendingTurn
from models.wall import HelpRequest
from tests.handlers.conftest import ANNA, Platform
from wall.chat import WallChat
from wechat.replies import TransferReply

DEADLINE_S = 0.25
LATE = "正在处理，请稍候。结果会马上发给您。"
LIMITS = WebhookSettings(deadline_s=DEADLINE_S)


class Blocked:
    """「人工」 with a database that does not come back until it is let go; counts how often it was asked."""

    def __init__(self, web):
        self.gate = threading.Event()
        self.asked = 0
        self.done = threading.Semaphore(0)
        self.real = WallChat(web.parts.db, web.parts.directory).hook()
        self.hook = Hook("blocked", self.answer, pure=False, wants=self.wants)

    def wants(self, turn):
        return "帮忙" in turn.said

    def answer(self, turn):
        self.asked += 1
        assert self.gate.wait(20)
        try:
            human = turn.__class__(turn.account, turn.message, turn.now)
            human.__dict__["said"] = "人工"
            return self.real.answer(human)
        finally:
            self.done.release()


@pytest.fixture
def slow(make_web):
    """An application with a short deadline whose hook blocks."""
    web = make_web(webhook=LIMITS)
    web.blocked = Blocked(web)
    web.put_first(web.blocked.hook)
    yield web
    web.blocked.gate.set()
    time.sleep(0.02)


@pytest.fixture
def ours(slow):
    return Platform(slow)


def late_now(web):
    """Ship the journal, wait for the pause (by the clock), answer what is due."""
    web.ship()
    web.clock.shift_s += 3
    return web.late_answers().answer_due()


def test_at_the_deadline_the_follower_is_told_and_nothing_else_waits(slow, ours):
    callback = ours.sealed(ours.text("帮忙"))
    started = time.perf_counter()
    assert ours.open(slow.post(callback))["content"] == LATE
    assert DEADLINE_S - 0.05 < time.perf_counter() - started < DEADLINE_S + 0.4
    started = time.perf_counter()
    assert ours.open(slow.post(callback))["content"] == LATE  # stored: a retry does not wait again
    assert time.perf_counter() - started < 0.2
    assert slow.blocked.asked == 1
    (record,) = slow.records()
    assert record["outcome"] == "late" and record["xml"].startswith("<xml>")


def test_the_late_answer_is_one_message_to_the_follower(slow, ours):
    callback = ours.sealed(ours.text("帮忙"))
    slow.post(callback)
    slow.blocked.gate.set()
    assert slow.blocked.done.acquire(timeout=5)
    slow.ship()
    (turn,) = slow.rows(PendingTurn)
    assert turn.body.startswith("<xml>") and turn.done_at is None
    assert slow.late_answers().answer_due() == 0  # not before the platform's own answer is surely out
    assert late_now(slow) == 1
    (item,) = slow.rows(OutboxItem)
    assert item.kind == CUSTOMER_MESSAGE
    message = item.payload["message"]
    assert (message["touser"], message["msgtype"]) == (ANNA, "text")
    assert message["text"]["content"].startswith("已为您登记，编号 1。")
    (request,) = slow.rows(HelpRequest)  # done by the thread that was given up, and not again
    assert request.message_key == turn.message_key
    (turn,) = slow.rows(PendingTurn)
    assert (turn.body, turn.error) == ("", "") and turn.done_at is not None
    (row,) = slow.rows(MessageLog)
    assert (row.outcome, row.handler) == ("late", "late")


def test_late_answers_run_again_and_again_post_nothing_more(slow, ours):
    slow.post(ours.sealed(ours.text("帮忙")))
    slow.blocked.gate.set()
    assert late_now(slow) == 1
    for _ in range(3):
        slow.clock.shift_s += 600
        assert late_now(slow) == 0
    assert len(slow.rows(OutboxItem)) == len(slow.rows(HelpRequest)) == 1


def test_late_answers_of_eight_workers_at_once_post_one_message_a_turn(slow, ours):
    with ThreadPoolExecutor(6) as pool:
        callbacks = [ours.sealed(ours.text(f"帮忙 {n}")) for n in range(6)]
        list(pool.map(slow.post, callbacks))
    slow.blocked.gate.set()
    slow.ship()
    slow.clock.shift_s += 3
    workers = [slow.late_answers() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answered = list(pool.map(lambda worker: worker.answer_due(), workers))
    assert sum(answered) == 6
    assert len(slow.rows(OutboxItem)) == len(slow.rows(HelpRequest)) == 6
    assert sorted(request.number for request in slow.rows(HelpRequest)) == [1, 2, 3, 4, 5, 6]


def test_a_worker_that_died_with_a_turn_leaves_it_to_the_next(slow, ours):
    slow.post(ours.sealed(ours.text("帮忙")))
    slow.blocked.gate.set()
    slow.ship()
    slow.clock.shift_s += 3
    (turn,) = slow.rows(PendingTurn)
    assert slow.late_answers()._claim(turn.id) is not None
    assert slow.late_answers().answer_due() == 0
    slow.clock.shift_s += 61
    assert slow.late_answers().answer_due() == 1
    assert len(slow.rows(OutboxItem)) == 1


def test_a_late_answer_that_fails_is_tried_again_and_given_up_at_last(slow, ours):
    slow.post(ours.sealed(ours.text("帮忙")))
    slow.ship()

    def broken(_turn):
        raise RuntimeError(f"secret=hunter2 of {ANNA}")

    slow.put_first(Hook("broken", broken, pure=False))
    for attempt in range(1, 13):
        slow.clock.shift_s += 61
        assert slow.late_answers().answer_due() == 0
        (turn,) = slow.rows(PendingTurn)
        assert turn.attempts == attempt
    assert turn.done_at is not None
    assert "RuntimeError" in turn.error
    assert "hunter2" not in turn.error and ANNA not in turn.error
    assert slow.rows(OutboxItem) == []


def test_a_late_answer_succeeds_after_a_failure(slow, ours):
    slow.post(ours.sealed(ours.text("帮忙")))
    slow.blocked.gate.set()
    slow.ship()
    real = slow.late_answers()
    failing = slow.late_answers()
    failing._reply = lambda *_args: 1 / 0
    slow.clock.shift_s += 3
    assert failing.answer_due() == 0
    assert real.answer_due() == 0  # a pause first
    slow.clock.shift_s += 6
    assert real.answer_due() == 1
    assert len(slow.rows(OutboxItem)) == 1


@pytest.mark.parametrize("answer", [SILENT, Reply(TransferReply("kf@gh"))], ids=["silence", "transfer"])
def test_what_can_not_be_said_later_is_done_without_a_message(slow, ours, answer):
    slow.post(ours.sealed(ours.text("帮忙")))
    slow.ship()
    slow.put_first(Hook("other", lambda _turn: answer, pure=False))
    slow.clock.shift_s += 3
    assert slow.late_answers().answer_due() == 1
    assert slow.rows(OutboxItem) == []


def test_what_a_service_refuses_later_is_told_later(slow, ours):
    slow.post(ours.sealed(ours.text("帮忙")))
    slow.ship()

    def closed(_turn):
        raise Closed("over", "活动已经结束。")

    slow.put_first(Hook("closed", closed, pure=False))
    slow.clock.shift_s += 3
    assert slow.late_answers().answer_due() == 1
    assert slow.rows(OutboxItem)[0].payload["message"]["text"]["content"] == "活动已经结束。"


def test_a_turn_of_an_account_that_is_gone_ends(slow, ours):
    slow.post(ours.sealed(ours.text("帮忙")))
    slow.ship()
    slow.parts.directory._by_id = {}
    slow.clock.shift_s += 3
    assert slow.late_answers().answer_due() == 1
    assert slow.rows(OutboxItem) == []


def test_after_two_time_outs_nobody_waits_any_more(slow, ours):
    for n in range(2):
        assert ours.say(f"帮忙 {n}") == LATE
    started = time.perf_counter()
    for n in range(20):
        assert ours.say(f"帮忙 又 {n}") == LATE
    assert time.perf_counter() - started < 1
    assert slow.blocked.asked == 2
    assert ours.say("你好").startswith("您好")  # what needs no database is as quick as ever
    slow.blocked.gate.set()
    slow.ship()
    assert len(slow.rows(PendingTurn)) == 22
    assert late_now(slow) == 22
    assert len(slow.rows(OutboxItem)) == len(slow.rows(HelpRequest)) == 22


def test_when_the_database_is_back_the_next_try_closes_the_breaker(slow, ours):
    for n in range(2):
        ours.say(f"帮忙 {n}")
    slow.blocked.gate.set()
    assert slow.blocked.done.acquire(timeout=5) and slow.blocked.done.acquire(timeout=5)
    breaker = slow.desk._slow._breaker
    assert breaker.is_open
    breaker._retry_at = 0.0
    assert ours.say("帮忙 了").startswith("已为您登记")
    assert not breaker.is_open
    assert ours.say("帮忙 又").startswith("已为您登记")


def test_a_retry_that_overtakes_its_first_try_gets_the_same_answer(make_web):
    web = make_web(webhook=WebhookSettings(deadline_s=3))
    ours = Platform(web)
    web.blocked = Blocked(web)
    web.put_first(web.blocked.hook)
    xml = ours.text("帮忙")
    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(web.post, ours.sealed(xml)) for _ in range(2)]
        time.sleep(0.2)
        assert not any(answer.done() for answer in answers)
        web.blocked.gate.set()
        replies = [ours.open(answer.result(5)) for answer in answers]
    assert replies[0] == replies[1]
    assert replies[0]["content"].startswith("已为您登记，编号 1")
    assert web.blocked.asked == 1
    assert web.ship() == 1
    assert len(web.rows(HelpRequest)) == 1


def test_retries_waiting_for_a_first_try_do_not_take_every_thread(slow, ours):
    """Past a few, they are told at once that there is nothing (yet); the platform will ask again or not."""
    xml = ours.text("帮忙")
    with ThreadPoolExecutor(12) as pool:
        responses = list(pool.map(slow.post, [ours.sealed(xml) for _ in range(12)]))
    said = [ours.open(response) for response in responses]
    assert {reply["content"] for reply in said if reply} == {LATE}
    assert slow.blocked.asked == 1
    assert slow.ship() == 1


def test_the_same_message_from_many_threads_has_one_effect(make_web):
    web = make_web()
    ours = Platform(web)
    for round_ in range(3):
        xml = ours.text(f"人工 {round_}")
        with ThreadPoolExecutor(8) as pool:
            responses = list(pool.map(web.post, [ours.sealed(xml) for _ in range(8)]))
        replies = [ours.open(response) for response in responses]
        assert {reply["content"][:10] for reply in replies if reply} == {f"已为您登记，编号 {round_ + 1}"}
        assert len(web.rows(HelpRequest)) == round_ + 1
    assert web.ship() == 3


def test_many_followers_at_once_get_an_answer_each(make_web):
    web = make_web()
    ours = Platform(web)
    people = [f"oPerson{n:02d}-6_bmjrPTlm6_2sgVt7h" for n in range(40)]
    callbacks = [ours.sealed(ours.text("你好", openid), openid=openid) for openid in people]
    with ThreadPoolExecutor(8) as pool:
        responses = list(pool.map(web.post, callbacks))
    for openid, response in zip(people, responses, strict=True):
        assert ours.open(response, openid)["content"].startswith("您好")
    assert web.ship() == 40
    assert {row.openid for row in web.rows(MessageLog)} == set(people)


# The lane by itself.

DONE = Routed("x", say("x"))


@pytest.fixture
def lane():
    lane = SlowLane(1, Breaker("database"))
    yield lane
    lane.close()


def test_work_that_is_done_in_time_comes_back(lane):
    assert lane.run(lambda: DONE, Deadline(1)) is DONE
    assert not lane._breaker.is_open


def test_a_time_out_of_the_works_own_is_an_error_and_not_lateness(lane):
    def work():
        raise TimeoutError("the work's own")

    with pytest.raises(TimeoutError, match="own"):
        lane.run(work, Deadline(1))


def test_work_that_is_done_at_the_very_deadline_is_not_lost(lane, monkeypatch):
    class JustDone(Future):
        def result(self, timeout=None):
            if timeout is not None:
                raise TimeoutError
            return super().result()

    future = JustDone()
    future.set_result(DONE)
    monkeypatch.setattr(lane, "_submit", lambda _work: future)
    assert lane.run(lambda: DONE, Deadline(1)) is DONE


def test_without_a_free_slot_nothing_is_begun(lane):
    gate = threading.Event()
    assert lane.run(lambda: gate.wait(5) and DONE, Deadline(0.05)) is None
    begun = []
    started = time.perf_counter()
    assert lane.run(lambda: begun.append(1) or DONE, Deadline(0.1)) is None
    assert time.perf_counter() - started < 0.3
    gate.set()
    time.sleep(0.05)
    assert begun == []
    assert lane.run(lambda: DONE, Deadline(1)) is DONE


def test_a_slot_comes_back_after_work_that_failed(lane):
    for _ in range(5):
        with pytest.raises(ZeroDivisionError):
            lane.run(lambda: 1 / 0, Deadline(1))
    assert lane.run(lambda: DONE, Deadline(1)) is DONE


def test_a_closed_lane_takes_nothing_and_keeps_no_slot(lane):
    lane.close()
    for _ in range(3):
        with pytest.raises(RuntimeError):
            lane.run(lambda: DONE, Deadline(1))


def away(_turn=None):
    raise OperationalError("SELECT 1", {}, Exception("connection refused"))


def test_a_database_that_refuses_is_as_late_as_one_that_hangs(lane):
    for _ in range(2):
        assert lane.run(away, Deadline(1)) is None
    assert lane._breaker.is_open


def test_a_message_that_needs_a_database_that_is_gone_is_answered_later(slow, ours):
    slow.put_first(Hook("away", away, pure=False, wants=lambda turn: turn.said == "记下来"))
    assert ours.say("记下来") == LATE
    slow.put_first(Hook("back", lambda _turn: say("记下了。"), pure=False))
    assert late_now(slow) == 1
    assert slow.rows(OutboxItem)[0].payload["message"]["text"]["content"] == "记下了。"
