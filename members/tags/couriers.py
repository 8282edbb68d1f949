"""Deliver changes of tags to the platform. What is delivered is read from the tables at that moment, so that an item that
comes late or twice changes nothing wrongly."""

from collections.abc import Callable, Sequence
from functools import partial

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.clock import Clock
from core.errors import Conflict
from house.parts import Parts
from jobs.outbox import Courier, Parcel
from members.tags.service import TAG, TAG_MEMBERS, UNTAG, push_members
from models.db import Database
from models.members import Member, MemberTag, Tag
from wechat.api.base import as_int, as_rows
from wechat.client import WeChatAPI
from wechat.errors import WeChatError

_NO_SUCH_TAG = 45159


def couriers(parts: Parts) -> dict[str, Courier]:
    """Those of tags, by the kind they deliver."""
    return {TAG: _tag_courier(parts), TAG_MEMBERS: _members_courier(parts), UNTAG: _untag_courier(parts)}


def _tag_courier(parts: Parts) -> Courier:
    def deliver(parcel: Parcel) -> None:
        api = _api(parts, parcel)
        with parts.db.read() as session:
            tag = _find(session, parcel)
        if tag is None or tag.version != parcel.payload["version"] or tag.state == "live":
            return  # somebody changed it again, and that has an item of its own
        try:
            _deliver_tag(parts.db, parts.clock, api, tag)
        except WeChatError as error:
            if error.permanent:
                _refused(parts.db, tag, error)
            raise

    return deliver


def _deliver_tag(db: Database, clock: Clock, api: WeChatAPI, tag: Tag) -> None:
    if tag.state == "deleting":
        _delete(api, tag)
        with db.work() as session:
            session.execute(delete(Tag).where(Tag.account_id == tag.account_id, Tag.id == tag.id))
        return
    if tag.platform_id is None:
        platform_id = _create(api, tag)
        with db.work() as session:
            if _belongs_to_another(session, tag, platform_id):
                raise Conflict("name_in_use", f"平台上的「{tag.name}」正在改名，稍后再试")
            _settle(session, tag, platform_id)
            found = session.scalars(
                select(Tag).where(Tag.account_id == tag.account_id, Tag.id == tag.id)
            ).one_or_none()
            if found is not None:
                _push_waiting(session, found, clock)
        return
    api.tag.update(tag.platform_id, tag.name)
    with db.work() as session:
        _settle(session, tag, tag.platform_id)


def _create(api: WeChatAPI, tag: Tag) -> int:
    """The platform's number; of the tag that has this name there already, if one does (an answer may have been lost)."""
    for row in as_rows(api.call("GET", "/cgi-bin/tags/get"), "tags"):
        if row.get("name") == tag.name:
            return as_int(row.get("id"))
    return as_int(api.tag.create(tag.name)["id"])


def _delete(api: WeChatAPI, tag: Tag) -> None:
    try:
        api.tag.delete(tag.platform_id)
    except WeChatError as error:
        if error.errcode != _NO_SUCH_TAG:
            raise


def _belongs_to_another(session: Session, tag: Tag, platform_id: int) -> bool:
    query = select(Tag.id).where(
        Tag.account_id == tag.account_id, Tag.platform_id == platform_id, Tag.id != tag.id
    )
    return session.scalar(query) is not None


def _settle(session: Session, tag: Tag, platform_id: int) -> None:
    """The platform has it; it is at rest unless it was changed again meanwhile."""
    of_tag = (Tag.account_id == tag.account_id, Tag.id == tag.id)
    quietly = {"synchronize_session": False}
    session.execute(update(Tag).where(*of_tag).values(platform_id=platform_id).execution_options(**quietly))
    session.execute(
        update(Tag)
        .where(*of_tag, Tag.version == tag.version)
        .values(state="live", problem="")
        .execution_options(**quietly)
    )


def _refused(db: Database, tag: Tag, error: WeChatError) -> None:
    """A refused creation waits for somebody to mend it; after a refused change the platform's word holds."""
    state = "creating" if tag.platform_id is None else "live"
    with db.work() as session:
        session.execute(
            update(Tag)
            .where(Tag.account_id == tag.account_id, Tag.id == tag.id, Tag.version == tag.version)
            .values(state=state, problem=error.message)
            .execution_options(synchronize_session=False)
        )


