"""Queries on one ballot and on one person's ballots."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.ballots.chain import Line, Runs
from campaigns.ballots.roots import find_last_root
from campaigns.ballots.sealing import blocks_of, find_last_block, of_campaign, read_chosen
from campaigns.ballots.strikes import struck_ids
from campaigns.ballots.tables import Vote, VoteBallot, VoteBlock, VoteStrike, VoteStruck
from campaigns.view import CampaignView
from core.errors import NotFound


def get_ballot(session: Session, campaign: CampaignView, ballot_id: int) -> Line:
    """Raises NotFound."""
    found = read_chosen(session, campaign, [ballot_id])
    if not found:
        raise NotFound("no_receipt", "没有这个回执号，请核对一遍：字母和数字都要一样。")
    return found[0]


def list_ballots(session: Session, campaign: CampaignView, person_id: int) -> Sequence[Line]:
    """All of a person, first to last."""
    query = select(VoteBallot.id).where(*of_campaign(campaign), VoteBallot.person_id == person_id)
    return read_chosen(session, campaign, sorted(session.scalars(query)))


def find_block_of(session: Session, campaign: CampaignView, ballot_id: int) -> VoteBlock | None:
    """The block that holds a ballot; None while it waits to be sealed."""
    from_there = blocks_of(campaign).where(VoteBlock.last_id >= ballot_id)
    block = session.scalar(from_there.order_by(VoteBlock.last_id, VoteBlock.number).limit(1))
    if block is None or ballot_id not in Runs([block.absent]):
        return block
    late = session.scalars(blocks_of(campaign).where(VoteBlock.late != "", VoteBlock.number > block.number))
    return next((one for one in late if ballot_id in Runs([one.late])), None)


def list_voted(session: Session, campaign: CampaignView, person_id: int, period: int) -> list[int]:
    """Numbers of the candidates who have a person's vote in a period; as many votes are used."""
    query = select(Vote.candidate).where(
        Vote.account_id == campaign.account_id,
        Vote.campaign_id == campaign.id,
        Vote.person_id == person_id,
        Vote.period == period,
    )
    return sorted(session.scalars(query))


def list_strikes_of(session: Session, campaign: CampaignView, ballot_id: int) -> Sequence[VoteStrike]:
    """Those that named a ballot, first to last; restored ones too."""
    query = (
        select(VoteStrike)
        .join(VoteStruck, VoteStruck.strike_id == VoteStrike.id)
        .where(
            VoteStrike.account_id == campaign.account_id,
            VoteStruck.account_id == campaign.account_id,
            VoteStruck.campaign_id == campaign.id,
            VoteStruck.ballot_id == ballot_id,
        )
        .order_by(VoteStrike.id)
    )
    return session.scalars(query).all()


def find_struck(session: Session, campaign: CampaignView, ballot_ids: Collection[int]) -> frozenset[int]:
    """Those of these ballots that do not count now."""
    return frozenset(session.scalars(struck_ids(campaign).where(VoteStruck.ballot_id.in_(ballot_ids))))


def list_blocks(
    session: Session, campaign: CampaignView, before: int | None, most: int
) -> Sequence[VoteBlock]:
    """Latest first, of those before the block with the number `before`."""
    query = blocks_of(campaign).order_by(VoteBlock.number.desc()).limit(most)
    return session.scalars(query if before is None else query.where(VoteBlock.number < before)).all()


def get_block(session: Session, campaign: CampaignView, number: int) -> VoteBlock:
    """Raises NotFound."""
    block = session.scalar(blocks_of(campaign).where(VoteBlock.number == number))
    if block is None:
        raise NotFound("no_block", "没有这个区块，可能还没有封存。")
    return block


def sum_blocks(session: Session, campaign: CampaignView) -> tuple[int, int, int]:
    """Blocks, ballots and votes that are sealed: from the latest daily root on, so that a long vote costs no more."""
    root, last = find_last_root(session, campaign), find_last_block(session, campaign)
    sums = blocks_of(campaign).with_only_columns(func.sum(VoteBlock.ballots), func.sum(VoteBlock.votes))
    ballots, votes = session.execute(sums.where(VoteBlock.number > (root.block if root else 0))).one()
    before = (root.ballots, root.votes) if root else (0, 0)
    return last.number if last else 0, before[0] + int(ballots or 0), before[1] + int(votes or 0)
