"""Which days are worked, and terms counted in them. Pure.

**How a term is counted** (civil code, articles 201 and 203; 12345 hotlines count so too, 「自收到次日起」): the day something comes
is not counted, whatever the hour; the first working day after it is day one; the term ends when work ends on its last day. So
what comes on Friday night, on Saturday or on Sunday is due together. Days are those of China.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from core.clock import SHANGHAI

WARN_DAYS = 60
"""So long before the known calendar ends, staff are told; the State Council speaks in November."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Special:
    """What is said of one day. `source`: who says so."""

    rest: bool
    name: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Year:
    """The special days of a year. `announced`: the State Council has published it; otherwise make-up days are still missing."""

    number: int
    days: Mapping[date, Special]
    announced: bool

    def changed_by(self, own: "Year") -> "Year":
        """With what an organisation keeps of its own on top."""
        return Year(self.number, {**self.days, **own.days}, self.announced or own.announced)


@dataclass(frozen=True, slots=True)
class Hours:
    """When work begins and ends on a working day."""

    opens: time = time(9, 0)
    closes: time = time(17, 30)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Several years, by number. A year that is not among them has weekends only: a deadline is always given, and
    `is_known` says whether to believe it."""

    years: Mapping[int, Year]
    hours: Hours = Hours()

    @classmethod
    def of(cls, years: Iterable[Year]) -> "Calendar":
        return cls({one.number: one for one in years})

    def changed_by(self, own: Iterable[Year]) -> "Calendar":
        years = dict(self.years)
        for year in own:
            years[year.number] = self.year(year.number).changed_by(year)
        return replace(self, years=years)

    def year(self, number: int) -> Year:
        """An empty one that nobody announced, where nothing is known."""
        return self.years.get(number) or Year(number, {}, announced=False)

    def special(self, day: date) -> Special | None:
        return self.year(day.year).days.get(day)

    def is_working(self, day: date) -> bool:
        special = self.special(day)
        return is_weekday(day) if special is None else not special.rest

    def is_known(self, day: date) -> bool:
        """Whether the year of `day` was announced."""
        return self.year(day.year).announced

    def known_until(self, today: date) -> date | None:
        """The last day of the years announced without a gap from that of `today` on; None where this year is not."""
        number = today.year
        while self.year(number).announced:
            number += 1
        return date(number - 1, 12, 31) if number > today.year else None

    def step(self, day: date, count: int) -> date:
        """The working day so many after `day` (before it, where `count` is negative); none for 0."""
        way = _DAY if count > 0 else -_DAY
        for _ in range(abs(count)):
            day += way
            while not self.is_working(day):
                day += way
        return day

    def add_working_days(self, moment: datetime, count: int) -> datetime:
        """When a term of `count` working days (at least one) that begins at `moment` ends. Aware; UTC comes back."""
        if count < 1:
            raise ValueError(f"a term of {count} working days")
        return self.closing(self.step(local_day(moment), count))

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days are later than `first` and not later than `last`; 0 where `last` is the earlier one."""
        days = (first + _DAY * number for number in range(1, (last - first).days + 1))
        return sum(self.is_working(day) for day in days)

    def opening(self, day: date) -> datetime:
        return _moment(day, self.hours.opens)

    def closing(self, day: date) -> datetime:
        return _moment(day, self.hours.closes)


def ends_soon(until: date | None, today: date) -> bool:
    """Whether what is known (`Calendar.known_until`) ends within WARN_DAYS, or has ended."""
    return until is None or (until - today).days <= WARN_DAYS


def is_weekday(day: date) -> bool:
    """Monday to Friday: what holds where nothing else is said."""
    return day.weekday() < 5


def local_day(moment: datetime) -> date:
    """In China. Raises ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError("a naive moment is on no day")
    return moment.astimezone(SHANGHAI).date()


def _moment(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI).astimezone(UTC)
