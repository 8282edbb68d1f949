"""A contest in a union with something on every page of it: works in all their states, pictures with their sealed originals, suspects,
awards, an objection, a work of the month. Made by the services, so that all of it fits together."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from campaigns import service
from campaigns.ballots.ballot import Ballot, Origin
from campaigns.ballots.casting import cast_within
from campaigns.ballots.roots import publish_root
from campaigns.ballots.sealing import seal_all
from campaigns.joining import join
from campaigns.kinds.photo.awards import give, withdraw
from campaigns.kinds.photo.config import ANY, BY_JURY
from campaigns.kinds.photo.judging import Picked, Verdict, decide, mend
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.kind import KIND
from campaigns.kinds.photo.months import choose_month, months_of
from campaigns.kinds.photo.objections import object_to
from campaigns.kinds.photo.roll import read_wall
from campaigns.kinds.photo.tables import PhotoPicture, PhotoSuspect, PhotoWork
from campaigns.kinds.photo.works import (
    Kept,
    WorkDraft,
    add_picture,
    begin_work,
    change_work,
    hand_in,
    list_pictures,
    take_back,
)
from campaigns.service import Organiser
from campaigns.store import STAMP, get_row, view_of
from campaigns.view import CampaignView
from core.clock import SHANGHAI
from core.ids import public_id
from models.stamps import raise_stamp

_HOUR = timedelta(hours=1)
_STATES = ("shown", "shown", "shown", "shown", "waiting", "refused", "withdrawn", "draft")
"""What becomes of each work, in the order of their numbers; a draft has none."""


@dataclass(frozen=True, slots=True)
class Contest:
    """What stands in addresses of its pages; work, picture and award are those of the first work."""

    campaign: CampaignView
    work_id: str
    picture_id: str
    award_id: str
    receipt: str
    """Of the one like."""
    objection_id: str = ""

    def address(self) -> Mapping[str, Any]:
        of = dict.fromkeys(("public_id", "campaign_id"), self.campaign.public_id)
        one = {"work_id": self.work_id, "picture_id": self.picture_id, "number": 1}
        return {**of, **one, "award_id": self.award_id, "objection_id": self.objection_id}


def open_contest(
    session: Session, account_id: int, mark: str, openid: str, keeper: Keeper, now: datetime
) -> Contest:
    """One that is on. `mark` stands in all its texts, and in its pictures; `openid` has works in every state."""
    campaign = _begin(session, account_id, mark, now)
    kept = replace(keeper.keep(_picture(mark)), taken=f"{now:%Y-%m-%d %H:%M}", camera=mark)
    works = [_enter(session, campaign, openid, mark, kept, now) for _ in _STATES[:-1]]
    for work, state in zip(works, _STATES, strict=False):
        _bring(session, campaign, work, state, mark, now)
    _begin_draft(session, campaign, openid, mark, kept, now)
    receipt = _like(session, campaign, openid, now)
    pictures = _suspect(session, campaign, works, mark, now)
    award = give(session, campaign, 1, mark, mark, now)
    month = months_of(campaign, now)[0].key
    choose_month(session, campaign, month, 1, mark, mark, now)
    raise_stamp(session, STAMP)
    return Contest(campaign, works[0].public_id, pictures[0].public_id, award.public_id, receipt)


def publicise_contest(session: Session, contest: Contest, mark: str, openid: str, now: datetime) -> Contest:
    """It is over, and its list is public: `openid` and somebody else object to the first award, the latter was answered; a second
    award is withdrawn."""
    campaign = contest.campaign
    second = give(session, campaign, 2, mark, mark, now)
    people = [join(session, campaign, one, now) for one in (openid, f"{openid}-1")]
    service.close(session, campaign, now)
    row = get_row(session, campaign.account_id, campaign.public_id)
    service.publicise(session, campaign.account_id, campaign.public_id, row.version, Organiser(mark, now))
    public = view_of(get_row(session, campaign.account_id, campaign.public_id))
    reason = f"{mark}：照片不是本人拍的。"
    objection, answered = (object_to(session, public, one, 1, reason, mark, now) for one in people)
    answered.state, answered.answer, answered.answered_by, answered.answered_at = "rejected", mark, mark, now
    withdraw(session, public, second.public_id, mark, mark, now)
    return replace(contest, campaign=public, objection_id=objection.public_id)


def _begin(session: Session, account_id: int, mark: str, now: datetime) -> CampaignView:
    made = service.begin(session, account_id, KIND.key, KIND.templates[0], now - _HOUR, Organiser(mark, now))
    row = get_row(session, account_id, made.public_id)
    row.title = row.summary = row.word = mark
    more = {
        "noun": mark[:8],
        "groups": [{"title": mark, "form": ANY}],
        "categories": mark,
        "most_works": len(_STATES),
        "awards": [{"title": mark, "places": 3, "by": BY_JURY}],
    }
    row.settings = {**row.settings, **more}
    row.rules = {**row.rules, "who": mark}
    row.state, row.opened_at = "live", now
    session.flush()
    return view_of(row)


def _picture(mark: str) -> bytes:
    """A photograph that carries the mark as its camera's comment."""
    file = io.BytesIO()
    Image.new("RGB", (640, 480), (120, 140, 90)).save(file, "JPEG", comment=mark.encode())
    return file.getvalue()


