"""Works of the month (每月之星): one shown work a month, in the jury's words, to be pushed as a news card."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.rankings import Ranked
from campaigns.kinds.photo.tables import PhotoMonth, PhotoWork
from campaigns.kinds.photo.works import of_campaign, pictures_by_work
from campaigns.view import CampaignView
from core.clock import SHANGHAI
from core.errors import Conflict, Invalid, NotFound
from core.text import clean
from models.upsert import count_rows, insert_missing
from push.rules import DIGEST, TITLE, Month

WORDS = 200


class Chosen(NamedTuple):
    """A month's work; `cover` names its first picture in the media folder, empty for none."""

    month: PhotoMonth
    work: PhotoWork
    cover: str


class Card(NamedTuple):
    """What a push of a month's work begins with; `link` as pushes write it."""

    title: str
    digest: str
    link: str
    media: str


def months_of(campaign: CampaignView, now: datetime) -> Sequence[Month]:
    """Those the campaign ran in so far, the latest first."""
    first = Month(campaign.opens_at.astimezone(SHANGHAI).date().replace(day=1))
    last = min(now, campaign.closed_at or now, campaign.closes_at).astimezone(SHANGHAI).date()
    months = []
    month = Month(max(first.first, last.replace(day=1)))
    while month.first >= first.first:
        months.append(month)
        month = month.before
    return months


def list_months(session: Session, campaign: CampaignView) -> Sequence[Chosen]:
    """The latest first."""
    query = (
        select(PhotoMonth, PhotoWork)
        .join(PhotoWork, PhotoWork.id == PhotoMonth.work_id)
        .where(*_of(campaign), *of_campaign(campaign))
        .order_by(PhotoMonth.month.desc())
    )
    rows = session.execute(query).all()
    pictures = pictures_by_work(session, campaign, [work.id for _, work in rows])
    return [Chosen(month, work, next((one.name for one in pictures[work.id]), "")) for month, work in rows]


def suggest(
    session: Session, campaign: CampaignView, month: Month, ranked: Sequence[Ranked], most: int = 6
) -> Sequence[PhotoWork]:
    """Shown works handed in that month, as `ranked` has them; none of it ranks the others."""
    start, end = month.span
    of_month = select(PhotoWork.number).where(
        *of_campaign(campaign),
        PhotoWork.state == "shown",
        PhotoWork.handed_in_at >= start,
        PhotoWork.handed_in_at < end,
    )
    numbers = set(session.scalars(of_month))
    placed = [one for one in ranked if one.place and one.number in numbers]
    best = [one.number for one in sorted(placed, key=lambda one: (one.place, one.number))[:most]]
    query = select(PhotoWork).where(*of_campaign(campaign), PhotoWork.number.in_(best))
    return sorted(session.scalars(query), key=lambda one: best.index(one.number or 0))


def choose_month(
    session: Session,
    campaign: CampaignView,
    month: str,
    number: int,
    words: str,
    by: str,
    now: datetime,
) -> PhotoMonth:
    """A month's work, once. Raises Invalid, NotFound for a work that is not shown, Conflict where the month has one."""
    words = clean(words).strip()
    if month not in [one.key for one in months_of(campaign, now)]:
        raise Invalid("bad_month", "请选活动开着的一个月。")
    if len(words) > WORDS:
        raise Invalid("long_words", f"推荐语最多 {WORDS} 个字。")
    query = select(PhotoWork.id).where(
        *of_campaign(campaign), PhotoWork.number == number, PhotoWork.state == "shown"
    )
    work_id = session.scalar(query)
    if work_id is None:
        raise NotFound("no_work", f"没有展示着的 {number} 号{settings_of(campaign).noun}，请核对编号。")
    row = {
        "account_id": campaign.account_id,
        "campaign_id": campaign.id,
        "work_id": work_id,
        "month": month,
        "words": words,
        "chosen_by": by[:40],
        "chosen_at": now,
    }
    if insert_missing(session, PhotoMonth, [row]) == 0:
        raise Conflict("chosen", f"{_told(month)}已经选过了，下面就是。要换，先撤下它。")
    return session.scalars(select(PhotoMonth).where(*_of(campaign), PhotoMonth.month == month)).one()


def unchoose_month(session: Session, campaign: CampaignView, month: str) -> None:
    """Raises NotFound where none was chosen."""
    gone = session.execute(delete(PhotoMonth).where(*_of(campaign), PhotoMonth.month == month))
    if count_rows(gone) == 0:
        raise NotFound("no_month", "这个月还没有选，或者已经撤下了。请刷新页面看看。")


def card_of(campaign: CampaignView, chosen: Chosen) -> Card:
    """The news card of a month's work, leading to its page."""
    work = chosen.work
    digest = chosen.month.words or work.about or f"「{campaign.title}」{_told(chosen.month.month)}之星"
    return Card(
        f"{_told(chosen.month.month)}之星：{work.title}"[:TITLE],
        " ".join(digest.split())[:DIGEST],
        f"{{h5}}/c/{campaign.public_id}/photo/{work.number}",
        chosen.cover,
    )


def _told(month: str) -> str:
    return f"{date.fromisoformat(f'{month}-01').month} 月"


def _of(campaign: CampaignView) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PhotoMonth.account_id == campaign.account_id, PhotoMonth.campaign_id == campaign.id
