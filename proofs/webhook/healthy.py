"""The service while all is well: what it answers now must be answered later, whatever is broken then."""

from collections.abc import Mapping

from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import Stack
from proofs.webhook.facts import NO_FACTS
from proofs.webhook.judge import Judge, times_of
from proofs.webhook.known import read_known_answers
from proofs.webhook.people import People
from proofs.webhook.plan import Planner
from proofs.webhook.sender import Sender
from proofs.webhook.settle import wait_settled

_LINE = "healthy"
_SETTLE_S = 20.0


def make_planner(run: Run, stack: Stack, people: People, part: str) -> Planner:
    known = read_known_answers(stack.account.name, stack.settings.public_url, stack.account.key)
    return Planner(known, people.openids, run.chance(part))


def ask_healthy(run: Run, findings: Findings, stack: Stack, people: People) -> Mapping[str, str]:
    """Every question once; gives its answer by question. To be called first, when nothing else was sent."""
    told = Sender(stack.account).send_all(make_planner(run, stack, people, _LINE).questions())
    answers = {one.planned.shape.content: one.tries[-1].text for one in told}
    say(f"{_LINE}：{len(answers)} 个问题的答案已记下")
    judge = Judge(findings, _LINE, answers)
    judge.answers_right(told)
    for question, answer in answers.items():
        if not answer:
            findings.violated(_LINE, "silent", question)
    facts, _ = wait_settled(stack, told, people.sent, NO_FACTS, _SETTLE_S)
    judge.stored_right(told, people.sent, facts, NO_FACTS, [])
    findings.figure(_LINE, **times_of(told))
    return answers
