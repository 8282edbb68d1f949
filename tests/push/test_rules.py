"""What a push may hold, what is left of the quota, and what the platform's words mean."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.mass import Left, waiting_in
from accounts.quota import Quota
from core.errors import Invalid
from push.rules import Month, check_card, explain, full
from tests.conftest import NOW

DAY, MONTH = Quota("mass_send", "群发", 1), Quota("mass_send_month", "群发", 4, "month")


def test_a_card_is_checked_and_its_time_read_as_shanghai():
    card = check_card(" 标题 ", "摘要", "{h5}/faq", "2026-11-20 10:01", NOW)
    assert (card.title, card.due_at) == ("标题", datetime(2026, 11, 20, 2, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": ""}, "填写标题"),
        ({"title": "题" * 33}, "最多 32 个字，现在有 33 个"),
        ({"digest": "摘" * 121}, "最多 120 个字"),
        ({"link": ""}, "链接"),
        ({"link": "javascript:alert(1)"}, "链接"),
        ({"link": "https://a.cn/x y"}, "链接"),
        ({"link": "https://a.cn/" + "x" * 1024}, "链接"),
        ({"due": ""}, "日期和时间"),
        ({"due": "2026-13-01 09:00"}, "日期和时间"),
        ({"due": "2026-11-20 10:00"}, "已经过去"),
        ({"due": "2025-11-20 10:00"}, "已经过去"),
        ({"due": "2028-11-20 10:00"}, "一年"),
    ],
)
def test_a_faulty_card_is_told_what_to_mend(changes: dict[str, str], told: str):
    good = {"title": "标题", "digest": "", "link": "https://a.cn", "due": "2026-12-01 09:00"}
    with pytest.raises(Invalid, match=told):
        check_card(**{**good, **changes}, now=NOW)


def test_what_waits_counts_in_its_own_day_and_month_of_shanghai():
    late = datetime(2026, 11, 30, 16, 30, tzinfo=UTC)  # half past midnight of December
    due = [late, late + timedelta(hours=1), late - timedelta(hours=1)]
    assert waiting_in(DAY, late, due) == 2
    assert waiting_in(MONTH, late, due) == 2
    assert waiting_in(MONTH, NOW, due) == 1


def test_a_full_day_or_month_is_warned_of():
    assert full([Left(DAY, 0, 0), Left(MONTH, 3, 0)]) == ""
    assert "当天可发 1 次，已发 0 次，已排 1 次" in full([Left(DAY, 0, 1), Left(MONTH, 0, 1)])
    assert "当月可发 4 次，已发 3 次，已排 2 次，还可排 0 次" in full([Left(DAY, 0, 0), Left(MONTH, 3, 2)])


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("平台报告：err(10001)", "涉嫌广告"),
        ("平台报告：err(40002)", "30 分钟"),
        ("平台报告：err(99999)", "没有通过平台的审核"),
        ("平台报告：send fail", "发送失败"),
        ("今天的群发次数（1 次）已用完", "已用完"),
    ],
)
def test_the_platforms_reason_is_said_in_chinese(error: str, told: str):
    assert told in explain(error)


def test_a_month_has_whole_weeks_and_neighbours():
    month = Month.of("2026-12", date(2026, 11, 20))
    assert (month.title, month.next.key, month.before.key) == ("2026 年 12 月", "2027-01", "2026-11")
    assert month.weeks[0][0] == date(2026, 11, 30)
    assert all(len(week) == 7 for week in month.weeks)
    assert month.span[0] == datetime(2026, 11, 30, 16, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-00", "soon", "9999-99", "2026-1"])
def test_anything_else_is_the_current_month(text: str):
    assert Month.of(text, date(2026, 11, 20)).key == "2026-11"
