"""Entries on their way to phones, what phones showed before, and files that wait to be taken over."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfOrganisation
from models.types import BigId, Json


class EntryDraft(OfOrganisation, Base):
    """An entry as staff are writing it; phones show it when it is published, and then the draft is gone."""

    __tablename__ = "entry_drafts"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("state in ('draft', 'reviewed')", name="state"),
        Index("ix_entry_drafts_listed", "organisation_id", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    """That of the entry it becomes."""
    code: Mapped[str] = mapped_column(String(80))
    question: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(String(80), default="")
    row: Mapped[dict[str, Any]] = mapped_column(Json)
    """The whole entry with the columns of an import file."""
    state: Mapped[str] = mapped_column(String(8), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    """Counts its changes: who saves must have seen the last one."""
    base_version: Mapped[int] = mapped_column(default=0)
    """The live version it was made from; 0 for none."""
    author: Mapped[str] = mapped_column(String(80))
    reviewer: Mapped[str] = mapped_column(String(80), default="")
    updated_at: Mapped[datetime]


class EntryVersion(OfOrganisation, Base):
    """An entry as it was live once."""

    __tablename__ = "entry_versions"
    __table_args__ = (UniqueConstraint("organisation_id", "code", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    row: Mapped[dict[str, Any]] = mapped_column(Json)
    author: Mapped[str] = mapped_column(String(80))
    note: Mapped[str] = mapped_column(String(80), default="")
    """How it came, where that was not by hand."""
    live_at: Mapped[datetime]


class EntryUpload(OfOrganisation, Base):
    """The rows of a file whose preview somebody is looking at; it is gone when they confirm, or the next day."""

    __tablename__ = "entry_uploads"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    staff_id: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(120))
    rows: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    problems: Mapped[list[str]] = mapped_column(Json)
    """What is wrong with rows that are left out."""
    basis: Mapped[dict[str, int]] = mapped_column(Json)
    """The live versions that the preview was made against, by code."""
    created_at: Mapped[datetime]
