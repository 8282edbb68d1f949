"""When quotas begin anew: days and months end at midnight in China."""

from datetime import date, datetime, timedelta

from core.clock import SHANGHAI


def china_day(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()


def next_day(now: datetime) -> datetime:
    """The coming midnight in China."""
    day = china_day(now) + timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
