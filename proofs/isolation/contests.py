"""A contest that is open in a union, with something on every page of it: works that wait and that hang, a pair that looks alike, an
award, an objection, a work of the month. Made by the services where they can make it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from campaigns.kinds.photo.awards import give
from campaigns.kinds.photo.judging import Picked, decide
from campaigns.kinds.photo.kind import KIND
from campaigns.kinds.photo.months import choose_month
from campaigns.kinds.photo.tables import PhotoObjection, PhotoPicture, PhotoSuspect, PhotoWork
from campaigns.kinds.photo.works import Kept, WorkDraft, add_picture, begin_work, change_work, hand_in
from campaigns.service import Organiser, begin
from campaigns.store import STAMP, get_row, view_of
from campaigns.view import CampaignView
from core.clock import SHANGHAI
from core.ids import public_id
from members.ledger import enter
from models.ledger import Person
from models.stamps import raise_stamp

_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Contesting:
    """What stands in addresses of its pages."""

    campaign: CampaignView
    work_id: str
    picture_id: str
    award_id: str
    objection_id: str

    def address(self) -> Mapping[str, Any]:
        of = dict.fromkeys(("public_id", "campaign_id"), self.campaign.public_id)
        work = {"work_id": self.work_id, "picture_id": self.picture_id, "number": 1}
        return {**of, **work, "award_id": self.award_id, "objection_id": self.objection_id}


def open_contest(session: Session, account_id: int, mark: str, openid: str, now: datetime) -> Contesting:
    """`mark` stands in all its texts; the first work is of `openid`, and the second somebody's who waits for a word of staff."""
    campaign = _begin(session, account_id, mark, now)
    person = enter(session, account_id, campaign.scope, openid, now)
    first, picture = _enter(session, campaign, person, mark, now)
    other = enter(session, account_id, campaign.scope, f"{openid}-1", now)
    _, later = _enter(session, campaign, other, mark, now)
    decide(session, campaign, [Picked(first.public_id, first.version)], "shown", "", mark, now)
    award = give(session, campaign, 1, campaign.settings.model_dump()["awards"][0]["title"], mark, now)
    choose_month(session, campaign, f"{now.astimezone(SHANGHAI):%Y-%m}", 1, mark, mark, now)
    of = {"account_id": account_id, "campaign_id": campaign.id}
    objection = PhotoObjection(
        **of,
        public_id=public_id(),
        work_id=first.id,
        person_id=other.id,
        reason=mark,
        contact=mark,
        created_at=now,
    )
    session.add_all(
        [objection, PhotoSuspect(**of, picture_id=later.id, other_id=picture.id, bits=1, state="open")]
    )
    session.flush()
    raise_stamp(session, STAMP)
    return Contesting(campaign, first.public_id, picture.public_id, award.public_id, objection.public_id)


def _begin(session: Session, account_id: int, mark: str, now: datetime) -> CampaignView:
    made = begin(session, account_id, KIND.key, KIND.templates[1], now - _HOUR, Organiser(mark, now))
    row = get_row(session, account_id, made.public_id)
    row.title = row.summary = row.word = mark
    award = {"title": mark, "places": 2, "by": "公众点赞"}
    row.settings = {**row.settings, "noun": mark[:8], "categories": mark, "awards": [award]}
    row.rules = {**row.rules, "who": mark}
    row.state, row.opened_at = "live", now
    session.flush()
    return view_of(row)


def _enter(
    session: Session, campaign: CampaignView, person: Person, mark: str, now: datetime
) -> tuple[PhotoWork, PhotoPicture]:
    """One that was handed in, with its picture, whose files are not there."""
    work = begin_work(session, campaign, person, "", now)
    kept = Kept(f"{'a' * 24}.jpg", "a" * 24, 1600, 1200, "0" * 64, 7, mark[:20], mark)
    picture = add_picture(session, campaign, work, public_id(20), kept, now)
    draft = WorkDraft(mark, mark, "", mark, mark[:20], mark, mark, f"https://{mark}.example/")
    change_work(session, campaign, work, work.version, draft, now)
    return hand_in(session, campaign, work, agreed=True, now=now), picture
