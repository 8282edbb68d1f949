"""维权时限: each last day counted by hand on the calendar. 2026-11-22, the day all is looked at, is a Sunday."""

from datetime import date

import pytest

from core.errors import Invalid
from faq.calculators.base import Given
from faq.calculators.limitation import LIMITATION, last_day, next_working_day
from faq.citations import parse_citation

TODAY = date(2026, 11, 22)


def given(**values):
    return Given(values, TODAY)


def compute(**values):
    return LIMITATION.compute(given(**values))


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("matter", "figure", "start", "end", "words"),
    [
        # 《劳动争议调解仲裁法》第二十七条：一年
        ("general", "knew_on", "2026-03-10", "2027-03-10", "还有 108 天"),
        # 2026-11-22 是星期日，顺延到星期一（《民法典》第二百零三条）
        ("general", "knew_on", "2025-11-22", "2026-11-23", "还有 1 天"),
        # 2026-10-03 在国庆假期里，顺延到 10-08 星期四
        ("general", "knew_on", "2025-10-03", "2026-10-08", "已经过了 45 天"),
        # 2026-10-10 是调休上班的星期六，不顺延
        ("general", "knew_on", "2025-10-10", "2026-10-10", "已经过了 43 天"),
        # 没有对应日：2025-02-28（《民法典》第二百零二条）
        ("general", "knew_on", "2024-02-29", "2025-02-28", "已经过了 632 天"),
        # 《工伤保险条例》第十七条：受伤之日起一年，不顺延
        ("injury", "accident_on", "2026-05-31", "2027-05-31", "还有 190 天"),
        ("injury", "accident_on", "2025-11-22", "2026-11-22", "就是今天"),
        # 《劳动争议调解仲裁法》第四十八条、第五十条：15 天；11-28 是星期六 → 11-30
        ("lawsuit", "award_on", "2026-11-13", "2026-11-30", "还有 8 天"),
        ("lawsuit", "award_on", "2026-10-01", "2026-10-16", "已经过了 37 天"),
        # 《劳动保障监察条例》第二十条：两年
        ("complaint", "act_on", "2025-01-15", "2027-01-15", "还有 54 天"),
        ("complaint", "act_on", "2024-11-21", "2026-11-21", "已经过了 1 天"),
        # 《行政复议法》第二十条：60 天，10-10 + 60 = 12-09 星期三
        ("review", "decision_on", "2026-10-10", "2026-12-09", "还有 17 天"),
        # 《行政诉讼法》第四十六条：六个月
        ("court", "decision_on", "2026-06-22", "2026-12-22", "还有 30 天"),
        ("court", "decision_on", "2026-08-31", "2027-02-28", "还有 98 天"),
    ],
)
def test_the_last_day_and_the_days_left(matter, figure, start, end, words):
    result = compute(**{"matter": matter, figure: day(start)})
    assert result.amount == day(end)
    assert words in result.headline


def test_wages_after_leaving_have_a_year():
    # 第二十七条第四款：2026-06-30 离职，2027-06-30；8+31+31+28+31+30+31+30 = 220
    result = compute(matter="wages", employed="no", left_on=day("2026-06-30"))
    assert result.amount == day("2027-06-30")
    assert "还有 220 天" in result.headline


def test_wages_while_employed_have_no_limit():
    result = compute(matter="wages", employed="yes")
    assert result.amount is None
    assert "不受一年限制" in result.headline


@pytest.mark.parametrize(
    ("knew", "demanded", "end"),
    [
        # 第二十七条第二款：一年内要过，从那天重新算
        ("2025-05-01", "2026-04-20", "2027-04-20"),
        # 最后一天顺延到 10-08，那天要也来得及
        ("2025-10-03", "2026-10-08", "2027-10-08"),
        # 2025-05-06 已经过期，再要不重新算
        ("2024-05-06", "2025-12-01", "2025-05-06"),
    ],
)
def test_a_demand_in_time_starts_the_year_anew(knew, demanded, end):
    assert compute(matter="general", knew_on=day(knew), demanded_on=day(demanded)).amount == day(end)


def test_the_employers_thirty_days_are_told_too():
    # 2026-11-02 + 30 = 2026-12-02
    result = compute(matter="injury", accident_on=day("2026-11-02"))
    assert any("2026 年 12 月 2 日（还有 10 天）" in step for step in result.steps)


def test_what_is_past_is_said_without_sending_people_away():
    result = compute(matter="general", knew_on=day("2024-01-02"))
    assert "已经过了" in result.headline
    assert result.advice.startswith("过了期限不等于没有办法")


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-01-31", {"months": 1}, "2026-02-28"),
        ("2026-12-15", {"months": 1}, "2027-01-15"),
        ("2023-02-28", {"months": 12}, "2024-02-28"),
        ("2026-12-20", {"days": 15}, "2027-01-04"),
    ],
)
def test_periods_end_on_the_same_day_or_the_months_last(start, length, end):
    assert last_day(day(start), **length) == day(end)


@pytest.mark.parametrize(
    ("given_day", "moved"),
    [
        ("2026-11-20", "2026-11-20"),  # 星期五
        ("2026-11-21", "2026-11-23"),  # 星期六
        ("2026-02-15", "2026-02-24"),  # 春节
        ("2026-05-09", "2026-05-09"),  # 调休上班的星期六
        ("2025-10-04", "2025-10-09"),  # 国庆、中秋
        ("2027-01-02", "2027-01-02"),  # 2027 年的安排没有收录
    ],
)
def test_days_of_rest_are_moved_on_where_the_years_holidays_are_known(given_day, moved):
    assert next_working_day(day(given_day)) == day(moved)


def test_a_year_without_known_holidays_says_that_nothing_was_moved():
    result = compute(matter="general", knew_on=day("2026-03-13"))  # 2027-03-13 是星期六
    assert result.amount == day("2027-03-13")
    assert any("没有收录 2027 年的放假安排" in text for text in result.assumptions)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"matter": "general", "knew_on": date(2026, 11, 23)}, "在今天之后"),
        ({"matter": "injury", "accident_on": date(1950, 1, 1)}, "60 多年前"),
        (
            {"matter": "general", "knew_on": date(2026, 5, 1), "demanded_on": date(2026, 4, 1)},
            "在知道权利被侵害的日期之前",
        ),
        (
            {"matter": "general", "knew_on": date(2026, 5, 1), "demanded_on": date(2026, 12, 1)},
            "最近一次要钱或投诉的日期在今天之后",
        ),
        ({"matter": "wages", "employed": "no"}, "还缺：离开单位的日期"),
        ({"matter": "lawsuit", "award_on": "昨天"}, "这样的日期"),
        ({"matter": "divorce"}, "请从这些里选"),
    ],
)
def test_impossible_input_is_refused(values, message):
    with pytest.raises(Invalid, match=message):
        compute(**values)


def test_only_the_day_that_matters_is_asked_for():
    def asked(**values):
        return [figure.name for figure in LIMITATION.missing(given(**values))]

    assert asked(matter="lawsuit") == ["award_on"]
    assert asked(matter="wages") == ["employed"]
    assert asked(matter="wages", employed="no") == ["left_on"]
    assert asked(matter="court") == ["decision_on"]


def test_citations_are_of_the_common_form():
    figures = {"general": "knew_on", "injury": "accident_on", "lawsuit": "award_on", "complaint": "act_on"}
    figures |= {"review": "decision_on", "court": "decision_on"}
    for matter, figure in figures.items():
        result = compute(**{"matter": matter, figure: day("2026-11-02")})
        assert all(parse_citation(statute) for statute in result.statutes)
