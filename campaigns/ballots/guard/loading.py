"""A campaign's ledger as columns, read in chunks: what stays in memory are the arrays, not the rows."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from campaigns.ballots.guard.columns import NEVER, Columns, Ints, codes_of
from campaigns.ballots.sealing import find_last_block, of_campaign
from campaigns.ballots.strikes import struck_ids
from campaigns.ballots.tables import Vote, VoteBallot
from campaigns.view import CampaignView
from models.ledger import Person
from models.members import Member

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_CHUNK = 20_000


Progress = Callable[[int], None]
"""Is told how many rows were read so far, ballots and votes."""


def load(session: Session, campaign: CampaignView, progress: Progress = lambda _n: None) -> Columns:
    """All sealed ballots, struck ones too: what was struck tells of its neighbours."""
    last = find_last_block(session, campaign)
    last_id = last.last_id if last is not None else 0
    parts = [_ballots(rows) for rows in _chunks(session, _ballot_query(campaign, last_id), progress)]
    ballot, person, round_, at, followed, chat, address, range_, agent = _join(parts, _ballots([]))
    more = partial(_add, progress, len(ballot))
    pairs = [_votes(rows) for rows in _chunks(session, _vote_query(campaign, last_id), more)]
    vote_ballot, candidate = _join(pairs, _votes([]))
    row = np.searchsorted(ballot, vote_ballot)
    order = np.argsort(row, kind="stable")
    return Columns(
        ballot, person, round_, at, followed, chat, address, range_, agent, row[order], candidate[order]
    )


def read_struck(session: Session, campaign: CampaignView) -> Ints:
    """Ids of ballots that do not count now."""
    rows = session.scalars(struck_ids(campaign), execution_options={"yield_per": _CHUNK})
    return np.fromiter(rows, np.int64)


def _ballot_query(campaign: CampaignView, last_id: int) -> Select[*tuple[Any, ...]]:
    person = (Person.account_id == campaign.account_id) & (Person.id == VoteBallot.person_id)
    member = (Member.account_id == campaign.account_id) & (Member.openid == Person.openid)
    return (
        select(
            VoteBallot.id,
            VoteBallot.person_id,
            VoteBallot.round,
            VoteBallot.at,
            Member.followed_at,
            VoteBallot.channel,
            VoteBallot.address,
            VoteBallot.range,
            VoteBallot.agent,
        )
        .outerjoin(Person, person)
        .outerjoin(Member, member)
        .where(*of_campaign(campaign), VoteBallot.id <= last_id)
        .order_by(VoteBallot.id)
    )


def _vote_query(campaign: CampaignView, last_id: int) -> Select[*tuple[Any, ...]]:
    where = (
        Vote.account_id == campaign.account_id,
        Vote.campaign_id == campaign.id,
        Vote.ballot_id <= last_id,
    )
    return select(Vote.ballot_id, Vote.candidate).where(*where)


def _chunks(
    session: Session, query: Select[*tuple[Any, ...]], progress: Progress
) -> Iterator[Sequence[Row[Any]]]:
    read = 0
    for rows in session.execute(query, execution_options={"yield_per": _CHUNK}).partitions():
        yield rows
        read += len(rows)
        progress(read)


def _add(progress: Progress, before: int, read: int) -> None:
    progress(before + read)


def _ballots(rows: Sequence[Row[Any]]) -> tuple[NDArray[Any], ...]:
    ids, people, rounds, ats, followed, channels, addresses, ranges, agents = (
        zip(*rows, strict=True) if rows else ((),) * 9
    )
    return (
        np.array(ids, np.int64),
        np.array(people, np.int64),
        np.array(rounds, np.int16),
        np.array([_ms(at) for at in ats], np.int64),
        np.array([NEVER if at is None else _ms(at) for at in followed], np.int64),
        np.array([channel == "chat" for channel in channels], bool),
        codes_of(addresses),
        codes_of(ranges),
        codes_of(agents),
    )


def _votes(rows: Sequence[Row[Any]]) -> tuple[NDArray[Any], ...]:
    ids, candidates = zip(*rows, strict=True) if rows else ((), ())
    return np.array(ids, np.int64), np.array(candidates, np.int32)


def _join(
    parts: Sequence[tuple[NDArray[Any], ...]], none: tuple[NDArray[Any], ...]
) -> tuple[NDArray[Any], ...]:
    return tuple(np.concatenate(columns) for columns in zip(none, *parts, strict=True))


def _ms(at: datetime) -> int:
    return (at - EPOCH) // _MILLISECOND
