"""Striking ballots and giving them back: rows that name them. No ballot is changed, none is deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import CompoundSelect, Select, func, select, update
from sqlalchemy.orm import Session

from campaigns.ballots.sealing import find_last_block, hold_books
from campaigns.ballots.tables import Vote, VoteBallot, VoteStrike, VoteStruck, VoteTotal
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid, NotFound
from core.ids import public_id
from models.upsert import count_rows, insert_missing

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Why:
    """A rule as it was applied (`rule` has its figures), what people call it, the reason, and who says so."""

    rule: dict[str, Any]
    title: str
    reason: str
    by: str
    now: datetime


def strike(session: Session, campaign: CampaignView, ballot_ids: Iterable[int], why: Why) -> VoteStrike:
    """Strike these ballots, those of them that are sealed. Raises Invalid without a reason, Conflict where none is left."""
    if not why.reason.strip():
        raise Invalid("no_reason", "请写明为什么剔除，公示时会写出来。")
    hold_books(session, campaign)
    row = VoteStrike(
        account_id=campaign.account_id,
        public_id=public_id(),
        campaign_id=campaign.id,
        rule=why.rule,
        title=why.title[:60],
        reason=why.reason.strip()[:200],
        at=why.now,
        by=why.by[:40],
    )
    session.add(row)
    session.flush()
    _name(session, campaign, row, ballot_ids)
    row.ballots = session.scalar(_of_strike(campaign, row.id).with_only_columns(func.count())) or 0
    if row.ballots == 0:
        raise Conflict("none_sealed", "这些选票都还没有封存进账本，请过几秒再试。")
    row.votes = _move(session, campaign, _alone(campaign, row.id), 1)
    return row


def restore(
    session: Session, campaign: CampaignView, strike_id: str, why: str, by: str, now: datetime
) -> VoteStrike:
    """Give the ballots of a strike back; those that another strike names stay struck. Raises NotFound, Invalid, Conflict."""
    if not why.strip():
        raise Invalid("no_reason", "请写明为什么恢复，公示时会写出来。")
    hold_books(session, campaign)
    row = get_strike(session, campaign, strike_id)
    values = {"restored_at": now, "restored_by": by[:40], "restored_why": why.strip()[:200]}
    changed = update(VoteStrike).where(
        VoteStrike.account_id == campaign.account_id,
        VoteStrike.id == row.id,
        VoteStrike.restored_at.is_(None),
    )
    if count_rows(session.execute(changed.values(values))) == 0:
        raise Conflict("restored", "这次剔除已经恢复过了。")
    _move(session, campaign, _alone(campaign, row.id), -1)
    session.refresh(row)
    return row


def get_strike(session: Session, campaign: CampaignView, strike_id: str) -> VoteStrike:
    """Raises NotFound."""
    row = session.scalar(_strikes(campaign).where(VoteStrike.public_id == strike_id))
    if row is None:
        raise NotFound("no_strike", "没有这次剔除记录。")
    return row


def list_strikes(session: Session, campaign: CampaignView) -> Sequence[VoteStrike]:
    """Latest first, restored ones too."""
    return session.scalars(_strikes(campaign).order_by(VoteStrike.id.desc())).all()


def struck_ids(campaign: CampaignView) -> Select[int]:
    """Ids of ballots that do not count."""
    return (
        select(VoteStruck.ballot_id)
        .join(VoteStrike, VoteStrike.id == VoteStruck.strike_id)
        .where(
            VoteStruck.account_id == campaign.account_id,
            VoteStruck.campaign_id == campaign.id,
            VoteStrike.account_id == campaign.account_id,
            VoteStrike.restored_at.is_(None),
        )
        .distinct()
    )


def _strikes(campaign: CampaignView) -> Select[VoteStrike]:
    return select(VoteStrike).where(
        VoteStrike.account_id == campaign.account_id, VoteStrike.campaign_id == campaign.id
    )


def _name(session: Session, campaign: CampaignView, row: VoteStrike, ballot_ids: Iterable[int]) -> None:
    """Write which ballots a strike names: sealed ones of this campaign."""
    last = find_last_block(session, campaign)
    ids = iter(ballot_ids)
    while part := list(islice(ids, _CHUNK)):
        query = select(VoteBallot.id).where(
            VoteBallot.account_id == campaign.account_id,
            VoteBallot.campaign_id == campaign.id,
            VoteBallot.id.in_(part),
            VoteBallot.id <= (last.last_id if last is not None else 0),
        )
        same = {"strike_id": row.id, "account_id": campaign.account_id, "campaign_id": campaign.id}
        insert_missing(session, VoteStruck, [{**same, "ballot_id": one} for one in session.scalars(query)])


def _of_strike(campaign: CampaignView, strike_id: int) -> Select[int]:
    return select(VoteStruck.ballot_id).where(
        VoteStruck.account_id == campaign.account_id, VoteStruck.strike_id == strike_id
    )


def _alone(campaign: CampaignView, strike_id: int) -> CompoundSelect[int]:
    """Ballots that this strike names and no other one that holds."""
    elsewhere = struck_ids(campaign).where(VoteStruck.strike_id != strike_id)
    return _of_strike(campaign, strike_id).except_(elsewhere)


def _move(session: Session, campaign: CampaignView, ballots: CompoundSelect[int], sign: int) -> int:
    """Count the votes of these ballots as struck (`sign` 1) or not struck any more (-1); returns how many votes."""
    of = ballots.subquery()
    counted = session.execute(
        select(Vote.round, Vote.candidate, func.count())
        .join(of, of.c.ballot_id == Vote.ballot_id)
        .where(Vote.account_id == campaign.account_id, Vote.campaign_id == campaign.id)
        .group_by(Vote.round, Vote.candidate)
    ).all()
    for round_, candidate, votes in counted:
        where = (
            VoteTotal.account_id == campaign.account_id,
            VoteTotal.campaign_id == campaign.id,
            VoteTotal.round == round_,
            VoteTotal.candidate == candidate,
        )
        session.execute(update(VoteTotal).where(*where).values(struck=VoteTotal.struck + sign * votes))
    return sum(votes for _, _, votes in counted)
