"""What staff keep: answers, keyword rules, and the stamps that tell every process of a change."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, Text, UniqueConstraint, text, true
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfOrganisation
from models.types import Json

_ENDS = text("valid_until IS NOT NULL")
_CITES = text("CAST(citations AS TEXT) <> '[]'")


class ContentStamp(Base):
    """A counter per kind of content, raised in the transaction that changes it; processes watch it and reload."""

    __tablename__ = "content_stamps"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    stamp: Mapped[int] = mapped_column(default=0)


class Entry(OfOrganisation, Base):
    """A question and its answer. `code` is the id that staff give it in their spreadsheet."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        Index("ix_entries_listed", "organisation_id", "updated_at", "id"),
        Index("ix_entries_topic", "organisation_id", "topic", "updated_at", "id"),
        Index("ix_entries_category", "organisation_id", "category"),
        Index(
            "ix_entries_ending",
            "organisation_id",
            "valid_until",
            postgresql_where=_ENDS,
            sqlite_where=_ENDS,
        ),
        Index(
            "ix_entries_checked",
            "organisation_id",
            "checked_on",
            postgresql_where=_CITES,
            sqlite_where=_CITES,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    code: Mapped[str] = mapped_column(String(80))
    topic: Mapped[str] = mapped_column(String(80), default="")
    category: Mapped[str] = mapped_column(String(40), default="")
    question: Mapped[str] = mapped_column(Text)
    alternates: Mapped[list[str]] = mapped_column(Json, default=list)
    answer: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text, default="", server_default="")
    """What the answer's page says beyond the answer; empty for none."""
    citations: Mapped[list[str]] = mapped_column(Json, default=list)
    region: Mapped[str] = mapped_column(String(40), default="")
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    checked_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts what was live; the rows are in `entry_versions`."""
    withdrawn_at: Mapped[datetime | None]
    """Since when phones do not show it any more."""
    updated_at: Mapped[datetime]


class Synonym(OfOrganisation, Base):
    """What people write, and what is meant by it (both as they are typed)."""

    __tablename__ = "synonyms"
    __table_args__ = (UniqueConstraint("organisation_id", "written"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    written: Mapped[str] = mapped_column(String(40))
    meant: Mapped[str] = mapped_column(String(40))


class KeywordRule(OfOrganisation, Base):
    """Words that are answered with a reply (shape: `handlers.replies`). The same `code` below replaces an inherited rule."""

    __tablename__ = "keyword_rules"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("match in ('exact', 'contains', 'regex')", name="match"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(60), default="", server_default="")
    match: Mapped[str] = mapped_column(String(16))
    keywords: Mapped[list[str]] = mapped_column(Json)
    reply: Mapped[dict[str, Any]] = mapped_column(Json)
    priority: Mapped[int] = mapped_column(default=0)
    opens: Mapped[time | None]
    """Of the day in Shanghai, like `closes`: where that is earlier, the rule holds over midnight."""
    closes: Mapped[time | None]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    """The last day."""
    enabled: Mapped[bool] = mapped_column(default=True, server_default=true())
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Raised by every change: who saves names the one they saw."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    deleted_at: Mapped[datetime | None]
    """A deleted rule answers nothing and may be brought back."""


class TrainedClassifier(Base):
    """The numbers of a classifier (`faq.trained` packs them), found by the samples it was fitted to: whoever has the same
    entries shares it. It can be made again from the entries at any time."""

    __tablename__ = "trained_classifiers"

    fingerprint: Mapped[str] = mapped_column(String(32), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    samples: Mapped[int]
    took_s: Mapped[float]
    trained_at: Mapped[datetime]
