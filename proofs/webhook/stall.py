"""Line 1: messages come in while Redis, the database and the platform's API are stalled in turn."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import NEIGHBOURS, Stack
from proofs.webhook.facts import Facts, read_facts
from proofs.webhook.healthy import make_planner
from proofs.webhook.judge import Judge, is_owed, times_of, was_answered
from proofs.webhook.people import Bubble, People, list_bubbles, open_windows
from proofs.webhook.plan import Planner
from proofs.webhook.sender import Sender, Told, in_background
from proofs.webhook.settle import new_bubbles, wait_settled

_SPREAD_S = 8.0
_OWED = 6
_OWED_S = 5.0  # then the first of them were told to wait
_LONGEST_S = 25.0  # a stall ends by itself: without a deadline nobody would come back before


@dataclass(frozen=True, slots=True)
class _Before:
    """How things stood before a stall."""

    facts: Facts
    bubbles: list[Bubble]
    sent: int


def prove(run: Run, findings: Findings, stack: Stack, people: People, answers: Mapping[str, str]) -> None:
    planner, sender = make_planner(run, stack, people, "stall"), Sender(stack.account)
    for number in range(run.pick(small=1, full=2)):
        for neighbour in NEIGHBOURS:
            line = f"stall_{neighbour}" + (f"_{number + 1}" if number else "")
            _stall(run, Judge(findings, line, answers), stack, people, planner, sender, neighbour)


def _stall(
    run: Run, judge: Judge, stack: Stack, people: People, planner: Planner, sender: Sender, neighbour: str
) -> None:
    count = run.pick(small=200, full=2000) if not run.control else 80
    hold_s = run.pick(small=1, full=33 if neighbour == "platform" else 1)
    before = _note(stack, people)
    open_windows(stack, people)
    say(f"{judge.line}：{neighbour} 停住，{count} 条消息进来")
    told: list[Told] = []
    if neighbour == "platform":
        # The web asks nothing of the platform; the worker does, for answers that are owed.
        told += _owe_answers(stack, planner, sender)
    spread_s = _SPREAD_S * count / 200
    with _stalled(stack, neighbour, _LONGEST_S + spread_s + hold_s):
        told += sender.send_all(planner.messages(count, spread_s))
        time.sleep(hold_s)
    told = _some_again(run, sender, told)
    judge.answers_right(told)
    # A delivery that timed out often during a long stall is tried again after a long pause.
    limit_s = run.pick(small=30, full=120)
    settled_s = _conclude(judge, stack, people, told, before, limit_s)
    proxy = stack.proxies[neighbour]
    judge.findings.figure(
        judge.line, **times_of(told), settled_s=settled_s, dropped_bytes=proxy.dropped_bytes()
    )


def _some_again(run: Run, sender: Sender, told: Sequence[Told]) -> list[Told]:
    """One in ten, and one in three of those told to wait, is delivered once more after the release."""
    chance = run.chance("again")

    def maybe(one: Told) -> Told:
        waits = is_owed(one) and one.planned.help_text is not None
        chosen = chance.random() < (0.34 if waits else 0.1)
        return sender.send_again(one) if chosen and was_answered(one) else one

    return [maybe(one) for one in told]


def _owe_answers(stack: Stack, planner: Planner, sender: Sender) -> list[Told]:
    """Some requests come in while the database is stalled; it is released only after the platform was stalled."""
    with _stalled(stack, "database", _LONGEST_S):
        told = in_background(lambda: sender.send_all(planner.humans(_OWED)))
        time.sleep(_OWED_S)
        stack.proxies["platform"].stall()
    return told.result()


@contextmanager
def _stalled(stack: Stack, neighbour: str, longest_s: float) -> Iterator[None]:
    proxy = stack.proxies[neighbour]
    proxy.stall()
    alarm = threading.Timer(longest_s, proxy.release)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
        proxy.release()


def _note(stack: Stack, people: People) -> _Before:
    return _Before(read_facts(stack), list_bubbles(stack, people), len(people.sent))


def _conclude(
    judge: Judge, stack: Stack, people: People, told: Sequence[Told], before: _Before, limit_s: float
) -> float:
    """Wait, judge what is stored and delivered; returns the seconds that took."""
    others = people.sent[before.sent :]
    facts, settled_s = wait_settled(stack, told, others, before.facts, limit_s)
    bubbles = new_bubbles(stack, people, before.bubbles)
    judge.stored_right(told, others, facts, before.facts, bubbles)
    judge.findings.figure(judge.line, customer_messages=len(bubbles))
    return settled_s
