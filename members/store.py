"""Queries on followers: pages of the list, counts up to a limit, somebody's messages. All ordered by an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from members.rules import OFTEN, OFTEN_DAYS, Cursor, Filter, View
from models.members import Member, MemberTag, Scene, Tag
from models.messages import MessageLog

COUNTED = 1000
"""Lists longer than this are not counted to the end."""
CARRIED = ("adding", "on", "local")
"""States of a tag that somebody carries."""


@dataclass(frozen=True, slots=True)
class Page:
    """Followers of one page; `next` is None on the last."""

    members: tuple[Member, ...]
    next: Cursor | None


def list_followers(
    session: Session, account_id: int, wanted: Filter, after: Cursor | None, limit: int
) -> Page:
    """One page, newest (in the view's own order) first."""
    rows = list(session.scalars(page_query(account_id, wanted, after, limit + 1)))
    more = len(rows) > limit
    rows = rows[:limit]
    return Page(tuple(rows), _cursor(rows[-1], wanted) if more else None)


def page_query(account_id: int, wanted: Filter, after: Cursor | None, limit: int) -> Select[Member]:
    """The query of `list_followers`: served by the index of the tag, else the scene, else the view."""
    query = _matching(select(Member), account_id, wanted)
    order, id_ = _order(wanted), _id(wanted)
    if after is not None:
        value: Any = after.moment if order is not None and order is not Member.asked_count else after.value
        query = query.where(_is_below(order, id_, value, after.id))
    if order is not None:
        query = query.order_by(order.desc())
    return query.order_by(id_.desc()).limit(limit)


def _matching(query: "Select[Any]", account_id: int, wanted: Filter) -> "Select[Any]":
    """`query` on members, narrowed to whom `wanted` means."""
    query = query.where(Member.account_id == account_id, *_conditions(wanted))
    if wanted.tag_id is not None:
        query = query.join(MemberTag, MemberTag.member_id == Member.id).where(
            MemberTag.account_id == account_id,
            MemberTag.tag_id == wanted.tag_id,
            MemberTag.state.in_(CARRIED),
        )
    if wanted.scene:
        query = query.where(Member.scene == wanted.scene)
    return query


def count_followers(session: Session, account_id: int, wanted: Filter) -> int:
    """How many there are, at most COUNTED + 1."""
    few = _few(account_id, wanted).subquery()
    return session.scalar(select(func.count()).select_from(few)) or 0


def _few(account_id: int, wanted: Filter) -> "Select[Any]":
    """The ids of the first, in the list's order, so that the same index serves it."""
    if wanted.tag_id is None or wanted.scene or wanted.view is not View.ALL:
        return page_query(account_id, wanted, None, COUNTED + 1).with_only_columns(Member.id)
    # Who carries a tag is told by the tag alone.
    carried = select(MemberTag.member_id).where(
        MemberTag.account_id == account_id,
        MemberTag.tag_id == wanted.tag_id,
        MemberTag.state.in_(CARRIED),
    )
    return carried.order_by(MemberTag.member_id.desc()).limit(COUNTED + 1)


def list_tags_of(session: Session, account_id: int, member_ids: Sequence[int]) -> dict[int, list[Tag]]:
    """The tags that each of some followers carries, by member id."""
    query = (
        select(MemberTag.member_id, Tag)
        .join(Tag, Tag.id == MemberTag.tag_id)
        .where(
            MemberTag.account_id == account_id,
            Tag.account_id == account_id,
            MemberTag.member_id.in_(member_ids),
            MemberTag.state.in_(CARRIED),
        )
        .order_by(Tag.name)
    )
    found: dict[int, list[Tag]] = {}
    for member_id, tag in session.execute(query):
        found.setdefault(member_id, []).append(tag)
    return found


def scene_labels(session: Session, account_id: int) -> dict[str, str]:
    """What the posters are called, by scene."""
    query = select(Scene.scene, Scene.label).where(Scene.account_id == account_id).order_by(Scene.label)
    return dict(session.execute(query).all())


def list_messages(
    session: Session, account_id: int, openid: str, before: int | None, limit: int
) -> list[MessageLog]:
    """Somebody's messages and events, newest first, those with an id below `before`."""
    query = select(MessageLog).where(MessageLog.account_id == account_id, MessageLog.openid == openid)
    if before is not None:
        query = query.where(MessageLog.id < before)
    return list(session.scalars(query.order_by(MessageLog.id.desc()).limit(limit)))


def find_message(session: Session, account_id: int, openid: str, message_key: str) -> MessageLog | None:
    query = select(MessageLog).where(
        MessageLog.account_id == account_id,
        MessageLog.message_key == message_key,
        MessageLog.openid == openid,
    )
    return session.scalar(query)


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    following = Member.following.is_(True)
    recent = wanted.now - timedelta(days=OFTEN_DAYS)
    conditions: dict[View, list[ColumnElement[bool]]] = {
        View.ALL: [],
        View.FOLLOWING: [following],
        View.LEFT: [Member.following.is_(False)],
        View.NEW: [Member.followed_at >= wanted.since, following],
        View.ACTIVE: [Member.last_seen_at >= wanted.since, following],
        View.ASLEEP: [Member.last_seen_at < wanted.since, following],
        View.ASKED: [Member.asked_at.is_not(None)],
        View.OFTEN: [Member.asked_count >= OFTEN, Member.asked_at >= recent],
        View.BLOCKED: [Member.blocked_at.is_not(None)],
    }
    return conditions[wanted.view]


_ORDERS: dict[View, Any] = {
    View.NEW: Member.followed_at,
    View.ASKED: Member.asked_at,
    View.OFTEN: Member.asked_count,
    View.BLOCKED: Member.blocked_at,
}


def _order(wanted: Filter) -> Any:
    """What comes before the id in the order; nothing for those who carry a tag."""
    return None if wanted.tag_id is not None else _ORDERS.get(wanted.view, Member.last_seen_at)


def _id(wanted: Filter) -> Any:
    return Member.id if wanted.tag_id is None else MemberTag.member_id


def _is_below(order: Any, id_: Any, value: Any, last_id: int) -> ColumnElement[bool]:
    if order is None:
        below: ColumnElement[bool] = id_ < last_id
        return below
    return and_(order <= value, or_(order < value, id_ < last_id))


def _cursor(last: Member, wanted: Filter) -> Cursor:
    order = _order(wanted)
    return Cursor.at(0 if order is None else getattr(last, order.key), last.id)
