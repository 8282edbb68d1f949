"""Verbs on members: note that they were seen, look one up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.ids import public_id
from members.rules import check_remark
from models.members import Member
from models.messages import MessageLog
from models.upsert import count_rows, insert_for

_PLATFORM_EVENTS = frozenset(
    {
        "mass_send_finished",
        "template_send_finished",
        "publish_finished",
        "user_info_modified",
        "authorization_revoked",
    }
)
"""These name the account itself, or somebody who does nothing (and may not even follow), as the sender."""

WORDS = frozenset({"text", "voice"})
"""Kinds of messages by which people ask."""


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
        "asked_at": None,
        "recount": False,
    }


def _apply(row: dict[str, Any], seen: Sighting) -> None:
    row["first_seen_at"] = min(row["first_seen_at"], seen.at)
    if seen.at >= row["last_seen_at"]:
        row["last_seen_at"] = seen.at
        row["following"] = seen.kind != "unsubscribe"
    if seen.kind in WORDS:
        row["asked_at"] = max(row["asked_at"] or seen.at, seen.at)
        row["recount"] = True
    if seen.kind == "subscribe":
        is_newest = row["followed_at"] is None or seen.at >= row["followed_at"]
        if seen.scene and (is_newest or not row["scene"]):
            row["scene"] = seen.scene
        if is_newest:
            row["followed_at"] = seen.at
    elif seen.kind == "unsubscribe" and (row["left_at"] is None or seen.at >= row["left_at"]):
        row["left_at"] = seen.at


def _upsert(session: Session, row: dict[str, Any]) -> None:
    statement = insert_for(session, Member).values(row)
    new = statement.excluded
    followed = _is_later(new.followed_at, Member.followed_at)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "openid"],
            set_={
                "following": case(
                    (new.last_seen_at >= Member.last_seen_at, new.following), else_=Member.following
                ),
                "first_seen_at": case(
                    (new.first_seen_at < Member.first_seen_at, new.first_seen_at), else_=Member.first_seen_at
                ),
                "last_seen_at": case(
                    (new.last_seen_at >= Member.last_seen_at, new.last_seen_at), else_=Member.last_seen_at
                ),
                "scene": case(
                    (and_(new.scene != "", or_(followed, Member.scene == "")), new.scene),
                    else_=Member.scene,
                ),
                "followed_at": case((followed, new.followed_at), else_=Member.followed_at),
                "left_at": case((_is_later(new.left_at, Member.left_at), new.left_at), else_=Member.left_at),
                "asked_at": case(
                    (_is_later(new.asked_at, Member.asked_at), new.asked_at), else_=Member.asked_at
                ),
                "recount": or_(new.recount, Member.recount),
            },
        )
    )


def _is_later(new: Any, known: Any) -> ColumnElement[bool]:
    return and_(new.is_not(None), or_(known.is_(None), known <= new))


def find_member(session: Session, account_id: int, openid: str) -> Member | None:
    return session.scalar(select(Member).where(Member.account_id == account_id, Member.openid == openid))


def get_member(session: Session, account_id: int, public_id_: str) -> Member:
    """Raises NotFound."""
    found = session.scalar(
        select(Member).where(Member.account_id == account_id, Member.public_id == public_id_)
    )
    if found is None:
        raise NotFound("no_member", "没有这位粉丝，可能本人已经删除了自己的数据。")
    return found


def set_remark(session: Session, account_id: int, public_id_: str, remark: str, version: int) -> None:
    """Change what staff note about somebody. Raises Invalid, NotFound, or Conflict when it was changed meanwhile."""
    remark = check_remark(remark)
    changed = session.execute(
        update(Member)
        .where(Member.account_id == account_id, Member.public_id == public_id_, Member.version == version)
        .values(remark=remark or None, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if not count_rows(changed):
        get_member(session, account_id, public_id_)
        raise Conflict("changed", "备注刚被别人改过，您的没有保存。请看过对方写的再决定。")


def count_questions(session: Session, limit: int = 200) -> int:
    """Count anew, in the message log, what followers asked who wrote since; returns how many followers.

    The count is taken, never added to, so that a message told twice counts once.
    """
    due = session.execute(
        select(Member.id, Member.account_id, Member.openid)
        .where(Member.recount)
        .order_by(Member.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(all_tenants="followers of every account are counted")
    ).all()
    for id_, account_id, openid in due:
        asked = select(func.count(), func.max(MessageLog.received_at)).where(
            MessageLog.account_id == account_id, MessageLog.openid == openid, MessageLog.kind.in_(WORDS)
        )
        count, last = session.execute(asked).one()
        session.execute(
            update(Member)
            .where(Member.account_id == account_id, Member.id == id_)
            .values(asked_count=count, asked_at=last, recount=False)
            .execution_options(synchronize_session=False)
        )
    return len(due)


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
            MessageLog.kind.in_(WORDS),
            MessageLog.content != "",
        )
        .order_by(MessageLog.id.desc())
        .limit(limit)
    )
    return [AskedQuestion(*row) for row in session.execute(query)]
