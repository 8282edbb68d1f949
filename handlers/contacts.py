"""Verbs on contacts by district that staff took out: each can be put back for a month."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from accounts.profile import check_profile
from core.errors import Conflict, NotFound
from core.ids import public_id
from handlers.forms import MOST_CONTACTS
from handlers.welcome import mark, part_of, save_part
from models.accounts import Account, RemovedContact
from models.upsert import count_rows

KEPT = timedelta(days=30)
_PART = ("contacts",)


def save_contacts(
    session: Session,
    account_id: int,
    contacts: Sequence[dict[str, Any]],
    seen: str,
    *,
    by: str,
    now: datetime,
) -> None:
    """Replace all; those that are no longer among them can be put back. Raises Invalid, Conflict."""
    before = _stored(session, account_id)
    save_part(session, account_id, _PART, list(contacts), seen)
    for one in _removed(before, contacts):
        session.add(
            RemovedContact(
                account_id=account_id, public_id=public_id(), contact=one, removed_at=now, removed_by=by
            )
        )


def _removed(before: Sequence[dict[str, Any]], after: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A district that only got another name, or another telephone, is still there."""
    districts = {one["district"] for one in after}
    offices = {(one["department"], one["phone"]) for one in after}
    return [
        one
        for one in before
        if one["district"] not in districts and (one["department"], one["phone"]) not in offices
    ]


def list_removed(session: Session, account_id: int, now: datetime) -> list[RemovedContact]:
    """Those that can still be put back, the last one first."""
    query = select(RemovedContact).where(
        RemovedContact.account_id == account_id, RemovedContact.removed_at > now - KEPT
    )
    return list(session.scalars(query.order_by(RemovedContact.removed_at.desc(), RemovedContact.id.desc())))


def get_removed(session: Session, account_id: int, public_id: str) -> RemovedContact:
    """Raises NotFound."""
    query = select(RemovedContact).where(
        RemovedContact.account_id == account_id, RemovedContact.public_id == public_id
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("no_contact", "没有这条删除的联系方式，可能别人已经恢复，或者超过 30 天了。")
    return found


def restore_contact(session: Session, account_id: int, public_id: str) -> None:
    """Put it at the end of the others. Raises NotFound, or Conflict where there is no room or its district is back."""
    removed = get_removed(session, account_id, public_id)
    stored = _stored(session, account_id)
    if len(stored) >= MOST_CONTACTS:
        raise Conflict("full", f"最多 {MOST_CONTACTS} 个区，已经满了：请先删去一个。")
    if removed.contact["district"] in {one["district"] for one in stored}:
        raise Conflict("is_there", f"「{removed.contact['district']}」已经有了，没有再加一次。")
    save_part(session, account_id, _PART, [*stored, removed.contact], mark(stored))
    session.delete(removed)


def forget_removed(session: Session, now: datetime) -> int:
    """Delete those that nobody put back in time; returns how many."""
    old = delete(RemovedContact).where(RemovedContact.removed_at <= now - KEPT)
    return count_rows(session.execute(old.execution_options(all_tenants="contacts of every account")))


def _stored(session: Session, account_id: int) -> list[dict[str, Any]]:
    profile = check_profile(session.get_one(Account, account_id, populate_existing=True).profile, "资料")
    contacts: list[dict[str, Any]] = part_of(profile, _PART)
    return contacts
