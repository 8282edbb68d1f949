"""Line 3: forged and old callbacks have no effect; a repeated one gets the stored reply, also when Redis forgot it."""

import time
from dataclasses import dataclass

from proofs.client import Answered, Unanswered, post
from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import Stack
from proofs.webhook.facts import count_rows, read_facts
from proofs.webhook.forger import Case, Forger
from proofs.webhook.healthy import make_planner
from proofs.webhook.people import People
from proofs.webhook.plan import Planned
from proofs.webhook.replay_cases import callback, forged_cases, reused_nonce
from proofs.webhook.sealing import with_query
from proofs.webhook.sender import Sender, Told
from proofs.webhook.settle import pause, wait_settled

_LINE = "replay"
_SETTLE_S = 20.0


@dataclass(frozen=True, slots=True)
class _Parts:
    """What this line works with."""

    findings: Findings
    stack: Stack
    forger: Forger
    sender: Sender

    def send(self, case: Case) -> Answered | None:
        self.findings.attempted(_LINE)
        try:
            return post(with_query(self.stack.account.webhook_url, case.query), case.body)
        except Unanswered as silence:
            self.findings.violated(_LINE, "no_answer", f"{case.name}: {silence.reason}")
            return None

    def refuse(self, case: Case) -> None:
        answer = self.send(case)
        if answer is None:
            return
        if not 400 <= answer.status < 500:
            self.findings.violated(_LINE, "not_refused", f"{case.name}: HTTP {answer.status}")
        elif answer.body:
            self.findings.violated(_LINE, "body", f"{case.name}: {answer.body[:60]!r}")


def prove(run: Run, findings: Findings, stack: Stack, people: People) -> None:
    forged, repeated = run.pick(small=64, full=320), run.pick(small=8, full=40)
    say(f"{_LINE}：{forged} 个伪造或过期的请求，{repeated} 组重放与重试")
    account = stack.account
    forger = Forger(account.credentials, run.chance(_LINE), account.ghid, people.openids[0])
    parts = _Parts(findings, stack, forger, Sender(account))
    planner = make_planner(run, stack, people, _LINE)
    firsts = _accepted(parts, repeated)
    before = read_facts(stack)
    told = [_twice(parts, planned) for planned in (*planner.humans(repeated), *planner.messages(repeated, 0))]
    wait_settled(stack, told, [], before, _SETTLE_S)
    rows = count_rows(stack)
    for case in forged_cases(forger, forged):
        parts.refuse(case)
    for first in firsts:
        parts.refuse(reused_nonce(forger, first))
    _unchanged(parts, rows, "before Redis forgot")
    stack.redis.flushall()
    stack.redis.script_flush()
    for one in told:
        _after_flush(parts, one)
    _unchanged(parts, rows, "after Redis forgot")
    findings.figure(_LINE, forged=forged, reused_nonces=len(firsts), retries=3 * len(told))


def _accepted(parts: _Parts, count: int) -> list[Case]:
    """Callbacks that were let in."""
    cases = [callback(parts.forger, name="first") for _ in range(count)]
    for case in cases:
        answer = parts.send(case)
        if answer is not None and answer.status != 200:
            parts.findings.violated(_LINE, "refused", f"a good callback: HTTP {answer.status}")
    return cases


def _twice(parts: _Parts, planned: Planned) -> Told:
    """A message, its bytes again, and the message under a new nonce: three times the same reply."""
    sender = parts.sender
    xml = planned.compose(parts.stack.account.ghid, int(time.time()))
    first = sender.callback(planned, xml)
    again = [first, first, sender.callback(planned, xml)]
    told = Told(planned, xml, tuple(sender.deliver(planned, one) for one in again))
    parts.findings.attempted(_LINE, len(told.tries))
    _same(parts, told, {attempt.xml for attempt in told.tries})
    return told


def _after_flush(parts: _Parts, told: Told) -> None:
    """Once more; the words must be the same, though nobody remembers the first answer."""
    again = parts.sender.send_again(told)
    parts.findings.attempted(_LINE)
    _same(parts, again, {attempt.text for attempt in again.tries})


def _same(parts: _Parts, told: Told, replies: set[str]) -> None:
    problems = [attempt.problem for attempt in told.tries if attempt.problem]
    words = f"#{told.planned.number} {told.planned.shape.content[:24]}"
    if problems:
        parts.findings.violated(_LINE, "bad_answer", f"{words}: {problems[0]}")
    elif len(replies) > 1:
        parts.findings.violated(_LINE, "answers_differ", words)


def _unchanged(parts: _Parts, rows: dict[str, int], when: str) -> None:
    pause()
    changed = {
        table: count - rows[table] for table, count in count_rows(parts.stack).items() if count != rows[table]
    }
    if changed:
        parts.findings.violated(_LINE, "effect", f"{when}: {changed}")
