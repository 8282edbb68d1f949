"""Counting anew from the ledger's rows, beside the totals that pages show; and restoring those."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import case, func, insert, select, update
from sqlalchemy.orm import Session

from campaigns.ballots.sealing import find_last_block, find_late, hold_books, read_chosen
from campaigns.ballots.strikes import struck_ids
from campaigns.ballots.tables import Vote, VoteTotal
from campaigns.ballots.totals import read_counts
from campaigns.view import CampaignView


class Counted(NamedTuple):
    """A candidate of a round: what the ledger says, and what the totals say."""

    round: int
    candidate: int
    votes: int
    struck: int
    total_votes: int
    total_struck: int

    @property
    def difference(self) -> int:
        return abs(self.votes - self.total_votes) + abs(self.struck - self.total_struck)


def recount(session: Session, campaign: CampaignView) -> Sequence[Counted]:
    """Every sealed vote counted from its row. To be called first in `session`: on PostgreSQL it takes one picture of it all."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return _count(session, campaign)


def rebuild(session: Session, campaign: CampaignView) -> Sequence[Counted]:
    """Restore the totals; returns what differed before."""
    hold_books(session, campaign)
    counted = [one for one in _count(session, campaign) if one.difference]
    known = read_counts(session, campaign)
    for one in counted:
        key = {"campaign_id": campaign.id, "round": one.round, "candidate": one.candidate}
        values = {"votes": one.votes, "struck": one.struck}
        if (one.round, one.candidate) in known:
            where = [getattr(VoteTotal, name) == value for name, value in key.items()]
            of_account = VoteTotal.account_id == campaign.account_id
            session.execute(update(VoteTotal).where(of_account, *where).values(values))
        else:
            session.execute(insert(VoteTotal).values(account_id=campaign.account_id, **key, **values))
    return counted


def _count(session: Session, campaign: CampaignView) -> list[Counted]:
    votes, struck = _sealed_votes(session, campaign), _struck_votes(session, campaign)
    totals = read_counts(session, campaign)
    return [
        Counted(*key, votes.get(key, 0), struck.get(key, 0), *totals.get(key, (0, 0)))
        for key in sorted(votes.keys() | struck.keys() | totals.keys())
    ]


def _sealed_votes(session: Session, campaign: CampaignView) -> dict[tuple[int, int], int]:
    last = find_last_block(session, campaign)
    up_to = last.last_id if last is not None else 0
    sealed = func.sum(case((Vote.ballot_id <= up_to, 1), else_=0)).label("sealed")
    query = (
        select(Vote.round, Vote.candidate, sealed)
        .where(Vote.account_id == campaign.account_id, Vote.campaign_id == campaign.id)
        .group_by(Vote.round, Vote.candidate)
    )
    counted = {(row.round, row.candidate): int(row.sealed) for row in session.execute(query)}
    for line in read_chosen(session, campaign, find_late(session, campaign, None)):
        for candidate in line.candidates:
            counted[line.round, candidate] -= 1
    return counted


def _struck_votes(session: Session, campaign: CampaignView) -> dict[tuple[int, int], int]:
    struck = struck_ids(campaign).subquery()
    query = (
        select(Vote.round, Vote.candidate, func.count().label("votes"))
        .join(struck, struck.c.ballot_id == Vote.ballot_id)
        .where(Vote.account_id == campaign.account_id, Vote.campaign_id == campaign.id)
        .group_by(Vote.round, Vote.candidate)
    )
    return {(row.round, row.candidate): row.votes for row in session.execute(query)}
