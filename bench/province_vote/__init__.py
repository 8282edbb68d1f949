"""The year 2019 again: 15 823 100 votes by 1.2 million people, cast through the service layer, a thousandth of it over HTTP,
sealed as they come, and counted three times: the totals that pages show, the ledger's rows, and the plan they were cast by.

`SIZE=full` is the year; without it a hundredth. It keeps its database in `var/bench/province_vote` (or `REPLAY_FOLDER`) until it is
done, so a run that was stopped goes on where it stood.
"""

import json
import multiprocessing
import os
import resource
import shutil
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import create_engine, text

from bench.beside import ACCOUNT, as_json, ask, environment, use_keys
from bench.province_vote.plan import CANDIDATES, PEOPLE_OF_A_YEAR, Plan
from bench.province_vote.world import open_vote, running_web
from campaigns.ballots.ballot import Ballot, Origin, hashed
from campaigns.ballots.casting import cast_ballot
from campaigns.ballots.recount import recount
from campaigns.ballots.roots import due_day, publish_root
from campaigns.ballots.sealing import count_unsealed, seal
from campaigns.ballots.verify import verify
from campaigns.view import CampaignView
from core.clock import system_clock
from core.settings import ROOT, Settings, load_settings
from models.db import Database
from proofs.client import cookie_of
from tools.postgres import kept_cluster

