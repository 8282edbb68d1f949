"""Deadlines over the calendars of 2026 and 2027, with a clock that is moved: on time, soon, overdue, asked for more, told to others."""

from datetime import date, datetime, timedelta

import pytest

from core.clock import local_text, parse_local
from wall.deadlines import (
    TERMS,
    Due,
    Kind,
    Pause,
    Role,
    State,
    Step,
    Term,
    due_of,
    escalations_of,
    standing_of,
)
from wall.workdays.calendar import Special, Year
from wall.workdays.files import shipped_calendar

CALENDAR = shipped_calendar()
MONDAY = "2026-11-23 10:00"


def pause(since: str, until: str | None = None) -> Pause:
    return Pause(parse_local(since), parse_local(until) if until else None)


def due(kind: Kind, came: str, *pauses: Pause) -> Due:
    return due_of(CALENDAR, kind, parse_local(came), pauses)


def standing(one: Due, at: str) -> tuple[State, int]:
    found = standing_of(CALENDAR, one, parse_local(at))
    return found.state, found.days_over


def told(one: Due) -> list[tuple[str, Role]]:
    return [(local_text(step.at), step.role) for step in escalations_of(CALENDAR, one)]


@pytest.mark.parametrize(
    ("kind", "came", "by"),
    [
        (Kind.ACCEPT, MONDAY, "2026-11-24 17:30"),
        (Kind.CONSULTATION, MONDAY, "2026-11-25 17:30"),
        (Kind.COMPLAINT, MONDAY, "2026-11-30 17:30"),
        (Kind.JOINT, MONDAY, "2026-12-14 17:30"),
        # Before the Spring Festival and the National Day of 2026, and that of 2027.
        (Kind.COMPLAINT, "2026-02-12 15:00", "2026-02-26 17:30"),
        (Kind.JOINT, "2026-09-18 09:00", "2026-10-15 17:30"),
        (Kind.COMPLAINT, "2027-09-30 09:00", "2027-10-08 17:30"),
        (Kind.ACCEPT, "2026-02-16 23:50", "2026-02-24 17:30"),
    ],
)
def test_each_kind_has_its_term_in_working_days(kind: Kind, came: str, by: str):
    assert local_text(due(kind, came).by) == by


def test_terms_of_ones_own_take_the_place_of_the_usual_ones():
    terms = {**TERMS, Kind.CONSULTATION: Term(3, (Step(1, Role.UNION),))}
    one = due_of(CALENDAR, Kind.CONSULTATION, parse_local(MONDAY), terms=terms)
    assert local_text(one.by) == "2026-11-26 17:30"
    assert [step.role for step in escalations_of(CALENDAR, one, terms)] == [Role.UNION]


def test_a_deadline_past_what_was_announced_is_given_and_says_that_it_is_assumed():
    assert not due(Kind.ACCEPT, "2026-12-30 09:00").assumed
    assert due(Kind.CONSULTATION, "2026-12-30 09:00").assumed
    assert local_text(due(Kind.JOINT, "2031-12-30 09:00").by) == "2032-01-20 17:30"


def test_as_the_clock_moves_a_matter_is_on_time_then_soon_due_then_overdue():
    one = due(Kind.CONSULTATION, MONDAY)
    assert standing(one, "2026-11-24 17:29") == (State.ON_TIME, 0)
    assert standing(one, "2026-11-24 17:30") == (State.SOON, 0)
    assert standing(one, "2026-11-25 17:30") == (State.SOON, 0)
    assert standing(one, "2026-11-25 17:31") == (State.OVERDUE, 0)
    assert standing(one, "2026-11-26 00:01") == (State.OVERDUE, 1)
    assert standing(one, "2026-11-29 12:00") == (State.OVERDUE, 2)
    assert standing(one, "2026-11-30 08:00") == (State.OVERDUE, 3)


def test_holidays_make_nothing_more_overdue_and_worked_saturdays_do():
    one = due(Kind.ACCEPT, "2026-09-29 10:00")
    assert local_text(one.by) == "2026-09-30 17:30"
    assert standing(one, "2026-10-07 23:00") == (State.OVERDUE, 0)
    assert standing(one, "2026-10-08 09:00") == (State.OVERDUE, 1)
    assert standing(one, "2026-10-11 09:00") == (State.OVERDUE, 3)


def test_soon_before_a_long_holiday_begins_when_the_last_day_before_it_ends():
    one = due(Kind.CONSULTATION, "2026-09-29 10:00")
    assert local_text(one.by) == "2026-10-08 17:30"
    assert standing(one, "2026-09-30 17:00")[0] == State.ON_TIME
    assert standing(one, "2026-10-03 12:00")[0] == State.SOON


def test_what_was_done_in_time_stays_so_however_late_it_is_looked_at():
    one = due(Kind.ACCEPT, MONDAY)
    done = parse_local("2026-11-24 17:30")
    assert standing_of(CALENDAR, one, done).state == State.SOON


def test_a_clock_set_back_before_the_matter_came_is_no_trouble():
    assert standing(due(Kind.COMPLAINT, MONDAY), "2026-01-01 00:00") == (State.ON_TIME, 0)


def test_while_the_worker_is_asked_for_more_the_clock_stands_still():
    one = due(Kind.COMPLAINT, MONDAY, pause("2026-11-25 15:00"))
    assert one.left == 3
    assert standing(one, "2026-11-26 09:00") == (State.PAUSED, 0)
    assert standing(one, "2027-03-01 09:00") == (State.PAUSED, 0)
    assert told(one) == []


