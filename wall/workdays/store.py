"""What organisations keep of their calendars, and whole calendars made of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.workdays import Workday, WorkdayYear
from wall.workdays.calendar import Calendar, Special, Year
from wall.workdays.files import shipped_calendar

STAMP = "workdays"
_EVERYBODY = "one calendar for each set of organisations that keep days of their own"


@dataclass(frozen=True, slots=True)
class Own:
    """What an organisation keeps of one year itself. `version` 0: it never changed anything."""

    year: Year
    version: int = 0
    updated_at: datetime | None = None
    updated_by: str = ""


def get_own(session: Session, organisation_id: int, number: int) -> Own:
    """Empty where there is nothing."""
    days = select(Workday).where(
        Workday.organisation_id == organisation_id,
        Workday.day.between(date(number, 1, 1), date(number, 12, 31)),
    )
    kept = {row.day: _special(row) for row in session.scalars(days)}
    row = session.scalar(
        select(WorkdayYear).where(WorkdayYear.organisation_id == organisation_id, WorkdayYear.year == number)
    )
    if row is None:
        return Own(Year(number, kept, announced=False))
    return Own(Year(number, kept, row.announced), row.version, row.updated_at, row.updated_by)


def get_calendar(session: Session, chain: Sequence[int]) -> Calendar:
    """What holds at the organisation `chain` begins with; empty: what we ship."""
    days = session.scalars(select(Workday).where(Workday.organisation_id.in_(chain)))
    years = session.scalars(select(WorkdayYear).where(WorkdayYear.organisation_id.in_(chain)))
    return layered(_own_years(days.all(), years.all()), chain)


def all_own_years(session: Session) -> dict[int, tuple[Year, ...]]:
    """Every organisation's own, by its id."""
    days = session.scalars(select(Workday).execution_options(all_tenants=_EVERYBODY))
    years = session.scalars(select(WorkdayYear).execution_options(all_tenants=_EVERYBODY))
    return _own_years(days.all(), years.all())


def layered(own: Mapping[int, Sequence[Year]], chain: Sequence[int]) -> Calendar:
    """What we ship, changed by the root, and by each below it down to the nearest."""
    calendar = shipped_calendar()
    for organisation_id in reversed(chain):
        calendar = calendar.changed_by(own.get(organisation_id, ()))
    return calendar


def _own_years(days: Sequence[Workday], years: Sequence[WorkdayYear]) -> dict[int, tuple[Year, ...]]:
    kept: dict[tuple[int, int], dict[date, Special]] = defaultdict(dict)
    for row in days:
        kept[row.organisation_id, row.day.year][row.day] = _special(row)
    announced = {(row.organisation_id, row.year): row.announced for row in years}
    found: dict[int, list[Year]] = defaultdict(list)
    for organisation_id, number in sorted(kept.keys() | announced.keys()):
        key = organisation_id, number
        found[organisation_id].append(Year(number, kept.get(key, {}), announced.get(key, False)))
    return {organisation_id: tuple(own) for organisation_id, own in found.items()}


def _special(row: Workday) -> Special:
    return Special(row.rest, row.name, row.source)
