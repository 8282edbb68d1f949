"""The quota ledger: what an account may still do today or this month. A conditional update decides, never a read."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.apis import CLEARS_A_MONTH
from accounts.renewal import china_day
from core.errors import SoldOut
from models.accounts import QuotaUse
from models.upsert import insert_missing


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit` uses of `what` in one `span` ("day" or "month", Shanghai time). `title` is its Chinese name."""

    what: str
    title: str
    limit: int
    span: str = "day"


CLEARS = Quota("clear_quota", "清零", CLEARS_A_MONTH, "month")


def period_of(quota: Quota, now: datetime) -> date:
    """The first day of the period that `now` is in."""
    today = china_day(now)
    return today if quota.span == "day" else today.replace(day=1)


def reserve(session: Session, account_id: int, quota: Quota, now: datetime) -> int:
    """Take one use, and say how many are used now. Raises SoldOut when none is left; holds under concurrency."""
    period = period_of(quota, now)
    row = {"account_id": account_id, "what": quota.what, "period": period, "used": 0}
    insert_missing(session, QuotaUse, [row])
    taken = session.scalar(
        update(QuotaUse)
        .where(
            QuotaUse.account_id == account_id,
            QuotaUse.what == quota.what,
            QuotaUse.period == period,
            QuotaUse.used < quota.limit,
        )
        .values(used=QuotaUse.used + 1)
        .returning(QuotaUse.used)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        when = "今天" if quota.span == "day" else "本月"
        raise SoldOut(
            "quota_used_up", f"{when}的{quota.title}次数（{quota.limit} 次）已用完", what=quota.what
        )
    return taken


def release(session: Session, account_id: int, quota: Quota, now: datetime) -> None:
    """Give back one use of the current period that came to nothing."""
    session.execute(
        update(QuotaUse)
        .where(
            QuotaUse.account_id == account_id,
            QuotaUse.what == quota.what,
            QuotaUse.period == period_of(quota, now),
            QuotaUse.used > 0,
        )
        .values(used=QuotaUse.used - 1)
        .execution_options(synchronize_session=False)
    )


def count_used(session: Session, account_id: int, quota: Quota, now: datetime) -> int:
    """Uses taken in the current period."""
    used = session.scalar(
        select(QuotaUse.used).where(
            QuotaUse.account_id == account_id,
            QuotaUse.what == quota.what,
            QuotaUse.period == period_of(quota, now),
        )
    )
    return used or 0
