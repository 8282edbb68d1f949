"""Queries on one ballot and on one person's ballots."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.kinds.vote.chain import Line, Runs
from campaigns.kinds.vote.sealing import blocks_of, of_campaign, read_chosen
from campaigns.kinds.vote.tables import VoteBallot, VoteBlock
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
    by_range = blocks_of(campaign).where(VoteBlock.after_id < ballot_id, VoteBlock.last_id >= ballot_id)
    block = session.scalar(by_range)
    if block is None or ballot_id not in Runs([block.absent]):
        return block
    late = session.scalars(blocks_of(campaign).where(VoteBlock.late != "", VoteBlock.number > block.number))
    return next((one for one in late if ballot_id in Runs([one.late])), None)
