"""Many at once: fifty hand in one paper, a hundred start for three tries, and one request comes again and again."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import select

from campaigns.kinds.quiz.store import list_answers
from campaigns.kinds.quiz.tables import QuizAttempt, QuizStanding
from members.ledger import find_person
from models.ledger import Use
from proofs.client import Answered, Unanswered
from proofs.findings import Findings
from proofs.quiz.world import Place, attempt_of, say_rightly
from proofs.run import Run, say

SUBMITS, STARTS, TRIES, AGAIN = 50, 100, 3, 10


def prove(run: Run, findings: Findings, place: Place) -> None:
    say(f"{SUBMITS} 次同时交同一份卷")
    for number in range(run.pick(4, 40)):
        _submit(findings, place, number)
    say(f"{STARTS} 次同时开始，每天只有 {TRIES} 次机会")
    for number in range(run.pick(6, 60)):
        _start(findings, place, number)
    say("同一个请求反复提交")
    for number in range(run.pick(10, 100)):
        _again(findings, place, number)
    findings.figure("submits", rounds=run.pick(4, 40), at_once=SUBMITS)
    findings.figure("tries", rounds=run.pick(6, 60), at_once=STARTS, limit=TRIES)


def _submit(findings: Findings, place: Place, number: int) -> None:
    """All are told the same, which is what is stored, and is what the answers say."""
    openid = f"osubmit{number:021}"
    phone = place.phone(openid)
    attempt = attempt_of(phone.start("start-01"))
    paper = place.paper(attempt, openid)
    for at in (1, 2, 3):
        phone.answer(attempt, at, say_rightly(paper, at, good=at != 2))
    told = _at_once(SUBMITS, lambda one: phone.submit(attempt, f"submit-{one:04}"))
    findings.attempted("submits", SUBMITS)
    if bad := [one.status for one in told if one.status != 200]:
        findings.violated("submits", "refused", f"round {number}: {bad[:5]}")
    bodies = {one.body for one in told if one.status == 200}
    if len(bodies) > 1:
        findings.violated("submits", "counted_again", f"round {number}: {len(bodies)} different results")
    with place.db.read() as session:
        row = session.scalars(select(QuizAttempt).where(_mine(place), QuizAttempt.public_id == attempt)).one()
        right = sum(one.right for one in list_answers(session, row.account_id, row.id).values())
        where = (QuizStanding.account_id == row.account_id, QuizStanding.campaign_id == row.campaign_id)
        stands = session.scalars(
            select(QuizStanding).where(*where, QuizStanding.person_id == row.person_id)
        ).one()
    facts = [json.loads(body) for body in bodies]
    if any((one["right"], one["used_ms"]) != (row.right, row.used_ms) for one in facts) or row.right != right:
        findings.violated("submits", "wrong", f"round {number}: stored {row.right}, told {facts[:3]}")
    if (stands.points, stands.used_ms) != (row.points, row.used_ms):
        findings.violated("submits", "standing", f"round {number}: {stands.points} of {row.points} points")


def _start(findings: Findings, place: Place, number: int) -> None:
    """Each who gets a paper hands it in at once, so that the next may begin."""
    openid = f"otries{number:022}"
    phone = place.phone(openid)

    def play(one: int) -> Answered:
        begun = phone.start(f"start-{one:04}")
        if begun.status == 200:
            phone.submit(attempt_of(begun), f"submit-{one:04}")
        return begun

    told = _at_once(STARTS, play)
    findings.attempted("tries", STARTS)
    begun = {attempt_of(one) for one in told if one.status == 200}
    refused = {json.loads(one.body)["error"] for one in told if one.status != 200}
    with place.db.read() as session:
        person = find_person(session, place.campaign.account_id, place.campaign.scope, openid)
        holder = person.id if person is not None else 0
        rows = session.scalars(select(QuizAttempt).where(_mine(place), QuizAttempt.person_id == holder)).all()
        uses = session.scalars(
            select(Use).where(Use.account_id == place.campaign.account_id, Use.holder == holder)
        ).all()
    if len(rows) > TRIES or len(begun) > TRIES:
        findings.violated("tries", "too_many", f"round {number}: {len(rows)} attempts, {len(begun)} told")
    if begun != {row.public_id for row in rows}:
        findings.violated("tries", "lost", f"round {number}: told {len(begun)}, stored {len(rows)}")
    if [one.used for one in uses] != [len(rows)]:
        findings.violated(
            "tries", "miscounted", f"round {number}: {[one.used for one in uses]} for {len(rows)}"
        )
    if extra := refused - {"used_today", "finished_meanwhile"}:
        findings.violated("tries", "refused", f"round {number}: {sorted(extra)}")


def _again(findings: Findings, place: Place, number: int) -> None:
    """A start and a hand-in under one key each, several times at once and later; then with something else asked."""
    phone = place.phone(f"oagain{number:022}")
    starts = _at_once(AGAIN, lambda _: phone.start("again-start"))
    attempt = attempt_of(starts[0])
    submits = _at_once(AGAIN, lambda _: phone.submit(attempt, "again-submit"))
    starts.append(phone.start("again-start"))
    submits.append(phone.submit(attempt, "again-submit"))
    findings.attempted("keys", len(starts) + len(submits) + 2)
    for name, told in (("start", starts), ("submit", submits)):
        if len({(one.status, one.body) for one in told}) > 1:
            findings.violated(
                "keys", "differs", f"round {number}: {name}: {sorted({one.body for one in told})}"
            )
    changed = (phone.start("again-start", gate=2), phone.submit(attempt, "again-start"))
    if any(one.status != 409 for one in changed):
        findings.violated("keys", "reused", f"round {number}: {[one.status for one in changed]}")


def _mine(place: Place) -> Any:
    return QuizAttempt.account_id == place.campaign.account_id


def _at_once(count: int, work: Callable[[int], Answered]) -> list[Answered]:
    """All begin together; what a broken connection left without an answer counts as status 0."""
    gate = Barrier(count)

    def run(one: int) -> Answered:
        gate.wait(60)
        try:
            return work(one)
        except Unanswered as error:
            return Answered(0, json.dumps({"error": error.reason}).encode(), error.took_s)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))
