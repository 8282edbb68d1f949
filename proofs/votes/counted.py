"""The worker seals what was cast; then totals, ledger and a count in plain SQL of its own agree, and the chain is whole."""

import time

from sqlalchemy import text

from campaigns.ballots.recount import recount
from campaigns.ballots.roots import publish_root
from campaigns.ballots.sealing import count_unsealed
from campaigns.ballots.verify import verify
from core.clock import SHANGHAI, system_clock
from proofs.findings import Findings
from proofs.run import say
from proofs.votes.world import Place

_LINE = "counted"
_SEALED_S = 60.0


def prove(findings: Findings, place: Place) -> None:
    waited_s = _wait_sealed(findings, place)
    now = system_clock()
    with place.db.work() as session:
        publish_root(session, place.campaign, now.astimezone(SHANGHAI).toordinal(), now)
    with place.db.read() as session:
        counted = recount(session, place.campaign)
    with place.db.read() as session:
        faults = list(verify(session, place.campaign, [], now))
    rows, totals = _plain(place)
    findings.attempted(_LINE, len(counted) + len(rows))
    for fault in faults:
        findings.violated(_LINE, "verify", fault)
    if difference := sum(one.difference for one in counted):
        findings.violated(_LINE, "recount", f"{difference} votes differ")
    if rows != totals:
        findings.violated(_LINE, "plain", f"ledger {rows}, totals {totals}")
    say(f"账本 {sum(rows.values())} 票，计数 {sum(totals.values())} 票")
    findings.figure(_LINE, votes=sum(rows.values()), difference=difference, sealed_after_s=waited_s)


def _wait_sealed(findings: Findings, place: Place) -> float:
    began = time.monotonic()
    while True:
        with place.db.read() as session:
            unsealed = count_unsealed(session, place.campaign)
        waited_s = round(time.monotonic() - began, 1)
        if not unsealed:
            return waited_s
        if waited_s > _SEALED_S:
            findings.violated(_LINE, "unsealed", f"{unsealed} ballots after {waited_s} s")
            return waited_s
        time.sleep(0.2)


def _plain(place: Place) -> tuple[dict[int, int], dict[int, int]]:
    found = []
    with place.db.engine.connect() as connection:
        for query in (
            "SELECT candidate, count(*)::int FROM votes WHERE campaign_id = :id GROUP BY candidate",
            "SELECT candidate, sum(votes)::int FROM vote_totals WHERE campaign_id = :id GROUP BY candidate",
        ):
            rows = connection.execute(text(query), {"id": place.campaign.id}).all()
            found.append({int(row[0]): int(row[1]) for row in rows})
    return found[0], found[1]
