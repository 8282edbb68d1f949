"""The vote's own tables: candidates, and the file of them that somebody looks at."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import Json


class VoteCandidate(OfAccount, Base):
    """Somebody or something that can be voted for. standing ⇄ frozen (no new votes) → withdrawn."""

    __tablename__ = "vote_candidates"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        CheckConstraint("state in ('standing', 'frozen', 'withdrawn')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    number: Mapped[int]
    """What people vote for (「投 12」); stands still once the campaign is open."""
    name: Mapped[str] = mapped_column(String(30))
    group: Mapped[str] = mapped_column(String(20), default="")
    """One of the campaign's groups; empty where there are none."""
    region: Mapped[str] = mapped_column(String(20), default="")
    unit: Mapped[str] = mapped_column(String(60), default="")
    slogan: Mapped[str] = mapped_column(String(60), default="")
    """One line for lists."""
    about: Mapped[str] = mapped_column(Text, default="")
    picture: Mapped[str] = mapped_column(String(40), default="")
    """A name in the media folder."""
    picture_text: Mapped[str] = mapped_column(String(120), default="")
    video: Mapped[str] = mapped_column(String(300), default="")
    """An https address."""
    through: Mapped[int] = mapped_column(default=1)
    """The last round they stand in."""
    jury_hundredths: Mapped[int | None]
    """The jury's score, 0 to 10 000 hundredths; None before it is there."""
    state: Mapped[str] = mapped_column(String(10), default="standing")
    state_why: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(40), default="")


class VoteUpload(OfAccount, Base):
    """The candidates of a file whose preview somebody is looking at; gone when they confirm, or the next day."""

    __tablename__ = "vote_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    staff_id: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(120))
    candidates: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    problems: Mapped[list[str]] = mapped_column(Json)
    created_at: Mapped[datetime]
