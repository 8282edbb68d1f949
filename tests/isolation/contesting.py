"""Contests of a union: one that is on, one whose award list is public, and one that is long over, each with its jury; a follower of it who has works in them,
and somebody of the console who judges."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.kinds.photo.config import PhotoConfig
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.tables import PhotoAward, PhotoWork
from campaigns.store import get_row
from models.campaigns import Campaign
from proofs.isolation.contests import Contest, open_contest, publicise_contest
from proofs.isolation.juries import Jury, open_jury
from proofs.isolation.world import A

_PAGES = (
    "",
    "/rules",
    "/photo",
    "/photo?q=1",
    "/photo/1",
    "/photo/works",
    *(f"/photo/{one}" for one in ("awards", "exhibition", "months", "mine", "1/objection", "1/report")),
    *(f"/photo/{one}" for one in ("ranking", "ledger", "ledger/1", "ledger/1.txt", "counts", "receipts")),
)
_TEXT = "某某的作品"
_EVERYBODY = {"all_tenants": "a test writes everybody's texts"}


_OPEN = (
    "",
    "/1",
    "/2",
    "/1/objection",
    "/2/objection",
    "/1/report",
    "/awards",
    "/exhibition",
    "/months",
    "/counts",
    "/ledger/1",
)


@dataclass(frozen=True, slots=True)
class Contests:
    """Addresses on phones, on the screen of a jury day and in the console; what these link to is found by who walks."""

    contests: tuple[Contest, ...]
    juries: tuple[Jury, ...]
    works: tuple[str, ...]
    """Those of the contest that is on, in all their states."""

    def judging(self) -> Iterator[str]:
        """The pages of who judges; in other rounds they are no juror."""
        for jury in self.juries:
            yield f"/console/a/{A}/judging/{jury.open}"

    def paths(self) -> Iterator[str]:
        for contest, jury in zip(self.contests, self.juries, strict=True):
            phone = f"/h5/{A}/c/{contest.campaign.public_id}"
            yield from (f"{phone}{page}" for page in _PAGES)
            certificate = f"certificates/{contest.award_id}"
            certificates = (certificate, f"{certificate}.png", f"verify/{contest.award_id}")
            yield from (f"{phone}/photo/{one}" for one in (*certificates, f"receipts/{contest.receipt}"))
            works = self.works if contest is self.contests[0] else (contest.work_id,)
            yield from (f"{phone}/photo/works/{one}" for one in works)
            yield from (f"{phone}/photo{page}" for page in _OPEN)
            day = f"{phone}/jury-day/{jury.day_id}"
            screen = f"/screen/{A}/{jury.screen_id}"
            yield from (day, f"{day}/mine", screen)
            yield from (f"{one}/{page}" for one in (day, screen) for page in ("state", "work"))
            yield from _desk(contest, jury)


def _desk(contest: Contest, jury: Jury) -> Iterator[str]:
    desk = f"/console/a/{A}/campaigns/{contest.campaign.public_id}"
    yield desk
    pages = ("works", "works?state=", f"works/{contest.work_id}", "suspects", "suspects?state=alike")
    yield from (f"{desk}/photo/{one}" for one in (*pages, "awards", "objections", "months"))
    yield from (f"{desk}/panel{one}" for one in ("", "/jurors", f"/jurors/{jury.juror_id}", "/outs"))
    yield f"{desk}/panel/outs?rule=alike&rule=small&rule=no_words"
    yield from (f"{desk}/panel/rounds/{one}" for one in (jury.closed, jury.open, jury.live))
    results = f"{desk}/panel/rounds/{jury.closed}"
    yield from (f"{results}/{one}" for one in ("agreement", "results.csv", "results.xlsx"))
    yield from (f"{desk}/panel/rounds/{jury.live}/{one}" for one in ("live", "live/count"))


def add_contests(
    session: Session, account_id: int, chain: list[int], openid: str, keeper: Keeper, now: datetime
) -> Contests:
    """To be called once, when somebody of `chain` (the account's organisation and those above) may judge."""
    contests = [open_contest(session, account_id, _TEXT, openid, keeper, now) for _ in range(3)]
    juries = [open_jury(session, one.campaign, chain, _TEXT, f"{openid}-1", now) for one in contests]
    contests[1:] = [publicise_contest(session, one, _TEXT, openid, now) for one in contests[1:]]
    over = get_row(session, account_id, contests[2].campaign.public_id)
    over.publicised_at = now - timedelta(days=40)
    query = select(PhotoWork.public_id).where(
        PhotoWork.account_id == account_id, PhotoWork.campaign_id == contests[0].campaign.id
    )
    return Contests(tuple(contests), tuple(juries), tuple(session.scalars(query)))


def set_right(session: Session) -> None:
    """Whoever wrote all these texts chose groups and awards from the settings, and gave a reason only for what was withdrawn."""
    query = select(Campaign).where(Campaign.kind == "photo").execution_options(**_EVERYBODY)
    for campaign in session.scalars(query):
        settings = PhotoConfig.model_validate(campaign.settings)
        of = {"account_id": campaign.account_id, "campaign_id": campaign.id}
        for table in (PhotoWork, PhotoAward):
            for row in session.scalars(select(table).filter_by(**of)):
                row.group = settings.group_names[0]
        for award in session.scalars(select(PhotoAward).filter_by(**of)):
            award.level = settings.awards[0].title
            if award.withdrawn_at is None:
                award.withdrawn_why = award.withdrawn_by = ""
