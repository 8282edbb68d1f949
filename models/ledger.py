"""Who stands in the ledgers of campaigns and prizes, what they used up, and what they were answered.

A ledger names a person by a keyed hash of their openid, of its own for each `scope` (a campaign, a draw). Erasing somebody
empties `openid` and `name`; the ledger stays right, and nobody takes part twice by being forgotten.
"""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfAccount
from models.types import BigId, Sealed


class Person(OfAccount, Base):
    """Somebody in one scope."""

    __tablename__ = "ledger_people"
    __table_args__ = (
        UniqueConstraint("account_id", "scope", "mark"),
        Index("ix_ledger_people_openid", "account_id", "openid"),
        Index("ix_ledger_people_scope", "account_id", "scope", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    scope: Mapped[str] = mapped_column(String(24))
    mark: Mapped[str] = mapped_column(String(32))
    """HMAC of the openid under the scope's key, hex."""
    openid: Mapped[str | None] = mapped_column(String(64))
    """None once they were erased."""
    name: Mapped[str | None] = mapped_column(Sealed)
    """As they gave it themselves, for boards and prizes."""
    region: Mapped[str] = mapped_column(String(20), default="")
    """The district they chose; empty for none. So with `unit` (their organisation) and `trade` (their industry)."""
    unit: Mapped[str] = mapped_column(String(40), default="")
    trade: Mapped[str] = mapped_column(String(20), default="")
    member_number: Mapped[str | None] = mapped_column(Sealed)
    joined_at: Mapped[datetime]


class Use(OfAccount, Base):
    """How much of a limit was used: by one person (`holder` is their id), or by all together (`holder` 0)."""

    __tablename__ = "ledger_uses"
    __table_args__ = (UniqueConstraint("account_id", "scope", "holder", "slot"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scope: Mapped[str] = mapped_column(String(24))
    holder: Mapped[int] = mapped_column(BigId, default=0)
    slot: Mapped[str] = mapped_column(String(40))
    """What is limited: `total`, a day (`2026-11-22`), a level on a day …"""
    used: Mapped[int] = mapped_column(default=0)


class Request(OfAccount, Base):
    """A request that may come again (a lost answer, an impatient finger), and what was answered, byte for byte."""

    __tablename__ = "ledger_requests"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId)
    key: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was asked, hex."""
    status: Mapped[int] = mapped_column(default=0)
    answer: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    at: Mapped[datetime] = mapped_column(index=True)
