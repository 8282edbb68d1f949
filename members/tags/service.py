"""Verbs on tags. A change is made here and handed to the outbox in one transaction; `members.tags.couriers` delivers it.

`linked` says that the platform keeps the account's tags too; an account without that right has its own alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound, SoldOut
from core.ids import public_id
from jobs.outbox import post
from members.rules import GROUPS, TAGGING, View
from members.tags.rules import BATCH, MOST_ON_ONE, MOST_TAGS, check_name, is_reserved
from models.members import Consent, Member, MemberTag, Tag
from models.upsert import count_rows, insert_missing

TAG = "tag"
"""Outbox: a tag's own change, {"tag_id": …, "version": …}."""
TAG_MEMBERS = "tag_members"
"""Outbox: a tag put on or taken off followers, {"tag_id": …, "add": …, "member_ids": […]}."""
UNTAG = "untag"
"""Outbox: the platform's tags taken off somebody who erased themselves, {"openid": …, "platform_ids": […]}."""


def list_tags(session: Session, account_id: int) -> list[Tag]:
    """All tags of an account (the platform allows 100), by name."""
    return list(session.scalars(select(Tag).where(Tag.account_id == account_id).order_by(Tag.name, Tag.id)))


def get_tag(session: Session, account_id: int, public_id_: str) -> Tag:
    """Raises NotFound."""
    tag = session.scalar(select(Tag).where(Tag.account_id == account_id, Tag.public_id == public_id_))
    if tag is None:
        raise NotFound("no_tag", "没有这个标签，可能刚被删除。")
    return tag


def create_tag(session: Session, account_id: int, name: str, *, linked: bool, now: datetime) -> Tag:
    """Raises Invalid, Conflict (the name is taken) or SoldOut (100 tags)."""
    name = check_name(name)
    if (session.scalar(select(func.count()).where(Tag.account_id == account_id)) or 0) >= MOST_TAGS:
        raise SoldOut("too_many", f"一个公众号最多 {MOST_TAGS} 个标签，请先删除不用的标签")
    tag = Tag(
        account_id=account_id,
        public_id=public_id(),
        name=name,
        state="creating" if linked else "live",
        problem="",
        changed_at=now,
    )
    try:
        with session.begin_nested():
            session.add(tag)
    except IntegrityError:
        raise _name_taken(name) from None
    if linked:
        _push(session, tag, now)
    return tag


def rename_tag(session: Session, tag: Tag, name: str, version: int, *, linked: bool, now: datetime) -> None:
    """Raises Invalid, or Conflict when somebody changed it meanwhile or the name is taken."""
    name = check_name(name)
    _check_own(tag)
    if name == tag.name:
        return
    state = "creating" if tag.state == "creating" else "renaming"
    _change(session, tag, version, now, name=name, state=state if linked else "live")
    if linked:
        _push(session, tag, now)


def delete_tag(session: Session, tag: Tag, version: int, *, linked: bool, now: datetime) -> None:
    """Where the platform has it too, it goes once the platform agreed. Raises Conflict."""
    _check_own(tag)
    if linked and tag.platform_id is not None:
        _change(session, tag, version, now, state="deleting", fill_group="")
        _push(session, tag, now)
        return
    gone = session.execute(
        delete(Tag).where(Tag.account_id == tag.account_id, Tag.id == tag.id, Tag.version == version)
    )
    if not count_rows(gone):
        raise _changed()


def retry_tag(session: Session, tag: Tag, version: int, now: datetime) -> None:
    """Tell the platform again what it refused. Raises Conflict."""
    if tag.state == "live" or not tag.problem:
        raise Conflict("nothing_to_retry", "这个标签没有等待重试的改动")
    _change(session, tag, version, now)
    _push(session, tag, now)


def start_filling(session: Session, tag: Tag, group: str, now: datetime) -> None:
    """Let the worker put the tag on a group by behaviour, as it is at this moment. Raises Invalid."""
    if group not in GROUPS:
        raise Invalid("bad_group", "没有这个分组，请重新选择")
    tag.fill_group, tag.fill_after, tag.fill_at, tag.filled = View(group), "", now, 0


@dataclass(frozen=True, slots=True)
class Tagged:
    """How many were changed; how many were left out because they do not want tags, or carry as many as they can."""

    changed: int
    unwilling: int = 0
    full: int = 0


def add_tag(session: Session, tag: Tag, members: Sequence[Member], *, linked: bool, now: datetime) -> Tagged:
    """Put a tag on followers; who carries it already is left as is. Raises Conflict while it is being deleted."""
    if tag.state == "deleting":
        raise Conflict("deleting", f"标签「{tag.name}」正在删除，不能再用")
    willing, unwilling = _willing(session, tag.account_id, members)
    fit = _with_room(session, tag, willing)
    rows = [
        {
            "account_id": tag.account_id,
            "tag_id": tag.id,
            "member_id": member.id,
            "state": "adding" if linked else "local",
            "changed_at": now,
        }
        for member in fit
    ]
    changed = insert_missing(session, MemberTag, rows)
    changed += _move(session, tag, fit, ("removing",), "adding" if linked else "local", now)
    if linked and changed:
        push_members(session, tag, [member.id for member in fit], now, add=True)
    return Tagged(changed, unwilling, len(willing) - len(fit))


