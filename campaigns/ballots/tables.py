"""The ledger's tables: ballots and their votes, its blocks, totals, daily roots, strikes, searches for what to strike.

Ballots and votes grow by a row each and are only ever appended to. They carry no foreign keys: each would
lock the campaign's row for every ballot.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.campaigns import CampaignErrand
from models.types import BigId, Json

_BY_KEY = {"sqlite_with_rowid": False}
"""SQLite keeps such rows in their key's order, and needs no second tree for the key."""


class VoteBallot(OfAccount, Base):
    """One ballot as it was cast: who, when, in which period, and what little is known of where from.

    A person's ballots of a period are numbered without gaps, and `used` adds up their votes: the next number can be had
    once, so the quota holds however many come at the same time. A person stands in one campaign's scope, so the campaign
    need not be in the constraint; were it there, a plan made without statistics might as well read all of the campaign.
    """

    __tablename__ = "vote_ballots"
    __table_args__ = (UniqueConstraint("person_id", "period", "number"), _BY_KEY)

    campaign_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    """Ascending within the campaign, with gaps."""
    account_id: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[int] = mapped_column(BigId)
    """In `models.ledger.Person`, of the campaign's scope."""
    period: Mapped[int]
    """What the quota is for: a day (its ordinal, in China) or a round (its number)."""
    number: Mapped[int]
    """The how-maniest of the person in the period, from 1."""
    used: Mapped[int]
    """Votes of the person in the period, with this ballot's."""
    round: Mapped[int]
    key: Mapped[str] = mapped_column(String(64))
    """The request or the chat message that brought it."""
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(4))
    """`page` or `chat`."""
    address: Mapped[str] = mapped_column(String(16), default="")
    """Keyed hash of the network address; empty in the chat. So with `range` (its neighbourhood) and `agent` (the browser)."""
    range: Mapped[str] = mapped_column(String(16), default="")
    agent: Mapped[str] = mapped_column(String(16), default="")
    """Empty where the browser named none."""
    worked: Mapped[bool] = mapped_column(default=False)
    """Did the phone solve a proof of work for it?"""


class Vote(OfAccount, Base):
    """One vote: a person, a period, a candidate. The key is what makes it one."""

    __tablename__ = "votes"
    __table_args__ = (_BY_KEY,)

    campaign_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    period: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidate: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The candidate's number."""
    account_id: Mapped[int] = mapped_column(Integer)
    round: Mapped[int]
    ballot_id: Mapped[int] = mapped_column(BigId)


class VoteBlock(OfAccount, Base):
    """Ballots sealed together: their hash follows from them and from the block before."""

    __tablename__ = "vote_blocks"
    __table_args__ = (Index("ix_vote_blocks_last", "campaign_id", "last_id"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1, without gaps."""
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    after_id: Mapped[int] = mapped_column(BigId)
    """Ballots with ids above this …"""
    last_id: Mapped[int] = mapped_column(BigId)
    """… up to this, but the absent ones."""
    absent: Mapped[str] = mapped_column(Text, default="")
    """Ids of the range that were not there when it was sealed: `5,8-12`. Other campaigns have them, or nobody, or they came late."""
    late: Mapped[str] = mapped_column(Text, default="")
    """Ids below the range that came late: they belong to this block."""
    ballots: Mapped[int]
    votes: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    """SHA-256, hex."""
    sealed_at: Mapped[datetime]


class VoteTotal(OfAccount, Base):
    """How many sealed votes a candidate has in a round, and how many of them are struck."""

    __tablename__ = "vote_totals"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    candidate: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    votes: Mapped[int] = mapped_column(BigId, default=0)
    struck: Mapped[int] = mapped_column(BigId, default=0)


class VoteRoot(OfAccount, Base):
    """What was published of the ledger on a day: the last block's hash and the counts of that moment."""

    __tablename__ = "vote_roots"
    __table_args__ = (UniqueConstraint("campaign_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    day: Mapped[int]
    """Its ordinal, in China."""
    block: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    ballots: Mapped[int] = mapped_column(BigId)
    votes: Mapped[int] = mapped_column(BigId)
    counts: Mapped[list[list[int]]] = mapped_column(Json)
    """Round, candidate, votes, struck."""
    made_at: Mapped[datetime]


class VoteStrike(OfAccount, Base):
    """Ballots that were struck together, by a rule, with a reason; all stay, and all may be given back."""

    __tablename__ = "vote_strikes"
    __table_args__ = (Index("ix_vote_strikes_campaign", "campaign_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    rule: Mapped[dict[str, Any]] = mapped_column(Json)
    """The rule with its figures, as it was applied."""
    title: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(200))
    ballots: Mapped[int] = mapped_column(default=0)
    votes: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(40))
    restored_at: Mapped[datetime | None]
    restored_by: Mapped[str] = mapped_column(String(40), default="")
    restored_why: Mapped[str] = mapped_column(String(200), default="")


class VoteSearch(CampaignErrand, Base):
    """A rule's search through the ledger that staff asked for; `all_rows` counts ballots and votes that were sealed."""

    __tablename__ = "vote_searches"

    rule: Mapped[dict[str, Any]] = mapped_column(Json)
    """The rule with its figures."""
    up_to: Mapped[int] = mapped_column(BigId, default=0)
    """The last ballot that was looked at."""
    found: Mapped[int] = mapped_column(default=0)
    """How many ballots."""
    ids: Mapped[str] = mapped_column(Text, default="")
    """Theirs, in runs: `5,8-12`."""
    votes: Mapped[list[list[int]]] = mapped_column(Json, default=list)
    """On them: round, candidate, votes."""
    hours: Mapped[list[int]] = mapped_column(Json, default=list)
    """Ballots found by hour of the day."""
    examples: Mapped[list[list[Any]]] = mapped_column(Json, default=list)
    """A dozen of them, as `guard.Example` has its fields; `at` in milliseconds since 1970."""


class VoteStruck(OfAccount, Base):
    """A ballot that a strike names. One that two strikes name counts again when both were taken back."""

    __tablename__ = "vote_struck"
    __table_args__ = (Index("ix_vote_struck_ballot", "campaign_id", "ballot_id"),)

    strike_id: Mapped[int] = mapped_column(
        ForeignKey("vote_strikes.id", ondelete="CASCADE"), primary_key=True
    )
    ballot_id: Mapped[int] = mapped_column(BigId, primary_key=True)
    account_id: Mapped[int] = mapped_column(Integer)
    campaign_id: Mapped[int]
