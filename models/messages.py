"""What came in, and the messages whose answer is still owed."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId


class MessageLog(OfAccount, Base):
    """One inbound message or event, once, however often the platform delivered it."""

    __tablename__ = "message_log"
    __table_args__ = (UniqueConstraint("account_id", "message_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_key: Mapped[str] = mapped_column(String(32))
    openid: Mapped[str] = mapped_column(String(64), index=True)
    kind: Mapped[str] = mapped_column(String(24))
    content: Mapped[str] = mapped_column(Text, default="")
    """What was said or tapped, in words; a media id for pictures."""
    handler: Mapped[str] = mapped_column(String(40), default="")
    outcome: Mapped[str] = mapped_column(String(12), default="")
    """reply, silent, late or failed."""
    reply: Mapped[str] = mapped_column(Text, default="")
    """The beginning of what was answered."""
    took_ms: Mapped[int] = mapped_column(default=0)
    trace: Mapped[str] = mapped_column(String(16), default="")
    received_at: Mapped[datetime] = mapped_column(index=True)


class PendingTurn(OfAccount, Base):
    """A message that got 「正在处理」 and whose answer follows as a customer-service message."""

    __tablename__ = "pending_turns"
    __table_args__ = (UniqueConstraint("account_id", "message_key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    message_key: Mapped[str] = mapped_column(String(32))
    body: Mapped[str] = mapped_column(Text)
    """The callback's XML, decrypted; emptied once answered."""
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")