def _push_waiting(session: Session, tag: Tag, clock: Clock) -> None:
    """Those who were given the tag while the platform did not know it."""
    query = select(MemberTag.member_id).where(
        MemberTag.account_id == tag.account_id, MemberTag.tag_id == tag.id, MemberTag.state == "adding"
    )
    push_members(session, tag, list(session.scalars(query)), clock(), add=True)


def _members_courier(parts: Parts) -> Courier:
    def deliver(parcel: Parcel) -> None:
        api, add = _api(parts, parcel), bool(parcel.payload["add"])
        with parts.db.read() as session:
            tag = _find(session, parcel)
            waiting = _waiting(session, parcel, "adding" if add else "removing") if tag else []
        if tag is None or tag.platform_id is None or not waiting:
            return
        here = [openid for _, openid, following in waiting if following]
        call = api.tag.tag_user if add else api.tag.untag_user
        refused = one_by_one(partial(call, tag.platform_id), here)
        with parts.db.work() as session:
            _note_delivered(session, parcel, waiting, refused, add=add)
            if refused:
                _note_problem(session, parcel, next(iter(refused.values())), len(refused))

    return deliver


def one_by_one(call: Callable[[Sequence[str]], object], openids: Sequence[str]) -> dict[str, WeChatError]:
    """Call for all at once; where the platform refuses the lot for good, for each alone. Returns who was refused and why.

    Raises what may go better later.
    """
    if not openids:
        return {}
    try:
        call(list(openids))
    except WeChatError as error:
        if not error.permanent:
            raise
        if len(openids) == 1:
            return {openids[0]: error}
        refused: dict[str, WeChatError] = {}
        for openid in openids:
            refused |= one_by_one(call, [openid])
        return refused
    return {}


def _waiting(session: Session, parcel: Parcel, state: str) -> list[tuple[int, str, bool]]:
    query = (
        select(MemberTag.id, Member.openid, Member.following)
        .join(Member, Member.id == MemberTag.member_id)
        .where(
            MemberTag.account_id == parcel.account_id,
            Member.account_id == parcel.account_id,
            MemberTag.tag_id == parcel.payload["tag_id"],
            MemberTag.member_id.in_(parcel.payload["member_ids"]),
            MemberTag.state == state,
        )
    )
    return list(session.execute(query))


def _note_delivered(
    session: Session,
    parcel: Parcel,
    waiting: Sequence[tuple[int, str, bool]],
    refused: dict[str, WeChatError],
    *,
    add: bool,
) -> None:
    taken = [id_ for id_, openid, following in waiting if following and openid not in refused]
    others = [id_ for id_, _, _ in waiting if id_ not in taken]
    of_account = MemberTag.account_id == parcel.account_id
    if add:
        for ids, state in ((taken, "on"), (others, "local")):
            session.execute(
                update(MemberTag)
                .where(of_account, MemberTag.id.in_(ids), MemberTag.state == "adding")
                .values(state=state)
                .execution_options(synchronize_session=False)
            )
        return
    session.execute(
        delete(MemberTag)
        .where(of_account, MemberTag.id.in_(taken + others), MemberTag.state == "removing")
        .execution_options(synchronize_session=False)
    )


def _note_problem(session: Session, parcel: Parcel, error: WeChatError, count: int) -> None:
    session.execute(
        update(Tag)
        .where(Tag.account_id == parcel.account_id, Tag.id == parcel.payload["tag_id"])
        .values(problem=f"有 {count} 位粉丝没有同步到平台：{error.message}")
        .execution_options(synchronize_session=False)
    )


def _untag_courier(parts: Parts) -> Courier:
    def deliver(parcel: Parcel) -> None:
        api = _api(parts, parcel)
        for platform_id in parcel.payload["platform_ids"]:
            one_by_one(partial(api.tag.untag_user, platform_id), [parcel.payload["openid"]])

    return deliver


def _api(parts: Parts, parcel: Parcel) -> WeChatAPI:
    return parts.platform.api(parts.directory.get_by_id(parcel.account_id))


def _find(session: Session, parcel: Parcel) -> Tag | None:
    query = select(Tag).where(Tag.account_id == parcel.account_id, Tag.id == parcel.payload["tag_id"])
    return session.scalar(query)
