"""What organisations keep of the working calendar themselves."""

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, OfOrganisation


class Workday(OfOrganisation, Base):
    """A day that is otherwise than above (shipped files, then the organisations above); holds below, too."""

    __tablename__ = "workdays"
    __table_args__ = (UniqueConstraint("organisation_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    rest: Mapped[bool]
    name: Mapped[str] = mapped_column(String(20))
    """Empty: an ordinary day of the week after all."""
    source: Mapped[str] = mapped_column(String(100))


class WorkdayYear(OfOrganisation, Base):
    """A year in which the organisation changed something."""

    __tablename__ = "workday_years"
    __table_args__ = (UniqueConstraint("organisation_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    announced: Mapped[bool]
    """The State Council's announcement for the whole year was brought in here."""
    version: Mapped[int]
    """Raised by every change: who saves names the one they saw."""
    updated_at: Mapped[datetime]
    updated_by: Mapped[str] = mapped_column(String(80))
