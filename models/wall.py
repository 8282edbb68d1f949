"""Workers who asked for a person."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId


class HelpRequest(OfAccount, Base):
    """A worker asked for a person (人工). `number` is what the worker is told, counted within the account."""

    __tablename__ = "help_requests"
    __table_args__ = (UniqueConstraint("account_id", "message_key"), UniqueConstraint("account_id", "number"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[int]
    message_key: Mapped[str] = mapped_column(String(32))
    openid: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
