"""What staff keep: answers, keyword rules, menus, and the stamps that tell every process of a change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount, OfOrganisation
from models.types import Json


class ContentStamp(Base):
    """A counter per kind of content, raised in the transaction that changes it; processes watch it and reload."""

    __tablename__ = "content_stamps"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    stamp: Mapped[int] = mapped_column(default=0)


class Entry(OfOrganisation, Base):
    """A question and its answer. `code` is the id that staff give it in their spreadsheet."""

    __tablename__ = "entries"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)

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
    updated_at: Mapped[datetime]


class Synonym(OfOrganisation, Base):
    """What people write, and what is meant by it (both as they are typed)."""

    __tablename__ = "synonyms"
    __table_args__ = (UniqueConstraint("organisation_id", "written"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    written: Mapped[str] = mapped_column(String(40))
    meant: Mapped[str] = mapped_column(String(40))


class KeywordRule(OfOrganisation, Base):
    """Words that are answered with a fixed reply (shape: `chat.content`)."""

    __tablename__ = "keyword_rules"
    __table_args__ = (
        UniqueConstraint("organisation_id", "code"),
        CheckConstraint("match in ('exact', 'contains')", name="match"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80))
    match: Mapped[str] = mapped_column(String(16))
    keywords: Mapped[list[str]] = mapped_column(Json)
    reply: Mapped[dict[str, Any]] = mapped_column(Json)
    priority: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime]


class MenuVersion(OfAccount, Base):
    """A menu as it was pushed to the platform; the newest is what phones show and what clicks are answered from."""

    __tablename__ = "menu_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    tree: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    pushed_at: Mapped[datetime]


class TrainedClassifier(Base):
    """The numbers of a classifier (`faq.trained` packs them), found by the samples it was fitted to: whoever has the same
    entries shares it. It can be made again from the entries at any time."""

    __tablename__ = "trained_classifiers"

    fingerprint: Mapped[str] = mapped_column(String(32), primary_key=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    samples: Mapped[int]
    took_s: Mapped[float]
    trained_at: Mapped[datetime]