FULL = os.environ.get("SIZE") == "full"
PEOPLE = int(os.environ.get("PEOPLE", PEOPLE_OF_A_YEAR if FULL else PEOPLE_OF_A_YEAR // 100))
SEED = int(os.environ.get("SEED", "1"))
PROCESSES, THREADS = 2, 4
CHUNK = 2000
_STANDING = frozenset(range(1, CANDIDATES + 1))
OVER_HTTP = 1000
"""Of people's first ballots every so-manieth goes over HTTP: a server has its own clock, and all of them count today."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the casting processes need."""

    database_url: str
    folder: Path
    plan: Plan

    @property
    def settings(self) -> Settings:
        return load_settings(environment(self.folder, self.database_url, 8000))


def run() -> dict[str, object]:
    """Cast what is left to cast, seal, publish, count."""
    folder = Path(os.environ.get("REPLAY_FOLDER", ROOT / "var/bench/province_vote")) / f"{PEOPLE}-{SEED}"
    plan = Plan(PEOPLE, SEED)
    with kept_cluster(folder / "postgres") as cluster:
        url = cluster.url
        site = Site(url, folder, plan)
        use_keys(site.settings)
        db = Database(url)
        campaign = open_vote(db)
        began = time.perf_counter()
        took, memory_mb = _cast_all(site, campaign)
        cast_s = time.perf_counter() - began
        figures = {
            "people": plan.people,
            "ballots": plan.ballots,
            "votes": plan.votes,
            "seed": SEED,
            "minutes": round(cast_s / 60, 1),
            "votes_per_s": round(sum(one.votes for one in took) / cast_s) if took else None,
            **_late_vs_early(took, plan.people),
            "caster_rss_mb": memory_mb,
            **_close(db, campaign, plan),
        }
        db.close()
    shutil.rmtree(folder)
    return figures


class Took(NamedTuple):
    """A part that was cast: its first ballot, how long it took, how many votes."""

    first: int
    seconds: float
    votes: int


def _cast_all(site: Site, campaign: CampaignView) -> tuple[list[Took], int]:
    """What each part took in the order they were done, and the casters' memory. Parts that a run before finished are left
    out."""
    diary = site.folder / "done.txt"
    done = set(diary.read_text().split()) if diary.exists() else set()
    left = [(site, *part) for part in site.plan.chunks(CHUNK) if str(part[0]) not in done]
    over = threading.Event()
    with (
        running_web(site.folder, site.database_url) as (port, settings),
        ThreadPoolExecutor(2) as beside,
        multiprocessing.get_context("spawn").Pool(PROCESSES) as pool,
    ):
        sealing = beside.submit(_seal_until, site, campaign, over)
        by_http = beside.submit(_cast_over_http, site, campaign, port, settings)
        took: list[Took] = []
        memory_kb = 0
        try:
            with diary.open("a") as written, _progress(len(left) * CHUNK) as advance:
                for first, seconds, votes, rss_kb in pool.imap_unordered(_cast_part, left):
                    written.write(f"{first}\n")
                    written.flush()
                    took.append(Took(first, seconds, votes))
                    memory_kb = max(memory_kb, rss_kb)
                    advance(CHUNK)
            by_http.result()
        finally:
            over.set()
        sealing.result()
    return took, memory_kb // 1024


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on the terminal; gives what moves it on."""
    columns = (TextColumn("选票"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=total)
        yield lambda many: bar.advance(task, many)


@dataclass(frozen=True, slots=True)
class Caster:
    """What a casting process keeps."""

    plan: Plan
    campaign: CampaignView
    db: Database

    def cast(self, number: int, choice: list[int]) -> None:
        """One ballot through the service, at a moment of its day."""
        campaign = self.campaign
        at = campaign.opens_at + timedelta(days=self.plan.day(number), seconds=8 * 3600 + number % 50_000)
        address = f"10.{number % 251}.{number % 249}.{number % 241}"
        origin = Origin("page", hashed(campaign, "address", address), hashed(campaign, "range", address[:-4]))
        cast_ballot(
            self.db,
            Ballot(campaign, self.plan.openid(number), choice, _STANDING, _key(number), origin, at),
        )


@cache
def _caster(site: Site) -> Caster:
    """Of this process, made when it is first asked."""
    use_keys(site.settings)
    db = Database(site.database_url, pool_size=THREADS)
    return Caster(site.plan, open_vote(db), db)


def _cast_part(given: tuple[Site, int, int]) -> tuple[int, float, int, int]:
    """First ballot, seconds, votes, memory in kilobytes."""
    site, first, last = given
    caster, choices = _caster(site), site.plan.choices(first, last)
    began = time.perf_counter()
    mine = [number for number in range(first, last) if not _is_for_http(site.plan, number)]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda number: caster.cast(number, choices[number - first].tolist()), mine))
    seconds = time.perf_counter() - began
    rss_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return first, seconds, sum(len(choices[number - first]) for number in mine), rss_kb


def _is_for_http(plan: Plan, number: int) -> bool:
    return number < plan.people and number % OVER_HTTP == 0


def _key(number: int) -> str:
    return f"replay-{number:09}"


def _seal_until(site: Site, campaign: CampaignView, over: threading.Event) -> None:
    """As the worker does, every second."""
    db = Database(site.database_url)
    while not over.wait(1.0):
        while True:
            with db.work() as session:
                if not seal(session, campaign, system_clock()):
                    break
    db.close()


def _cast_over_http(site: Site, campaign: CampaignView, port: int, settings: Settings) -> None:
    """Raises RuntimeError when one is refused."""
    plan = site.plan
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    path = f"/h5/{ACCOUNT}/c/{campaign.public_id}/vote/cast"
    for first, last in plan.chunks(CHUNK):
        choices = plan.choices(first, last)
        for number in range(first, last):
            if not _is_for_http(plan, number):
                continue
            body = json.dumps({"choice": choices[number - first].tolist(), "key": _key(number)})
            cookie = cookie_of(settings, ACCOUNT, plan.openid(number))
            status, told = ask(connection, "POST", path, body, as_json(cookie))
            if status != 200:
                raise RuntimeError(f"ballot {number}: {status} {told.decode()[:300]}")
    connection.close()


def _late_vs_early(took: list[Took], people: int) -> dict[str, float | None]:
    """What a part took at the end ÷ at the beginning, like beside like: of people's first ballots, who join with them, and of
    second ones, who are known."""
    first = [one.seconds for one in took if one.first < people]
    second = [one.seconds for one in took if one.first >= people]
    return {"late_vs_early": _ratio(first), "late_vs_early_second": _ratio(second)}


def _ratio(seconds: list[float]) -> float | None:
    """The last twentieth beside the second one: the first warms up."""
    many = max(5, len(seconds) // 20)
    if len(seconds) < 4 * many:
        return None
    early, late = seconds[many : 2 * many], seconds[-many:]
    return round(statistics.median(late) / statistics.median(early), 3)


def _close(db: Database, campaign: CampaignView, plan: Plan) -> dict[str, object]:
    """Seal the rest, publish, verify, and count in three ways that know nothing of each other."""
    now = system_clock()
    with db.work() as session:
        publish_root(session, campaign, due_day(campaign, now) or 0, now)
    with db.read() as session:
        unsealed = count_unsealed(session, campaign)
    began = time.perf_counter()
    with db.read() as session:
        counted = recount(session, campaign)
    recount_s = time.perf_counter() - began
    began = time.perf_counter()
    with db.read() as session:
        faults = list(verify(session, campaign, [], now))
    verify_s = time.perf_counter() - began
    expected, rows, totals = plan.count(CHUNK), *_independent(db, campaign)
    numbers = expected.keys() | rows.keys() | totals.keys()
    return {
        "difference": sum(abs(expected.get(n, 0) - rows.get(n, 0)) for n in numbers)
        + sum(abs(rows.get(n, 0) - totals.get(n, 0)) for n in numbers)
        + sum(one.difference for one in counted),
        "counted": {
            "plan": sum(expected.values()),
            "ledger": sum(rows.values()),
            "totals": sum(totals.values()),
        },
        "faults": faults,
        "unsealed": unsealed,
        "over_http": -(-plan.people // OVER_HTTP),
        "recount_s": round(recount_s, 1),
        "verify_s": round(verify_s, 1),
        "database_mb": _size_mb(db),
    }


def _independent(db: Database, campaign: CampaignView) -> tuple[dict[int, int], dict[int, int]]:
    """The ledger's rows and the totals, by candidate, in plain SQL of its own."""
    engine = create_engine(db.engine.url)
    with engine.connect() as connection:
        found: list[dict[int, int]] = []
        for query in (
            "SELECT candidate, count(*) FROM votes WHERE campaign_id = :id GROUP BY candidate",
            "SELECT candidate, sum(votes)::bigint FROM vote_totals WHERE campaign_id = :id GROUP BY candidate",
        ):
            rows: Any = connection.execute(text(query), {"id": campaign.id}).all()
            found.append(dict(rows))
    engine.dispose()
    return found[0], found[1]


def _size_mb(db: Database) -> int:
    with db.engine.connect() as connection:
        size: int = connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()
    return size // 1024 // 1024
