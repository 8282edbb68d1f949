"""A year as twelve months, as the console shows it. Pure."""

from calendar import Calendar as Weeks
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from wall.workdays.calendar import Calendar, Special, is_weekday

WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
_WEEKS = Weeks()


@dataclass(frozen=True, slots=True)
class Cell:
    """A day. `name`: why it is otherwise than other days of the week; `own`: the organisation itself says so."""

    day: date
    rest: bool
    name: str
    source: str
    own: bool

    @property
    def odd(self) -> bool:
        """Otherwise than other days of the week: 休 on a working day or 班 at the weekend, or with a name."""
        return bool(self.name) or self.rest == is_weekday(self.day)

    @property
    def told(self) -> str:
        """For those who hear the page."""
        parts = [f"{self.day.month}月{self.day.day}日", f"星期{WEEKDAYS[self.day.weekday()]}"]
        parts += ["休息" if self.rest else "上班", self.name, "本单位改过" if self.own else ""]
        return "，".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Span:
    """Days in a row that are otherwise for the same reason."""

    first: date
    last: date
    rest: bool
    name: str


@dataclass(frozen=True, slots=True)
class Month:
    """`weeks` begin on Monday; None stands for days of other months."""

    number: int
    weeks: Sequence[Sequence[Cell | None]]

    @property
    def cells(self) -> list[Cell]:
        return [cell for week in self.weeks for cell in week if cell]

    @property
    def working_days(self) -> int:
        return sum(not cell.rest for cell in self.cells)

    @property
    def spans(self) -> list[Span]:
        groups = groupby(self.cells, key=lambda cell: (cell.odd, cell.rest, cell.name))
        named = [(key, list(cells)) for key, cells in groups if key[0]]
        return [Span(cells[0].day, cells[-1].day, rest, name) for (_, rest, name), cells in named]


def months_of(calendar: Calendar, own: Mapping[date, Special], number: int) -> list[Month]:
    """`own`: the days that the organisation keeps itself."""
    return [
        Month(
            month,
            [
                [cell_of(calendar, own, date(number, month, day)) if day else None for day in week]
                for week in _WEEKS.monthdayscalendar(number, month)
            ],
        )
        for month in range(1, 13)
    ]


def cell_of(calendar: Calendar, own: Mapping[date, Special], day: date) -> Cell:
    special = calendar.special(day) or Special(rest=not is_weekday(day))
    return Cell(day, special.rest, special.name, special.source, day in own)
