"""The audit log: what staff did, in a chain of hashes. Rows are added, never changed (`accounts.audit`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.types import BigId, Json


class AuditEntry(Base):
    """One act. Keeps its actor's name as it was; `organisation_id` is no tenant's guard here, since some acts have none
    (a failed sign-in): whoever lists it names organisations."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_organisation", "organisation_id", "number"),
        Index("ix_audit_entries_staff", "staff_id", "number"),
        Index("ix_audit_entries_action", "action", "number"),
        Index("ix_audit_entries_at", "at"),
    )

    number: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    staff_id: Mapped[int | None]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"))
    action: Mapped[str] = mapped_column(String(40))
    target: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    address: Mapped[str] = mapped_column(String(45))
    chained: Mapped[str] = mapped_column(String(64))
    """HMAC over this row and the one before."""


class AuditHead(Base):
    """The end of the chain: one row, which also makes those who add wait for each other."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigId)
    chained: Mapped[str] = mapped_column(String(64))
