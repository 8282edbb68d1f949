"""Followers' message windows: how many customer-service messages may still be sent, decided before one leaves.

The platform allows 5 within 48 hours of a follower's message, and 3 within a minute of a menu click, follow or scan; each new
one begins anew. Source: WeChat doc page 发送客服消息.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from core.errors import DomainError
from models.messages import MessageLog
from models.quotas import MessageWindow
from models.upsert import count_rows, insert_for


@dataclass(frozen=True, slots=True)
class Rule:
    """`most` messages within `lasts` of what opened the window."""

    kind: str
    opened_by: frozenset[str]
    lasts: timedelta
    most: int


MESSAGE = Rule(
    "message",
    frozenset({"text", "image", "voice", "video", "shortvideo", "location", "link", "unknown"}),
    timedelta(hours=48),
    5,
)
EVENT = Rule("event", frozenset({"click", "menu_action", "subscribe", "scan"}), timedelta(minutes=1), 3)
_RULES = (EVENT, MESSAGE)
"""The short one is used first: it would be lost anyway."""
_LEAVES = "unsubscribe"


class OutOfReach(DomainError):
    """No customer-service message can reach this follower now. Trying again does not help: only they open a window."""

    status = 409
    permanent = True


@dataclass(frozen=True, slots=True)
class Room:
    """What a follower's windows allow: `left` messages, the last of them until `until`."""

    left: int
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """One message taken from the window that was opened then; `left` more may follow."""

    kind: str
    opened_at: datetime
    left: int


def take_message(session: Session, account_id: int, openid: str, now: datetime) -> Taken:
    """Take one message from an open window. Raises OutOfReach. A conditional statement decides, never a read."""
    opened = _opened(session, account_id, openid, now)
    for rule in _RULES:
        opened_at = opened.get(rule.kind)
        if opened_at is None:
            continue
        sent = _take(session, account_id, openid, rule, opened_at)
        if sent is not None:
            return Taken(rule.kind, opened_at, rule.most - sent)
    if opened:
        raise OutOfReach(
            "window_full",
            f"发给这位粉丝的客服消息已满（对方来信后 48 小时内最多 {MESSAGE.most} 条，点菜单、关注或扫码后 1 分钟内最多 {EVENT.most} 条），"
            "没有发出。要等对方再发来消息才能继续发。",
        )
    raise OutOfReach(
        "window_closed",
        "这位粉丝 48 小时内没有发来消息（或者点菜单、关注、扫码已超过 1 分钟），微信不允许发客服消息，没有发出。要等对方再发来消息。",
    )


def give_back(session: Session, account_id: int, openid: str, taken: Taken) -> None:
    """It was not sent after all."""
    _set(session, account_id, openid, taken, sent=MessageWindow.sent - 1)


def close_window(session: Session, account_id: int, openid: str, taken: Taken) -> None:
    """The platform said that this window is shut or full, whatever we counted."""
    most = next(rule.most for rule in _RULES if rule.kind == taken.kind)
    _set(session, account_id, openid, taken, sent=most)


def get_room(session: Session, account_id: int, openid: str, now: datetime) -> Room:
    """How many messages may still be sent, for people who are about to."""
    opened = _opened(session, account_id, openid, now)
    query = select(MessageWindow).where(
        MessageWindow.account_id == account_id, MessageWindow.openid == openid
    )
    known = {row.kind: row for row in session.scalars(query)}
    left, until = 0, None
    for rule in _RULES:
        opened_at, row = opened.get(rule.kind), known.get(rule.kind)
        if opened_at is None:
            continue
        sent = row.sent if row is not None and row.opened_at >= opened_at else 0
        if sent < rule.most:
            left, until = left + rule.most - sent, opened_at + rule.lasts
    return Room(left, until)


def forget_windows(session: Session, account_id: int, openid: str) -> int:
    """Forget one follower's; returns how many rows."""
    gone = delete(MessageWindow).where(MessageWindow.account_id == account_id, MessageWindow.openid == openid)
    return count_rows(session.execute(gone.execution_options(synchronize_session=False)))


def list_windows(session: Session, account_id: int, openid: str) -> list[MessageWindow]:
    """What is kept of one follower."""
    query = select(MessageWindow).where(
        MessageWindow.account_id == account_id, MessageWindow.openid == openid
    )
    return list(session.scalars(query))


def forget_closed(session: Session, now: datetime) -> int:
    """Drop the windows that are over; returns how many."""
    gone = delete(MessageWindow).where(MessageWindow.opened_at < now - MESSAGE.lasts)
    options = {"synchronize_session": False, "all_tenants": "closed windows of every account go"}
    return count_rows(session.execute(gone.execution_options(**options)))


def _opened(session: Session, account_id: int, openid: str, now: datetime) -> dict[str, datetime]:
    """When each window that is open was opened last, by kind. Who left has none."""
    since = (
        select(MessageLog.kind, func.max(MessageLog.received_at))
        .where(
            MessageLog.account_id == account_id,
            MessageLog.openid == openid,
            MessageLog.received_at > now - MESSAGE.lasts,
        )
        .group_by(MessageLog.kind)
    )
    last = {row[0]: row[1] for row in session.execute(since)}
    left_at = last.get(_LEAVES)
    found = {}
    for rule in _RULES:
        times = [at for kind, at in last.items() if kind in rule.opened_by and at > now - rule.lasts]
        times = [at for at in times if left_at is None or at > left_at]
        if times:
            found[rule.kind] = max(times)
    return found


def _take(session: Session, account_id: int, openid: str, rule: Rule, opened_at: datetime) -> int | None:
    """How many are sent in this window now; None when it is full."""
    row = {"account_id": account_id, "openid": openid, "kind": rule.kind, "opened_at": opened_at, "sent": 1}
    statement = insert_for(session, MessageWindow).values(row)
    is_new = MessageWindow.opened_at < statement.excluded.opened_at
    taken: int | None = session.scalar(
        statement.on_conflict_do_update(
            index_elements=["account_id", "openid", "kind"],
            set_={
                "sent": case((is_new, 1), else_=MessageWindow.sent + 1),
                "opened_at": case((is_new, statement.excluded.opened_at), else_=MessageWindow.opened_at),
            },
            where=or_(is_new, MessageWindow.sent < rule.most),
        )
        .returning(MessageWindow.sent)
        .execution_options(synchronize_session=False)
    )
    return taken


def _set(session: Session, account_id: int, openid: str, taken: Taken, **values: object) -> None:
    session.execute(
        update(MessageWindow)
        .where(
            MessageWindow.account_id == account_id,
            MessageWindow.openid == openid,
            MessageWindow.kind == taken.kind,
            MessageWindow.opened_at == taken.opened_at,
            MessageWindow.sent > 0,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
