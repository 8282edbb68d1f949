"""Brand series (栏目) of an organisation and their numbered items (期)."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfOrganisation
from models.types import Json


class Column(OfOrganisation, Base):
    """A series. Unions below inherit it with its items, unless they have one of the same `code`: theirs replaces it, or
    hides it where `shown` is false."""

    __tablename__ = "brand_columns"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    """Its name in addresses."""
    title: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(String(100), default="")
    cover: Mapped[str] = mapped_column(String(40), default="")
    """A name in the media folder, empty for none; the same for items."""
    words: Mapped[list[str]] = mapped_column(Json, default=list)
    """What opens it in the chat beside its title, as staff wrote it."""
    position: Mapped[int] = mapped_column(default=0)
    shown: Mapped[bool] = mapped_column(default=True)
    live_items: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of its items phones show; `draft_items` of the others."""
    draft_items: Mapped[int] = mapped_column(default=0, server_default="0")
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(40), default="")


class ColumnItem(OfOrganisation, Base):
    """One issue of a series. `body` is text with few marks (`columns.rules`), `media` its pictures, sound or video."""

    __tablename__ = "column_items"
    __table_args__ = (
        UniqueConstraint("column_id", "number"),
        CheckConstraint("kind in ('text', 'pictures', 'sound', 'video', 'entry')", name="kind"),
        CheckConstraint("state in ('draft', 'live')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    column_id: Mapped[int] = mapped_column(ForeignKey("brand_columns.id", ondelete="CASCADE"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12), default="text")
    title: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(120), default="")
    cover: Mapped[str] = mapped_column(String(40), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    entry_code: Mapped[str] = mapped_column(String(80), default="")
    """The answer it tells of (`models.content.Entry.code`)."""
    media: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """In order: `name` in the media folder, `caption`."""
    state: Mapped[str] = mapped_column(String(8), default="draft")
    published_at: Mapped[datetime | None]
    """When it went live first."""
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(40), default="")
