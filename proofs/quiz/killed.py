"""People play while parts of the stack are killed: what they were told is stored is there afterwards, and nothing twice."""

import json
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from campaigns.kinds.quiz.paper import Paper
from campaigns.kinds.quiz.rules import day_of
from campaigns.kinds.quiz.standings import scored_of
from campaigns.kinds.quiz.store import find_standing, get_attempt, list_answers, list_attempts
from members.ledger import find_person, used
from proofs.client import Answered, Unanswered
from proofs.findings import Findings
from proofs.killer import Killer
from proofs.quiz.world import Phone, Place, attempt_of, say_rightly
from proofs.run import Run, say
from proofs.stack import Stack

_LINE = "killed"
_PLAYERS = 8
_PAUSE_S = 0.15
_ONE_TRY_S = 8.0
_GIVES_UP_S = 90.0


@dataclass(slots=True)
class Played:
    """One paper as its player saw it: what was said and acknowledged at each place, and what the hand-in told."""

    openid: str
    attempt: str
    key: str
    said: dict[int, str] = field(default_factory=dict)
    told: bytes = b""


@dataclass(slots=True)
class Log:
    """Of one player."""

    played: list[Played] = field(default_factory=list)
    sent: int = 0
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)


def prove(run: Run, findings: Findings, stack: Stack, place: Place) -> None:
    count = run.pick(8, 100)
    say(f"{_PLAYERS} 个人不停地答题，杀进程 {count} 次")
    over = Event()
    killer = Killer(stack, run.chance("kills"))
    with ThreadPoolExecutor(_PLAYERS) as pool:
        works = [
            pool.submit(_play, place, player, over, run.chance(f"player {player}"))
            for player in range(_PLAYERS)
        ]
        try:
            killer.kill(count)
        finally:
            over.set()
        logs = [work.result() for work in works]
        _judge(findings, place, logs)
    played = [one for log in logs for one in log.played]
    findings.figure(
        _LINE,
        kills=dict(killer.kills),
        papers=len(played),
        answers=sum(len(one.said) for one in played),
        unanswered=sum(log.unanswered for log in logs),
    )


def _play(place: Place, player: int, over: Event, dice: random.Random) -> Log:
    """Person after person, three papers each, until it is over; the last paper is brought to its end."""
    log, number = Log(), 0
    while not over.is_set():
        openid = f"okilled{player:02}x{number:018}"
        phone = replace(place.phone(openid), patience_s=_ONE_TRY_S)
        for attempt in range(3):
            if over.is_set():
                break
            _play_paper(place, phone, log, openid, f"{player}-{number}-{attempt}", dice)
        number += 1
    return log


def _play_paper(place: Place, phone: Phone, log: Log, openid: str, name: str, dice: random.Random) -> None:
    begun = _until_answered(log, lambda: phone.start(f"start-{name}"))
    if begun is None:
        return
    one = Played(openid, attempt_of(begun), f"submit-{name}")
    log.played.append(one)
    paper = _until_read(place, one)
    for at in range(1, len(paper.asked) + 1):
        said = say_rightly(paper, at, good=dice.random() < 0.7)
        if _until_answered(log, partial(phone.answer, one.attempt, at, said)) is not None:
            one.said[at] = said
    done = _until_answered(log, lambda: phone.submit(one.attempt, one.key))
    one.told = done.body if done is not None else b""


def _until_answered(log: Log, send: Callable[[], Answered]) -> Answered | None:
    """The same request again until it is acknowledged, as the page does; None where it was refused."""
    until = time.monotonic() + _GIVES_UP_S
    while time.monotonic() < until:
        log.sent += 1
        try:
            answered = send()
        except Unanswered:
            log.unanswered += 1
        else:
            if answered.status == 200:
                return answered
            if answered.status < 500:
                log.refused.append(f"{answered.status} {answered.body[:120].decode(errors='replace')}")
                return None
            log.unanswered += 1
        time.sleep(_PAUSE_S)
    log.refused.append("never answered")
    return None


def _until_read(place: Place, one: Played) -> Paper:
    until = time.monotonic() + _GIVES_UP_S
    while True:
        try:
            return place.paper(one.attempt, one.openid)
        except SQLAlchemyError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)


def _judge(findings: Findings, place: Place, logs: list[Log]) -> None:
    for log in logs:
        findings.attempted(_LINE, log.sent)
        for what in log.refused:
            findings.violated(_LINE, "refused", what)
        people: dict[str, list[Played]] = {}
        for one in log.played:
            people.setdefault(one.openid, []).append(one)
            _judge_paper(findings, place, one)
        for openid, played in people.items():
            _judge_person(findings, place, openid, played)


def _judge_paper(findings: Findings, place: Place, one: Played) -> None:
    """Every answer as it was said, one row each; the result as it was told, which the same request tells again."""
    paper = place.paper(one.attempt, one.openid)
    with place.db.read() as session:
        row, rows = get_attempt(session, paper), list_answers(session, paper.account_id, paper.id)
    for at, said in one.said.items():
        stored = rows.get(at - 1)
        if stored is None or stored.given != paper.asked[at - 1].read(said):
            findings.violated(
                _LINE, "lost_answer", f"{one.attempt} {at}: {said}, stored {stored and stored.given}"
            )
    if not one.told:
        return
    right = sum(answer.right for answer in rows.values())
    told = json.loads(one.told)
    stored_result = (row.right, row.points, row.used_ms)
    if (
        row.state != "scored"
        or row.right != right
        or (told["right"], told["points"], told["used_ms"]) != stored_result
    ):
        findings.violated(
            _LINE, "lost_submit", f"{one.attempt}: told {told}, stored {row.state} {stored_result}"
        )
    if place.phone(one.openid).submit(one.attempt, one.key).body != one.told:
        findings.violated(_LINE, "told_otherwise", one.attempt)


def _judge_person(findings: Findings, place: Place, openid: str, played: list[Played]) -> None:
    """As many attempts as were begun, each counted once against the day's tries, and the best of them stands."""
    campaign = place.campaign
    with place.db.read() as session:
        person = find_person(session, campaign.account_id, campaign.scope, openid)
        holder = person.id if person is not None else 0
        rows = list_attempts(session, campaign, holder)
        standing = find_standing(session, campaign, holder)
        days = {day_of(row.started_at) for row in rows}
        tries = sum(used(session, campaign.account_id, campaign.scope, holder, f"g0:{day}") for day in days)
    if {row.public_id for row in rows} != {one.attempt for one in played} or tries != len(played):
        findings.violated(
            _LINE, "twice", f"{openid}: {len(played)} begun, {len(rows)} stored, {tries} tries taken"
        )
    best = max((one.points for one in scored_of(rows)), default=0)
    if standing is None or standing.points != best:
        findings.violated(_LINE, "standing", f"{openid}: {standing and standing.points} of {best} points")
