"""Custom menus: what was published, the draft, personalised menus, and changes at a set time."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import Json

Tree = list[dict[str, Any]]
"""A menu as `menus.rules.MenuItem` writes it; that of a draft may be unfinished."""


class MenuVersion(OfAccount, Base):
    """A menu as it was pushed to the platform; the newest is what phones show and what clicks are answered from."""

    __tablename__ = "menu_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    tree: Mapped[Tree] = mapped_column(Json)
    pushed_at: Mapped[datetime]
    pushed_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    note: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """How it came: published, restored, at a set time."""


class MenuDraft(OfAccount, Base):
    """The menu that staff work on, one an account, and who is just publishing: the platform knows no order of calls."""

    __tablename__ = "menu_drafts"
    __table_args__ = (UniqueConstraint("account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tree: Mapped[Tree] = mapped_column(Json, default=list)
    version: Mapped[int] = mapped_column(default=0)
    """Counts savings."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(80), default="")
    publishing_until: Mapped[datetime | None]
    """Until then nobody else publishes."""


class MenuVariant(OfAccount, Base):
    """A menu for followers with a tag (个性化菜单): a draft, and what phones show of it."""

    __tablename__ = "menu_variants"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    tag_id: Mapped[int]
    tree: Mapped[Tree] = mapped_column(Json)
    version: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(80), default="")
    menu_ids: Mapped[list[str]] = mapped_column(Json, default=list)
    """The platform's ids of it, the newest last; more than one while an old one could not be taken away."""
    live_tree: Mapped[Tree | None] = mapped_column(Json)
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(String(80), default="")


class MenuChange(OfAccount, Base):
    """A menu that is published at a set time.

    States: scheduled → publishing (handed to the outbox) → published | failed; cancelled before its time.
    """

    __tablename__ = "menu_changes"
    __table_args__ = (
        CheckConstraint(
            "state in ('scheduled', 'publishing', 'published', 'failed', 'cancelled')", name="state"
        ),
        Index("ix_menu_changes_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    tree: Mapped[Tree] = mapped_column(Json)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default="scheduled")
    error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(80))
    closed_at: Mapped[datetime | None]
