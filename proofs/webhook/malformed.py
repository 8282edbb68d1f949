"""Line 2: malformed bodies, one at a time: refused at once, with nothing said, and nothing left behind in memory."""

from collections import Counter
from statistics import median

from proofs.client import Answered, Unanswered, post
from proofs.findings import Findings
from proofs.run import Run, say
from proofs.stack import Stack
from proofs.webhook.facts import count_rows
from proofs.webhook.forger import Case, Forger
from proofs.webhook.malformed_cases import malformed_cases
from proofs.webhook.sealing import with_query
from proofs.webhook.settle import pause
from simulator.traffic import percentile

_LINE = "malformed"
_LIMIT_S = 0.2
_GROWTH_MB = 30.0
_REFUSALS = frozenset({400, 403, 413})
_STRANGER = "oMalformedSender000000000000"


def prove(run: Run, findings: Findings, stack: Stack) -> None:
    count = run.pick(small=146, full=740)
    say(f"{_LINE}：逐一发送 {count} 个畸形请求")
    account = stack.account
    forger = Forger(account.credentials, run.chance(_LINE), account.ghid, _STRANGER)
    rows, memory_mb = count_rows(stack), stack.web_memory_mb()
    answers = [_one(findings, account.webhook_url, case) for case in malformed_cases(forger, count)]
    growth_mb = round(stack.web_memory_mb() - memory_mb, 1)
    if growth_mb > _GROWTH_MB:
        findings.violated(_LINE, "memory", f"{memory_mb} MB grew by {growth_mb} MB")
    pause()
    changed = {table: n - rows[table] for table, n in count_rows(stack).items() if n != rows[table]}
    if changed:
        findings.violated(_LINE, "effect", f"rows came: {changed}")
    _still_alive(findings, stack, forger)
    times = [answer.took_s * 1000 for answer in answers if answer is not None]
    findings.figure(
        _LINE,
        statuses=dict(Counter(str(answer.status) for answer in answers if answer is not None)),
        p50_ms=round(percentile(times, 0.5), 1),
        max_ms=round(max(times, default=0.0), 1),
        memory_mb=memory_mb,
        growth_mb=growth_mb,
    )


def _one(findings: Findings, webhook_url: str, case: Case) -> Answered | None:
    findings.attempted(_LINE)
    answer = _send(findings, webhook_url, case)
    if answer is None:
        return None
    if answer.status not in _REFUSALS:
        findings.violated(_LINE, "not_refused", f"{case.name}: HTTP {answer.status}")
    elif answer.body:
        findings.violated(_LINE, "body", f"{case.name}: {answer.body[:60]!r}")
    if answer.took_s > _LIMIT_S:
        # A busy machine is no fault of ours: the same body has to be slow again.
        again = [_send(findings, webhook_url, case) for _ in range(2)]
        took_s = median([answer.took_s, *(one.took_s for one in again if one is not None)])
        if took_s > _LIMIT_S:
            findings.violated(_LINE, "slow", f"{case.name}: {took_s * 1000:.0f} ms")
        return Answered(answer.status, answer.body, took_s)
    return answer


def _send(findings: Findings, webhook_url: str, case: Case) -> Answered | None:
    try:
        return post(
            with_query(webhook_url, case.query), case.body, headers=case.headers, chunked=case.chunked
        )
    except Unanswered as silence:
        findings.violated(_LINE, "no_answer", f"{case.name}: {silence.reason} after {silence.took_s:.2f} s")
        return None


def _still_alive(findings: Findings, stack: Stack, forger: Forger) -> None:
    findings.attempted(_LINE)
    if not stack.is_ready():
        findings.violated(_LINE, "not_ready", "after the malformed bodies")
    good = forger.sealed("good", forger.good_message("帮助"))
    answer = _send(findings, stack.account.webhook_url, good)
    if answer is None or answer.status != 200 or b"<Encrypt>" not in answer.body:
        findings.violated(_LINE, "not_answering", f"a good message got {answer}")
    pause()  # its row belongs to no later line
