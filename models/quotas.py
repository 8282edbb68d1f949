"""What is left at the platform: calls of its API by day, its own word on them, and followers' message windows."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId


class ApiUse(OfAccount, Base):
    """How often an account called one endpoint on one day in China."""

    __tablename__ = "api_uses"
    __table_args__ = (
        UniqueConstraint("account_id", "day", "path"),
        CheckConstraint("used >= 0", name="used"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    path: Mapped[str] = mapped_column(String(100))
    day: Mapped[date] = mapped_column(index=True)
    used: Mapped[int] = mapped_column(default=0)
    used_up_at: Mapped[datetime | None]
    """When the platform said that none is left (45009)."""


class ApiQuota(OfAccount, Base):
    """What the platform itself said of one endpoint, when it was last asked."""

    __tablename__ = "api_quotas"
    __table_args__ = (UniqueConstraint("account_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(String(100))
    daily_limit: Mapped[int] = mapped_column(BigId)
    used: Mapped[int] = mapped_column(BigId)
    asked_at: Mapped[datetime]


class MessageWindow(OfAccount, Base):
    """Customer-service messages sent since a follower last opened a window: by a message, or by a click, follow or scan."""

    __tablename__ = "message_windows"
    __table_args__ = (
        UniqueConstraint("account_id", "openid", "kind"),
        CheckConstraint("kind in ('message', 'event')", name="kind"),
        CheckConstraint("sent >= 0", name="sent"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    openid: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    opened_at: Mapped[datetime] = mapped_column(index=True)
    sent: Mapped[int] = mapped_column(default=0)
