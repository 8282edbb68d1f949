"""The wall of a contest with 6 000 works beside the same wall with 60, through the WSGI app, in turns: a part of `make bench NAME=photos`.

Cold: the pages that a process keeps for two seconds are dropped before each request, so each is rendered; what else a process
reads only every two seconds (works, their order by likes) is read as often as in life, and counts. Warm: as people meet it.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import insert

import app as application
from accounts.service import NewAccount, add_account
from bench.beside import ACCOUNT, environment, use_keys
from campaigns.ballots import open_pages
from campaigns.ballots.tables import VoteTotal
from campaigns.kinds.photo.kind import KIND
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.service import Organiser, begin
from campaigns.store import get_row, view_of
from campaigns.view import CampaignView
from commands.database import upgrade_schema
from core.clock import system_clock
from core.ids import public_id
from core.settings import load_settings
from models.db import Database
from tools.postgres import free_port

MANY, FEW, ROUNDS, ROUND_S = 6000, 60, 5, 2.5
_WANTED = ("", "?order=random&seed=16", "?order=likes", "?page=2", "?category=工地")
_BASE = f"/h5/{ACCOUNT}/c"


def measure_gallery() -> dict[str, object]:
    """`gallery_vs_small`: the median of rounds, requests a second over MANY ÷ over FEW."""
    with TemporaryDirectory() as folder, _open(Path(folder)) as (app, many, few):
        cold = _ratios(app, many, few, _forget)
        warm = _ratios(app, many, few, lambda: None)
    return {
        "gallery_vs_small": round(statistics.median(one / other for one, other in cold), 2),
        "gallery_warm_vs_small": round(statistics.median(one / other for one, other in warm), 2),
        "gallery_per_s": round(statistics.median(one for one, _ in cold), 1),
        "gallery_warm_per_s": round(statistics.median(one for one, _ in warm), 1),
    }


@contextmanager
def _open(folder: Path) -> Iterator[tuple[Flask, str, str]]:
    """The app with a wall of MANY and one of FEW; their addresses."""
    settings = load_settings(environment(folder, f"sqlite:///{folder}/bench.sqlite3", free_port()))
    use_keys(settings)
    db = Database(settings.database_url)
    upgrade_schema(db)
    many, few = _furnish(db)
    db.close()
    app = application.create_web(settings)
    try:
        yield app, f"{_BASE}/{many.public_id}/photo", f"{_BASE}/{few.public_id}/photo"
    finally:
        app.extensions["zhijia.runtime"].shelves.close()


def _furnish(db: Database) -> tuple[CampaignView, CampaignView]:
    now = system_clock()
    with db.work() as session:
        new = NewAccount(ACCOUNT, "基准", "wxbench", "token1234567", "s3cretS3cretS3cretS3cretS3cret00")
        account_id = add_account(session, new, now).id
        made = []
        for count in (MANY, FEW):
            view = begin(session, account_id, KIND.key, KIND.templates[1], now, Organiser("基准", now))
            row = get_row(session, account_id, view.public_id)
            row.state, row.opened_at, row.closes_at = "live", now, now + timedelta(days=7)
            session.flush()
            made.append(view_of(row))
            works = [_work(view, number, now) for number in range(1, count + 1)]
            ids = session.scalars(
                insert(PhotoWork).returning(PhotoWork.id, sort_by_parameter_order=True), works
            ).all()
            session.execute(insert(PhotoPicture), [_picture(view, work_id, now) for work_id in ids])
            session.execute(insert(VoteTotal), [_likes(view, number) for number in range(1, count + 1)])
    return made[0], made[1]


def _work(view: CampaignView, number: int, now: datetime) -> dict[str, object]:
    return {
        "account_id": view.account_id,
        "campaign_id": view.id,
        "public_id": public_id(),
        "person_id": number,
        "number": number,
        "state": "shown",
        "title": f"夜班的灯 {number}",
        "author": f"作者{number}",
        "category": ("劳动者", "工地")[number % 2],
        "created_at": now,
        "updated_at": now,
    }


def _picture(view: CampaignView, work_id: int, now: datetime) -> dict[str, object]:
    return {
        "account_id": view.account_id,
        "campaign_id": view.id,
        "public_id": public_id(),
        "work_id": work_id,
        "slot": 1,
        "position": 1,
        "key": public_id(),
        "name": f"{public_id(24)}.jpg",
        "width": 1600,
        "height": 1200,
        "created_at": now,
    }


def _likes(view: CampaignView, number: int) -> dict[str, int]:
    votes = number * 7919 % 997
    shared = {"account_id": view.account_id, "campaign_id": view.id}
    return shared | {"round": 1, "candidate": number, "votes": votes, "struck": 0}


def _forget() -> None:
    """As after two seconds, for the pages alone."""
    for kept in (open_pages._pages, open_pages._rare):
        kept._known.clear()


def _ratios(app: Flask, many: str, few: str, before: Callable[[], None]) -> list[tuple[float, float]]:
    """Requests a second of each round, over many and over few; the first round is not counted."""
    rounds = [(_rate(app, many, before), _rate(app, few, before)) for _ in range(ROUNDS + 1)]
    return rounds[1:]


def _rate(app: Flask, base: str, before: Callable[[], None]) -> float:
    client, done, began = app.test_client(), 0, time.perf_counter()
    while (taken := time.perf_counter() - began) < ROUND_S:
        before()
        answer = client.get(base + _WANTED[done % len(_WANTED)])
        if answer.status_code != 200 or b"wall-card" not in answer.data:
            raise RuntimeError(f"{base}: {answer.status_code}")
        done += 1
    return done / taken
