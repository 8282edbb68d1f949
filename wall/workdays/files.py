"""Files of a year's calendar (columns: date, kind 休 or 班, name, source): those we ship, and those that staff send and fetch."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import Invalid
from core.settings import ROOT
from faq.files import Row, RowError, cell_text, read_rows, read_table
from wall.workdays.calendar import Calendar, Special, Year, is_weekday

COLUMNS = ("date", "kind", "name", "source")
PRESUMED = "推定"
"""A source that begins so is no announcement: the days of rest that the law gives, before anybody knows how they are moved."""
HOLIDAYS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
"""What a year must have to be taken for one that was announced."""
MAX_BYTES = 200_000
LONGEST_NAME = 20
LONGEST_SOURCE = 100
_SHIPPED = ROOT / "content" / "workdays"
_KINDS = {"休": True, "班": False}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


@cache
def shipped_calendar() -> Calendar:
    """Read once a process. Raises Invalid for a bad file."""
    files = sorted(_SHIPPED.glob("[0-9][0-9][0-9][0-9].csv"))
    return Calendar.of(_check_year(read_rows(path, COLUMNS), path.name) for path in files)


def read_file(path: Path) -> Year:
    """As `read_upload`, of a file on this machine."""
    return _check_year(read_rows(path, COLUMNS), path.name)


def read_upload(name: str, data: bytes) -> Year:
    """A year's calendar as a file gives it. Raises Invalid, which names the row."""
    if len(data) > MAX_BYTES:
        raise Invalid("too_large", f"{name} 太大了，不像一年的工作日历。")
    return _check_year(read_table(name, data, COLUMNS), name)


def rows_of(year: Year) -> Iterator[tuple[str, str, str, str]]:
    """The rows of a file that reads as `year`."""
    for day, special in sorted(year.days.items()):
        if special.name or special.rest == is_weekday(day):
            yield str(day), "休" if special.rest else "班", special.name, special.source


def _check_year(rows: Iterator[Row], name: str) -> Year:
    days: dict[date, Special] = {}
    for number, row in rows:
        try:
            if isinstance(row, RowError):
                raise Invalid("bad_row", row.message)
            day, special = _check_row(row)
            if day in days:
                raise Invalid("twice", f"{day} 前面已经有了")
            if days and day.year != min(days).year:
                raise Invalid("other_year", f"{day} 与前面不是同一年，请一年一个文件")
        except Invalid as error:
            raise Invalid("bad_row", f"{name} 第 {number} 行：{error.message}") from None
        days[day] = special
    if not days:
        raise Invalid("empty", f"{name} 里没有一天，没有导入。")
    announced = not any(one.source.startswith(PRESUMED) for one in days.values())
    if announced:
        _check_whole(days, name)
    return Year(min(days).year, days, announced)


def _check_row(row: Mapping[str, Any]) -> tuple[date, Special]:
    kind, name = cell_text(row.get("kind")), cell_text(row.get("name"))
    source = cell_text(row.get("source"))
    day = _day(row.get("date"))
    if kind not in _KINDS:
        raise Invalid("bad_kind", f"kind 只能写「休」或「班」，而不是「{kind[:10]}」")
    if not name or len(name) > LONGEST_NAME:
        raise Invalid("bad_name", f"name 请写 1 到 {LONGEST_NAME} 个字，例如「春节」「春节调休」")
    if not source or len(source) > LONGEST_SOURCE:
        raise Invalid("bad_source", f"source 请写出处（1 到 {LONGEST_SOURCE} 个字），例如通知的名称")
    return day, Special(_KINDS[kind], name, source)


def _day(value: Any) -> date:
    """Spreadsheets give dates as dates, and people write them in more than one way."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = cell_text(value)
    found = _DATE.fullmatch(text)
    try:
        if found is not None:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise Invalid("bad_date", f"date 应写成 2027-01-31 这样的日期，而不是「{text[:20]}」")


def _check_whole(days: Mapping[date, Special], name: str) -> None:
    """Raises Invalid for what can't be a whole year's announcement: it would end the warning that none is known."""
    rests = "、".join(one.name for one in days.values() if one.rest)
    missing = [holiday for holiday in HOLIDAYS if holiday not in rests]
    if missing:
        raise Invalid(
            "not_whole",
            f"{name} 里没有{'、'.join(missing)}的休息日，不像国务院公布的全年安排，没有导入。"
            f"若还没有公布，请在 source 一列写「{PRESUMED}」。",
        )
