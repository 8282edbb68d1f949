"""Campaigns (活动) of an account; what a kind keeps of its own stands in `campaigns/kinds/<kind>/tables.py`."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from models.base import Base, OfAccount
from models.types import BigId, Json


class Campaign(OfAccount, Base):
    """One campaign. draft → checked → live ⇄ frozen → publicised (公示) → archived; draft ⇄ deleted.

    From the moment it opens, `rules` and `settings` stand still: `rules_hash` says so.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint(
            "state in ('draft', 'checked', 'live', 'frozen', 'publicised', 'archived', 'deleted')",
            name="state",
        ),
        Index("ix_campaigns_state_opens", "state", "opens_at"),
        Index("ix_campaigns_account_opens", "account_id", "opens_at", "id"),
        Index("ix_campaigns_state_closes", "state", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(30))
    summary: Mapped[str] = mapped_column(String(120), default="")
    word: Mapped[str] = mapped_column(String(20), default="")
    """What opens it in the chat; empty for the kind's own word."""
    cover: Mapped[str] = mapped_column(String(40), default="")
    """A name in the media folder, empty for none."""
    state: Mapped[str] = mapped_column(String(12), default="draft")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """When it was closed, once; what the kind does at the end was done with it."""
    eligibility: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Who may take part (`campaigns.eligibility.Eligibility`)."""
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """The kind's own, as its `config` model writes them."""
    rules: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the rules page says (`campaigns.wording.Rules`)."""
    rules_hash: Mapped[str] = mapped_column(String(64), default="")
    opened_at: Mapped[datetime | None]
    publicised_at: Mapped[datetime | None]
    """When its result was shown for objections; the days of 公示 are counted from here."""
    frozen_why: Mapped[str] = mapped_column(String(200), default="")
    frozen_at: Mapped[datetime | None]
    extended_from: Mapped[datetime | None]
    """When it was to end as it was announced; None unless it was extended."""
    extended_why: Mapped[str] = mapped_column(String(200), default="")
    draw_id: Mapped[int | None]
    """The draw whose chances it gives (`models.prizes.Draw`)."""
    draw_hash: Mapped[str] = mapped_column(String(64), default="")
    """The fingerprint of its prizes and odds as they were approved."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(40), default="")


class CampaignErrand(OfAccount, abstract=True):
    """Columns of long work that staff asked the worker for (`campaigns.errands`). waiting → working → done | failed."""

    __tablename__: Any

    @declared_attr.directive
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        table = cls.__tablename__
        return (
            CheckConstraint("state in ('waiting', 'working', 'done', 'failed')", name="state"),
            Index(f"ix_{table}_state", "state", "asked_at"),
            Index(f"ix_{table}_campaign", "campaign_id", "asked_at"),
        )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    """How often a worker began it."""
    rows: Mapped[int] = mapped_column(BigId, default=0)
    """How many are done …"""
    all_rows: Mapped[int] = mapped_column(BigId, default=0)
    """… of about how many, counted when it was asked for."""
    problem: Mapped[str] = mapped_column(String(200), default="")
    asked_by: Mapped[str] = mapped_column(String(40), default="")
    asked_at: Mapped[datetime]
    touched_at: Mapped[datetime]
    """When its worker last said that it lives."""

    @declared_attr
    def campaign_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))


class CampaignExport(CampaignErrand, Base):
    """A spreadsheet somebody asked for; `all_rows` counts who took part."""

    __tablename__ = "campaign_exports"

    suffix: Mapped[str] = mapped_column(String(5))
