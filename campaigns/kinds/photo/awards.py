"""The award list: who gets which award, by hand or by a ranking; public once the campaign is publicised (公示)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.rankings import Given, Proposal, Ranked, propose
from campaigns.kinds.photo.tables import PhotoAward, PhotoWork
from campaigns.kinds.photo.works import of_campaign
from campaigns.view import CampaignView
from core.errors import Closed, Conflict, Invalid, NotFound, SoldOut
from core.ids import public_id
from models.campaigns import Campaign
from models.upsert import count_rows, insert_missing

PUBLIC = ("publicised", "archived")
_LONGEST_REASON = 200


class Line(NamedTuple):
    """A line of the award list, with its work."""

    award: PhotoAward
    work: PhotoWork


def list_awards(session: Session, campaign: CampaignView) -> Sequence[Line]:
    """By level as the settings have them, then group and place; withdrawn ones stand in their place."""
    query = (
        select(PhotoAward, PhotoWork)
        .join(PhotoWork, PhotoWork.id == PhotoAward.work_id)
        .where(*_of(campaign), *of_campaign(campaign))
    )
    settings = settings_of(campaign)
    levels = {one.title: at for at, one in enumerate(settings.awards)}
    groups = {one: at for at, one in enumerate(settings.group_names)}
    lines = [Line(award, work) for award, work in session.execute(query)]
    return sorted(
        lines,
        key=lambda one: (levels.get(one.award.level, 99), groups.get(one.award.group, 99), one.award.place),
    )


def find_twice(lines: Sequence[Line]) -> Sequence[tuple[int, ...]]:
    """Numbers of works whose author has more than one award, together."""
    valid = [one.work for one in lines if not one.award.withdrawn_why]
    many = [person for person, count in Counter(one.person_id for one in valid).items() if count > 1]
    return [tuple(one.number or 0 for one in valid if one.person_id == person) for person in many]


def give(
    session: Session, campaign: CampaignView, number: int, level: str, by: str, now: datetime
) -> PhotoAward:
    """The next free place of a level to a shown work. Raises Closed once it is public, NotFound, Conflict, SoldOut."""
    _check_open(session, campaign)
    places = _places_of(campaign, level)
    work = _hold_work(session, campaign, number)
    group = work.group if settings_of(campaign).groups else ""
    _refuse_second(session, work)
    taken = set(
        session.scalars(
            select(PhotoAward.place).where(
                *_of(campaign), PhotoAward.level == level, PhotoAward.group == group
            )
        )
    )
    for place in range(1, places + 1):
        row = {
            "account_id": campaign.account_id,
            "campaign_id": campaign.id,
            "public_id": public_id(),
            "work_id": work.id,
            "level": level,
            "group": group,
            "place": place,
            "given_by": by[:40],
            "given_at": now,
        }
        if place not in taken and insert_missing(session, PhotoAward, [row]) == 1:
            return get_award(session, campaign, str(row["public_id"]))
        _refuse_second(session, work)
    where = f"「{group}」的" if group else ""
    raise SoldOut("no_place", f"{where}{level}只有 {places} 名，已经满了。请先拿掉一件，或改给别的奖项。")


def take_away(session: Session, campaign: CampaignView, award_id: str) -> None:
    """Before it is public: as if it had never been given. Raises Closed, NotFound."""
    _check_open(session, campaign)
    gone = session.execute(delete(PhotoAward).where(*_of(campaign), PhotoAward.public_id == award_id))
    if count_rows(gone) == 0:
        raise _no_award()


def withdraw(
    session: Session, campaign: CampaignView, award_id: str, why: str, by: str, now: datetime
) -> PhotoAward:
    """Once it is public: the line stays, struck out, with the reason. Raises Closed, Invalid, Conflict, NotFound."""
    why = " ".join(why.split())
    if not 2 <= len(why) <= _LONGEST_REASON:
        raise Invalid("no_reason", f"请写明撤销的原因（{_LONGEST_REASON} 个字以内），会公布在名单里。")
    if _state_of(session, campaign) not in PUBLIC:
        raise Closed("not_public", "名单还没有公示，直接拿掉就行，不用撤销。")
    get_award(session, campaign, award_id)
    where = (*_of(campaign), PhotoAward.public_id == award_id, PhotoAward.withdrawn_why == "")
    values = {"withdrawn_why": why, "withdrawn_by": by[:40], "withdrawn_at": now}
    if count_rows(session.execute(update(PhotoAward).where(*where).values(values))) == 0:
        raise Conflict("withdrawn", "这个奖项已经撤销了，请刷新页面看看。")
    return get_award(session, campaign, award_id)


def get_award(session: Session, campaign: CampaignView, award_id: str) -> PhotoAward:
    """Raises NotFound."""
    found = session.scalar(select(PhotoAward).where(*_of(campaign), PhotoAward.public_id == award_id))
    if found is None:
        raise _no_award()
    return found


def propose_from(session: Session, campaign: CampaignView, by: str, ranked: Sequence[Ranked]) -> Proposal:
    """What a ranking would give of the levels that go `by` it: to shown works, behind what was given already."""
    query = select(PhotoWork.number).where(*of_campaign(campaign), PhotoWork.state == "shown")
    shown = set(session.scalars(query))
    lines = list_awards(session, campaign)
    had = {one.work.number for one in lines}
    used = Counter((one.award.level, one.award.group) for one in lines)
    free = [one for one in ranked if one.number in shown and one.number not in had]
    return propose(settings_of(campaign), by, free, used)


def from_ranking(
    session: Session,
    campaign: CampaignView,
    by: str,
    ranked: Sequence[Ranked],
    seen: Sequence[Given],
    staff: str,
    now: datetime,
) -> int:
    """Give what `seen` showed as the ranking's proposal; how many. Raises Conflict where it is another one by now, Closed."""
    _check_open(session, campaign)
    now_given = propose_from(session, campaign, by, ranked).given
    if [one[:3] for one in now_given] != [one[:3] for one in seen]:
        raise Conflict("changed", "名次或名单刚刚变了，下面是现在的样子。请看过再确认。")
    for one in now_given:
        give(session, campaign, one.number, one.level, staff, now)
    return len(now_given)


