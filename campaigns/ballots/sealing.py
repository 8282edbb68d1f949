"""The sealer: takes the ballots that are committed, in batches, into blocks of the chain, counts them, and gives who cast
them their chances of the draw.

Ids are given before a ballot is committed, so a ballot may become visible after others with higher ids. A block says which
ids of its range were absent; those of the latest minute of blocks are looked for again at each sealing, and all of them once a day. So
none is skipped, no ballot is ever written again, and no row is hot: whoever writes the books (blocks, totals, strikes) holds
them, and no ballot waits for that.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, insert, select
from sqlalchemy.orm import Session

from campaigns.ballots.chain import FIRST, Line, Runs, gaps, hash_block
from campaigns.ballots.chances import give_chances
from campaigns.ballots.tables import Vote, VoteBallot, VoteBlock, VoteTotal
from campaigns.view import CampaignView
from models.campaigns import Campaign
from models.upsert import insert_for

BLOCK = 5000
"""Ballots of one block at most."""
_LATE = timedelta(minutes=1)
_SWEPT = timedelta(days=1)
"""What turns up in an older gap was not cast: no transaction lives so long (`verify` tells of it)."""
_AT_ONCE = 500
_COLUMNS = tuple(getattr(VoteBallot, name) for name in Line._fields[:-1])


def seal(session: Session, campaign: CampaignView, now: datetime, *, sweep: bool = False) -> int:
    """Seal the next batch; returns how many ballots, 0 when all are sealed.

    `sweep`: look for late ballots in the blocks of a day, not only of a minute.
    """
    hold_books(session, campaign)
    last = find_last_block(session, campaign)
    after = last.last_id if last is not None else 0
    new = _read_lines(session, campaign, VoteBallot.id > after, BLOCK)
    sealed_at = last.sealed_at if last is not None else now
    late_ids = find_late(session, campaign, now - _SWEPT if sweep else sealed_at - _LATE)[:BLOCK]
    if not new and not late_ids:
        return 0
    number = last.number + 1 if last is not None else 1
    last_id = new[-1].id if new else after
    lines = [*read_chosen(session, campaign, late_ids), *new]
    before = last.hash if last is not None else FIRST
    block = {
        "campaign_id": campaign.id,
        "number": number,
        "account_id": campaign.account_id,
        "after_id": after,
        "last_id": last_id,
        "absent": gaps(after, last_id, [line.id for line in new]),
        "late": ",".join(map(str, late_ids)),
        "ballots": len(lines),
        "votes": sum(len(line.candidates) for line in lines),
        "hash": hash_block(before, campaign.public_id, number, (line.digest() for line in lines)),
        "sealed_at": now,
    }
    session.execute(insert(VoteBlock).values(block))
    _add_to_totals(session, campaign, lines)
    give_chances(session, campaign, lines, now)
    return len(lines)


def hold_books(session: Session, campaign: CampaignView) -> None:
    """One bookkeeper at a time for a campaign, until the unit of work ends."""
    query = select(Campaign.id).where(Campaign.account_id == campaign.account_id, Campaign.id == campaign.id)
    session.execute(query.with_for_update(key_share=True)).one()


def find_last_block(session: Session, campaign: CampaignView) -> VoteBlock | None:
    return session.scalar(blocks_of(campaign).order_by(VoteBlock.number.desc()).limit(1))


def blocks_of(campaign: CampaignView) -> Select[VoteBlock]:
    """Not ordered."""
    return select(VoteBlock).where(
        VoteBlock.account_id == campaign.account_id, VoteBlock.campaign_id == campaign.id
    )


def read_block(session: Session, campaign: CampaignView, block: VoteBlock) -> list[Line]:
    """The ballots of a block as they stand now, in the order they were chained."""
    absent = Runs([block.absent])
    of_range = _read_lines(
        session, campaign, (VoteBallot.id > block.after_id) & (VoteBallot.id <= block.last_id), None
    )
    late = read_chosen(session, campaign, list(Runs([block.late])))
    return [*late, *(line for line in of_range if line.id not in absent)]


def read_chosen(session: Session, campaign: CampaignView, ids: Sequence[int]) -> list[Line]:
    """These ballots, in the order of their ids; one that is not there is left out."""
    return [
        line
        for start in range(0, len(ids), _AT_ONCE)
        for line in _read_lines(session, campaign, VoteBallot.id.in_(ids[start : start + _AT_ONCE]), None)
    ]


def find_late(session: Session, campaign: CampaignView, since: datetime | None) -> list[int]:
    """Ids that were absent when their range was sealed, are there now, and stand in no block. `since`: of blocks sealed
    later; None for all."""
    blocks = session.execute(
        blocks_of(campaign)
        .with_only_columns(VoteBlock.after_id, VoteBlock.last_id, VoteBlock.absent)
        .where(VoteBlock.absent != "", *([VoteBlock.sealed_at > since] if since is not None else []))
    ).all()
    if not blocks:
        return []
    absent = Runs(block.absent for block in blocks)
    known = set(Runs(session.scalars(blocks_of(campaign).with_only_columns(VoteBlock.late))))
    first, last = min(block.after_id for block in blocks), max(block.last_id for block in blocks)
    there = session.scalars(
        select(VoteBallot.id)
        .where(*of_campaign(campaign), VoteBallot.id > first, VoteBallot.id <= last)
        .order_by(VoteBallot.id)
        .execution_options(yield_per=10_000)
    )
    return [one for one in there if one in absent and one not in known]


def seal_all(session: Session, campaign: CampaignView, now: datetime) -> int:
    """Seal whatever there is: for the end, for what is published, for commands."""
    total = seal(session, campaign, now, sweep=True)
    while done := seal(session, campaign, now):
        total += done
    return total


def count_unsealed(session: Session, campaign: CampaignView) -> int:
    """Ballots that no block holds yet."""
    last = find_last_block(session, campaign)
    after = last.last_id if last is not None else 0
    query = select(func.count()).where(*of_campaign(campaign), VoteBallot.id > after)
    return session.scalar(query) or 0


def of_campaign(campaign: CampaignView) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return VoteBallot.account_id == campaign.account_id, VoteBallot.campaign_id == campaign.id


def _read_lines(
    session: Session, campaign: CampaignView, which: ColumnElement[bool], most: int | None
) -> list[Line]:
    """Ballots with the votes that the ledger has for them now, by id."""
    where = (*of_campaign(campaign), which)
    ballots = session.execute(select(*_COLUMNS).where(*where).order_by(VoteBallot.id).limit(most)).all()
    if not ballots:
        return []
    up_to = VoteBallot.id <= ballots[-1].id
    votes = session.execute(
        select(Vote.ballot_id, Vote.candidate)
        .join(
            VoteBallot,
            (VoteBallot.campaign_id == Vote.campaign_id)
            & (VoteBallot.person_id == Vote.person_id)
            & (VoteBallot.period == Vote.period)
            & (VoteBallot.id == Vote.ballot_id),
        )
        .where(Vote.account_id == campaign.account_id, Vote.campaign_id == campaign.id, *where, up_to)
        .order_by(Vote.ballot_id, Vote.candidate)
    )
    chosen: dict[int, list[int]] = {}
    for ballot_id, candidate in votes:
        chosen.setdefault(ballot_id, []).append(candidate)
    return [Line(**ballot._mapping, candidates=chosen.get(ballot.id, [])) for ballot in ballots]


def _add_to_totals(session: Session, campaign: CampaignView, lines: Sequence[Line]) -> None:
    counted = Counter((line.round, candidate) for line in lines for candidate in line.candidates)
    rows = [
        {
            "campaign_id": campaign.id,
            "round": round_,
            "candidate": candidate,
            "account_id": campaign.account_id,
            "votes": votes,
            "struck": 0,
        }
        for (round_, candidate), votes in sorted(counted.items())
    ]
    for start in range(0, len(rows), _AT_ONCE):
        statement = insert_for(session, VoteTotal).values(rows[start : start + _AT_ONCE])
        changed = {"votes": VoteTotal.votes + statement.excluded.votes}
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["campaign_id", "round", "candidate"], set_=changed
            )
        )
