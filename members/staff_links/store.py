"""Queries on links between people of the console and their WeChat."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from house.permissions import Permission
from members.staff_links.rules import Colleague
from models.members import StaffLink
from staff.roles import Access, Held, Role
from staff.service import list_grants


def list_links(session: Session, account_id: int, staff_id: int) -> list[StaffLink]:
    """Somebody's own links that hold, the oldest first."""
    query = select(StaffLink).where(StaffLink.account_id == account_id, StaffLink.staff_id == staff_id)
    query = query.where(StaffLink.mark.is_not(None), StaffLink.ended_at.is_(None))
    return list(session.scalars(query.order_by(StaffLink.id)))


def find_linked(session: Session, account_id: int) -> set[int]:
    """Ids of the people with a link that holds."""
    query = select(StaffLink.staff_id).where(
        StaffLink.account_id == account_id, StaffLink.mark.is_not(None), StaffLink.ended_at.is_(None)
    )
    return set(session.scalars(query))


def find_follower_link(session: Session, account_id: int, mark: str) -> StaffLink | None:
    """The link of a follower that was made last."""
    query = select(StaffLink).where(StaffLink.account_id == account_id, StaffLink.mark == mark)
    return session.scalar(query.order_by(StaffLink.id.desc()).limit(1))


def list_colleagues(session: Session, account_id: int, chain: Sequence[int], at: datetime) -> list[Colleague]:
    """Everybody with a role in `chain` (the account's organisation and those above) that holds at a moment; organisers and
    administrators first, then by name."""
    query = select(StaffLink.staff_id).where(
        StaffLink.account_id == account_id, StaffLink.mark.is_not(None), StaffLink.ended_at.is_(None)
    )
    linked = set(session.scalars(query))
    grants = [one for one in list_grants(session, chain) if one.staff.active]
    found = []
    for _, held in groupby(grants, key=lambda one: one.staff_id):
        given = list(held)
        roles = [Held(one.organisation_id, Role(one.role), one.expires_at) for one in given]
        if permissions := Access.at(roles, at).permissions(chain):
            staff = given[0].staff
            found.append(Colleague(staff, Permission.CAMPAIGNS in permissions, staff.id in linked))
    return sorted(found, key=lambda one: not one.organises)


def is_barred(session: Session, account_id: int, mark: str, since: datetime) -> bool:
    """Is a follower (`rules.follower_mark`) kept from a draw as one of the staff? `since`: `rules.barred_since`."""
    query = select(StaffLink.id).where(StaffLink.account_id == account_id, StaffLink.mark == mark)
    return session.scalar(query.where(_counts(since)).limit(1)) is not None


def list_barred(session: Session, account_id: int, since: datetime) -> dict[str, datetime]:
    """The marks of all who are kept from a draw, and when each was linked first."""
    query = select(StaffLink.mark, StaffLink.linked_at).where(
        StaffLink.account_id == account_id, StaffLink.mark.is_not(None), _counts(since)
    )
    found: dict[str, datetime] = {}
    for mark, linked_at in session.execute(query.order_by(StaffLink.linked_at)):
        if mark is not None and linked_at is not None:
            found.setdefault(mark, linked_at)
    return found


def _counts(since: datetime) -> ColumnElement[bool]:
    return or_(StaffLink.ended_at.is_(None), StaffLink.ended_at > since)
