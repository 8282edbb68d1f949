"""Many at once: one person's quota holds, and one request counts once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import text

from proofs.client import Unanswered
from proofs.findings import Findings
from proofs.run import Run, say
from proofs.votes.world import CANDIDATES, VOTES, Place

_AT_ONCE = 40


def prove(run: Run, findings: Findings, place: Place) -> None:
    rounds = run.pick(10, 100)
    say(f"一个人同时投 {_AT_ONCE} 张选票，{rounds} 轮；同一张选票同时交 {_AT_ONCE} 次，{rounds} 轮")
    most = 0
    for number in range(rounds):
        most = max(most, _quota(findings, place, f"oquota{number:024}"))
        _same(findings, place, f"osame{number:025}")
    findings.figure("quota", rounds=rounds, at_once=_AT_ONCE, most_votes=most, allowed=VOTES)
    findings.figure("same", rounds=rounds, at_once=_AT_ONCE)


def _quota(findings: Findings, place: Place, openid: str) -> int:
    statuses = _together(
        place, [(openid, [n % CANDIDATES + 1], f"{openid[-8:]}-{n:04}") for n in range(_AT_ONCE)]
    )
    findings.attempted("quota", _AT_ONCE)
    votes = _votes_of(place, openid)
    if votes > VOTES:
        findings.violated("quota", "too_many", f"{openid}: {votes} votes where {VOTES} are allowed")
    if sum(status == 200 for status, _ in statuses) != votes:
        findings.violated("quota", "acknowledged", f"{openid}: {statuses} for {votes} votes")
    return votes


def _same(findings: Findings, place: Place, openid: str) -> None:
    answers = _together(place, [(openid, [1, 2], f"{openid[-8:]}-same")] * _AT_ONCE)
    findings.attempted("same", _AT_ONCE)
    if len(set(answers)) != 1 or answers[0][0] != 200:
        findings.violated("same", "told_otherwise", f"{openid}: {sorted(set(answers))[:3]}")
    if (votes := _votes_of(place, openid)) != 2:
        findings.violated("same", "counted", f"{openid}: {votes} votes of one ballot for two")


def _together(place: Place, ballots: list[tuple[str, list[int], str]]) -> list[tuple[int, bytes]]:
    barrier = Barrier(len(ballots))

    def one(ballot: tuple[str, list[int], str]) -> tuple[int, bytes]:
        barrier.wait()
        try:
            answered = place.cast(*ballot)
        except Unanswered:
            return 0, b""
        return answered.status, answered.body

    with ThreadPoolExecutor(len(ballots)) as pool:
        return list(pool.map(one, ballots))


def _votes_of(place: Place, openid: str) -> int:
    query = text(
        "SELECT count(*) FROM votes JOIN ledger_people ON ledger_people.id = votes.person_id "
        "WHERE votes.campaign_id = :campaign AND ledger_people.openid = :openid"
    )
    with place.db.engine.connect() as connection:
        found: int = connection.execute(query, {"campaign": place.campaign.id, "openid": openid}).scalar_one()
    return found
