"""How many sealed votes everybody has, as the books say."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.ballots.rules import last_round, rules_of
from campaigns.ballots.tables import VoteTotal
from campaigns.view import CampaignView

Counts = Mapping[tuple[int, int], tuple[int, int]]
"""Votes and struck votes, by round and candidate."""


def read_counts(session: Session, campaign: CampaignView, numbers: Collection[int] | None = None) -> Counts:
    """Sealed votes as the books have them, of all or of some."""
    query = select(VoteTotal.round, VoteTotal.candidate, VoteTotal.votes, VoteTotal.struck).where(
        VoteTotal.account_id == campaign.account_id, VoteTotal.campaign_id == campaign.id
    )
    if numbers is not None:
        rounds = range(1, last_round(rules_of(campaign)) + 1)  # named, so that the key's index leads to each
        query = query.where(VoteTotal.round.in_(rounds), VoteTotal.candidate.in_(numbers))
    return {(round_, number): (votes, struck) for round_, number, votes, struck in session.execute(query)}


def valid_votes(counts: Counts, round_: int, number: int) -> int:
    """A candidate's votes that count."""
    votes, struck = counts.get((round_, number), (0, 0))
    return votes - struck
