"""Time: aware UTC inside, Shanghai outside."""

from datetime import UTC, datetime, timedelta

import pytest

from core.clock import Deadline, local_text, moved_clock, parse_local, system_clock


def test_the_clock_is_aware_and_can_be_moved():
    assert system_clock().tzinfo is UTC
    ahead = moved_clock(timedelta(days=1))() - system_clock()
    assert timedelta(hours=23, minutes=59) < ahead <= timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-12-01 09:00", datetime(2026, 12, 1, 1, 0, tzinfo=UTC)),
        ("2026-12-01T09:00:30", datetime(2026, 12, 1, 1, 0, 30, tzinfo=UTC)),
        ("2026-12-01T09:00+00:00", datetime(2026, 12, 1, 9, 0, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 11, 30, 16, 0, tzinfo=UTC)),
    ],
)
def test_people_write_shanghai_time(text, utc):
    assert parse_local(text) == utc


def test_people_read_shanghai_time():
    assert local_text(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)) == "2027-01-01 00:30"


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-13-01", "9:00"])
def test_what_is_no_time_is_an_error(text):
    with pytest.raises(ValueError):
        parse_local(text)


def test_a_deadline_never_has_less_than_nothing_left():
    assert 0.9 < Deadline(1).remaining() <= 1
    over = Deadline(-5)
    assert over.passed() and over.remaining() == 0.0
