"""Draws per second beside a bare conditional UPDATE of the same row, on one PostgreSQL, by the same clients in turn.

Ours spends a chance, keeps the request, takes the next slot of the tape, and keeps turn, win and answer, in one unit of work;
the bare one only counts the slot up. Interleaved rounds, medians.
"""

import itertools
import multiprocessing
import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Literal

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from accounts.service import NewAccount, add_account
from commands.database import upgrade_schema
from core.clock import system_clock
from core.ids import public_id
from members.ledger import mark_of, use_key
from models.db import Database
from models.ledger import Person
from models.prizes import Chance
from models.types import Sealed
from prizes.outcome import tape_of
from prizes.rules import DrawDraft, PrizeDraft
from prizes.service import create_draw, open_draw
from prizes.store import get_view
from prizes.turns import take_turn
from prizes.view import DrawView
from tools.postgres import running_postgres

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS_PER_ROUND", "3"))
PROCESSES, CLIENTS = 2, 8
_PEOPLE = 2000
_CHANCES = 60
_SLOTS = 1_000_000
_KEY = b"the bench's own key, thirty-two."
_BARE = text(
    "UPDATE draws SET next_slot = next_slot + 1 WHERE account_id = :account AND id = :draw AND state = 'open' "
    "AND next_slot < slots RETURNING next_slot"
)
Kind = Literal["ours", "bare"]


def run() -> dict[str, object]:
    """Drive both in turn; the ratio of the medians."""
    _use_keys()
    with running_postgres() as url:
        db = Database(url)
        upgrade_schema(db)
        account_id, ours, bare = _prepare(db)
        db.close()
        rates: dict[Kind, list[float]] = {"ours": [], "bare": []}
        for number in range(ROUNDS):
            rates["ours"].append(_round(url, "ours", account_id, ours, number))
            rates["bare"].append(_round(url, "bare", account_id, bare, number))
            print(
                f"第 {number + 1} 轮：抽奖 {rates['ours'][-1]:.0f} 次/秒，单条 UPDATE {rates['bare'][-1]:.0f} 次/秒"
            )
    draws, updates = statistics.median(rates["ours"]), statistics.median(rates["bare"])
    return {
        "draw_vs_bare_update": round(draws / updates, 3),
        "draws_per_s": round(draws),
        "bare_updates_per_s": round(updates),
        "clients": PROCESSES * CLIENTS,
    }


def _use_keys() -> None:
    use_key(_KEY)
    Sealed.use_key(b"0123456789abcdef0123456789abcdef0123456789A=")


def _prepare(db: Database) -> tuple[int, str, str]:
    """An account and two draws; people of the first have chances."""
    now = system_clock()
    prizes = (PrizeDraft("10 元话费", "credit", 20_000, 1000), PrizeDraft("搪瓷杯", "goods", 1000, 2000))
    with db.work() as session:
        account_id = add_account(
            session,
            NewAccount("bench", "基准", "wxbench", "token1234567", "s3cretS3cretS3cretS3cretS3cret00"),
            now,
        ).id
        names = []
        for title in ("抽奖", "空转"):
            draft = DrawDraft(
                title, "tape", "scratch", now, now + timedelta(days=1), prizes, _SLOTS, wins_per_person=0
            )
            draw = create_draw(session, account_id, draft, "bench", now)
            names.append(open_draw(session, account_id, draw.public_id, 1, "bench", now).public_id)
        _give_chances(session, get_view(session, account_id, names[0]))
    return account_id, names[0], names[1]


def _give_chances(session: Session, draw: DrawView) -> None:
    now = system_clock()
    people = [
        {
            "account_id": draw.account_id,
            "public_id": public_id(),
            "scope": draw.scope,
            "mark": mark_of(draw.scope, f"o{n}"),
            "openid": f"o{n}",
            "region": "",
            "unit": "",
            "trade": "",
            "joined_at": now,
        }
        for n in range(_PEOPLE)
    ]
    session.execute(insert(Person), people)
    ids = session.scalars(select(Person.id).where(Person.account_id == draw.account_id)).all()
    for start in range(_CHANCES):
        chances = [
            {
                "account_id": draw.account_id,
                "draw_id": draw.id,
                "person_id": id_,
                "source": f"bench:{id_}:{start}",
                "earned_at": now,
            }
            for id_ in ids
        ]
        session.execute(insert(Chance), chances)


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
        tape_of(session, draw)
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
    if kind == "ours":
        with db.work() as session:
            take_turn(session, draw, openid, system_clock(), key)
    else:
        with db.engine.begin() as connection:
            connection.execute(_BARE, {"account": draw.account_id, "draw": draw.id}).one()
