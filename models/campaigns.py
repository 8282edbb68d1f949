"""Campaigns (活动) of an account; what a kind keeps of its own stands in `campaigns/kinds/<kind>/tables.py`."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import Json


class Campaign(OfAccount, Base):
    """One campaign. draft → checked → live ⇄ frozen → publicised (公示) → archived; `ended` beside `live` once time is up.

    From the moment it opens, `rules` and `settings` stand still: `rules_hash` says so.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        CheckConstraint(
            "state in ('draft', 'checked', 'live', 'frozen', 'publicised', 'archived')", name="state"
        ),
        Index("ix_campaigns_state_opens", "state", "opens_at"),
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
    frozen_why: Mapped[str] = mapped_column(String(200), default="")
    draw_id: Mapped[int | None]
    """The draw whose chances it gives (`models.prizes.Draw`)."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(40), default="")
