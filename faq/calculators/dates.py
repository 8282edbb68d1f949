"""Months and years as labour law counts them."""

from datetime import date, timedelta
from decimal import Decimal


def anniversary(day: date, months: int) -> date:
    """The same day `months` months later; where that month has no such day, the first of the next: 31 January + 1 → 1 March."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)


def months_of_service(start: date, left: date) -> Decimal:
    """Months from the first to the last day of work, both included; days over whole months as tenths, never none."""
    until = left + timedelta(days=1)
    whole = (until.year - start.year) * 12 + until.month - start.month
    if anniversary(start, whole) > until:
        whole -= 1
    over = (until - anniversary(start, whole)).days
    return whole + (max(Decimal(1), Decimal(over * 10 // 31)) / 10 if over else Decimal(0))
