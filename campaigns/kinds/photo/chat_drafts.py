"""What somebody has under way in the chat, over all contests of an account: their open draft, what they handed in."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from campaigns.kinds.photo.config import ANY, PICTURES, VIDEO, settings_of
from campaigns.kinds.photo.fetching import FILM, IMAGE, post_fetch
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.works import add_picture, begin_work, list_pictures
from campaigns.store import readable_view, scope_of
from campaigns.view import CampaignView
from chat.turn import Turn
from core.errors import Invalid
from models.campaigns import Campaign
from models.ledger import Person

CHAT = "chat"
_FRESH = timedelta(days=1)
"""A draft that nobody went on with for so long is left as it is; the next picture begins anew."""
_TAKES = {IMAGE: (PICTURES, ANY), FILM: (VIDEO, ANY)}


def list_on(session: Session, campaign: CampaignView, now: datetime) -> list[CampaignView]:
    """All contests of the account that are on, the latest first; `campaign` is one of them."""
    query = select(Campaign).where(
        Campaign.account_id == campaign.account_id, Campaign.kind == campaign.kind, Campaign.state == "live"
    )
    rows = session.scalars(query.order_by(Campaign.opens_at.desc(), Campaign.id.desc()))
    views = [view for row in rows if (view := readable_view(row)) is not None]
    return [one for one in views if one.phase(now) == "on"]


def find_draft(session: Session, on: Sequence[CampaignView], turn: Turn) -> PhotoWork | None:
    """The draft that what they send belongs to: begun in the chat, touched within a day."""
    query = (
        select(PhotoWork)
        .where(
            *_theirs(session, on, turn),
            PhotoWork.channel == CHAT,
            PhotoWork.state == "draft",
            PhotoWork.number.is_(None),
            PhotoWork.updated_at > turn.now - _FRESH,
        )
        .order_by(PhotoWork.updated_at.desc(), PhotoWork.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def find_last(session: Session, on: Sequence[CampaignView], turn: Turn) -> PhotoWork | None:
    """What they handed in here within a day and nobody has judged yet; words may still be added to it."""
    query = (
        select(PhotoWork)
        .where(
            *_theirs(session, on, turn),
            PhotoWork.channel == CHAT,
            PhotoWork.state == "waiting",
            PhotoWork.updated_at > turn.now - _FRESH,
        )
        .order_by(PhotoWork.handed_in_at.desc(), PhotoWork.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def find_handed_in(session: Session, on: Sequence[CampaignView], turn: Turn) -> PhotoWork | None:
    """What this very message handed in, when it came first."""
    query = select(PhotoWork).where(*_theirs(session, on, turn), PhotoWork.handed_in_by == turn.message.key)
    return session.scalar(query)


def list_theirs(session: Session, on: Sequence[CampaignView], turn: Turn) -> Sequence[PhotoWork]:
    """All they have in these contests, the latest first."""
    query = select(PhotoWork).where(*_theirs(session, on, turn)).order_by(PhotoWork.id.desc())
    return session.scalars(query).all()


def find_by_message(session: Session, campaign: CampaignView, person: Person, key: str) -> PhotoWork | None:
    """The work that this message's picture went into, when it came first."""
    query = (
        select(PhotoWork)
        .join(PhotoPicture, PhotoPicture.work_id == PhotoWork.id)
        .where(
            PhotoWork.account_id == campaign.account_id,
            PhotoPicture.account_id == campaign.account_id,
            PhotoWork.campaign_id == campaign.id,
            PhotoWork.person_id == person.id,
            PhotoPicture.key == key,
        )
    )
    return session.scalar(query)


def begin_draft(
    session: Session, campaign: CampaignView, person: Person, form: str, now: datetime
) -> PhotoWork:
    """In the first group that takes what was sent. Raises Invalid where none does, SoldOut."""
    return begin_work(session, campaign, person, _group_for(campaign, form), now, channel=CHAT)


def put(
    session: Session,
    campaign: CampaignView,
    work: PhotoWork,
    key: str,
    media_id: str,
    form: str,
    now: datetime,
) -> int:
    """One more picture or film, to be fetched; which it is of the work's, from 1. Raises Invalid, SoldOut, Conflict."""
    takes = settings_of(campaign).form_of(work.group)
    if takes not in _TAKES[form]:
        raise Invalid("bad_form", f"这件作品只收{takes}，这一{'段视频' if form == FILM else '张'}没有收下。")
    picture = add_picture(session, campaign, work, key, None, now)
    post_fetch(session, picture, media_id, form, now)
    return place_of(session, campaign, work, key)


def place_of(session: Session, campaign: CampaignView, work: PhotoWork, key: str) -> int:
    """The how many-th of a work's pictures a message brought."""
    keys = [one.key for one in list_pictures(session, campaign, [work.id])]
    return keys.index(key) + 1


def count_pictures(session: Session, campaign: CampaignView, work: PhotoWork) -> int:
    """Those that are there or on their way."""
    return sum(one.state != "failed" for one in list_pictures(session, campaign, [work.id]))


def _group_for(campaign: CampaignView, form: str) -> str:
    """Raises Invalid."""
    settings = settings_of(campaign)
    for name in settings.group_names or ("",):
        if settings.form_of(name) in _TAKES[form]:
            return name
    noun = "视频" if form == FILM else "照片"
    raise Invalid("bad_form", f"「{campaign.title}」不收{noun}。请看看活动规则，或打开活动页面交。")


def _theirs(
    session: Session, on: Sequence[CampaignView], turn: Turn
) -> tuple[ColumnElement[bool], ColumnElement[bool], ColumnElement[bool]]:
    account_id = turn.account.id
    people = select(Person.id).where(
        Person.account_id == account_id,
        Person.openid == turn.message.openid,
        Person.scope.in_([scope_of(one.public_id) for one in on]),
    )
    return (
        PhotoWork.account_id == account_id,
        PhotoWork.campaign_id.in_([one.id for one in on]),
        PhotoWork.person_id.in_(session.scalars(people).all()),
    )
