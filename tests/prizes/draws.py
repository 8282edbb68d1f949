"""Draws for tests: opened, with people who have chances."""

from datetime import datetime, timedelta

from members.ledger import use_key
from models.db import Database
from prizes.chances import earn
from prizes.rules import DrawDraft, PrizeDraft
from prizes.service import create_draw, open_draw
from prizes.store import get_view
from prizes.turns import take_turn
from prizes.view import DrawView
from tests.conftest import NOW

use_key(b"a key of the tests' own: thirty-two")
CREDIT = PrizeDraft("10 元话费", "credit", 5, 1000)
MUG = PrizeDraft("搪瓷杯", "goods", 3, 2500)
CARD = PrizeDraft("电影券", "code", 10, 4000)


def a_draft(*prizes: PrizeDraft, **changes: object) -> DrawDraft:
    """A scratch card by tape that is on from now, for ten days, without limits."""
    fields: dict[str, object] = {
        "title": "答题抽奖",
        "mode": "tape",
        "face": "scratch",
        "opens_at": NOW,
        "closes_at": NOW + timedelta(days=10),
        "prizes": prizes or (CREDIT,),
        "slots": 20,
        "wins_per_person": 0,
        "wins_per_phone": 0,
    }
    return DrawDraft(**{**fields, **changes})  # type: ignore[arg-type]


def add_draw(db: Database, account_id: int, draft: DrawDraft | None = None) -> str:
    """A draft; its public id."""
    with db.work() as session:
        return create_draw(session, account_id, draft or a_draft(), "安娜", NOW).public_id


def open_one(db: Database, account_id: int, draft: DrawDraft | None = None) -> DrawView:
    """A draw that is open."""
    draw_id = add_draw(db, account_id, draft)
    with db.work() as session:
        return open_draw(session, account_id, draw_id, 1, "安娜", NOW)


def give_chances(
    db: Database, draw: DrawView, openid: str = "oworker", count: int = 1, start: int = 0
) -> None:
    with db.work() as session:
        for number in range(start, start + count):
            earn(session, draw.account_id, draw.id, openid, f"test:{openid}:{number}", NOW)


def take(
    db: Database, draw: DrawView, openid: str = "oworker", key: str = "key-00000001", now: datetime = NOW
) -> bytes:
    """A turn."""
    return take_turn(db, draw, openid, now, key).body


def view(db: Database, draw: DrawView) -> DrawView:
    """As it is now."""
    with db.read() as session:
        return get_view(session, draw.account_id, draw.public_id)