def remove_tag(
    session: Session, tag: Tag, members: Sequence[Member], *, linked: bool, now: datetime
) -> Tagged:
    """Take a tag off followers."""
    changed = _forget(session, tag, members, ("local",) if linked else ("local", "on", "adding", "removing"))
    if linked:
        moved = _move(session, tag, members, ("on", "adding"), "removing", now)
        if moved:
            push_members(session, tag, [member.id for member in members], now, add=False)
        changed += moved
    return Tagged(changed)


def drop_all_tags(session: Session, account_id: int, member_id: int, *, linked: bool, now: datetime) -> None:
    """Take all tags off one follower."""
    query = (
        select(Tag)
        .join(MemberTag, MemberTag.tag_id == Tag.id)
        .where(
            Tag.account_id == account_id,
            MemberTag.account_id == account_id,
            MemberTag.member_id == member_id,
        )
    )
    member = session.scalars(
        select(Member).where(Member.account_id == account_id, Member.id == member_id)
    ).one()
    for tag in list(session.scalars(query)):
        remove_tag(session, tag, [member], linked=linked, now=now)


def push_members(session: Session, tag: Tag, member_ids: Sequence[int], now: datetime, *, add: bool) -> None:
    """Hand a change of who carries a tag to the outbox. While the platform does not know the tag, its courier will."""
    if tag.platform_id is None:
        return
    for start in range(0, len(member_ids), BATCH):
        payload = {"tag_id": tag.id, "add": add, "member_ids": list(member_ids[start : start + BATCH])}
        post(session, tag.account_id, TAG_MEMBERS, f"tag_members:{tag.id}:{public_id()}", payload, now)


def _push(session: Session, tag: Tag, now: datetime) -> None:
    payload = {"tag_id": tag.id, "version": tag.version}
    post(session, tag.account_id, TAG, f"tag:{tag.public_id}:{tag.version}", payload, now)


def _check_own(tag: Tag) -> None:
    if is_reserved(tag.platform_id):
        raise Conflict("reserved", f"「{tag.name}」是微信平台自带的标签，不能修改或删除")


def _change(session: Session, tag: Tag, version: int, now: datetime, **values: str) -> None:
    try:
        with session.begin_nested():
            changed = session.execute(
                update(Tag)
                .where(Tag.account_id == tag.account_id, Tag.id == tag.id, Tag.version == version)
                .values(version=version + 1, changed_at=now, problem="", **values)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        raise _name_taken(values.get("name", "")) from None
    if not count_rows(changed):
        raise _changed()
    session.refresh(tag)


def _willing(session: Session, account_id: int, members: Sequence[Member]) -> tuple[list[Member], int]:
    query = select(Consent.openid).where(
        Consent.account_id == account_id,
        Consent.openid.in_([member.openid for member in members]),
        Consent.purpose == TAGGING,
        Consent.withdrawn_at.is_not(None),
    )
    unwilling = set(session.scalars(query))
    return [member for member in members if member.openid not in unwilling], len(unwilling)


def _with_room(session: Session, tag: Tag, members: Sequence[Member]) -> list[Member]:
    """Those who carry fewer than the platform allows, this tag aside."""
    query = (
        select(MemberTag.member_id)
        .where(
            MemberTag.account_id == tag.account_id,
            MemberTag.member_id.in_([member.id for member in members]),
            MemberTag.tag_id != tag.id,
            MemberTag.state != "removing",
        )
        .group_by(MemberTag.member_id)
        .having(func.count() >= MOST_ON_ONE)
    )
    full = set(session.scalars(query))
    return [member for member in members if member.id not in full]


def _move(
    session: Session,
    tag: Tag,
    members: Sequence[Member],
    from_states: tuple[str, ...],
    to_state: str,
    now: datetime,
) -> int:
    moved = session.execute(
        update(MemberTag)
        .where(
            MemberTag.account_id == tag.account_id,
            MemberTag.tag_id == tag.id,
            MemberTag.member_id.in_([member.id for member in members]),
            MemberTag.state.in_(from_states),
        )
        .values(state=to_state, changed_at=now)
        .execution_options(synchronize_session=False)
    )
    return count_rows(moved)


def _forget(session: Session, tag: Tag, members: Sequence[Member], states: tuple[str, ...]) -> int:
    gone = session.execute(
        delete(MemberTag)
        .where(
            MemberTag.account_id == tag.account_id,
            MemberTag.tag_id == tag.id,
            MemberTag.member_id.in_([member.id for member in members]),
            MemberTag.state.in_(states),
        )
        .execution_options(synchronize_session=False)
    )
    return count_rows(gone)


def _name_taken(name: str) -> Conflict:
    return Conflict("name_taken", f"已经有叫「{name}」的标签，请换一个名字")


def _changed() -> Conflict:
    return Conflict("changed", "这个标签刚被别人改过或删除，您的改动没有保存。请看过现在的样子再改。")
