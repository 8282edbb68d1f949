"""People who log in to the console, the roles they hold, their sessions, and failed sign-ins."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, OfOrganisation
from models.types import BigId, Sealed


class Staff(Base):
    """A person of a union's office. Belongs to no organisation: grants say where somebody may do what."""

    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    email: Mapped[str | None] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_used: Mapped[int] = mapped_column(BigInteger, default=0)
    """The time step of the last code that was taken: a code is good once."""
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    signed_in_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """Signs in once where the second factor is lost. Only a hash is kept."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("staff_id", "code_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))


class Grant(OfOrganisation, Base):
    """A role at an organisation and below it, perhaps until a day."""

    __tablename__ = "grants"
    __table_args__ = (UniqueConstraint("organisation_id", "staff_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime | None]
    granted_by: Mapped[str] = mapped_column(String(40))
    granted_at: Mapped[datetime]
    staff: Mapped[Staff] = relationship(lazy="joined")


class StaffSession(Base):
    """A browser that is signed in. The cookie holds the token, the table its hash."""

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(200))
    staff: Mapped[Staff] = relationship(lazy="joined")


class SignInTries(Base):
    """Failed sign-ins of one name from one address. `who` is a keyed hash: the table tells nobody what was typed."""

    __tablename__ = "sign_in_tries"

    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    failed: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    locked_until: Mapped[datetime | None]
