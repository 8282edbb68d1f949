"""The blacklist (黑名单): kept here, and by the platform, which then no longer passes on what somebody writes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.ids import public_id
from house.parts import Parts
from jobs.outbox import Courier, Parcel, post
from members.tags.couriers import one_by_one
from models.members import Member
from models.upsert import count_rows

BLACKLIST = "blacklist"
"""Outbox: tell the platform who of {"member_ids": […]} is on the blacklist now and who is not."""
_BATCH = 20


def set_blocked(
    session: Session,
    account_id: int,
    members: Sequence[Member],
    *,
    blocked: bool,
    linked: bool,
    now: datetime,
) -> int:
    """Put followers on the blacklist or take them off; returns how many were not there (or were) before."""
    ids = [member.id for member in members]
    changed = session.execute(
        update(Member)
        .where(
            Member.account_id == account_id,
            Member.id.in_(ids),
            Member.blocked_at.is_(None) if blocked else Member.blocked_at.is_not(None),
        )
        .values(blocked_at=now if blocked else None, block_problem="")
        .execution_options(synchronize_session=False)
    )
    if linked and count_rows(changed):
        for start in range(0, len(ids), _BATCH):
            payload = {"member_ids": ids[start : start + _BATCH]}
            post(session, account_id, BLACKLIST, f"blacklist:{public_id()}", payload, now)
    return count_rows(changed)


def courier(parts: Parts) -> Courier:
    """Delivers BLACKLIST. Who is on the list is looked up at that moment, so that the last word of staff holds."""

    def deliver(parcel: Parcel) -> None:
        api = parts.platform.api(parts.directory.get_by_id(parcel.account_id))
        with parts.db.read() as session:
            rows = _who(session, parcel)
        blocked = [openid for openid, is_blocked in rows if is_blocked]
        free = [openid for openid, is_blocked in rows if not is_blocked]
        refused = one_by_one(api.tag.batch_black_list, blocked)
        refused |= one_by_one(api.tag.batch_unblack_list, free)
        if refused:
            with parts.db.work() as session:
                for openid, error in refused.items():
                    _note_problem(session, parcel.account_id, openid, error.message)

    return deliver


def _who(session: Session, parcel: Parcel) -> list[tuple[str, bool]]:
    query = select(Member.openid, Member.blocked_at.is_not(None)).where(
        Member.account_id == parcel.account_id, Member.id.in_(parcel.payload["member_ids"])
    )
    return list(session.execute(query))


def _note_problem(session: Session, account_id: int, openid: str, text: str) -> None:
    session.execute(
        update(Member)
        .where(Member.account_id == account_id, Member.openid == openid)
        .values(block_problem=text)
        .execution_options(synchronize_session=False)
    )
