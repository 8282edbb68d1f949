"""Followers (粉丝/职工) of an account."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId


class Member(OfAccount, Base):
    """One follower. The platform gives no name and no picture; the openid differs per account."""

    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("account_id", "openid"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    openid: Mapped[str] = mapped_column(String(64))
    following: Mapped[bool] = mapped_column(default=True)
    scene: Mapped[str] = mapped_column(String(64), default="")
    """The scene code by which the follower came; empty when none."""
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    followed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
