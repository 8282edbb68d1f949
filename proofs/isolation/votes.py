"""A vote that is open in a union, with something on every page of it: candidates, ballots, a round that is on, scores, strikes, a
search, a file that waits. Made by the services, so that all of it fits together."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.ballots.ballot import Ballot, Origin
from campaigns.ballots.casting import cast_within
from campaigns.ballots.guard import Example, find_columns, rule_from
from campaigns.ballots.guard.loading import load
from campaigns.ballots.roots import publish_root
from campaigns.ballots.sealing import seal_all
from campaigns.ballots.searching import ask_search, columns_of
from campaigns.ballots.strikes import Why, restore, strike
from campaigns.ballots.tables import VoteBallot
from campaigns.kinds.vote.candidates import CandidateDraft, add_candidates
from campaigns.kinds.vote.kind import KIND
from campaigns.kinds.vote.roll import read_roll
from campaigns.kinds.vote.tables import VoteCandidate, VoteUpload
from campaigns.service import Organiser, begin
from campaigns.store import STAMP, get_row, view_of
from campaigns.view import CampaignView
from core.clock import SHANGHAI
from core.ids import public_id
from models.stamps import raise_stamp

_PEOPLE = 3
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Voting:
    """What stands in addresses of its pages."""

    campaign: CampaignView
    candidate_id: str
    upload_id: str
    strike_id: str
    search_id: str
    receipt: str
    """Of the first ballot."""

    def address(self) -> Mapping[str, Any]:
        of = dict.fromkeys(("public_id", "campaign_id"), self.campaign.public_id)
        one = {"candidate_id": self.candidate_id, "upload_id": self.upload_id}
        return {**of, **one, "strike_id": self.strike_id, "search_id": self.search_id, "number": 1}


def open_vote(session: Session, account_id: int, mark: str, openid: str, now: datetime) -> Voting:
    """`mark` stands in all its texts; `openid` casts the first ballot."""
    campaign = _begin(session, account_id, mark, now)
    candidate_id = _candidate_of(session, campaign)
    receipt = _cast(session, campaign, openid, now)
    for number in range(1, _PEOPLE):
        _cast(session, campaign, f"{openid}-{number}", now)
    seal_all(session, campaign, now)
    strike_id = _strike(session, campaign, mark, now)
    publish_root(session, campaign, now.astimezone(SHANGHAI).toordinal(), now)
    search_id = _search(session, campaign, mark, now)
    upload_id = send_file(session, campaign, mark, 0, now)
    raise_stamp(session, STAMP)
    return Voting(campaign, candidate_id, upload_id, strike_id, search_id, receipt)


def _begin(session: Session, account_id: int, mark: str, now: datetime) -> CampaignView:
    made = begin(session, account_id, KIND.key, KIND.templates[0], now - _HOUR, Organiser(mark, now))
    row = get_row(session, account_id, made.public_id)
    row.title = row.summary = row.word = mark
    rounds = [{"title": mark, "day": 0, "keep": 1}, {"title": f"{mark} 2", "day": 3, "keep": 0}]
    more = {"noun": mark[:8], "groups": mark, "rounds": rounds, "public_percent": 50, "order": "按编号"}
    row.settings = {**row.settings, **more}
    row.rules = {**row.rules, "who": mark}
    session.flush()
    _add_candidates(session, view_of(row), mark, now)
    row.state, row.opened_at = "live", now
    session.flush()
    return view_of(row)


def _add_candidates(session: Session, campaign: CampaignView, mark: str, now: datetime) -> None:
    """Three, the last of them frozen."""
    whole = CandidateDraft(
        mark,
        group=mark,
        region=mark,
        unit=mark,
        slogan=mark,
        about=mark,
        picture=f"{'a' * 24}.jpg",
        picture_text=mark,
        video=f"https://{mark}.example/",
    )
    drafts = [replace(whole, name=f"{mark} {number}") for number in (1, 2, 3)]
    add_candidates(session, campaign, drafts, mark, now)
    query = select(VoteCandidate).where(
        VoteCandidate.account_id == campaign.account_id, VoteCandidate.campaign_id == campaign.id
    )
    for one in session.scalars(query):
        one.jury_hundredths = 9000 + one.number
        if one.number == len(drafts):
            one.state, one.state_why = "frozen", mark


def _candidate_of(session: Session, campaign: CampaignView) -> str:
    return read_roll(session, campaign).candidates[0].public_id


def _cast(session: Session, campaign: CampaignView, openid: str, now: datetime) -> str:
    standing = read_roll(session, campaign).standing(1)
    origin = Origin("page", "a" * 16, "b" * 16, "")
    return cast_within(
        session, Ballot(campaign, openid, [1, 2], standing, public_id(20), origin, now)
    ).receipt


def _strike(session: Session, campaign: CampaignView, mark: str, now: datetime) -> str:
    """Two strikes name the first ballot: one that holds, and one that was taken back. The public id of the one that holds."""
    first = session.scalars(
        select(func.min(VoteBallot.id)).where(
            VoteBallot.account_id == campaign.account_id, VoteBallot.campaign_id == campaign.id
        )
    ).one()
    why = Why(rule_from("silent").facts(), mark, mark, mark, now)
    holds, back = (strike(session, campaign, [first], why) for _ in range(2))
    restore(session, campaign, back.public_id, mark, mark, now)
    return holds.public_id


def _search(session: Session, campaign: CampaignView, mark: str, now: datetime) -> str:
    """One that is done, with the ballots that are left; so few are found by no rule."""
    rule = rule_from("silent")
    row = ask_search(session, campaign, rule, mark, now)
    columns = load(session, campaign)
    found = find_columns(columns, rule)
    example = Example(int(columns.ballot[-1]), now, "page", (1, 2), 3, mark[-4:], mark[-4:])
    left = columns.ballot[1:]
    done = columns_of(replace(found, ballots=left, votes={(1, 1): 2}, examples=[example]))
    for name, value in {"state": "done", **done}.items():
        setattr(row, name, value)
    return row.public_id


def send_file(session: Session, campaign: CampaignView, mark: str, staff_id: int, now: datetime) -> str:
    """A file with two new candidates and a fault; the public id of its preview, which is for `staff_id`."""
    texts = dict.fromkeys(("region", "unit", "slogan", "about", "picture_text"), mark)
    row = VoteUpload(
        account_id=campaign.account_id,
        campaign_id=campaign.id,
        public_id=public_id(),
        staff_id=staff_id,
        file_name=mark,
        candidates=[{"row": row, "name": f"{mark} {row}", **texts} for row in (2, 3)],
        problems=[mark],
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.public_id