@pytest.mark.parametrize(
    ("since", "until", "by"),
    [
        # Three days were left on Wednesday: Thursday, Friday, Monday.
        ("2026-11-25 15:00", "2026-12-02 10:00", "2026-12-07 17:30"),
        ("2026-11-25 15:00", "2026-12-05 10:00", "2026-12-09 17:30"),
        # On one day, or over a weekend, nothing is won.
        ("2026-11-25 09:00", "2026-11-25 17:00", "2026-11-30 17:30"),
        ("2026-11-27 18:00", "2026-11-29 18:00", "2026-11-30 17:30"),
        ("2026-11-30 09:00", "2026-11-30 17:00", "2026-11-30 17:30"),
        # On the last day one more is left.
        ("2026-11-30 09:00", "2026-12-01 09:00", "2026-12-02 17:30"),
        # Over the end of the year.
        ("2026-11-25 15:00", "2026-12-31 16:00", "2027-01-06 17:30"),
        # What was overdue when it was asked stays so.
        ("2026-11-30 18:00", "2026-12-09 09:00", "2026-11-30 17:30"),
    ],
)
def test_after_the_answer_what_was_left_is_left(since: str, until: str, by: str):
    one = due(Kind.COMPLAINT, MONDAY, pause(since, until))
    assert (local_text(one.by), one.left) == (by, None)


def test_a_pause_over_the_spring_festival_gives_back_the_days_that_were_left():
    one = due(Kind.COMPLAINT, "2026-02-12 10:00", pause("2026-02-13 10:00", "2026-02-20 10:00"))
    assert local_text(one.by) == "2026-02-27 17:30"
    assert standing(one, "2026-02-27 18:00") == (State.OVERDUE, 0)
    assert standing(one, "2026-03-01 09:00") == (State.OVERDUE, 1)  # the Saturday is worked


def test_asked_twice_in_any_order_each_pause_is_given_back():
    first, second = (
        pause("2026-11-24 10:00", "2026-11-26 10:00"),
        pause("2026-11-30 10:00", "2026-12-03 10:00"),
    )
    once = due(Kind.COMPLAINT, MONDAY, first)
    assert local_text(once.by) == "2026-12-02 17:30"
    twice = due(Kind.COMPLAINT, MONDAY, first, second)
    assert local_text(twice.by) == "2026-12-07 17:30"
    assert due(Kind.COMPLAINT, MONDAY, second, first) == twice


def test_days_of_a_pause_do_not_make_an_overdue_matter_more_overdue():
    late = due(Kind.ACCEPT, MONDAY, pause("2026-11-26 10:00", "2026-12-01 10:00"))
    assert standing(late, "2026-11-26 09:00") == (State.OVERDUE, 2)
    assert standing(late, "2026-11-27 09:00") == (State.PAUSED, 2)
    assert standing(late, "2026-12-02 09:00") == (State.OVERDUE, 3)


def test_no_pause_ever_brings_a_deadline_nearer():
    came = parse_local("2026-09-10 10:00")
    plain = due_of(CALENDAR, Kind.JOINT, came).by
    for since in range(0, 40, 3):
        for long in range(0, 40, 3):
            begins = came + timedelta(days=since)
            moved = due_of(CALENDAR, Kind.JOINT, came, [Pause(begins, begins + timedelta(days=long))])
            assert moved.by >= plain


def test_people_are_told_in_working_hours_before_and_after():
    assert told(due(Kind.COMPLAINT, MONDAY)) == [
        ("2026-11-27 09:00", Role.HANDLER),
        ("2026-11-30 09:00", Role.HEAD),
        ("2026-12-01 09:00", Role.UNION),
        ("2026-12-03 09:00", Role.UNION_ABOVE),
    ]
    assert told(due(Kind.ACCEPT, "2026-02-13 10:00")) == [
        ("2026-02-14 09:00", Role.HANDLER),
        ("2026-02-24 09:00", Role.HEAD),
        ("2026-02-25 09:00", Role.UNION),
    ]


def test_after_a_pause_people_are_told_by_the_new_deadline():
    one = due(Kind.JOINT, "2026-09-18 09:00", pause("2026-09-20 09:00", "2026-10-08 09:00"))
    assert local_text(one.by) == "2026-10-27 17:30"
    assert told(one)[0] == ("2026-10-22 09:00", Role.HANDLER)


def test_nobody_is_told_before_the_matter_came():
    terms = {Kind.ACCEPT: Term(1, (Step(-2, Role.HEAD), Step(0, Role.HANDLER)))}
    one = due_of(CALENDAR, Kind.ACCEPT, parse_local(MONDAY), terms=terms)
    assert [step.role for step in escalations_of(CALENDAR, one, terms)] == [Role.HANDLER]


def test_a_local_holiday_moves_deadlines_where_it_holds():
    local = CALENDAR.changed_by(
        [Year(2026, {date(2026, 11, 24): Special(True, "本地节日", "本单位")}, announced=False)]
    )
    came = parse_local(MONDAY)
    assert local_text(due_of(local, Kind.ACCEPT, came).by) == "2026-11-25 17:30"
    assert local_text(due_of(CALENDAR, Kind.ACCEPT, came).by) == "2026-11-24 17:30"


@pytest.mark.parametrize("kind", Kind)
def test_over_two_years_states_follow_each_other_and_overdue_days_only_grow(kind: Kind):
    for start in range(0, 730, 7):
        came = parse_local("2026-01-01 11:00") + timedelta(days=start)
        one = due_of(CALENDAR, kind, came)
        seen = [standing_of(CALENDAR, one, _at(came, hours)) for hours in range(0, 24 * 50, 12)]
        order = [State.ON_TIME, State.SOON, State.OVERDUE].index
        assert [order(now.state) for now in seen] == sorted(order(now.state) for now in seen)
        assert [now.days_over for now in seen] == sorted(now.days_over for now in seen)


def _at(came: datetime, hours: int) -> datetime:
    return came + timedelta(hours=hours)
