"""What goes to many followers at a set time."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount


class Push(OfAccount, Base):
    """An article card (title, cover, digest, link) for all followers of an account, sent once.

    States: scheduled → sending (quota taken, clientmsgid stored) → accepted (the platform has it) → sent | failed;
    withdrawn before its time.
    """

    __tablename__ = "pushes"
    __table_args__ = (
        UniqueConstraint("account_id", "code"),
        CheckConstraint(
            "state in ('scheduled', 'sending', 'accepted', 'sent', 'failed', 'withdrawn')", name="state"
        ),
        Index("ix_pushes_state_due_at", "state", "due_at"),
        Index("ix_pushes_account_id_due_at", "account_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(255), default="")
    cover: Mapped[str] = mapped_column(String(255))
    """Name of the picture in the covers folder."""
    link: Mapped[str] = mapped_column(String(1024))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="scheduled")
    client_msg_id: Mapped[str] = mapped_column(String(64), unique=True)
    media_id: Mapped[str] = mapped_column(String(128), default="")
    msg_id: Mapped[str] = mapped_column(String(32), default="", index=True)
    total_count: Mapped[int] = mapped_column(default=0)
    sent_count: Mapped[int] = mapped_column(default=0)
    error_count: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    approved: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Without it nothing is sent: somebody proposed it who may not let things go live."""
    proposed_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    approved_by: Mapped[str] = mapped_column(String(80), default="", server_default="")


class MassResult(OfAccount, Base):
    """What the platform reported of a mass send, by its msg_id; it may arrive before we know that id ourselves."""

    __tablename__ = "mass_results"
    __table_args__ = (UniqueConstraint("account_id", "msg_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    msg_id: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(40))
    total_count: Mapped[int]
    sent_count: Mapped[int]
    error_count: Mapped[int]
    reported_at: Mapped[datetime]
