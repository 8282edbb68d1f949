"""People vote while parts of the stack are killed and Redis is flushed: every acknowledged ballot stands in the ledger as it was cast,
once, and the same request gets the same receipt.
"""

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

from campaigns.ballots.receipts import ballot_of
from campaigns.ballots.store import get_ballot, list_ballots
from core.errors import NotFound
from members.ledger import find_person
from proofs.client import Unanswered
from proofs.findings import Findings
from proofs.killer import Killer
from proofs.run import Run, say
from proofs.stack import Stack
from proofs.votes.world import CANDIDATES, CHOSEN, Place

_LINE = "killed"
_VOTERS = 8
_KILLS = 5
"""Each part once, then Redis is flushed."""
_PAUSE_S = 0.15
_THINKING_S = (0.1, 0.5)
_ONE_TRY_S = 8.0
_GIVES_UP_S = 90.0


@dataclass(slots=True)
class Cast:
    """A ballot as its voter saw it."""

    openid: str
    key: str
    choice: list[int]
    told: bytes


@dataclass(slots=True)
class Log:
    """Of one voter after the other."""

    cast: list[Cast] = field(default_factory=list)
    sent: int = 0
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)


def prove(run: Run, findings: Findings, stack: Stack, place: Place) -> None:
    rounds, over = run.pick(2, 20), Event()
    say(f"{_VOTERS} 个人不停地投票，杀进程 {rounds * _KILLS} 次，清空 Redis {rounds} 次")
    killer = Killer(stack, run.chance("kills"))
    with ThreadPoolExecutor(_VOTERS) as pool:
        works = [
            pool.submit(_vote, place, voter, over, run.chance(f"voter {voter}")) for voter in range(_VOTERS)
        ]
        try:
            for _ in range(rounds):
                killer.kill(_KILLS)
                stack.redis.flushall()
        finally:
            over.set()
        logs = [work.result() for work in works]
    for log in logs:
        findings.attempted(_LINE, log.sent)
        for what in log.refused:
            findings.violated(_LINE, "refused", what)
        for one in log.cast:
            _judge(findings, place, one)
    findings.figure(
        _LINE,
        kills=dict(killer.kills),
        flushed=rounds,
        acknowledged=sum(len(log.cast) for log in logs),
        unanswered=sum(log.unanswered for log in logs),
        slowest_back_s=killer.slowest_back_s,
    )


def _vote(place: Place, voter: int, over: Event, dice: random.Random) -> Log:
    """Two ballots a person, person after person."""
    log, number = Log(), 0
    while not over.is_set():
        openid = f"okilled{voter:02}x{number:018}"
        left = list(range(1, CANDIDATES + 1))
        dice.shuffle(left)
        for part in (left[:CHOSEN], left[CHOSEN : 2 * CHOSEN]):
            _cast_until_told(place, log, openid, sorted(part), f"k{voter}-{number}-{part[0]}-{part[1]}")
            time.sleep(dice.uniform(*_THINKING_S))
        number += 1
    return log


def _cast_until_told(place: Place, log: Log, openid: str, choice: list[int], key: str) -> None:
    """The same request again until it is acknowledged, as the page does."""
    until, key = time.monotonic() + _GIVES_UP_S, f"{key:-<12}"
    while time.monotonic() < until:
        log.sent += 1
        try:
            answered = place.cast(openid, choice, key, patience_s=_ONE_TRY_S)
        except Unanswered:
            log.unanswered += 1
        else:
            if answered.status == 200:
                log.cast.append(Cast(openid, key, choice, answered.body))
                return
            if answered.status < 500:
                log.refused.append(f"{answered.status} {answered.body[:120].decode(errors='replace')}")
                return
            log.unanswered += 1
        time.sleep(_PAUSE_S)
    log.refused.append("never answered")


def _judge(findings: Findings, place: Place, one: Cast) -> None:
    campaign = place.campaign
    receipt = json.loads(one.told)["receipt"]
    try:
        with place.db.read() as session:
            line = get_ballot(session, campaign, ballot_of(campaign, receipt))
            person = find_person(session, campaign.account_id, campaign.scope, one.openid)
            ballots = list_ballots(session, campaign, person.id if person else 0)
    except NotFound:
        findings.violated(_LINE, "lost", f"{receipt} of {one.key}")
        return
    if (line.key, list(line.candidates)) != (one.key, one.choice):
        findings.violated(_LINE, "changed", f"{receipt}: {one.choice}, stored {list(line.candidates)}")
    if [ballot.key for ballot in ballots].count(one.key) != 1 or len(ballots) > 2:
        findings.violated(_LINE, "twice", f"{one.openid}: {[ballot.key for ballot in ballots]}")
    if json.loads(place.cast(one.openid, one.choice, one.key).body)["receipt"] != receipt:
        findings.violated(_LINE, "told_otherwise", receipt)
