"""Taking over the platform's tags. The platform is the truth for what exists there, except where a change of ours is on
its way: then that change decides, in its own time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.ids import public_id
from members.tags.service import push_members
from models.members import Member, MemberTag, Tag, TagSync
from models.upsert import count_rows, insert_missing

EVERY = timedelta(minutes=10)
_FULLY = timedelta(days=1)
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class PlatformTag:
    """A tag as the platform lists it."""

    id: int
    name: str
    followers: int


def want_sync(session: Session, account_id: int, now: datetime) -> None:
    """Let the worker compare soon, and completely."""
    row = {"account_id": account_id, "due_at": now, "problem": ""}
    if not insert_missing(session, TagSync, [row]):
        _set(session, account_id, due_at=now)
    session.execute(
        update(Tag)
        .where(Tag.account_id == account_id)
        .values(pulled_at=None)
        .execution_options(synchronize_session=False)
    )


def get_sync(session: Session, account_id: int) -> TagSync | None:
    return session.scalar(select(TagSync).where(TagSync.account_id == account_id))


def claim_sync(session: Session, account_id: int, now: datetime) -> bool:
    """Is it time to compare this account's tags, and ours to do? The next time is set at once."""
    insert_missing(session, TagSync, [{"account_id": account_id, "due_at": now, "problem": ""}])
    claimed = session.execute(
        update(TagSync)
        .where(TagSync.account_id == account_id, TagSync.due_at <= now)
        .values(due_at=now + EVERY)
        .execution_options(synchronize_session=False)
    )
    return count_rows(claimed) == 1


def close_sync(session: Session, account_id: int, now: datetime, problem: str = "") -> None:
    """Note how it went."""
    _set(session, account_id, problem=problem, **({} if problem else {"synced_at": now}))


