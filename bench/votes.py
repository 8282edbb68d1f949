"""Ballots per second over HTTP beside a bare Flask that does nothing but one INSERT, on PostgreSQL and on SQLite; and the
ranking of 500 candidates, idle and while ballots arrive at a fifth of that rate.

A ballot here is one candidate, with eligibility, quota, receipt and durable commit; who has not voted before joins with it.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

from bench.beside import (
    ACCOUNT,
    ROUNDS,
    SECONDS,
    House,
    Request,
    as_json,
    ask,
    bare_requests,
    both_running,
    cookie_of,
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

PEOPLE, EACH = 1000, 100
CANDIDATES = 500
_LANES = 4
_SETTINGS = {"choose_most": 1, "votes": EACH, "order": "按票数"}


def run() -> dict[str, object]:
    """Both databases, one after the other."""
    return on_both_databases(_measure)


def _measure(database_url: str) -> dict[str, object]:
    with both_running(database_url, _prepare) as (house, campaign):
        ours = _ballots(house.settings, campaign)
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


def _prepare(settings: Settings) -> CampaignView:
    db = Database(settings.database_url)
    campaign = open_vote(db, dict(_SETTINGS), CANDIDATES)
    db.close()
    return campaign


def _ballots(settings: Settings, campaign: CampaignView) -> list[Request]:
    """Everybody's first, then everybody's second …; each for another candidate."""
    path = f"/h5/{ACCOUNT}/c/{campaign.public_id}/vote/cast"
    cookies = [cookie_of(settings, f"obench{number:022}") for number in range(PEOPLE)]
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
        cookie_of(house.settings, "obench-looker"),
    )
    left = iter(ballots)
    idle: list[Result] = []
    busy: list[Result] = []
    cast = 0
    for _ in range(ROUNDS):
        idle.append(_look(house, page))
        with _voting(house, left, per_second) as count:
            busy.append(_look(house, page))
        cast += count[0]
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


@contextmanager
def _voting(house: House, ballots: Iterator[Request], per_second: float) -> Iterator[list[int]]:
    """Ballots at a steady pace over a few connections; gives the count of those that were taken."""
    over, count, lock = threading.Event(), [0], threading.Lock()

    def vote() -> None:
        connection = HTTPConnection("127.0.0.1", house.ours, timeout=30)
        step = _LANES / per_second
        due = time.perf_counter()
        while not over.is_set():
            with lock:
                ballot = next(ballots, None)
            if ballot is None:
                raise SystemExit("the ballots ran out")
            path, body, cookie = ballot
            status, told = ask(connection, "POST", path, body, as_json(cookie))
            if status != 200:
                raise SystemExit(f"a ballot was refused: {told.decode()[:200]}")
            with lock:
                count[0] += 1
            due += step
            time.sleep(max(0.0, due - time.perf_counter()))
        connection.close()

    lanes = [threading.Thread(target=vote) for _ in range(_LANES)]
    for lane in lanes:
        lane.start()
    try:
        yield count
    finally:
        over.set()
        for lane in lanes:
            lane.join()
