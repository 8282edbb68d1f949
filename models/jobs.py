"""What must happen later, as rows: the outbox, and how far the journal has been taken over."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId, Json


class OutboxItem(OfAccount, Base):
    """A call to the outside world, stored in the transaction that decided it and delivered after the commit.

    `key` is unique within an account: storing the same thing twice is a no-op. States: waiting → claimed → done | dead.
    """

    __tablename__ = "outbox_items"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        CheckConstraint("state in ('waiting', 'claimed', 'done', 'dead')", name="state"),
        Index("ix_outbox_items_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(100))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class JournalOffset(Base):
    """How many bytes of a journal segment are in SQL; moved in the transaction that wrote them, so exactly once."""

    __tablename__ = "journal_offsets"

    segment: Mapped[str] = mapped_column(String(100), primary_key=True)
    offset: Mapped[int]
