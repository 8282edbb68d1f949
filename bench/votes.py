"""Ballots per second over HTTP beside a bare Flask that does nothing but one INSERT, on PostgreSQL and on SQLite; and the
ranking of 500 candidates, idle and while ballots arrive at a fifth of that rate.

A ballot here is one candidate, with eligibility, quota, receipt and durable commit; who has not voted before joins with it.
"""

import json
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import create_engine, text

from bench.beside import (
    ACCOUNT,
    ROUNDS,
    SECONDS,
    House,
    Request,
    bare_requests,
    both_running,
    count_rows,
    count_statements,
    drive_in_turns,
    median_p99,
    median_rate,
    on_both_databases,
)
from bench.load import Result, drive
from bench.province_vote.world import open_vote
from campaigns.view import CampaignView
from core.settings import Settings
from models.db import Database
from proofs.client import cookie_of

PEOPLE, EACH = 3000, 30
CANDIDATES = 500
_LANES = 64
"""Connections of those who vote beside: what a ballot takes then hardly slows their pace."""
_JOINING_S = 10
_SETTINGS = {"choose_most": 1, "votes": EACH, "order": "按票数"}


def run() -> dict[str, object]:
    """Both databases, one after the other."""
    return on_both_databases(_measure)


def _measure(database_url: str) -> dict[str, object]:
    with both_running(database_url, _prepare) as (house, campaign):
        ours = _ballots(house.settings, campaign)
        ours = ours[_join_all(house, ours) :]
        requests = {"ours": ours[: -len(ours) // 3], "bare": bare_requests(PEOPLE, EACH)}
        rounds, sent = drive_in_turns({"ours": house.ours, "bare": house.bare}, requests)
        stored = count_rows(database_url, "votes")
        if stored < sent["ours"]:
            raise SystemExit(f"{sent['ours']} ballots were acknowledged, {stored} stand in the ledger")
        rate = median_rate(rounds["ours"])
        ranking = _ranking(house, campaign, ours[sent["ours"] :], rate / 5)
        statements = count_statements(house, "vote_ballots", ours[-1])
    return {
        "ballot_vs_bare_insert": round(rate / median_rate(rounds["bare"]), 3),
        "ballots_per_s": round(rate),
        "bare_inserts_per_s": round(median_rate(rounds["bare"])),
        "p99_ms": {name: median_p99(found) for name, found in rounds.items()},
        "statements_per_ballot": statements,
        "acknowledged": sent["ours"],
        "stored": stored,
        **ranking,
    }


def _join_all(house: House, ballots: list[Request]) -> int:
    """Everybody votes once, and PostgreSQL looks at its tables, as it does by itself within a minute; how many were sent."""
    result = drive(house.ours, ballots, _JOINING_S)
    if result.errors or result.requests < PEOPLE:
        raise SystemExit(f"{result.errors} errors; {result.requests} of {PEOPLE} voted")
    if not house.database_url.startswith("sqlite:"):
        engine = create_engine(house.database_url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("ANALYZE"))
        engine.dispose()
    return result.requests


def _prepare(settings: Settings) -> CampaignView:
    db = Database(settings.database_url)
    campaign = open_vote(db, dict(_SETTINGS), CANDIDATES)
    db.close()
    return campaign


def _ballots(settings: Settings, campaign: CampaignView) -> list[Request]:
    """Everybody's first, then everybody's second …; each for another candidate."""
    path = f"/h5/{ACCOUNT}/c/{campaign.public_id}/vote/cast"
    cookies = [cookie_of(settings, ACCOUNT, f"obench{number:022}") for number in range(PEOPLE)]
    return [
        (
            path,
            json.dumps(
                {"choice": [(number * 7 + place * 11) % CANDIDATES + 1], "key": f"b{number:06}-{place:03}"}
            ),
            cookie,
        )
        for place in range(EACH)
        for number, cookie in enumerate(cookies)
    ]


def _ranking(
    house: House, campaign: CampaignView, ballots: list[Request], per_second: float
) -> dict[str, object]:
    """Pages per second, idle and beside voters, in turns."""
    page = (
        f"/h5/{ACCOUNT}/c/{campaign.public_id}/vote/ranking",
        "",
        cookie_of(house.settings, ACCOUNT, "obench-looker"),
    )
    idle: list[Result] = []
    busy: list[Result] = []
    cast = 0
    for _ in range(ROUNDS):
        idle.append(_look(house, page))
        with ThreadPoolExecutor(1) as pool:
            voting = pool.submit(_vote, house, ballots[cast:], per_second)
            busy.append(_look(house, page))
        cast += voting.result()
    return {
        "ranking_under_load": round(median_rate(busy) / median_rate(idle), 3),
        "ranking_pages_per_s": {"idle": round(median_rate(idle)), "under_load": round(median_rate(busy))},
        "ranking_p99_ms": {"idle": median_p99(idle), "under_load": median_p99(busy)},
        "ballots_beside_per_s": round(cast / (ROUNDS * SECONDS)),
    }


def _look(house: House, page: Request) -> Result:
    result = drive(house.ours, [page], SECONDS, connections=4)
    if result.errors:
        raise SystemExit(f"{result.errors} ranking pages were errors")
    return result


def _vote(house: House, ballots: list[Request], per_second: float) -> int:
    """Ballots at a steady pace over many connections; how many were taken."""
    result = drive(house.ours, ballots, SECONDS, _LANES, round(_LANES / per_second * 1000))
    if result.errors or result.requests > len(ballots):
        raise SystemExit(f"{result.errors} ballots were refused, {result.requests} of {len(ballots)} sent")
    return result.requests
