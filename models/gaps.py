"""What people asked and how it went: the figures of coverage, the texts behind the gap list, and the list as it is shown."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId, Json

_TOLD = text("text <> ''")
_OPEN = text("text <> '' AND done_at IS NULL")
_OUTCOMES = "outcome in ('answered', 'suggested', 'handed_off', 'useful', 'useless')"


class AskedQuestion(OfAccount, Base):
    """A question, or what somebody thought of its answer. Nobody's openid; it goes when `faq.gap_days` are over."""

    __tablename__ = "asked_questions"
    __table_args__ = (
        UniqueConstraint("account_id", "message_key"),
        CheckConstraint(_OUTCOMES, name="outcome"),
        Index("ix_asked_questions_entry", "account_id", "entry_code", "asked_at"),
        Index(
            "ix_asked_questions_gap",
            "account_id",
            "gap",
            postgresql_where=_TOLD,
            sqlite_where=_TOLD,
        ),
        Index(
            "ix_asked_questions_open",
            "account_id",
            "id",
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        Index("ix_asked_questions_code", "entry_code", "asked_at", "account_id", "outcome"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_key: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(String(12))
    entry_code: Mapped[str] = mapped_column(String(80), default="")
    """The entry an answer came from, where it is known."""
    text: Mapped[str] = mapped_column(Text, default="")
    """The question, masked; only where it was handed off or its answer was of no use."""
    gap: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """The code of the gap it was put to when the worker grouped last; empty before."""
    done_at: Mapped[datetime | None]
    """When staff settled the gap it belongs to."""


class QuestionDay(OfAccount, Base):
    """How often something came out on a day in China, counted by whoever keeps the questions."""

    __tablename__ = "question_days"
    __table_args__ = (
        UniqueConstraint("account_id", "day", "outcome"),
        CheckConstraint(_OUTCOMES, name="outcome"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    day: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(12))
    number: Mapped[int] = mapped_column(default=0)


class GapList(OfAccount, Base):
    """The gaps of an account over the last `days`, as the worker listed them; its lines are `GapLine`s."""

    __tablename__ = "gap_lists"
    __table_args__ = (UniqueConstraint("account_id", "days"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[int]
    gaps: Mapped[int] = mapped_column(default=0)
    questions: Mapped[int] = mapped_column(default=0)
    mark: Mapped[str] = mapped_column(String(100), default="")
    """Of the open questions, the entries and the day that it was made of; where these are others now, it is made anew."""


class GapLine(OfAccount, Base):
    """A gap in one of an account's lists, the most asked first."""

    __tablename__ = "gap_lines"
    __table_args__ = (
        UniqueConstraint("account_id", "days", "rank"),
        Index("ix_gap_lines_gap", "account_id", "gap"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    days: Mapped[int]
    rank: Mapped[int]
    """From 1."""
    gap: Mapped[str] = mapped_column(String(10))
    texts: Mapped[list[str]] = mapped_column(Json)
    """Some of the ways in which it was asked, the central one first."""
    phrasings: Mapped[int]
    """How many ways there are."""
    handed_off: Mapped[int]
    useless: Mapped[int]
    """Questions of the days, by outcome."""
    last_at: Mapped[datetime]
    nearest: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """The code of the entry that the account would answer with; empty where none is near."""
    sure: Mapped[float] = mapped_column(default=0.0, server_default="0")
    """How sure it would be of that, from 0 to 1."""
    shown: Mapped[bool] = mapped_column(default=True)
    """No more once somebody settled it."""
