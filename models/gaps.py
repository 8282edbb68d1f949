"""What people asked and how it went: the figures of coverage, and the texts behind the gap list."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId

_OPEN = text("text <> '' AND done_at IS NULL")


class AskedQuestion(OfAccount, Base):
    """A question, or what somebody thought of its answer. Nobody's openid; it goes when `faq.gap_days` are over."""

    __tablename__ = "asked_questions"
    __table_args__ = (
        UniqueConstraint("account_id", "message_key"),
        CheckConstraint(
            "outcome in ('answered', 'suggested', 'handed_off', 'useful', 'useless')", name="outcome"
        ),
        Index("ix_asked_questions_entry", "account_id", "entry_code", "asked_at"),
        Index("ix_asked_questions_outcome", "account_id", "asked_at", "outcome"),
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
    done_at: Mapped[datetime | None]
    """When staff settled the gap it belongs to."""
