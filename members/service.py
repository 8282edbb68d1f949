"""Verbs on members: note that they were seen, look one up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.ids import public_id
from models.members import Member
from models.messages import MessageLog
from models.upsert import insert_for

_PLATFORM_EVENTS = frozenset({"mass_send_finished", "template_send_finished", "publish_finished"})
"""These name the account itself, or somebody who does nothing, as the sender."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message or event of `kind` that came from a follower at a time; `scene` when a scene code brought them."""

    account_id: int
    openid: str
    kind: str
    scene: str
    at: datetime


def note_seen(session: Session, sightings: Sequence[Sighting]) -> None:
    """Add unknown followers and bring known ones up to date. Later sightings win, in whatever order they come."""
    latest: dict[tuple[int, str], dict[str, Any]] = {}
    for seen in sightings:
        if seen.kind in _PLATFORM_EVENTS:
            continue
        row = latest.setdefault((seen.account_id, seen.openid), _new_row(seen))
        _apply(row, seen)
    for key in sorted(latest):  # one order for all workers, so that none waits for another in a circle
        _upsert(session, latest[key])


def _new_row(seen: Sighting) -> dict[str, Any]:
    return {
        "account_id": seen.account_id,
        "public_id": public_id(),
        "openid": seen.openid,
        "following": True,
        "scene": "",
        "first_seen_at": seen.at,
        "last_seen_at": seen.at,
        "followed_at": None,
        "left_at": None,
    }


def _apply(row: dict[str, Any], seen: Sighting) -> None:
    row["first_seen_at"] = min(row["first_seen_at"], seen.at)
    if seen.at < row["last_seen_at"]:
        return
    row["last_seen_at"] = seen.at
    row["following"] = seen.kind != "unsubscribe"
    if seen.kind == "subscribe":
        row["followed_at"], row["scene"] = seen.at, seen.scene or row["scene"]
    elif seen.kind == "unsubscribe":
        row["left_at"] = seen.at


def _upsert(session: Session, row: dict[str, Any]) -> None:
    statement = insert_for(session, Member).values(row)
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "openid"],
            set_={
                "following": new.following,
                "last_seen_at": new.last_seen_at,
                "scene": func.coalesce(func.nullif(new.scene, ""), Member.scene),
                "followed_at": func.coalesce(new.followed_at, Member.followed_at),
                "left_at": func.coalesce(new.left_at, Member.left_at),
            },
            where=Member.last_seen_at <= new.last_seen_at,
        )
    )


def find_member(session: Session, account_id: int, openid: str) -> Member | None:
    return session.scalar(select(Member).where(Member.account_id == account_id, Member.openid == openid))


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question a member asked in the chat."""

    content: str
    reply: str
    asked_at: datetime


def list_questions(session: Session, account_id: int, openid: str, limit: int = 20) -> list[AskedQuestion]:
    """A member's own questions, newest first."""
    query = (
        select(MessageLog.content, MessageLog.reply, MessageLog.received_at)
        .where(
            MessageLog.account_id == account_id,
            MessageLog.openid == openid,
            MessageLog.kind.in_(("text", "voice")),
            MessageLog.content != "",
        )
        .order_by(MessageLog.id.desc())
        .limit(limit)
    )
    return [AskedQuestion(*row) for row in session.execute(query)]
