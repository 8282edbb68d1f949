"""The quota ledger: never above the limit, however many take at once; days and months end in Shanghai."""

import threading
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from accounts.quota import Quota, count_used, period_of, reserve
from accounts.service import add_account
from core.errors import SoldOut
from models import QuotaUse
from models.db import Database
from tests.conftest import NOW, new_account
from tests.neighbours import together

DAILY = Quota("mass_send", "群发", 5)
MONTHLY = Quota("mass_send", "群发", 4, "month")
THREADS = 16


@pytest.fixture
def owner(db: Database) -> int:
    with db.work() as session:
        return add_account(session, new_account(), NOW).id


def take(db: Database, owner: int, quota: Quota, now: datetime = NOW) -> int:
    with db.work() as session:
        return reserve(session, owner, quota, now)


def test_uses_are_counted_and_the_last_is_followed_by_a_refusal_in_chinese(db: Database, owner: int):
    assert [take(db, owner, DAILY) for _ in range(5)] == [1, 2, 3, 4, 5]
    with pytest.raises(SoldOut) as caught:
        take(db, owner, DAILY)
    assert str(caught.value) == "今天的群发次数（5 次）已用完"
    with pytest.raises(SoldOut, match="本月"):
        take(db, owner, Quota("other", "推送", 0, "month"))


def test_a_crowd_never_takes_more_than_there_is_and_leaves_none_over(db: Database, owner: int):
    def take_all(_number: int) -> int:
        taken = 0
        for _ in range(DAILY.limit):
            try:
                taken += take(db, owner, DAILY) > 0
            except SoldOut:
                continue
        return taken

    assert sum(together(THREADS, take_all)) == DAILY.limit
    with db.read() as session:
        assert count_used(session, owner, DAILY, NOW) == DAILY.limit


def test_control_reading_first_and_writing_then_overshoots(postgres_db: Database):
    with postgres_db.work() as session:
        owner = add_account(session, new_account(), NOW).id
        session.add(QuotaUse(account_id=owner, what="mass_send", period=date(2026, 11, 20), used=4))
    all_have_read = threading.Barrier(8)

    def naive(_number: int) -> bool:
        mine = QuotaUse.account_id == owner
        with postgres_db.work() as session:
            used = session.scalar(select(QuotaUse.used).where(mine))
            all_have_read.wait(10)
            if used >= DAILY.limit:
                return False
            session.execute(update(QuotaUse).where(mine).values(used=QuotaUse.used + 1))
            return True

    assert sum(together(8, naive)) > 1


def test_work_that_fails_gives_its_use_back(db: Database, owner: int):
    with pytest.raises(ZeroDivisionError), db.work() as session:
        reserve(session, owner, DAILY, NOW)
        raise ZeroDivisionError
    with db.read() as session:
        assert count_used(session, owner, DAILY, NOW) == 0


def test_accounts_and_things_have_quotas_of_their_own(db: Database, owner: int):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    one = Quota("mass_send", "群发", 1)
    assert take(db, owner, one) == take(db, other, one) == 1
    assert take(db, owner, Quota("preview", "预览", 1)) == 1
    with pytest.raises(SoldOut):
        take(db, owner, one)


@pytest.mark.parametrize(
    ("moment", "day", "month"),
    [
        (datetime(2026, 11, 30, 15, 59, 59, tzinfo=UTC), date(2026, 11, 30), date(2026, 11, 1)),
        (datetime(2026, 11, 30, 16, 0, 0, tzinfo=UTC), date(2026, 12, 1), date(2026, 12, 1)),
        (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), date(2026, 12, 31), date(2026, 12, 1)),
        (datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC), date(2027, 1, 1), date(2027, 1, 1)),
        (datetime(2028, 2, 28, 16, 0, 0, tzinfo=UTC), date(2028, 2, 29), date(2028, 2, 1)),
        (datetime(2028, 2, 29, 16, 0, 0, tzinfo=UTC), date(2028, 3, 1), date(2028, 3, 1)),
    ],
)
def test_days_and_months_end_at_midnight_in_shanghai(moment: datetime, day: date, month: date):
    assert period_of(DAILY, moment) == day
    assert period_of(MONTHLY, moment) == month


def test_a_new_day_brings_new_uses_and_the_month_goes_on(db: Database, owner: int):
    evening, midnight = datetime(2026, 11, 20, 15, 59, tzinfo=UTC), datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    once = Quota("daily", "群发", 1)
    for _ in range(2):
        take(db, owner, MONTHLY, evening)
    take(db, owner, once, evening)
    with pytest.raises(SoldOut):
        take(db, owner, once, evening)
    assert take(db, owner, once, midnight) == 1
    assert take(db, owner, MONTHLY, midnight) == 3
    with db.read() as session:
        assert count_used(session, owner, once, evening) == 1
