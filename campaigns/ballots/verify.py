"""Is the ledger what it was? Every block is computed again from the rows, and held against what was published."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.ballots.chain import FIRST, hash_block
from campaigns.ballots.roots import ACTION, Published, list_roots
from campaigns.ballots.sealing import blocks_of, find_late, read_block, read_chosen
from campaigns.ballots.tables import Vote, VoteBlock
from campaigns.view import CampaignView
from models.audit import AuditEntry

_STILL_COMING = timedelta(minutes=5)


def verify(
    session: Session, campaign: CampaignView, published: Sequence[Published], now: datetime
) -> Iterator[str]:
    """What is wrong, in Chinese, a finding each; none where all is whole. To be called first in `session`.

    `published`: roots that somebody kept outside; those of the audit log are looked at anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    hashes = [FIRST]
    votes = after = 0
    for number in _numbers(session, campaign):
        block = _get(session, campaign, number)
        if number != len(hashes):
            yield f"缺少第 {len(hashes)} 区块（被删除）"
            return
        lines = read_block(session, campaign, block)
        computed = hash_block(hashes[-1], campaign.public_id, number, (line.digest() for line in lines))
        if block.after_id != after:
            yield f"第 {number} 区块和前一块接不上"
        if len(lines) != block.ballots:
            yield f"第 {number} 区块应有 {block.ballots} 张选票，现在有 {len(lines)} 张"
        elif computed != block.hash:
            yield f"第 {number} 区块的选票与校验码不符（被改动或调换）"
        hashes.append(block.hash)
        votes, after = votes + block.votes, block.last_id
        session.expunge_all()
    yield from _find_loose(session, campaign, after, votes, now)
    yield from _compare(session, campaign, hashes, published)


def _find_loose(
    session: Session, campaign: CampaignView, last_id: int, sealed: int, now: datetime
) -> Iterator[str]:
    """What stands among the sealed rows and in no block."""
    late = find_late(session, campaign, None)
    old = set(late) - set(find_late(session, campaign, now - _STILL_COMING))
    if old:
        yield f"已封存的区间里多出 {len(old)} 张选票，不在任何区块里（被插入）"
    query = select(func.count()).where(
        Vote.account_id == campaign.account_id, Vote.campaign_id == campaign.id, Vote.ballot_id <= last_id
    )
    coming = sum(len(line.candidates) for line in read_chosen(session, campaign, late))
    there = (session.scalar(query) or 0) - coming
    if there != sealed:
        yield f"已封存的选票应有 {sealed} 票，现在有 {there} 票"


def _compare(
    session: Session, campaign: CampaignView, hashes: Sequence[str], published: Sequence[Published]
) -> Iterator[str]:
    """What was published, here, in the audit log and outside, beside the chain as it is."""
    noted = [*_noted(session, campaign), *published]
    kept = [Published(row.block, row.hash) for row in list_roots(session, campaign)]
    for root in dict.fromkeys(noted):
        if root not in kept:
            yield f"第 {root.block} 区块的公示记录被删除或改动"
    for root in dict.fromkeys([*kept, *noted]):
        if root.block >= len(hashes):
            yield f"公示过第 {root.block} 区块，账本现在只到第 {len(hashes) - 1} 区块（末尾被删除）"
        elif hashes[root.block] != root.hash:
            yield f"第 {root.block} 区块的校验码与公示的不同"


def _noted(session: Session, campaign: CampaignView) -> list[Published]:
    """Roots as the audit log has them, which has a chain of its own."""
    query = select(AuditEntry).where(AuditEntry.action == ACTION).order_by(AuditEntry.number)
    return [
        Published(entry.facts["block"], entry.facts["hash"])
        for entry in session.scalars(query)
        if entry.facts.get("campaign") == campaign.public_id
    ]


def _numbers(session: Session, campaign: CampaignView) -> Sequence[int]:
    query = blocks_of(campaign).with_only_columns(VoteBlock.number).order_by(VoteBlock.number)
    return session.scalars(query).all()


def _get(session: Session, campaign: CampaignView, number: int) -> VoteBlock:
    return session.scalars(blocks_of(campaign).where(VoteBlock.number == number)).one()