def titles_of(session: Session, campaign: CampaignView, numbers: Sequence[int]) -> Mapping[int, PhotoWork]:
    """Works by their numbers."""
    query = select(PhotoWork).where(*of_campaign(campaign), PhotoWork.number.in_(numbers))
    return {one.number or 0: one for one in session.scalars(query)}


def works_by_number(
    session: Session, campaign: CampaignView, numbers: Sequence[int]
) -> Mapping[int, PhotoWork]:
    """Those there are."""
    query = select(PhotoWork).where(*of_campaign(campaign), PhotoWork.number.in_(numbers))
    return {one.number or 0: one for one in session.scalars(query)}


def _of(campaign: CampaignView) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PhotoAward.account_id == campaign.account_id, PhotoAward.campaign_id == campaign.id


def _state_of(session: Session, campaign: CampaignView) -> str:
    """As it is now; held until the end of this unit of work, so that nobody publicises in between."""
    where = (Campaign.account_id == campaign.account_id, Campaign.id == campaign.id)
    return session.scalars(select(Campaign.state).where(*where).with_for_update(read=True)).one()


def _check_open(session: Session, campaign: CampaignView) -> None:
    state = _state_of(session, campaign)
    if state in PUBLIC:
        raise Closed("public", "名单已经公示，不能再改；有问题的只能写明原因撤销。")
    if state not in ("live", "frozen"):
        raise Closed("not_open", "活动还没有开放，还没有作品可以评奖。")


def _places_of(campaign: CampaignView, level: str) -> int:
    for one in settings_of(campaign).awards:
        if one.title == level:
            return one.places
    raise Invalid("no_level", "请从设置好的奖项里选一个。")


def _hold_work(session: Session, campaign: CampaignView, number: int) -> PhotoWork:
    """A shown one, held: nobody takes it off the wall meanwhile."""
    query = select(PhotoWork).where(*of_campaign(campaign), PhotoWork.number == number)
    work = session.scalar(query.with_for_update())
    if work is None or work.state != "shown":
        raise NotFound("no_work", f"没有展示着的 {number} 号{settings_of(campaign).noun}，请核对编号。")
    return work


def _refuse_second(session: Session, work: PhotoWork) -> None:
    query = select(PhotoAward.level).where(
        PhotoAward.account_id == work.account_id, PhotoAward.work_id == work.id
    )
    level = session.scalar(query)
    if level is not None:
        raise Conflict("awarded", f"{work.number} 号已经是{level}了，一件只能得一个奖。")


def _no_award() -> NotFound:
    return NotFound("no_award", "这一条已经不在名单里了，请刷新页面看看。")
