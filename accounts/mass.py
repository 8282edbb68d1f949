"""What is left of mass sends (群发): used, and promised to pushes that wait for their time. For the calendar and the page 额度."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.capabilities import Kinded
from accounts.quota import Quota, period_of
from core.settings import PushSettings
from models.accounts import QuotaUse
from models.push import Push


def mass_quotas(account: Kinded, settings: PushSettings) -> tuple[Quota, ...]:
    """Of mass sends to all followers: once a day; for a service account also a number a month for each follower."""
    a_day = Quota("mass_send", "群发", settings.mass_per_day, "day")
    if account.kind != "service":
        return (a_day,)
    return a_day, Quota("mass_send_month", "群发", settings.mass_per_month, "month")


@dataclass(frozen=True, slots=True)
class Left:
    """Of one quota in one period: `used` is sent already, `waiting` scheduled and not sent yet."""

    quota: Quota
    used: int
    waiting: int

    @property
    def free(self) -> int:
        return max(0, self.quota.limit - self.used - self.waiting)

    @property
    def told(self) -> str:
        """「可发 4 次，已发 1 次，已排 2 次，还可排 1 次」."""
        return (
            f"可发 {self.quota.limit} 次，已发 {self.used} 次，已排 {self.waiting} 次，还可排 {self.free} 次"
        )


def waiting_in(quota: Quota, moment: datetime, due: Iterable[datetime]) -> int:
    """How many of the times `due` fall into the period of `moment`."""
    period = period_of(quota, moment)
    return sum(period_of(quota, one) == period for one in due)


def count_left(
    session: Session, account_id: int, quotas: Sequence[Quota], moment: datetime
) -> tuple[Left, ...]:
    """What is left of each quota in the period of `moment`."""
    return count_left_of(session, {account_id: quotas}, moment)[account_id]


def count_left_of(
    session: Session, quotas: Mapping[int, Sequence[Quota]], moment: datetime
) -> dict[int, tuple[Left, ...]]:
    """The same of many accounts at once, by their ids."""
    periods = {period_of(quota, moment) for some in quotas.values() for quota in some}
    uses = select(QuotaUse.account_id, QuotaUse.what, QuotaUse.period, QuotaUse.used).where(
        QuotaUse.account_id.in_(quotas), QuotaUse.period.in_(periods)
    )
    used = {(row[0], row[1], row[2]): row[3] for row in session.execute(uses)}
    scheduled = select(Push.account_id, Push.due_at).where(
        Push.account_id.in_(quotas), Push.state == "scheduled"
    )
    waiting: dict[int, list[datetime]] = defaultdict(list)
    for account_id, due_at in session.execute(scheduled):
        waiting[account_id].append(due_at)
    return {
        account_id: tuple(
            Left(
                quota,
                used.get((account_id, quota.what, period_of(quota, moment)), 0),
                waiting_in(quota, moment, waiting[account_id]),
            )
            for quota in some
        )
        for account_id, some in quotas.items()
    }