def _enter(
    session: Session, campaign: CampaignView, openid: str, mark: str, kept: Kept, now: datetime
) -> PhotoWork:
    """A work that was handed in."""
    work = _begin_draft(session, campaign, openid, mark, kept, now)
    return hand_in(session, campaign, work, agreed=True, now=now)


def _begin_draft(
    session: Session, campaign: CampaignView, openid: str, mark: str, kept: Kept, now: datetime
) -> PhotoWork:
    """With two pictures, and a third that could not be had."""
    person = join(session, campaign, openid, now)
    work = begin_work(session, campaign, person, mark, now)
    for _ in range(2):
        add_picture(session, campaign, work, public_id(20), kept, now)
    lost = add_picture(session, campaign, work, public_id(20), None, now)
    lost.state, lost.problem = "failed", mark
    texts = dict.fromkeys(("title", "about", "group", "category", "author", "place", "equipment"), mark)
    draft = WorkDraft(**texts, link=f"https://{mark}.example/")
    change_work(session, campaign, work, work.version, draft, now)
    return work


def _bring(
    session: Session, campaign: CampaignView, work: PhotoWork, state: str, mark: str, now: datetime
) -> None:
    """To a state, with the steps that lead there; what is shown was mended."""
    if state == "withdrawn":
        take_back(session, work, now)
        return
    verdicts: Mapping[str, Verdict] = {"shown": "shown", "refused": "refused"}
    if state in verdicts:
        decide(session, campaign, [_pick(work)], verdicts[state], mark, mark, now)
    if state == "shown":
        mend(session, campaign, _pick(work), {"title": f"{mark} {work.number}", "about": mark}, mark, now)


def _like(session: Session, campaign: CampaignView, openid: str, now: datetime) -> str:
    """The first work, in the ledger; the receipt's number."""
    standing = read_wall(session, campaign).standing(1)
    origin = Origin("page", "a" * 16, "b" * 16, "")
    ballot = Ballot(campaign, openid, (1,), standing, public_id(20), origin, now)
    receipt = cast_within(session, ballot).receipt
    seal_all(session, campaign, now)
    publish_root(session, campaign, now.astimezone(SHANGHAI).toordinal(), now)
    return receipt


def _pick(work: PhotoWork) -> Picked:
    return Picked(work.public_id, work.version)


def _suspect(
    session: Session, campaign: CampaignView, works: Sequence[PhotoWork], mark: str, now: datetime
) -> Sequence[PhotoPicture]:
    """The waiting work's picture looks like the first one's, the second's was found to be the same. The first work's pictures."""
    rows = {one: list_pictures(session, campaign, [works[one].id]) for one in (0, 1, 4)}
    for at, judged in ((4, {}), (1, {"state": "alike", "judged_by": mark, "judged_at": now})):
        of = {"account_id": campaign.account_id, "campaign_id": campaign.id}
        pair = {"picture_id": rows[at][0].id, "other_id": rows[0][0].id, "bits": 2}
        session.add(PhotoSuspect(**of, **pair, **judged))
    session.flush()
    return rows[0]
