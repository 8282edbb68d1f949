"""Working days of 2026 as the State Council announced them, of 2027 as the law gives them, and of years nobody knows yet."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.clock import local_text, parse_local
from wall.workdays.calendar import Calendar, Special, Year, ends_soon
from wall.workdays.files import shipped_calendar

SHIPPED = shipped_calendar()


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def due(came: str, count: int) -> str:
    return local_text(SHIPPED.add_working_days(parse_local(came), count))


def test_2026_has_as_many_working_days_as_the_law_leaves():
    """365 days, 104 of weekends, 13 of holidays: make-up days take nothing and give nothing."""
    assert sum(map(SHIPPED.is_working, days_of(2026))) == 365 - 104 - 13


def test_2027_has_its_13_days_of_holidays_and_no_make_up_days_yet():
    year = SHIPPED.year(2027)
    assert not year.announced
    assert [str(day)[5:] for day in sorted(year.days)] == [
        *("01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15"),
        *("10-01", "10-02", "10-03"),
    ]
    assert all(one.rest and one.source.startswith("推定（待公布）") for one in year.days.values())


@pytest.mark.parametrize(
    "day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
)
def test_make_up_days_are_weekends_that_are_worked(day: str):
    assert date.fromisoformat(day).weekday() >= 5
    assert SHIPPED.is_working(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("came", "count", "by"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24 17:30"),
        ("2026-11-23 00:00", 1, "2026-11-24 17:30"),
        ("2026-11-23 23:59", 1, "2026-11-24 17:30"),
        # Friday night, Saturday and Sunday are due together.
        ("2026-11-20 20:00", 1, "2026-11-23 17:30"),
        ("2026-11-21 09:00", 1, "2026-11-23 17:30"),
        ("2026-11-22 23:00", 1, "2026-11-23 17:30"),
        # The Saturday before the Spring Festival is worked, and then nine days are not.
        ("2026-02-13 10:00", 1, "2026-02-14 17:30"),
        ("2026-02-13 10:00", 2, "2026-02-24 17:30"),
        ("2026-02-12 10:00", 5, "2026-02-26 17:30"),
        ("2026-02-18 12:00", 1, "2026-02-24 17:30"),
        ("2026-02-27 09:00", 1, "2026-02-28 17:30"),
        # The National Day, with a Saturday after it.
        ("2026-09-30 16:00", 2, "2026-10-09 17:30"),
        ("2026-09-30 16:00", 5, "2026-10-13 17:30"),
        # A Sunday that is worked, two holidays and a Saturday that is worked.
        ("2026-09-18 09:00", 15, "2026-10-15 17:30"),
        # Over the ends of years.
        ("2025-12-31 09:00", 1, "2026-01-04 17:30"),
        ("2026-12-30 09:00", 2, "2027-01-04 17:30"),
        ("2027-02-04 09:00", 1, "2027-02-09 17:30"),
        ("2027-09-14 09:00", 2, "2027-09-17 17:30"),
        ("2027-12-31 09:00", 1, "2028-01-03 17:30"),
    ],
)
def test_the_day_something_comes_is_not_counted_and_the_last_one_ends_with_work(
    came: str, count: int, by: str
):
    assert due(came, count) == by


@pytest.mark.parametrize("count", [1, 2, 5, 15])
def test_whenever_something_comes_exactly_so_many_working_days_are_left_for_it(count: int):
    for day in (*days_of(2026), *days_of(2027)):
        for hour in (0, 9, 17, 23):
            moment = datetime(day.year, day.month, day.day, hour, 59, tzinfo=UTC)
            came = moment.astimezone(UTC) - timedelta(hours=8)  # that hour in China
            last = (SHIPPED.add_working_days(came, count) + timedelta(hours=8)).date()
            assert SHIPPED.is_working(last)
            assert sum(map(SHIPPED.is_working, _after(day, last))) == count
            assert SHIPPED.working_days_between(day, last) == count


def _after(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]


def test_days_are_chinas_and_not_those_of_universal_time():
    sunday_night_in_london = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert local_text(SHIPPED.add_working_days(sunday_night_in_london, 1)) == "2026-11-24 17:30"


def test_a_moment_of_no_place_and_a_term_of_no_days_are_refused():
    with pytest.raises(ValueError, match="naive"):
        SHIPPED.add_working_days(datetime(2026, 11, 20, 9), 1)  # noqa: DTZ001 - that is what is refused
    with pytest.raises(ValueError, match="0 working days"):
        SHIPPED.add_working_days(datetime(2026, 11, 20, 9, tzinfo=UTC), 0)


def test_steps_go_both_ways_and_a_range_that_runs_backwards_holds_nothing():
    assert SHIPPED.step(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert SHIPPED.step(date(2026, 2, 24), -1) == date(2026, 2, 14)
    assert SHIPPED.step(date(2026, 10, 1), 0) == date(2026, 10, 1)
    assert SHIPPED.working_days_between(date(2026, 10, 9), date(2026, 10, 8)) == 0


@pytest.mark.parametrize(
    ("today", "until", "soon"),
    [
        (date(2026, 10, 31), date(2026, 12, 31), False),  # 61 days before
        (date(2026, 11, 1), date(2026, 12, 31), True),
        (date(2026, 12, 31), date(2026, 12, 31), True),
        (date(2027, 1, 1), None, True),
    ],
)
def test_what_is_known_ends_with_the_last_year_announced(today: date, until: date | None, soon: bool):
    assert SHIPPED.known_until(today) == until
    assert ends_soon(until, today) is soon


def test_once_a_year_is_announced_everything_up_to_its_end_is_known():
    announced = SHIPPED.changed_by([Year(2027, {date(2027, 2, 9): Special(True, "春节")}, announced=True)])
    assert announced.known_until(date(2026, 11, 23)) == date(2027, 12, 31)
    assert not announced.is_working(date(2027, 2, 9))
    assert not announced.is_working(date(2027, 2, 5))
    assert SHIPPED.is_working(date(2027, 2, 9))
    assert not announced.is_known(date(2028, 1, 1))


def test_where_nothing_is_known_weekends_count():
    nothing = Calendar({})
    assert [nothing.is_working(date(2026, 10, day)) for day in (1, 2, 3, 4, 5)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert nothing.known_until(date(2026, 10, 1)) is None
