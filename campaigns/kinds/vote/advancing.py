"""Who goes on to the next round (晋级): found from the books by the settings, confirmed by a person."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from campaigns.ballots.places import Place
from campaigns.ballots.roll import Roll, groups_of
from campaigns.ballots.rules import last_round, round_at
from campaigns.ballots.sealing import hold_books
from campaigns.ballots.totals import Counts
from campaigns.kinds.vote.config import VoteConfig, settings_of
from campaigns.kinds.vote.ranking import rank
from campaigns.kinds.vote.roll import Candidate, read_roll
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid


@dataclass(frozen=True, slots=True)
class Heat:
    """A group's places in a round. Of the `tied` as many may go on as `room` says; the `sure` ones all do."""

    group: str
    places: Sequence[Place[Candidate]]
    sure: frozenset[int]
    tied: frozenset[int]
    room: int


def find_heats(settings: VoteConfig, roll: Roll[Candidate], counts: Counts, round_: int) -> list[Heat]:
    """For a round that has one after it; frozen candidates are ranked too, and a person decides."""
    keep = settings.rounds[round_ - 1].keep
    groups = groups_of(settings, roll.shown(round_))
    return [_heat(group, rank(settings, members, counts, round_), keep) for group, members in groups.items()]


def _heat(group: str, places: Sequence[Place[Candidate]], keep: int) -> Heat:
    if len(places) <= keep:
        return Heat(group, places, frozenset(one.candidate.number for one in places), frozenset(), 0)
    edge = places[keep - 1].rank
    sure = frozenset(one.candidate.number for one in places if one.rank < edge)
    tied = frozenset(one.candidate.number for one in places if one.rank == edge)
    if len(sure) + len(tied) == keep:
        return Heat(group, places, sure | tied, frozenset(), 0)
    return Heat(group, places, sure, tied, keep - len(sure))


def through(roll: Roll[Candidate], round_: int) -> frozenset[int]:
    """Who was brought beyond a round."""
    return frozenset(one.number for one in roll.candidates if one.through > round_)


def may_confirm(campaign: CampaignView, roll: Roll[Candidate], round_: int, now: datetime) -> bool:
    """Until the next round began; later only where nobody was brought into it, so that it could not begin."""
    begun = round_at(campaign, now)
    return campaign.state in ("live", "frozen") and (
        begun == round_ or (begun == round_ + 1 and not through(roll, round_))
    )


def confirm(
    session: Session, campaign: CampaignView, round_: int, numbers: Set[int], by: str, now: datetime
) -> int:
    """Bring these into the next round and nobody else; none takes it back. Returns how many. Raises Invalid, Conflict."""
    if not 1 <= round_ < last_round(settings_of(campaign)):
        raise Invalid("no_round", "这一轮后面没有下一轮。")
    hold_books(session, campaign)
    roll = read_roll(session, campaign)
    if not may_confirm(campaign, roll, round_, now):
        raise Conflict("begun", "下一轮已经开始（或活动不在进行中），晋级名单不能再改。")
    standing = {one.number for one in roll.shown(round_)}
    if strangers := sorted(numbers - standing):
        raise Invalid("no_candidate", f"{strangers[0]} 号不在这一轮里。")
    where = (VoteCandidate.account_id == campaign.account_id, VoteCandidate.campaign_id == campaign.id)
    marks = {"updated_at": now, "updated_by": by[:40]}
    back = VoteCandidate.through > round_, VoteCandidate.number.not_in(numbers)
    session.execute(update(VoteCandidate).where(*where, *back).values(through=round_, **marks))
    on = VoteCandidate.through == round_, VoteCandidate.number.in_(numbers)
    session.execute(update(VoteCandidate).where(*where, *on).values(through=round_ + 1, **marks))
    return len(numbers)
