"""The day's root: once a day the last block's hash and the counts are fixed, noted in the audit log, and written as a text that
the organiser publishes. Whoever kept the text can tell later whether the ledger was touched."""

import re
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from accounts import audit
from campaigns.ballots.sealing import blocks_of, find_last_block, seal_all
from campaigns.ballots.tables import VoteBlock, VoteRoot
from campaigns.ballots.totals import Counts, read_counts
from campaigns.view import CampaignView
from core.clock import SHANGHAI, local_text
from models.upsert import insert_missing

HOUR = 18
"""When a day's root is made, in China."""
ACTION = "vote_root"
_TEXT = re.compile(r"第 (\d+) 区块，校验码 ([0-9a-f]{64})")


class Published(NamedTuple):
    """What a published text vouches for."""

    block: int
    hash: str


def due_day(campaign: CampaignView, now: datetime) -> int | None:
    """The ordinal of the latest day whose root can be made; None before the first."""
    local = now.astimezone(SHANGHAI)
    day = (
        local.date()
        if local.timetz().replace(tzinfo=None) >= time(HOUR)
        else local.date() - timedelta(days=1)
    )
    first = campaign.opens_at.astimezone(SHANGHAI).date()
    return day.toordinal() if day >= first else None


def publish_root(session: Session, campaign: CampaignView, day: int, now: datetime) -> bool:
    """Make a day's root, once; False when it is there, or nothing was ever sealed."""
    known = select(VoteRoot.id).where(*_of(campaign), VoteRoot.day == day)
    if session.scalar(known) is not None:
        return False
    seal_all(session, campaign, now)
    last = find_last_block(session, campaign)
    if last is None:
        return False
    totals = blocks_of(campaign).with_only_columns(func.sum(VoteBlock.ballots), func.sum(VoteBlock.votes))
    ballots, votes = session.execute(totals).one()
    row = {
        "account_id": campaign.account_id,
        "campaign_id": campaign.id,
        "day": day,
        "block": last.number,
        "hash": last.hash,
        "ballots": int(ballots),
        "votes": int(votes),
        "counts": [[*key, *count] for key, count in sorted(read_counts(session, campaign).items())],
        "made_at": now,
    }
    if insert_missing(session, VoteRoot, [row]) == 0:
        return False
    facts = {"campaign": campaign.public_id, "block": last.number, "hash": last.hash}
    audit.note(session, audit.Act("系统", ACTION, campaign.title, facts=facts), now)
    return True


def list_roots(session: Session, campaign: CampaignView) -> Sequence[VoteRoot]:
    """Latest first."""
    return session.scalars(select(VoteRoot).where(*_of(campaign)).order_by(VoteRoot.day.desc())).all()


def find_last_root(session: Session, campaign: CampaignView) -> VoteRoot | None:
    """The latest; None before the first."""
    return session.scalar(select(VoteRoot).where(*_of(campaign)).order_by(VoteRoot.day.desc()).limit(1))


def counts_of(root: VoteRoot) -> Counts:
    """As they were published."""
    return {(round_, number): (votes, struck) for round_, number, votes, struck in root.counts}


def text_of(campaign: CampaignView, root: VoteRoot) -> str:
    """What the organiser publishes."""
    return (
        f"【投票账本公示】{campaign.title}，截至 {local_text(root.made_at)}，共 {root.ballots:,} 张选票、"
        f"{root.votes:,} 票。第 {root.block} 区块，校验码 {root.hash}"
    )


def read_texts(texts: str) -> list[Published]:
    """The roots of published texts, in the order they stand."""
    return [Published(int(block), hash_) for block, hash_ in _TEXT.findall(texts)]


def _of(campaign: CampaignView) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return VoteRoot.account_id == campaign.account_id, VoteRoot.campaign_id == campaign.id
