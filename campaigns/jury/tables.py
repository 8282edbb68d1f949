"""The jury's tables: who judges, the rounds, what stands in them, every juror's tasks, and live jury days."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.base import Base, OfAccount
from models.types import BigId, Json

_HELD = text("state in ('open', 'done')")


class Juror(OfAccount, Base):
    """A person of the console who judges a campaign's entries. active ⇄ away (their open tasks go to others)."""

    __tablename__ = "jurors"
    __table_args__ = (
        UniqueConstraint("campaign_id", "staff_id"),
        CheckConstraint("state in ('active', 'away')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    staff_id: Mapped[int]
    unit: Mapped[str] = mapped_column(String(60), default="")
    """Where they work: they judge nobody of it."""
    state: Mapped[str] = mapped_column(String(6), default="active")
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(40), default="")


class JuryRound(OfAccount, Base):
    """One round of judging. draft → open → closed → open again with a reason.

    `live`: everybody judges together on a jury day (`JuryDay`); otherwise each juror has tasks.
    """

    __tablename__ = "jury_rounds"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("state in ('draft', 'open', 'closed')", name="state"),
        CheckConstraint("method in ('yes_no', 'stars', 'ranking')", name="method"),
        CheckConstraint("takes in ('all', 'best', 'share')", name="takes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Its place among the campaign's rounds, from 1."""
    title: Mapped[str] = mapped_column(String(30))
    method: Mapped[str] = mapped_column(String(8))
    live: Mapped[bool] = mapped_column(default=False)
    quorum: Mapped[int] = mapped_column(default=3)
    """How many jurors judge each entry; a ranking is done by all."""
    groups: Mapped[list[str]] = mapped_column(Json, default=list)
    """Which of the campaign's groups it is for; empty for all."""
    takes: Mapped[str] = mapped_column(String(5), default="all")
    """All that may be judged, or the best of each group of the round before: so many, or such a share."""
    takes_most: Mapped[int] = mapped_column(default=0)
    """How many, or percent."""
    blind: Mapped[bool] = mapped_column(default=True)
    due_at: Mapped[datetime | None]
    """Until when jurors may judge."""
    state: Mapped[str] = mapped_column(String(6), default="draft")
    seed: Mapped[str] = mapped_column(String(24))
    """What the shuffle of its allocation comes from."""
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopened_why: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(40), default="")


class JuryEntry(OfAccount, Base):
    """An entry in a round; with its score and place once the round is closed."""

    __tablename__ = "jury_entries"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("jury_rounds.id", ondelete="CASCADE"))
    number: Mapped[int]
    """Which of the campaign's entries."""
    group: Mapped[str] = mapped_column(String(40), default="")
    owner: Mapped[str] = mapped_column(String(32), default="")
    """Whose it is, as `staff_links.rules.follower_mark` knows them: on a jury day nobody votes for their own."""
    marks: Mapped[int] = mapped_column(default=0)
    """How many judged it, counted at the close."""
    score: Mapped[int | None] = mapped_column(BigId)
    """In millionths of the method's unit (`scoring`); None where nobody judged it."""
    place: Mapped[int | None]
    """Within its group; who has the same score shares it."""
    shown_at: Mapped[datetime | None]
    """When its result was shown on a jury day: from then on its marks stand."""


class JuryTask(OfAccount, Base):
    """A juror has to judge an entry, or has: the mark stands in the same row. open ⇄ done, open → recused.

    Of the `slot`s of an entry (as many as the quorum) each is held by one juror at any time; who recused themselves keeps a
    row, so that the entry never comes back to them by itself.
    """

    __tablename__ = "jury_tasks"
    __table_args__ = (
        UniqueConstraint("round_id", "juror_id", "number"),
        Index(
            "uq_jury_tasks_held",
            "round_id",
            "number",
            "slot",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        CheckConstraint("state in ('open', 'done', 'recused')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("jury_rounds.id", ondelete="CASCADE"))
    juror_id: Mapped[int] = mapped_column(ForeignKey("jurors.id", ondelete="CASCADE"))
    number: Mapped[int]
    slot: Mapped[int] = mapped_column(default=0)
    stand_in: Mapped[bool] = mapped_column(default=False)
    """Came to them by somebody's recusal, and goes back with it."""
    state: Mapped[str] = mapped_column(String(7), default="open")
    mark: Mapped[int | None]
    """0 or 1, 1 to 5 stars, or the place given from 1."""
    marked_at: Mapped[datetime | None]
    seconds: Mapped[int | None]
    """How long they looked, as their page measured it."""


class JuryOut(OfAccount, Base):
    """An entry that was disqualified: it enters no round, and stands in no result. Deleted where that is taken back."""

    __tablename__ = "jury_outs"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    number: Mapped[int]
    rule: Mapped[str] = mapped_column(String(40))
    why: Mapped[str] = mapped_column(String(200))
    out_at: Mapped[datetime]
    out_by: Mapped[str] = mapped_column(String(40), default="")


class JuryDay(OfAccount, Base):
    """A live round as screen and phones see it: which entry is on, and whether its result is shown."""

    __tablename__ = "jury_days"
    __table_args__ = (CheckConstraint("taken <= seats", name="seats"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    """In the phones' address."""
    screen_id: Mapped[str] = mapped_column(String(24), unique=True)
    """In the big screen's."""
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    round_id: Mapped[int] = mapped_column(ForeignKey("jury_rounds.id", ondelete="CASCADE"), unique=True)
    seats: Mapped[int] = mapped_column(default=200)
    taken: Mapped[int] = mapped_column(default=0)
    door: Mapped[bool] = mapped_column(default=True)
    """May more people come in?"""
    number: Mapped[int | None]
    """The entry on the screen; None before the first."""
    shown: Mapped[bool] = mapped_column(default=False)
    """Is its result on the screen, and its vote closed?"""
    beat: Mapped[int] = mapped_column(default=1)
    """Raised by whatever the organiser does; phones and screen follow it."""


class _OfDay(OfAccount, abstract=True):
    """Of a jury day, by somebody in its ledger (`members.ledger`, scope `live.scope_of`)."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId)

    @declared_attr
    def round_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("jury_rounds.id", ondelete="CASCADE"))


class JurySeat(_OfDay, Base):
    """Somebody came in."""

    __tablename__ = "jury_seats"
    __table_args__: Any = (
        UniqueConstraint("round_id", "person_id"),
        Index("ix_jury_seats_person", "account_id", "person_id"),
    )

    taken_at: Mapped[datetime]


class JuryLiveMark(_OfDay, Base):
    """One person's mark for one entry."""

    __tablename__ = "jury_live_marks"
    __table_args__: Any = (
        UniqueConstraint("round_id", "number", "person_id"),
        Index("ix_jury_live_marks_person", "account_id", "person_id"),
    )

    number: Mapped[int]
    mark: Mapped[int]
    marked_at: Mapped[datetime]
