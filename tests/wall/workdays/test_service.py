"""What organisations keep of the calendar: only differences, inherited down the tree, by one person at a time."""

from collections.abc import Sequence
from datetime import date

import pytest

from core.errors import Conflict, Invalid
from models.db import Database
from tests.conftest import NOW
from tests.neighbours import together
from tests.staff.desk import add_organisation
from wall.workdays.calendar import Special, Year
from wall.workdays.files import HOLIDAYS, shipped_calendar
from wall.workdays.service import Hand, import_year, reset_day, reset_year, set_day
from wall.workdays.shelf import WorkdayShelf
from wall.workdays.store import get_calendar, get_own

TUESDAY, SATURDAY, FESTIVAL = date(2026, 11, 24), date(2026, 11, 28), date(2026, 2, 17)


@pytest.fixture
def chains(db: Database) -> dict[str, tuple[int, ...]]:
    province = add_organisation(db, "province")
    city = add_organisation(db, "city", "province")
    return {
        "province": (province,),
        "city": (city, province),
        "elsewhere": (add_organisation(db, "elsewhere"),),
    }


def put(db: Database, chain: Sequence[int], day: date, *, rest: bool = True, name: str = "本地节日") -> None:
    with db.work() as session:
        version = get_own(session, chain[0], day.year).version
        set_day(session, Hand(chain, version, "安娜", NOW), day, rest=rest, name=name)


def works(db: Database, chain: Sequence[int], day: date) -> bool:
    with db.read() as session:
        return get_calendar(session, chain).is_working(day)


def kept(db: Database, chain: Sequence[int], year: int = 2026) -> Year:
    with db.read() as session:
        return get_own(session, chain[0], year).year


def test_a_day_changed_above_holds_below_and_nowhere_else(db: Database, chains):
    put(db, chains["province"], TUESDAY)
    assert not works(db, chains["province"], TUESDAY)
    assert not works(db, chains["city"], TUESDAY)
    assert works(db, chains["elsewhere"], TUESDAY)


def test_the_nearest_organisation_has_the_last_word(db: Database, chains):
    put(db, chains["province"], TUESDAY)
    put(db, chains["city"], TUESDAY, rest=False, name="照常")
    assert works(db, chains["city"], TUESDAY)
    assert not works(db, chains["province"], TUESDAY)


def test_a_saturday_can_be_worked_and_a_holiday_too(db: Database, chains):
    put(db, chains["city"], SATURDAY, rest=False)
    put(db, chains["city"], FESTIVAL, rest=False, name="")
    assert works(db, chains["city"], SATURDAY)
    assert works(db, chains["city"], FESTIVAL)


def test_a_day_that_is_made_what_it_is_above_is_not_kept(db: Database, chains):
    put(db, chains["city"], TUESDAY)
    put(db, chains["city"], TUESDAY, rest=False, name="")
    assert kept(db, chains["city"]).days == {}


def test_one_day_or_the_whole_year_can_be_taken_back(db: Database, chains):
    city = chains["city"]
    for day in (TUESDAY, SATURDAY, FESTIVAL):
        put(db, city, day, rest=day != SATURDAY)
    with db.work() as session:
        reset_day(session, Hand(city, 3, "安娜", NOW), TUESDAY)
    assert kept(db, city).days.keys() == {SATURDAY, FESTIVAL}
    with db.work() as session:
        reset_year(session, Hand(city, 4, "安娜", NOW), 2026)
    with db.read() as session:
        assert get_calendar(session, city) == shipped_calendar()


@pytest.mark.parametrize(("name", "rest"), [("", True), (" ", True), ("长" * 21, True)])
def test_a_day_without_a_reason_is_refused(db: Database, chains, name: str, rest: bool):
    with pytest.raises(Invalid):
        put(db, chains["city"], TUESDAY, rest=rest, name=name)
    assert kept(db, chains["city"]).days == {}


def announced(year: int = 2027) -> Year:
    days = {date(year, month, 5): Special(True, name, "通知") for month, name in enumerate(HOLIDAYS, 1)}
    return Year(year, {**days, date(year, 12, 4): Special(False, "调休", "通知")}, announced=True)


def test_an_announcement_above_replaces_what_was_presumed_for_all_below(db: Database, chains):
    with db.work() as session:
        import_year(session, Hand(chains["province"], 0, "安娜", NOW), announced())
    with db.read() as session:
        calendar = get_calendar(session, chains["city"])
        assert get_calendar(session, chains["elsewhere"]) == shipped_calendar()
    assert calendar.known_until(date(2026, 11, 23)) == date(2027, 12, 31)
    assert calendar.is_working(date(2027, 12, 4))  # a Saturday
    assert calendar.is_working(date(2027, 2, 8))  # a Monday that was presumed to be free
    assert not calendar.is_working(date(2027, 2, 6))  # a Saturday that was presumed to be one


def test_the_same_file_below_keeps_nothing_twice(db: Database, chains):
    for chain, kept_days in ((chains["province"], True), (chains["city"], False)):
        with db.work() as session:
            count = import_year(session, Hand(chain, 0, "安娜", NOW), announced())
        assert (count > 0) is kept_days
    assert kept(db, chains["city"], 2027) == Year(2027, {}, announced=False)


def test_of_two_people_who_saw_the_same_calendar_one_is_told(db: Database, chains):
    def change(number: int) -> bool:
        try:
            with db.work() as session:
                hand = Hand(chains["city"], 0, "安娜", NOW)
                set_day(session, hand, date(2026, 11, 23 + number), rest=True, name="本地节日")
        except Conflict:
            return False
        return True

    assert sorted(together(4, change)) == [False, False, False, True]
    assert len(kept(db, chains["city"]).days) == 1
    with pytest.raises(Conflict), db.work() as session:
        reset_year(session, Hand(chains["city"], 0, "安娜", NOW), 2026)


def test_the_shelf_has_everybodys_calendar_and_shares_those_that_are_alike(db: Database, chains):
    put(db, chains["province"], TUESDAY)
    shelf = WorkdayShelf()
    assert shelf.of(chains["city"]).is_working(TUESDAY)
    with db.read() as session:
        shelf.load(session)
    assert not shelf.of(chains["city"]).is_working(TUESDAY)
    assert shelf.of(chains["city"]) is shelf.of(chains["province"])
    assert shelf.of(chains["elsewhere"]).is_working(TUESDAY)
