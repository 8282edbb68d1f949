"""The door of a campaign: through it everybody passes who takes part. Every kind's writing begins here."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.eligibility import ASKS, Ask, Eligibility, Known, asked, refusal, unanswered
from campaigns.rules import require_on
from campaigns.view import CampaignView
from core.errors import Invalid, NotAllowed, SoldOut
from members.ledger import Limit, enter_once, find_person, reserve
from members.service import find_member
from models.ledger import Person
from models.members import MemberTag

_LONGEST: Mapping[Ask, int] = {"region": 20, "unit": 40, "trade": 20, "member_number": 30, "name": 20}


def join(session: Session, campaign: CampaignView, openid: str, now: datetime) -> Person:
    """The person in this campaign's ledger, who joins if they may. Every kind's writing passes here once.

    Raises Closed outside its time, NotAllowed with what is missing ("asks" where a form can help: it stands at `/join`),
    SoldOut when it is full.
    """
    require_on(campaign, now)
    person = find_person(session, campaign.account_id, campaign.scope, openid)
    if person is not None and person.openid is not None and asks_nothing(campaign.eligibility):
        return person
    known = _known(session, campaign.account_id, openid, person)
    _refuse(campaign.eligibility, known)
    return _enter(session, campaign, openid, now)


def introduce(
    session: Session,
    campaign: CampaignView,
    openid: str,
    told: Mapping[Ask, str],
    now: datetime,
    regions: Sequence[str] = (),
) -> Person:
    """Join by telling what the campaign asks for. What stands already stays: it decides where a result counts.

    `regions`: what was offered, empty where anything may be written. Raises like `join`, and Invalid for what is missing
    or was not offered.
    """
    require_on(campaign, now)
    person = find_person(session, campaign.account_id, campaign.scope, openid)
    values = {one: told.get(one, "").strip()[: _LONGEST[one]] for one in asked(campaign.eligibility)}
    stored = {one: getattr(person, one) or "" for one in values} if person else dict.fromkeys(values, "")
    merged = {one: stored[one] or value for one, value in values.items()}
    known = _known(session, campaign.account_id, openid, person)
    if merged.get("region") and regions and merged["region"] not in regions:
        raise Invalid("bad_region", "请从列出的地区里选一个。")
    known = known._replace(
        region=merged.get("region", known.region),
        unit=merged.get("unit", known.unit),
        trade=merged.get("trade", known.trade),
        member_number=merged.get("member_number", known.member_number),
    )
    if missing := unanswered(campaign.eligibility, known):
        raise Invalid("missing", f"请填写{'、'.join(ASKS[one] for one in missing)}。")
    _refuse(campaign.eligibility, known)
    if person is None:
        person = _enter(session, campaign, openid, now)
    for one, value in merged.items():
        if not getattr(person, one):
            setattr(person, one, value or None if one in ("name", "member_number") else value)
    return person


def _refuse(rule: Eligibility, known: Known) -> None:
    if why := refusal(rule, known):
        raise NotAllowed("not_eligible", why)
    if missing := unanswered(rule, known):
        raise NotAllowed("asks", f"参加前请先填写{'、'.join(ASKS[one] for one in missing)}。")


def _enter(session: Session, campaign: CampaignView, openid: str, now: datetime) -> Person:
    """Who joins takes a place. The ledger comes first: of two requests of one person it lets one through. Raises SoldOut,
    which undoes the entry as well.
    """
    person, new = enter_once(session, campaign.account_id, campaign.scope, openid, now)
    if new:
        _take_place(session, campaign)
    return person


def _take_place(session: Session, campaign: CampaignView) -> None:
    if campaign.eligibility.most_people:
        limit = Limit("people", campaign.eligibility.most_people)
        if not reserve(session, campaign.account_id, campaign.scope, limit):
            raise SoldOut("full", f"名额 {limit.most} 人已满，谢谢您的支持。")


def asks_nothing(rule: Eligibility) -> bool:
    """May somebody who joined once write without being looked at again?"""
    return not (rule.follow or rule.tags or asked(rule))


def may_join_at_once(rule: Eligibility) -> bool:
    """May anybody join without being looked at, and without a place to take?"""
    return asks_nothing(rule) and not rule.most_people


def _known(session: Session, account_id: int, openid: str, person: Person | None) -> Known:
    member = find_member(session, account_id, openid)
    tags: frozenset[int] = frozenset()
    if member is not None:
        query = select(MemberTag.tag_id).where(
            MemberTag.account_id == account_id,
            MemberTag.member_id == member.id,
            MemberTag.state != "removing",
        )
        tags = frozenset(session.scalars(query))
    return Known(
        following=member is not None and member.following,
        tags=tags,
        region=person.region if person else "",
        member_number=(person.member_number or "") if person else "",
        unit=person.unit if person else "",
        trade=person.trade if person else "",
    )