def _set(session: Session, account_id: int, **values: Any) -> None:
    session.execute(
        update(TagSync)
        .where(TagSync.account_id == account_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def take_names(session: Session, account_id: int, listed: Sequence[PlatformTag], asked_at: datetime) -> None:
    """Make our tags those of the platform, as it listed them at `asked_at`. What we changed since is left alone."""
    ours = list(session.scalars(select(Tag).where(Tag.account_id == account_id).with_for_update()))
    there = {tag.id: tag for tag in listed}
    for tag in [one for one in ours if _is_gone(one, there, asked_at)]:
        session.delete(tag)
        ours.remove(tag)
    session.flush()
    known = {tag.platform_id: tag for tag in ours if tag.platform_id is not None}
    for tag in [one for one in ours if one.platform_id is None]:
        same = next((one for one in listed if one.name == tag.name and one.id in known), None)
        if same is not None:
            _merge(session, tag, known[same.id])
            ours.remove(tag)
    _free_names(session, ours, there)
    for theirs in listed:
        tag = (
            known.get(theirs.id)
            or _adopt(session, ours, theirs)
            or _add(session, account_id, theirs, asked_at)
        )
        if tag.state == "live":
            tag.name = theirs.name
        if tag.followers != theirs.followers:
            tag.followers, tag.pulled_at = theirs.followers, None
    session.flush()


def _is_gone(tag: Tag, there: dict[int, PlatformTag], asked_at: datetime) -> bool:
    return tag.platform_id is not None and tag.platform_id not in there and tag.changed_at < asked_at


def _merge(session: Session, tag: Tag, into: Tag) -> None:
    """The platform gave the name of a tag that only we have to one we both know: they are one."""
    of_account = MemberTag.account_id == tag.account_id
    carried = select(MemberTag.member_id).where(of_account, MemberTag.tag_id == into.id)
    moved = session.scalars(
        update(MemberTag)
        .where(of_account, MemberTag.tag_id == tag.id, MemberTag.member_id.not_in(carried))
        .values(tag_id=into.id)
        .returning(MemberTag.member_id)
        .execution_options(synchronize_session=False)
    ).all()
    push_members(session, into, moved, into.changed_at, add=True)
    session.delete(tag)
    session.flush()


def _free_names(session: Session, ours: list[Tag], there: dict[int, PlatformTag]) -> None:
    """Nobody of ours keeps a name that the platform gives to another tag: names may have been swapped there."""
    owners = {tag.name: tag.id for tag in there.values()}
    for tag in list(ours):
        owner = owners.get(tag.name)
        if owner is None or owner == tag.platform_id or tag.platform_id is None:
            continue
        if tag.state == "renaming":
            tag.state = "live"
            tag.problem = f"平台上已有叫「{tag.name}」的标签，改名没有成功"
        tag.name = f"~{tag.public_id}"
    session.flush()


def _adopt(session: Session, ours: list[Tag], theirs: PlatformTag) -> Tag | None:
    """Our own tag of that name which the platform did not know under a number of ours."""
    tag = next((one for one in ours if one.platform_id is None and one.name == theirs.name), None)
    if tag is not None:
        tag.platform_id, tag.state, tag.problem = theirs.id, "live", ""
        session.flush()
    return tag


def _add(session: Session, account_id: int, theirs: PlatformTag, now: datetime) -> Tag:
    tag = Tag(
        account_id=account_id,
        public_id=public_id(),
        name=theirs.name,
        platform_id=theirs.id,
        state="live",
        problem="",
        followers=0,
        changed_at=now,
    )
    session.add(tag)
    return tag


def list_unpulled(session: Session, account_id: int, now: datetime) -> list[Tag]:
    """Tags whose followers should be taken over: their number changed, or it is a day ago."""
    query = select(Tag).where(Tag.account_id == account_id, Tag.platform_id.is_not(None))
    return [tag for tag in session.scalars(query) if tag.pulled_at is None or tag.pulled_at <= now - _FULLY]


def take_members(
    session: Session, account_id: int, tag_id: int, openids: Collection[str], asked_at: datetime
) -> None:
    """Make those who carry a tag the ones the platform listed at `asked_at`. Who we never saw is left out."""
    missing = set(openids)
    gone: list[int] = []
    confirmed: list[int] = []
    for id_, openid, state, changed_at in _carriers(session, account_id, tag_id):
        if openid in missing:
            missing.discard(openid)
            if state in ("adding", "local"):
                confirmed.append(id_)
        elif state == "removing" or (state == "on" and changed_at < asked_at):
            gone.append(id_)
    of_tag = (MemberTag.account_id == account_id, MemberTag.tag_id == tag_id)
    for ids in _chunks(gone):
        session.execute(delete(MemberTag).where(*of_tag, MemberTag.id.in_(ids)))
    for ids in _chunks(confirmed):
        session.execute(
            update(MemberTag)
            .where(*of_tag, MemberTag.id.in_(ids))
            .values(state="on")
            .execution_options(synchronize_session=False)
        )
    for some in _chunks(sorted(missing)):
        query = select(Member.id).where(Member.account_id == account_id, Member.openid.in_(some))
        row = {"account_id": account_id, "tag_id": tag_id, "state": "on", "changed_at": asked_at}
        insert_missing(session, MemberTag, [{**row, "member_id": id_} for id_ in session.scalars(query)])
    session.execute(
        update(Tag)
        .where(Tag.account_id == account_id, Tag.id == tag_id)
        .values(pulled_at=asked_at)
        .execution_options(synchronize_session=False)
    )


def _carriers(session: Session, account_id: int, tag_id: int) -> list[tuple[int, str, str, datetime]]:
    query = (
        select(MemberTag.id, Member.openid, MemberTag.state, MemberTag.changed_at)
        .join(Member, Member.id == MemberTag.member_id)
        .where(
            MemberTag.account_id == account_id,
            Member.account_id == account_id,
            MemberTag.tag_id == tag_id,
        )
    )
    return list(session.execute(query))


def _chunks(items: Sequence[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
