"""Objections (异议) to awards while they are public, and reports (举报) of works on the wall: answered by staff."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from accounts.directory import AccountView
from campaigns.kinds.photo.awards import withdraw
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.judging import Picked, decide
from campaigns.kinds.photo.tables import PhotoAward, PhotoObjection, PhotoWork
from campaigns.kinds.photo.telling import tell
from campaigns.kinds.photo.works import of_campaign
from campaigns.view import CampaignView
from core.clock import local_text
from core.errors import Closed, Conflict, Invalid, NotFound
from core.ids import public_id
from core.text import clean
from house.console import Alert
from house.permissions import Permission
from models.campaigns import Campaign
from models.ledger import Person
from models.upsert import count_rows, insert_missing

STATES = {"open": "等待答复", "upheld": "成立", "rejected": "不成立"}
KINDS = {"award": "异议", "work": "举报"}
_CAME = {
    "award": ("异议成立，奖项已经撤销", "经核实，异议不成立"),
    "work": ("作品已经撤下", "经核实，作品可以展示"),
}
REASON, CONTACT, ANSWER = 500, 60, 500
_LEAST_REASON, _LEAST_ANSWER = 5, 2
_PUBLIC_REASON = 200


class Raised(NamedTuple):
    """An objection with the work it is about, its award, and the number of who raised it; None where they are gone."""

    objection: PhotoObjection
    work: PhotoWork
    award: PhotoAward | None
    person: str | None


def objections_until(campaign: CampaignView) -> datetime | None:
    """When objections end; None while the list is not public."""
    if campaign.state != "publicised" or campaign.publicised_at is None:
        return None
    return campaign.publicised_at + timedelta(days=settings_of(campaign).objection_days)


def object_to(
    session: Session,
    campaign: CampaignView,
    person: Person,
    work_number: int,
    reason: str,
    contact: str,
    now: datetime,
) -> PhotoObjection:
    """One for each person and work. Raises Closed outside the days of 公示, NotFound for a work without an award, Invalid,
    Conflict."""
    _check_open(campaign, now)
    award = _find_awarded(session, campaign, work_number)
    return _raise_about(session, campaign, person, ("award", award.work_id), reason, contact, now)


def report(
    session: Session,
    campaign: CampaignView,
    person: Person,
    work_number: int,
    reason: str,
    contact: str,
    now: datetime,
) -> PhotoObjection:
    """A shown work should not be: who is on it does not agree, it is somebody else's. Raises NotFound, Invalid, Conflict."""
    query = select(PhotoWork.id).where(
        *of_campaign(campaign), PhotoWork.number == work_number, PhotoWork.state == "shown"
    )
    work_id = session.scalar(query)
    if work_id is None:
        raise NotFound("no_work", f"{work_number} 号已经不在墙上了。")
    return _raise_about(session, campaign, person, ("work", work_id), reason, contact, now)


def _raise_about(
    session: Session,
    campaign: CampaignView,
    person: Person,
    what: tuple[str, int],
    reason: str,
    contact: str,
    now: datetime,
) -> PhotoObjection:
    """`what`: `PhotoObjection.about`, and the work's row id."""
    reason, contact = clean(reason).strip(), " ".join(clean(contact).split())
    if not _LEAST_REASON <= len(reason) <= REASON:
        raise Invalid(
            "bad_reason",
            f"请写明理由，{_LEAST_REASON} 到 {REASON} 个字，最好写出证据。",
            field="reason",
        )
    if len(contact) > CONTACT:
        raise Invalid("bad_contact", f"联系方式最多 {CONTACT} 个字。", field="contact")
    about, work_id = what
    row = {
        "account_id": campaign.account_id,
        "campaign_id": campaign.id,
        "public_id": public_id(),
        "work_id": work_id,
        "person_id": person.id,
        "about": about,
        "reason": reason,
        "contact": contact or None,
        "created_at": now,
    }
    if insert_missing(session, PhotoObjection, [row]) == 0:
        raise Conflict(
            "objected", "您已经对这件作品提过了，主办方正在核实；有新的证据，请打活动规则里的电话。"
        )
    return _get(session, campaign, str(row["public_id"]))


def list_objections(session: Session, campaign: CampaignView) -> Sequence[Raised]:
    """Open ones first, the oldest of them on top."""
    query = (
        select(PhotoObjection, PhotoWork, PhotoAward, Person.public_id)
        .join(PhotoWork, PhotoWork.id == PhotoObjection.work_id)
        .outerjoin(
            PhotoAward,
            (PhotoAward.work_id == PhotoWork.id) & (PhotoAward.account_id == campaign.account_id),
        )
        .outerjoin(
            Person,
            (Person.id == PhotoObjection.person_id) & (Person.account_id == campaign.account_id),
        )
        .where(*_of(campaign), *of_campaign(campaign))
        .order_by(PhotoObjection.state != "open", PhotoObjection.id)
    )
    return [Raised(*row) for row in session.execute(query).all()]


