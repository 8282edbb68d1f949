"""Draws per second beside a bare conditional UPDATE of the same row, on one PostgreSQL that writes as it must (fsync), by the
same clients through the same pool.

Ours spends a chance, takes the next slot of the tape, and keeps turn and win, one win a person; the bare
one only counts the slot up, in one statement that commits itself: the fastest that can be acknowledged. As `unit_of_work`
the same UPDATE stands between BEGIN and COMMIT, as every other write of the house. Interleaved rounds, medians.
"""

import itertools
import multiprocessing
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Literal

from accounts.service import NewAccount, add_account
from commands.database import upgrade_schema
from core.clock import system_clock
from core.errors import SoldOut
from members.ledger import use_key
from models.db import Database
from models.types import Sealed
from prizes.outcome import tape_of
from prizes.rules import DrawDraft, PrizeDraft
from prizes.service import create_draw, open_draw
from prizes.store import get_view
from prizes.turns import take_turn
from prizes.view import DrawView
from proofs.prizes.oversold import give_chances
from tools.postgres import running_postgres

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS_PER_ROUND", "3"))
PROCESSES, CLIENTS = 2, 8
_PEOPLE = 6000
_CHANCES = 3
_SLOTS = 1_000_000
_KEY = b"the bench's own key, thirty-two."
_BARE = (
    "UPDATE draws SET next_slot = next_slot + 1 WHERE account_id = %(account)s AND id = %(draw)s AND state = 'open' "
    "AND next_slot < slots RETURNING next_slot"
)
Kind = Literal["ours", "odds", "bare", "unit_of_work"]
KINDS: tuple[Kind, ...] = ("ours", "bare", "odds", "unit_of_work")


def run() -> dict[str, object]:
    """Drive all in turn; the ratios of the medians."""
    _use_keys()
    with running_postgres(durable=True) as url:
        db = Database(url)
        upgrade_schema(db)
        account_id = _add_account(db)
        rates: dict[Kind, list[float]] = {kind: [] for kind in KINDS}
        for number in range(ROUNDS):
            for kind in KINDS:
                draw_id = _open_draw(db, account_id, kind, number)
                _settle_down(db)
                rates[kind].append(_round(url, kind, account_id, draw_id, number))
            last = "，".join(f"{kind} {rates[kind][-1]:.0f}" for kind in KINDS)
            print(f"第 {number + 1} 轮，次/秒：{last}")
        db.close()
    median = {kind: statistics.median(rates[kind]) for kind in KINDS}
    return {
        "draw_vs_bare_update": round(median["ours"] / median["bare"], 3),
        "odds_vs_bare_update": round(median["odds"] / median["bare"], 3),
        "draw_vs_update_in_unit_of_work": round(median["ours"] / median["unit_of_work"], 3),
        "per_second": {kind: round(rate) for kind, rate in median.items()},
        "clients": PROCESSES * CLIENTS,
        "rounds": ROUNDS,
    }


def _use_keys() -> None:
    use_key(_KEY)
    Sealed.use_key(b"0123456789abcdef0123456789abcdef0123456789A=")


def _add_account(db: Database) -> int:
    new = NewAccount("bench", "基准", "wxbench", "token1234567", "s3cretS3cretS3cretS3cretS3cret00")
    with db.work() as session:
        return add_account(session, new, system_clock()).id


def _open_draw(db: Database, account_id: int, kind: Kind, number: int) -> str:
    """A draw of its own for each round, one win a person, with people who have chances."""
    now = system_clock()
    prizes = (
        PrizeDraft("10 元话费", "credit", 20_000, 1000, "0.02"),
        PrizeDraft("搪瓷杯", "goods", 1000, 2000, "0.001"),
    )
    draft = DrawDraft(
        f"{kind} {number}",
        "odds" if kind == "odds" else "tape",
        "scratch",
        now,
        now + timedelta(days=1),
        prizes,
        _SLOTS,
    )
    with db.work() as session:
        draw = create_draw(session, account_id, draft, "bench", now)
        view = open_draw(session, account_id, draw.public_id, 1, "bench", now)
        if kind in ("ours", "odds"):
            give_chances(session, view, _PEOPLE, _CHANCES)
    return view.public_id


def _settle_down(db: Database) -> None:
    """Statistics, as autovacuum gathers them within a minute; and no writing left over for the next to wait for."""
    db.alone(lambda connection: connection.exec_driver_sql("VACUUM ANALYZE"))
    db.alone(lambda connection: connection.exec_driver_sql("CHECKPOINT"))


def _round(url: str, kind: Kind, account_id: int, draw_id: str, number: int) -> float:
    """Rates of all processes together, per second."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(PROCESSES) as pool:
        given = [(url, kind, account_id, draw_id, number, process) for process in range(PROCESSES)]
        return sum(pool.starmap(_drive, given))


def _drive(url: str, kind: Kind, account_id: int, draw_id: str, number: int, process: int) -> float:
    _use_keys()
    db = Database(url, pool_size=CLIENTS)
    with db.read() as session:
        draw = get_view(session, account_id, draw_id)
    tape_of(db, draw)
    with ThreadPoolExecutor(CLIENTS) as pool:
        clients = range(process * CLIENTS, (process + 1) * CLIENTS)
        works = [pool.submit(_client, db, kind, draw, f"{number}-{client}", client) for client in clients]
        rate = sum(work.result() for work in works)
    db.close()
    return rate


def _client(db: Database, kind: Kind, draw: DrawView, name: str, client: int) -> float:
    lanes = PROCESSES * CLIENTS
    for warm in range(8):  # connections are made and statements prepared
        _one(db, kind, draw, f"o{client + warm % 2 * lanes}", f"warm-{name}-{warm}")
    started, done = time.perf_counter(), 0
    for n in itertools.count():
        openid = f"o{(client + n * lanes) % _PEOPLE}"
        _one(db, kind, draw, openid, f"key-{name}-{n}")
        done += 1
        if time.perf_counter() - started >= SECONDS:
            break
    return done / (time.perf_counter() - started)


def _one(db: Database, kind: Kind, draw: DrawView, openid: str, key: str) -> None:
    if kind in ("ours", "odds"):
        try:
            take_turn(db, draw, openid, system_clock(), key)
        except SoldOut:  # who has won stops here; so few that they change nothing
            return
        return
    values = {"account": draw.account_id, "draw": draw.id}
    if kind == "bare":
        db.alone(lambda connection: connection.exec_driver_sql(_BARE, values).one())
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql(_BARE, values).one()
