"""Line 4: a web worker, then the worker, is killed (-9) in the middle of traffic: what was answered is not lost."""

import os
import signal
import time
from collections.abc import Mapping
from concurrent.futures import Future

from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import WEB_WORKERS, Stack
from proofs.webhook.facts import read_facts
from proofs.webhook.healthy import make_planner
from proofs.webhook.judge import Judge, times_of, was_answered
from proofs.webhook.people import People, list_bubbles, open_windows
from proofs.webhook.plan import Planner
from proofs.webhook.sender import Sender, Told, in_background
from proofs.webhook.settle import new_bubbles, wait_settled

_LINE = "crash"
_SPREAD_S = 6.0
_KILLS_S = (1.5, 3.0)  # after the start: a web worker, the worker
_DEAD_S = 1.0  # how long the worker stays dead
_SETTLE_S = 45.0
_HELD = 8
_REMEMBERED_S = 0.2  # less than the product waits for Redis
_HELD_S = 0.7  # requests that wait for the stalled database when their web worker is killed


def prove(run: Run, findings: Findings, stack: Stack, people: People, answers: Mapping[str, str]) -> None:
    say(f"{_LINE}：在消息往来中杀死一个 web 进程和 worker")
    planner, sender = make_planner(run, stack, people, _LINE), Sender(stack.account)
    judge = Judge(findings, _LINE, answers)
    sent, before, bubbles = len(people.sent), read_facts(stack), list_bubbles(stack, people)
    open_windows(stack, people)
    told = _kill_in_traffic(run, stack, planner, sender)
    told += _kill_while_held(stack, planner, sender)
    told += _kill_while_remembered(stack, planner, sender)
    judge.answers_in_time(told)
    facts, settled_s = wait_settled(stack, told, people.sent[sent:], before, _SETTLE_S)
    fresh = new_bubbles(stack, people, bubbles)
    judge.stored_right(told, people.sent[sent:], facts, before, fresh)
    _back(findings, stack)
    broken = sum(attempt.problem in ("broken", "refused") for one in told for attempt in one.tries)
    findings.figure(
        _LINE,
        **times_of(told),
        connections_broken=broken,
        never_answered=sum(not was_answered(one) for one in told),
        customer_messages=len(fresh),
        settled_s=settled_s,
    )


def _kill_in_traffic(run: Run, stack: Stack, planner: Planner, sender: Sender) -> list[Told]:
    count = run.pick(small=160, full=1600)
    spread_s = _SPREAD_S * run.pick(small=1, full=8)
    messages = planner.messages(count, spread_s)
    told = in_background(lambda: sender.send_all(messages))
    time.sleep(_KILLS_S[0])
    _kill_web_worker(stack)
    time.sleep(_KILLS_S[1] - _KILLS_S[0])
    stack.worker.kill()
    time.sleep(_DEAD_S)
    stack.worker.restart()
    return told.result()


def _kill_while_held(stack: Stack, planner: Planner, sender: Sender) -> list[Told]:
    """Requests are claimed and wait for the database when their process dies; the platform tries again at once."""
    _wait_workers(stack)
    time.sleep(2.5)  # a breaker that the last stall left open rests for two
    database = stack.proxies["database"]
    database.stall()
    try:
        told: Future[list[Told]] = in_background(lambda: sender.send_all(planner.humans(_HELD)))
        time.sleep(_HELD_S)
        _kill_web_worker(stack)
        time.sleep(_HELD_S)
    finally:
        database.release()
    return told.result()


def _kill_while_remembered(stack: Stack, planner: Planner, sender: Sender) -> list[Told]:
    """Redis has stored the replies when the process that waits to hear of it dies; the retry finds the stored reply."""
    _wait_workers(stack)
    messages = planner.clicks(_HELD)
    redis = stack.proxies["redis"]
    redis.hold_answers()
    try:
        told = in_background(lambda: sender.send_all(messages))
        time.sleep(_REMEMBERED_S / 2)
        _kill_web_worker(stack)
        time.sleep(_REMEMBERED_S / 2)
    finally:
        redis.release()
    return told.result()


def _kill_web_worker(stack: Stack) -> None:
    """The one that has been there longest: granian gives up when the same one dies twice within seconds."""
    os.kill(stack.web_workers()[0], signal.SIGKILL)  # a child of our own granian


def _wait_workers(stack: Stack) -> None:
    until = time.monotonic() + 30
    while not stack.is_ready() and time.monotonic() < until:
        time.sleep(0.2)


def _back(findings: Findings, stack: Stack) -> None:
    findings.attempted(_LINE)
    _wait_workers(stack)
    if not stack.is_ready():
        findings.violated(_LINE, "not_back", f"{len(stack.web_workers())} of {WEB_WORKERS} web workers")
