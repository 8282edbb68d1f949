"""Verbs on consents: given and taken back by the person, by purpose (个人信息保护法 第十四、十五条)."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Invalid
from members.rules import PURPOSES, TAGGING
from members.service import find_member
from members.tags.service import drop_all_tags
from models.members import Consent
from models.upsert import insert_for


def set_consent(
    session: Session, account_id: int, openid: str, purpose: str, *, given: bool, linked: bool, now: datetime
) -> None:
    """Give or withdraw consent; without it for tags, the person's tags go. Raises Invalid.

    `linked`: the account's tags are kept on the platform too.
    """
    if purpose not in {one.key for one in PURPOSES}:
        raise Invalid("bad_purpose", "没有这一项，请刷新页面再试")
    moment = {"given_at": now, "withdrawn_at": None} if given else {"withdrawn_at": now}
    row = {"account_id": account_id, "openid": openid, "purpose": purpose, **moment}
    statement = insert_for(session, Consent).values(row)
    session.execute(
        statement.on_conflict_do_update(index_elements=["account_id", "openid", "purpose"], set_=moment)
    )
    if purpose == TAGGING and not given:
        member = find_member(session, account_id, openid)
        if member is not None:
            drop_all_tags(session, account_id, member.id, linked=linked, now=now)


def consents_of(session: Session, account_id: int, openid: str) -> dict[str, Consent]:
    """By purpose; a purpose nobody decided on is absent."""
    query = select(Consent).where(Consent.account_id == account_id, Consent.openid == openid)
    return {one.purpose: one for one in session.scalars(query)}


def has_withdrawn(session: Session, account_id: int, openid: str, purpose: str) -> bool:
    return bool(list_withdrawn(session, account_id, [openid], purpose))


def list_withdrawn(
    session: Session, account_id: int, openids: Collection[str], purpose: str
) -> frozenset[str]:
    """Those of `openids` who took back their consent to `purpose`."""
    query = select(Consent.openid).where(
        Consent.account_id == account_id,
        Consent.openid.in_(openids),
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_not(None),
    )
    return frozenset(session.scalars(query))
