"""Verbs on an organisation's working calendar. What is kept is only what differs from above, so that later news from there
still arrives. Called by the console and by commands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid
from core.text import clean
from models.stamps import raise_stamp
from models.upsert import count_rows, insert_missing
from models.workdays import Workday, WorkdayYear
from wall.workdays.calendar import Special, Year, is_weekday
from wall.workdays.files import LONGEST_NAME
from wall.workdays.store import STAMP, get_calendar, get_own

OWN_SOURCE = "本单位"


@dataclass(frozen=True, slots=True)
class Hand:
    """Who changes what: an organisation with its parents up to the root, the version they saw, their name."""

    chain: Sequence[int]
    version: int
    by: str
    now: datetime


def set_day(session: Session, hand: Hand, day: date, *, rest: bool, name: str) -> None:
    """Make `day` one of rest or of work. Raises Invalid (the name) or Conflict (changed since it was seen)."""
    name = " ".join(clean(name).split())
    if not name and rest == is_weekday(day):
        raise Invalid(
            "no_name", f"请写明 {day} 为什么{'休息' if rest else '上班'}，例如「三月三」「春节调休」。"
        )
    if len(name) > LONGEST_NAME:
        raise Invalid("long_name", f"名称最多 {LONGEST_NAME} 个字，现在是 {len(name)} 个。")
    above = get_calendar(session, hand.chain[1:]).special(day) or _ordinary(day)
    if (rest, name) == (above.rest, above.name):
        reset_day(session, hand, day)
        return
    own = get_own(session, hand.chain[0], day.year).year
    _save(session, hand, Year(day.year, {**own.days, day: Special(rest, name, OWN_SOURCE)}, own.announced))


def reset_day(session: Session, hand: Hand, day: date) -> None:
    """Let `day` be what it is above. Raises Conflict."""
    own = get_own(session, hand.chain[0], day.year).year
    kept = {one: special for one, special in own.days.items() if one != day}
    _save(session, hand, Year(day.year, kept, own.announced))


def reset_year(session: Session, hand: Hand, number: int) -> None:
    """Let the whole year be what it is above. Raises Conflict."""
    _save(session, hand, Year(number, {}, announced=False))


def import_year(session: Session, hand: Hand, year: Year) -> int:
    """Make the year what a file says. Returns how many days it now keeps itself. Raises Conflict."""
    above = get_calendar(session, hand.chain[1:]).year(year.number)
    named = {day for day, special in above.days.items() if special != _ordinary(day)}
    gone = {day: _ordinary(day) for day in named - year.days.keys()}
    fresh = {day: special for day, special in year.days.items() if above.days.get(day) != special}
    own = Year(year.number, {**gone, **fresh}, year.announced and not above.announced)
    _save(session, hand, own)
    return len(own.days)


def _ordinary(day: date) -> Special:
    return Special(rest=not is_weekday(day))


def _save(session: Session, hand: Hand, own: Year) -> None:
    organisation_id = hand.chain[0]
    _take_turn(session, hand, own)
    first, last = date(own.number, 1, 1), date(own.number, 12, 31)
    session.execute(
        delete(Workday).where(Workday.organisation_id == organisation_id, Workday.day.between(first, last))
    )
    if own.days:
        session.execute(insert(Workday), _rows(organisation_id, own.days))
    raise_stamp(session, STAMP)


def _take_turn(session: Session, hand: Hand, own: Year) -> None:
    """The year's row first: of two people who saw the same version, one gets on."""
    organisation_id = hand.chain[0]
    values = {
        "announced": own.announced,
        "version": hand.version + 1,
        "updated_at": hand.now,
        "updated_by": hand.by,
    }
    if hand.version == 0:
        row = {"organisation_id": organisation_id, "year": own.number, **values}
        taken = insert_missing(session, WorkdayYear, [row])
    else:
        taken = count_rows(
            session.execute(
                update(WorkdayYear)
                .where(
                    WorkdayYear.organisation_id == organisation_id,
                    WorkdayYear.year == own.number,
                    WorkdayYear.version == hand.version,
                )
                .values(values)
                .execution_options(synchronize_session=False)
            )
        )
    if not taken:
        raise Conflict(
            "calendar_changed",
            "您打开这个页面以后，别人改过这一年的日历。下面已是最新的，请看过后再改一次。",
        )


def _rows(organisation_id: int, days: Mapping[date, Special]) -> list[dict[str, object]]:
    return [
        {
            "organisation_id": organisation_id,
            "day": day,
            "rest": special.rest,
            "name": special.name,
            "source": special.source,
        }
        for day, special in days.items()
    ]
