"""工作日历: an organisation's years, day by day; changed by a tap, brought in from a file, taken back."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.errors import DomainError, Invalid
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs
from wall.deadlines import TERMS, TITLES, due_of
from wall.workdays.calendar import ends_soon, local_day
from wall.workdays.files import COLUMNS, LONGEST_NAME, MAX_BYTES, read_upload, rows_of, shipped_calendar
from wall.workdays.service import Hand, import_year, reset_day, reset_year, set_day
from wall.workdays.sheet import WEEKDAYS, cell_of, months_of
from wall.workdays.store import get_calendar, get_own
from web.tables import csv_download

_SAID = {
    "day": "已保存，期限马上按新的日历算。",
    "restored": "已恢复。",
    "imported": "已导入，期限马上按新的日历算。",
}
pages = console_pages("workdays", __name__)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The year that is shown, and the day that is open for a change."""

    year: int
    day: date | None = None


@pages.get("/o/<organisation_key>/workdays")
@needs(Permission.LOOK)
def index(organisation_key: str) -> Response:
    day = _day(request.args["day"]) if "day" in request.args else None
    return _page(_Asked(day.year if day else _year(request.args.get("year")), day))


@pages.post("/o/<organisation_key>/workdays/day")
@needs(Permission.ACCOUNTS)
def change(organisation_key: str) -> AnyResponse:
    """Make one day 休 or 班, or let it be what it is above."""
    day = _day(request.form.get("day", ""))
    to = "above" if "above" in request.form else request.form.get("to", "")
    try:
        with acting("workday_changed", here().place.name, day=str(day), to=_TO.get(to, "")) as session:
            if to == "above":
                reset_day(session, _hand(), day)
            elif to in _TO:
                set_day(session, _hand(), day, rest=to == "rest", name=request.form.get("name", ""))
            else:
                raise Invalid("no_choice", "请选择「休」或「班」。")
    except DomainError as error:
        return _page(_Asked(day.year, day), problem=error.message, status=error.status)
    return _back(day.year, "day", f"#month-{day.month}")


_TO = {"rest": "休", "work": "班", "above": "恢复"}


@pages.post("/o/<organisation_key>/workdays/restore")
@needs(Permission.ACCOUNTS)
def restore(organisation_key: str) -> AnyResponse:
    """Let a year be what it is above."""
    year = _year(request.form.get("year"))
    try:
        with acting("workdays_restored", here().place.name, year=year) as session:
            reset_year(session, _hand(), year)
    except DomainError as error:
        return _page(_Asked(year), problem=error.message, status=error.status)
    return _back(year, "restored")


@pages.post("/o/<organisation_key>/workdays/import")
@needs(Permission.ACCOUNTS)
def bring_in(organisation_key: str) -> AnyResponse:
    """Make a year what a file says."""
    asked = _year(request.form.get("year"))
    sent = request.files.get("file")
    name = Path(sent.filename or "").name if sent else ""
    try:
        if sent is None or not name:
            raise Invalid("no_file", "请先选择一个文件。")
        year = read_upload(name, sent.stream.read(MAX_BYTES + 1))
        if year.number != asked:
            raise Invalid(
                "other_year", f"文件里是 {year.number} 年的日历，现在打开的是 {asked} 年：请先换到那一年。"
            )
        with acting("workdays_imported", here().place.name, year=asked, file=name[:40]) as session:
            import_year(session, _hand(), year)
    except DomainError as error:
        return _page(_Asked(asked), problem=error.message, status=error.status)
    return _back(asked, "imported")


@pages.get("/o/<organisation_key>/workdays.csv")
@needs(Permission.LOOK)
def export(organisation_key: str) -> Response:
    """A year as a file that can be brought in again."""
    year = _year(request.args.get("year"))
    with parts().db.read() as session:
        calendar = get_calendar(session, here().place.chain)
    return csv_download(f"工作日历-{year}-{here().place.key}", COLUMNS, rows_of(calendar.year(year)))


def _page(asked: _Asked, *, problem: str = "", status: int = 200) -> Response:
    place, now = here().place, parts().clock()
    today = local_day(now)
    with parts().db.read() as session:
        own = get_own(session, place.id, asked.year)
        calendar, above = get_calendar(session, place.chain), get_calendar(session, place.chain[1:])
    until = calendar.known_until(today)
    html = render_template(
        "wall/console_workdays.html",
        title="工作日历",
        year=calendar.year(asked.year),
        years=_years(),
        months=months_of(calendar, own.year.days, asked.year),
        weekdays=WEEKDAYS,
        own=own,
        open=cell_of(calendar, own.year.days, asked.day) if asked.day else None,
        above=cell_of(above, {}, asked.day) if asked.day else None,
        above_name="上级" if above != shipped_calendar() else "国务院公布",
        today=today,
        until=until,
        ends_soon=ends_soon(until, today),
        closes=calendar.hours.closes,
        dues=[(TITLES[kind], TERMS[kind].days, due_of(calendar, kind, now)) for kind in TERMS],
        longest_name=LONGEST_NAME,
        typed=request.form if problem else {},
        problem=problem,
        said="" if problem else _SAID.get(request.args.get("done", ""), ""),
    )
    return Response(html, status)


def _back(year: int, done: str, anchor: str = "") -> AnyResponse:
    to = url_for("workdays.index", organisation_key=here().place.key, year=year, done=done)
    return redirect(to + anchor)


def _hand() -> Hand:
    me = here()
    return Hand(me.place.chain, _version(), me.staff.name, parts().clock())


def _version() -> int:
    """Raises Invalid."""
    text = request.form.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("bad_version", "页面不完整，没有保存。请刷新页面后再改一次。")
    return int(text)


def _years() -> list[int]:
    """From the first we ship to the next, whose announcement comes in autumn."""
    shipped = shipped_calendar().years
    return list(range(min(shipped), max(*shipped, local_day(parts().clock()).year + 1) + 1))


def _year(text: str | None) -> int:
    """This year for none. Raises Invalid."""
    years = _years()
    if text is None:
        return min(max(local_day(parts().clock()).year, years[0]), years[-1])
    if text not in map(str, years):
        raise Invalid("bad_year", f"工作日历只有 {years[0]} 到 {years[-1]} 年，请重新选择。")
    return int(text)


def _day(text: str) -> date:
    """Raises Invalid."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Invalid("bad_day", "日期写成 2026-12-31 这样") from None
    _year(str(day.year))
    return day
