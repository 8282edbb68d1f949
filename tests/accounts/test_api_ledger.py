"""Calls of the platform's API: counted as they leave, refused where they may wait, renewed at midnight in China."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import SQLAlchemyError

from accounts.api_ledger import ApiLedger
from accounts.api_uses import (
    KEPT,
    forget_day,
    forget_old,
    get_standing,
    list_near,
    list_standings,
    note_platform,
)
from accounts.apis import MENU, TAGS, api_of, limit_of
from accounts.directory import AccountDirectory, AccountView
from accounts.quota import CLEARS, count_used, release, reserve
from accounts.service import add_account
from core.clock import Clock
from core.errors import SoldOut
from models import ApiUse
from models.db import Database
from tests.conftest import NOW, new_account
from tests.neighbours import together
from wechat.api.operations import Quota
from wechat.errors import ErrorKind, WeChatError

FOLLOWERS = "/cgi-bin/user/get"
"""500 a day, and it may wait."""
MIDNIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
THREADS = 16


def at(moment: datetime) -> Clock:
    return lambda: moment


@pytest.fixture
def account(db: Database) -> AccountView:
    return view(db)


def view(db: Database, key: str = "ours", **changes: object) -> AccountView:
    with db.work() as session:
        add_account(session, new_account(key, **changes), NOW)
    directory = AccountDirectory("http://a.cn", 300)
    with db.read() as session:
        directory.reload(session)
    return directory.get(key)


def ledger(db: Database, account: AccountView, now: datetime = NOW) -> ApiLedger:
    return ApiLedger(db, account, at(now))


def use(db: Database, account: AccountView, path: str, used: int, now: datetime = NOW) -> None:
    """So many calls were made today."""
    ledger(db, account, now).used_up(path)  # makes the row
    with db.work() as session:
        session.execute(
            update(ApiUse)
            .where(ApiUse.account_id == account.id, ApiUse.path == path)
            .values(used=used, used_up_at=None)
        )


def used(db: Database, account: AccountView, path: str, now: datetime = NOW) -> int:
    with db.read() as session:
        return get_standing(session, account, path, now).used


def test_each_call_is_counted_by_endpoint(db: Database, account: AccountView):
    for path in (MENU, FOLLOWERS, MENU):
        ledger(db, account).spend(path)
    assert (used(db, account, MENU), used(db, account, FOLLOWERS)) == (2, 1)


def test_what_may_wait_is_refused_when_none_is_left_and_says_when_it_renews(
    db: Database, account: AccountView
):
    use(db, account, FOLLOWERS, 499)
    ledger(db, account).spend(FOLLOWERS)
    with pytest.raises(WeChatError, match=r"读取粉丝名单.*明天 0 点（北京时间）自动恢复") as caught:
        ledger(db, account).spend(FOLLOWERS)
    assert (caught.value.kind, caught.value.permanent, caught.value.sent_maybe) == (
        ErrorKind.QUOTA,
        False,
        False,
    )
    assert caught.value.wait_s == 14 * 3600
    assert used(db, account, FOLLOWERS) == 500


def test_what_people_wait_for_passes_all_the_same(db: Database, account: AccountView):
    use(db, account, MENU, 1000)
    ledger(db, account).spend(MENU)
    ledger(db, account).used_up(MENU)
    ledger(db, account).spend(MENU)
    assert used(db, account, MENU) == 1002


def test_an_endpoint_that_nobody_wrote_down_is_never_held_back(db: Database, account: AccountView):
    path = "/cgi-bin/something/new"
    ledger(db, account).used_up(path)
    ledger(db, account).spend(path)
    assert used(db, account, path) == 1


@pytest.mark.parametrize("path", [FOLLOWERS, TAGS, "/datacube/getusersummary"])
def test_after_the_platforms_own_word_nothing_that_may_wait_leaves_until_midnight(
    db: Database, account: AccountView, path: str
):
    ledger(db, account).spend(path)
    ledger(db, account).used_up(path)
    with pytest.raises(WeChatError):
        ledger(db, account, MIDNIGHT - timedelta(seconds=1)).spend(path)
    ledger(db, account, MIDNIGHT).spend(path)
    assert (used(db, account, path), used(db, account, path, MIDNIGHT)) == (1, 1)


def test_a_day_ends_at_midnight_in_china_and_not_elsewhere(db: Database, account: AccountView):
    use(db, account, FOLLOWERS, 500, MIDNIGHT - timedelta(seconds=1))
    with pytest.raises(WeChatError):
        ledger(db, account, MIDNIGHT - timedelta(seconds=1)).spend(FOLLOWERS)
    ledger(db, account, MIDNIGHT).spend(FOLLOWERS)
    ledger(db, account, MIDNIGHT + timedelta(hours=8)).spend(FOLLOWERS)  # midnight in London
    assert used(db, account, FOLLOWERS, MIDNIGHT) == 2


def test_a_crowd_never_gets_more_than_there_is_and_leaves_none_over(db: Database, account: AccountView):
    use(db, account, FOLLOWERS, 480)

    def spend_all(_number: int) -> int:
        got = 0
        for _ in range(5):
            try:
                ledger(db, account).spend(FOLLOWERS)
                got += 1
            except WeChatError:
                continue
        return got

    assert sum(together(THREADS, spend_all)) == 20
    assert used(db, account, FOLLOWERS) == 500


def test_control_reading_first_and_counting_then_overshoots(postgres_db: Database):
    account = view(postgres_db)
    use(postgres_db, account, FOLLOWERS, 499)
    all_have_read = threading.Barrier(8)
    mine = (ApiUse.account_id == account.id, ApiUse.path == FOLLOWERS)

    def naive(_number: int) -> bool:
        with postgres_db.work() as session:
            count = session.scalar(select(ApiUse.used).where(*mine)) or 0
            all_have_read.wait(10)
            if count >= 500:
                return False
            session.execute(update(ApiUse).where(*mine).values(used=ApiUse.used + 1))
            return True

    assert sum(together(8, naive)) > 1


def test_the_first_calls_of_a_day_at_once_make_one_row(db: Database, account: AccountView):
    together(THREADS, lambda _number: ledger(db, account).spend(MENU))
    assert used(db, account, MENU) == THREADS
    with db.read() as session:
        assert session.scalar(select(func.count()).where(ApiUse.account_id == account.id)) == 1


def test_two_accounts_do_not_share(db: Database, account: AccountView):
    other = view(db, "other")
    ledger(db, account).used_up(FOLLOWERS)
    ledger(db, other).spend(FOLLOWERS)
    assert (used(db, account, FOLLOWERS), used(db, other, FOLLOWERS)) == (0, 1)
    with db.read() as session:
        assert [account.key for account, _ in list_near(session, [account, other], NOW)] == ["ours"]
        assert list_near(session, [other], NOW) == []


def test_the_platforms_own_limit_goes_before_the_documents(db: Database, account: AccountView):
    use(db, account, FOLLOWERS, 500)
    with db.work() as session:
        note_platform(session, account.id, FOLLOWERS, Quota(600, 550, 50), NOW)
    ledger(db, account).spend(FOLLOWERS)
    with db.read() as session:
        standing = get_standing(session, account, FOLLOWERS, NOW)
        tomorrow = get_standing(session, account, FOLLOWERS, MIDNIGHT)
    assert (standing.limit, standing.used, standing.theirs, standing.left) == (600, 501, 550, 50)
    assert (tomorrow.limit, tomorrow.theirs, tomorrow.left) == (600, None, 600)


def test_where_the_platform_has_none_left_it_is_used_up(db: Database, account: AccountView):
    with db.work() as session:
        note_platform(session, account.id, TAGS, Quota(700, 700, 0), NOW)
    with pytest.raises(WeChatError):
        ledger(db, account).spend(TAGS)


def test_a_limit_of_none_is_no_limit(db: Database, account: AccountView):
    """The platform answers so for what it does not limit."""
    with db.work() as session:
        note_platform(session, account.id, TAGS, Quota(0, 0, 0), NOW)
    ledger(db, account).spend(TAGS)
    with db.read() as session:
        assert get_standing(session, account, TAGS, NOW).left is None


def test_from_four_fifths_on_people_are_warned(db: Database, account: AccountView):
    use(db, account, FOLLOWERS, 399)
    with db.read() as session:
        assert list_near(session, [account], NOW) == []
    ledger(db, account).spend(FOLLOWERS)
    with db.read() as session:
        ((_, standing),) = list_near(session, [account], NOW)
        assert standing.told == "今天已用 400 次，还可用 100 次"
        assert list_near(session, [account], MIDNIGHT) == []


def test_the_nearest_its_end_comes_first(db: Database, account: AccountView):
    use(db, account, MENU, 10)
    use(db, account, FOLLOWERS, 300)
    ledger(db, account).used_up(TAGS)
    with db.read() as session:
        assert [one.api.path for one in list_standings(session, account, NOW)] == [TAGS, FOLLOWERS, MENU]


def test_a_test_account_has_fewer(db: Database):
    account = view(db, "trial", kind="test")
    assert (limit_of(api_of(MENU), account), limit_of(api_of(FOLLOWERS), account)) == (100, 100)


def test_clearing_gives_the_day_back_and_leaves_others_alone(db: Database, account: AccountView):
    other = view(db, "other")
    for one in (account, other):
        use(db, one, FOLLOWERS, 500)
    with db.work() as session:
        forget_day(session, account.id, NOW)
    ledger(db, account).spend(FOLLOWERS)
    with pytest.raises(WeChatError):
        ledger(db, other).spend(FOLLOWERS)


def test_clears_of_a_month_renew_on_the_first_in_china(db: Database, account: AccountView):
    evening = datetime(2026, 11, 30, 15, 59, tzinfo=UTC)
    with db.work() as session:
        for _ in range(10):
            reserve(session, account.id, CLEARS, NOW)
    with pytest.raises(SoldOut, match="本月的清零次数（10 次）已用完"), db.work() as session:
        reserve(session, account.id, CLEARS, evening)
    with db.work() as session:
        release(session, account.id, CLEARS, evening)
        assert reserve(session, account.id, CLEARS, evening) == 10
        assert reserve(session, account.id, CLEARS, evening + timedelta(minutes=1)) == 1
    with db.read() as session:
        assert count_used(session, account.id, CLEARS, NOW) == 10


def test_figures_of_days_long_ago_go(db: Database, account: AccountView):
    for moment in (NOW - KEPT - timedelta(days=1), NOW - timedelta(days=1), NOW):
        ledger(db, account, moment).spend(MENU)
    with db.work() as session:
        assert forget_old(session, NOW) == 1
    assert used(db, account, MENU, NOW - timedelta(days=1)) == 1


def test_a_database_that_is_away_stops_no_call(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    account = view(sqlite_db)
    gone = ledger(sqlite_db, account)

    def away() -> None:
        raise SQLAlchemyError("away")

    monkeypatch.setattr(sqlite_db, "work", away)
    gone.spend(FOLLOWERS)
    gone.used_up(FOLLOWERS)
    assert used(sqlite_db, account, FOLLOWERS) == 0