def answer(
    session: Session,
    campaign: CampaignView,
    account: AccountView,
    objection_id: str,
    *,
    upheld: bool,
    words: str,
    by: str,
    now: datetime,
) -> PhotoObjection:
    """Once: upheld (the award is withdrawn, the work taken off) or rejected; who raised it is told. Raises Invalid, Conflict,
    NotFound."""
    words = clean(words).strip()
    most = _PUBLIC_REASON if upheld else ANSWER
    if not _LEAST_ANSWER <= len(words) <= most:
        told = "会公布在名单里" if upheld else "提异议的人会看到"
        raise Invalid("no_answer", f"请写明核实的结果（最多 {most} 个字），{told}。")
    row = _get(session, campaign, objection_id)
    where = (*_of(campaign), PhotoObjection.public_id == objection_id, PhotoObjection.state == "open")
    values = {
        "state": "upheld" if upheld else "rejected",
        "answer": words,
        "answered_by": by[:40],
        "answered_at": now,
    }
    if count_rows(session.execute(update(PhotoObjection).where(*where).values(values))) == 0:
        raise Conflict("answered", "这条异议刚刚有同事答复过了，请刷新页面看看。")
    if upheld and row.about == "work":
        _take_off(session, campaign, row.work_id, words, by, now)
    elif upheld:
        _withdraw_award(session, campaign, row.work_id, words, by, now)
    session.refresh(row)
    _tell(session, campaign, account, row, now)
    return row


def count_open(session: Session, campaign: CampaignView) -> int:
    query = select(func.count()).select_from(PhotoObjection)
    return session.scalar(query.where(*_of(campaign), PhotoObjection.state == "open")) or 0


def alerts(session: Session, account: AccountView, now: datetime) -> Sequence[Alert]:
    """Campaigns with objections that nobody has answered."""
    query = (
        select(Campaign.public_id, Campaign.title, func.count())
        .join(PhotoObjection, PhotoObjection.campaign_id == Campaign.id)
        .where(
            Campaign.account_id == account.id,
            PhotoObjection.account_id == account.id,
            PhotoObjection.state == "open",
        )
        .group_by(Campaign.public_id, Campaign.title)
        .order_by(Campaign.public_id)
    )
    return [
        Alert(
            f"「{title}」有 {count} 条异议或举报没有答复。",
            Permission.CAMPAIGNS,
            "photo_objections.index",
            {"public_id": campaign_id},
        )
        for campaign_id, title, count in session.execute(query)
    ]


def _check_open(campaign: CampaignView, now: datetime) -> None:
    until = objections_until(campaign)
    if until is None:
        raise Closed("not_public", "获奖名单不在公示期，现在不能提异议。")
    if now >= until:
        raise Closed("over", f"公示期到 {local_text(until)} 已经结束，有情况请打活动规则里主办方的电话。")


def _find_awarded(session: Session, campaign: CampaignView, number: int) -> PhotoAward:
    query = (
        select(PhotoAward)
        .join(PhotoWork, PhotoWork.id == PhotoAward.work_id)
        .where(
            *of_campaign(campaign),
            PhotoAward.account_id == campaign.account_id,
            PhotoWork.number == number,
            PhotoAward.withdrawn_why == "",
        )
    )
    award = session.scalar(query)
    if award is None:
        raise NotFound("no_award", f"{number} 号不在获奖名单里，或者奖项已经撤销。请回到名单看看。")
    return award


def _withdraw_award(
    session: Session, campaign: CampaignView, work_id: int, why: str, by: str, now: datetime
) -> None:
    """Nothing to do where it was withdrawn before."""
    query = select(PhotoAward.public_id).where(
        PhotoAward.account_id == campaign.account_id,
        PhotoAward.work_id == work_id,
        PhotoAward.withdrawn_why == "",
    )
    award_id = session.scalar(query)
    if award_id is not None:
        withdraw(session, campaign, award_id, why, by, now)


def _take_off(
    session: Session, campaign: CampaignView, work_id: int, why: str, by: str, now: datetime
) -> None:
    """Nothing to do where it is not shown any more. Raises Conflict where it has an award."""
    query = select(PhotoWork).where(
        *of_campaign(campaign), PhotoWork.id == work_id, PhotoWork.state == "shown"
    )
    work = session.scalar(query)
    if work is None:
        return
    outcome = decide(session, campaign, [Picked(work.public_id, work.version)], "refused", why, by, now)
    if outcome.refused:
        raise Conflict("not_taken_off", outcome.refused[0][1])


def _tell(
    session: Session, campaign: CampaignView, account: AccountView, row: PhotoObjection, now: datetime
) -> None:
    openid = session.scalar(
        select(Person.openid).where(Person.account_id == campaign.account_id, Person.id == row.person_id)
    )
    number = session.scalar(
        select(PhotoWork.number).where(*of_campaign(campaign), PhotoWork.id == row.work_id)
    )
    upheld, rejected = _CAME[row.about]
    came = upheld if row.state == "upheld" else rejected
    text = f"您对「{campaign.title}」{number} 号{settings_of(campaign).noun}的{KINDS[row.about]}有了答复：{came}。{row.answer}"
    tell(session, account, openid, f"photo_objection:{row.public_id}", text, now)


def _get(session: Session, campaign: CampaignView, objection_id: str) -> PhotoObjection:
    query = select(PhotoObjection).where(*_of(campaign), PhotoObjection.public_id == objection_id)
    row = session.scalar(query)
    if row is None:
        raise NotFound("no_objection", "没有这条异议，请刷新页面看看。")
    return row


def _of(campaign: CampaignView) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PhotoObjection.account_id == campaign.account_id, PhotoObjection.campaign_id == campaign.id
