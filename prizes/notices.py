"""Reminders to winners: in the chat where the platform allows it, and kept as sent only once it took them.

A customer message reaches who wrote within two days. Others are reminded soon after they next write; until then their page
says it, and staff see who was not reached.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.capabilities import Capability, may
from accounts.directory import AccountView
from accounts.windows import OutOfReach, get_room
from core.clock import SHANGHAI, local_text
from house.couriers import send_customer_message
from house.parts import Parts
from jobs.outbox import Parcel, post
from models.ledger import Person
from models.prizes import Prize, Win
from wechat.replies import TextReply, to_custom_message

REMINDER = "prize_reminder"


class _Due(NamedTuple):
    openid: str
    prize: str
    deadline: datetime


def post_reminder(session: Session, account: AccountView, openid: str, win_id: int, now: datetime) -> bool:
    """Post one, at most once a day; False where none can reach the winner now."""
    if not may(account, Capability.CUSTOMER_MESSAGES) or not get_room(session, account.id, openid, now).left:
        return False
    key = f"{REMINDER}:{win_id}:{now.astimezone(SHANGHAI):%Y-%m-%d}"
    return post(session, account.id, REMINDER, key, {"win_id": win_id}, now)


def courier(parts: Parts) -> Callable[[Parcel], None]:
    """Tells a winner, unless the prize was claimed meanwhile or they were told before."""

    def deliver(parcel: Parcel) -> None:
        account_id, win_id, now = parcel.account_id, int(parcel.payload["win_id"]), parts.clock()
        with parts.db.read() as session:
            due = _find_due(session, account_id, win_id, now)
        message = to_custom_message(TextReply(_told(due)), due.openid) if due else None
        if due is None or message is None:
            return
        try:
            send_customer_message(parts, account_id, due.openid, message)
        except OutOfReach:
            return  # it waits for their next message
        with parts.db.work() as session:
            _mark(session, account_id, win_id, now)

    return deliver


def _told(due: _Due) -> str:
    until = local_text(due.deadline)
    return f"您抽中的「{due.prize}」还没有领取，{until} 截止，逾期作废。回复「我的奖品」领取。"


def _find_due(session: Session, account_id: int, win_id: int, now: datetime) -> _Due | None:
    query = (
        select(Person.openid, Prize.name, Win.deadline)
        .join(Prize, Prize.id == Win.prize_id)
        .join(Person, Person.id == Win.person_id)
        .where(
            Win.account_id == account_id,
            Prize.account_id == account_id,
            Person.account_id == account_id,
            Person.openid.is_not(None),
            Win.id == win_id,
            Win.state == "won",
            Win.reminded_at.is_(None),
            Win.deadline > now,
        )
    )
    row = session.execute(query).one_or_none()
    return None if row is None else _Due(row[0] or "", row[1], row[2])


def _mark(session: Session, account_id: int, win_id: int, now: datetime) -> None:
    where = (Win.account_id == account_id, Win.id == win_id, Win.reminded_at.is_(None))
    marking = update(Win).where(*where).values(reminded_at=now)
    session.execute(marking.execution_options(synchronize_session=False))
