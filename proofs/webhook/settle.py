"""Waiting, within bounds, until what was promised for later has happened."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence

from proofs.stack import Stack
from proofs.webhook.facts import Facts, read_facts
from proofs.webhook.judge import Identity, was_answered
from proofs.webhook.people import Bubble, People, list_bubbles
from proofs.webhook.sender import Told

_POLL_S = 0.25
_AFTER_S = 2.5  # longer than two ticks of the worker


def wait_settled(
    stack: Stack, told: Sequence[Told], others: Iterable[Identity], before: Facts, limit_s: float
) -> tuple[Facts, float]:
    """The facts once all is stored and delivered, or after `limit_s`; and how many seconds that took."""
    must = Counter([one.planned.identity for one in told if was_answered(one)])
    must.update(others)
    started = time.monotonic()
    while time.monotonic() - started < limit_s:
        facts = read_facts(stack)
        missing = must - (Counter(facts.logged) - Counter(before.logged))
        if not (missing or facts.owed or facts.undelivered):
            break
        time.sleep(_POLL_S)
    took_s = round(time.monotonic() - started, 1)
    pause()
    return read_facts(stack), took_s


def pause() -> None:
    """Long enough for what was doubled, or should not have happened at all, to show in SQL."""
    time.sleep(_AFTER_S)


def new_bubbles(stack: Stack, people: People, known: Sequence[Bubble]) -> list[Bubble]:
    """Customer-service messages that were not there before."""
    fresh = Counter(list_bubbles(stack, people)) - Counter(known)
    return list(fresh.elements())
