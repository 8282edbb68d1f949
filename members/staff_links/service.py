"""Verbs on links between people of the console and their own WeChat: a code is made, comes in the chat, the link ends.

Whose WeChat it is comes from the platform alone: the code is shown in the console and has to be sent from the chat. Kept is
a keyed hash of the openid, one for each account. Nobody can be kept from having a second WeChat; see `docs/architecture.md`.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from accounts import audit
from core.errors import NotFound
from members.ledger import mark_of
from members.staff_links.rules import CODE_MINUTES, follower_mark
from members.staff_links.store import list_links
from models.members import StaffLink
from models.staff import Staff
from models.upsert import count_rows
from staff.roles import Access
from staff.service import held_by

_DIGITS = 8


def make_code(session: Session, account_id: int, staff_id: int, now: datetime) -> str:
    """Eight digits that link whoever sends them to the account within CODE_MINUTES, once. One made before is void."""
    mine = (StaffLink.account_id == account_id, StaffLink.staff_id == staff_id)
    session.execute(delete(StaffLink).where(*mine, StaffLink.mark.is_(None)))
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    until = now + timedelta(minutes=CODE_MINUTES)
    row = StaffLink(
        account_id=account_id, staff_id=staff_id, code_hash=_hash(account_id, code), code_until=until
    )
    session.add(row)
    session.flush()
    return code


def link(
    session: Session, account_id: int, chain: Sequence[int], openid: str, code: str, now: datetime
) -> Staff | None:
    """A follower sent a code: who they are in the console; None for a code that is wrong, used, too old, or of somebody who
    has no role in `chain` (the account's organisation and those above) any more. The same message again changes nothing."""
    mark = follower_mark(account_id, openid)
    where = (StaffLink.account_id == account_id, StaffLink.code_hash == _hash(account_id, code))
    found = session.scalar(select(StaffLink).where(*where))
    staff = session.get(Staff, found.staff_id) if found is not None else None
    if staff is None or not _has_role(session, staff, chain, now):
        return None
    taking = update(StaffLink).where(*where, StaffLink.mark.is_(None), StaffLink.code_until > now)
    taking = taking.values(mark=mark, linked_at=now)
    if count_rows(session.execute(taking.execution_options(synchronize_session=False))):
        act = audit.Act(
            f"{staff.name}（{staff.login}）", "staff_linked", staff_id=staff.id, organisation_id=chain[0]
        )
        audit.note(session, act, now)
        return staff
    again = session.scalar(select(StaffLink.id).where(*where, StaffLink.mark == mark))
    return staff if again is not None else None


def end_link(session: Session, account_id: int, staff_id: int, link_id: int, now: datetime) -> None:
    """One's own link ends; it counts on for a while (`rules.STILL_BARRED`). Raises NotFound."""
    own = [one.id for one in list_links(session, account_id, staff_id) if one.id == link_id]
    if not _end(session, account_id, own, now):
        raise NotFound("no_link", "没有这个绑定，可能已经解除。")


def end_idle(session: Session, chains: Mapping[int, Sequence[int]], now: datetime) -> int:
    """End the links of those who have no role any more; returns how many. `chains`: by account id, as in `link`."""
    query = select(StaffLink, Staff).join(Staff, Staff.id == StaffLink.staff_id)
    query = query.where(StaffLink.mark.is_not(None), StaffLink.ended_at.is_(None))
    links = session.execute(query.execution_options(all_tenants="links of every account end with the role"))
    return sum(
        _end(session, one.account_id, [one.id], now)
        for one, staff in links.all()
        if one.account_id in chains and not _has_role(session, staff, chains[one.account_id], now)
    )


def _has_role(session: Session, staff: Staff, chain: Sequence[int], now: datetime) -> bool:
    return staff.active and bool(Access.at(held_by(session, staff.id), now).permissions(chain))


def _end(session: Session, account_id: int, ids: Sequence[int], now: datetime) -> int:
    where = (StaffLink.account_id == account_id, StaffLink.id.in_(ids), StaffLink.mark.is_not(None))
    ending = update(StaffLink).where(*where, StaffLink.ended_at.is_(None)).values(ended_at=now)
    return count_rows(session.execute(ending.execution_options(synchronize_session=False)))


def _hash(account_id: int, code: str) -> str:
    return mark_of(f"staff-code:{account_id}", code)
