"""Organisations, their official accounts, and what each account has used of its quotas."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfAccount
from models.types import Json, Sealed


class Organisation(Base):
    """A union: province → city → county, industry or enterprise. Content is inherited down the tree."""

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(
            "kind in ('province', 'city', 'county', 'industry', 'enterprise', 'other')", name="kind"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16), default="other", server_default="other")
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts its changes, so that of two people who edit it the second is told."""


class Account(Base):
    """An official account (公众号). `key` is its name in URLs and commands."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("kind in ('subscription', 'service', 'test')", name="kind"),
        CheckConstraint("mode in ('aes', 'plain')", name="mode"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16), default="subscription")
    verified: Mapped[bool] = mapped_column(default=False)
    demo: Mapped[bool] = mapped_column(default=False)
    appid: Mapped[str] = mapped_column(String(64), unique=True)
    mode: Mapped[str] = mapped_column(String(8), default="aes")
    token: Mapped[str] = mapped_column(Sealed)
    secret: Mapped[str] = mapped_column(Sealed)
    aes_key: Mapped[str | None] = mapped_column(Sealed)
    profile: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Welcome, scene and fallback texts and the contacts by district (shape: `accounts.profile.Profile`)."""
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    """Counts changes of the credentials and the name; the profile has none."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """Since then it answers nobody; its rows stay, and it can be opened again."""
    organisation: Mapped[Organisation] = relationship(lazy="joined")


class DomainFile(OfAccount, Base):
    """The platform's check file for the domains of an account: served at the root, where the platform fetches it."""

    __tablename__ = "domain_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    content: Mapped[str] = mapped_column(String(32))
    uploaded_at: Mapped[datetime]


class QuotaUse(OfAccount, Base):
    """What an account has used of one quota in one period (a day or a month in Shanghai)."""

    __tablename__ = "quota_uses"
    __table_args__ = (
        UniqueConstraint("account_id", "what", "period"),
        CheckConstraint("used >= 0", name="used"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(40))
    period: Mapped[date]
    used: Mapped[int] = mapped_column(default=0)


class RemovedContact(OfAccount, Base):
    """A contact that staff took out of the profile: it can be put back for a month."""

    __tablename__ = "removed_contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    contact: Mapped[dict[str, Any]] = mapped_column(Json)
    """Shape: `accounts.profile.Contact`."""
    removed_at: Mapped[datetime] = mapped_column(index=True)
    removed_by: Mapped[str] = mapped_column(String(80))
