"""What links between people of the console and their WeChat mean: pure decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from members.ledger import mark_of
from models.staff import Staff

CODE_MINUTES = 10
STILL_BARRED = timedelta(days=30)
"""A link that ended counts for draws that open so long afterwards, so that nobody leaves the day before and comes back."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody whose role reaches an account's organisation."""

    staff: Staff
    organises: bool
    """May they make and open draws there?"""
    linked: bool


def follower_mark(account_id: int, openid: str) -> str:
    """A follower as links know them."""
    return mark_of(f"staff:{account_id}", openid)


def barred_since(opened_at: datetime) -> datetime:
    """Links that ended before this moment do not count for what opened at `opened_at`."""
    return opened_at - STILL_BARRED


def told_names(colleagues: Sequence[Colleague], most: int = 8) -> str:
    """Their names for a sentence, or the first of many."""
    told = "、".join(one.staff.name for one in colleagues[:most])
    return told if len(colleagues) <= most else f"{told} 等 {len(colleagues)} 人"
