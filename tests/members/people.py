"""Followers for tests: made in one go, with the tables they need."""

from datetime import datetime, timedelta
from typing import Any

from core.ids import public_id
from models import Member, MessageLog
from models.db import Database
from tests.conftest import NOW


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def add_follower(db: Database, account_id: int, openid: str, **values: Any) -> str:
    """A follower who came ten days ago and was last seen a day ago; returns the public id."""
    row = {
        "account_id": account_id,
        "public_id": public_id(),
        "openid": openid,
        "following": True,
        "scene": "",
        "first_seen_at": days_ago(10),
        "last_seen_at": days_ago(1),
        "followed_at": days_ago(10),
        "recount": False,
    }
    with db.work() as session:
        member = Member(**{**row, **values})
        session.add(member)
        return member.public_id


def add_message(
    db: Database, account_id: int, openid: str, content: str, key: str, kind: str = "text"
) -> None:
    with db.work() as session:
        session.add(
            MessageLog(
                account_id=account_id,
                message_key=key,
                openid=openid,
                kind=kind,
                content=content,
                reply="好的",
                received_at=NOW,
            )
        )
