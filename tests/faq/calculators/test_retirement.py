"""退休时间: the three tables annexed to 《国务院关于渐进式延迟法定退休年龄的办法》, row by row, and 附件4 (最低缴费年限)."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from core.errors import Invalid
from faq.calculators.base import Given
from faq.calculators.retirement import RETIREMENT, delay_months, minimum_contribution, retirement_months
from faq.citations import parse_citation

TODAY = date(2026, 11, 22)


def compute(group, birth, today=TODAY, **values):
    numbers = {name: Decimal(value) for name, value in values.items()}
    return RETIREMENT.compute(Given({"group": group, "birth": birth, **numbers}, today))


@pytest.mark.parametrize(
    ("group", "born", "age", "retires"),
    [
        # 附件1 男职工
        ("man", (1964, 12), (60, 0), (2024, 12)),
        ("man", (1965, 1), (60, 1), (2025, 2)),
        ("man", (1965, 4), (60, 1), (2025, 5)),
        ("man", (1965, 5), (60, 2), (2025, 7)),
        ("man", (1965, 12), (60, 3), (2026, 3)),
        ("man", (1966, 1), (60, 4), (2026, 5)),
        ("man", (1970, 1), (61, 4), (2031, 5)),
        ("man", (1976, 8), (62, 11), (2039, 7)),
        ("man", (1976, 9), (63, 0), (2039, 9)),
        ("man", (1990, 6), (63, 0), (2053, 6)),
        # 附件2 原法定退休年龄五十五周岁的女职工
        ("woman_55", (1969, 12), (55, 0), (2024, 12)),
        ("woman_55", (1970, 1), (55, 1), (2025, 2)),
        ("woman_55", (1971, 4), (55, 4), (2026, 8)),
        ("woman_55", (1981, 8), (57, 11), (2039, 7)),
        ("woman_55", (1981, 9), (58, 0), (2039, 9)),
        ("woman_55", (2000, 12), (58, 0), (2058, 12)),
        # 附件3 原法定退休年龄五十周岁的女职工
        ("woman_50", (1974, 12), (50, 0), (2024, 12)),
        ("woman_50", (1975, 1), (50, 1), (2025, 2)),
        ("woman_50", (1975, 2), (50, 1), (2025, 3)),
        ("woman_50", (1975, 3), (50, 2), (2025, 5)),
        ("woman_50", (1980, 1), (52, 7), (2032, 8)),
        ("woman_50", (1984, 10), (54, 11), (2039, 9)),
        ("woman_50", (1984, 11), (55, 0), (2039, 11)),
        ("woman_50", (1995, 12), (55, 0), (2050, 12)),
    ],
)
def test_age_and_month_as_in_the_official_tables(group, born, age, retires):
    birth = date(*born, 15)
    assert divmod(retirement_months(group, birth), 12) == age
    assert compute(group, birth).amount == date(*retires, 15)


@pytest.mark.parametrize(("group", "most"), [("man", 36), ("woman_55", 36), ("woman_50", 60)])
def test_the_delay_grows_by_single_months_up_to_its_most(group, most):
    births = [date(year, month, 1) for year in range(1960, 2000) for month in range(1, 13)]
    delays = [delay_months(group, birth) for birth in births]
    assert delays[0] == 0
    assert delays[-1] == most
    assert {later - earlier for earlier, later in pairwise(delays)} == {0, 1}


@pytest.mark.parametrize(
    ("year", "years"),
    [
        # 附件4：2025—2029年15年，2030年15年半，每年加半年，2039年20年
        (2025, "15"),
        (2029, "15"),
        (2030, "15.5"),
        (2031, "16"),
        (2034, "17.5"),
        (2035, "18"),
        (2038, "19.5"),
        (2039, "20"),
        (2045, "20"),
    ],
)
def test_the_least_years_of_contributions(year, years):
    assert minimum_contribution(year) == Decimal(years) * 12


@pytest.mark.parametrize(
    ("group", "birth", "words"),
    [
        # 1967-01 延 7 个月：2027-08；最早 2027-01（原 60 岁），最晚 2030-08
        ("man", date(1967, 1, 15), "最早 2027 年 1 月（早 7 个月"),
        ("man", date(1967, 1, 15), "可延到 2030 年 8 月"),
        # 延 36 个月：最早还是 60 岁，2040-01
        ("man", date(1980, 1, 15), "最早 2040 年 1 月（早 36 个月"),
        # 女工人延 60 个月，最多早 36 个月：55 岁 2045-01 → 2042-01，不是 50 岁
        ("woman_50", date(1990, 1, 15), "最早 2042 年 1 月（早 36 个月"),
        # 女工人 1980-01：52 岁 7 个月 2032-08，延 31 个月，最早 2030-01，那年 15 年半
        ("woman_50", date(1980, 1, 15), "最早 2030 年 1 月（早 31 个月"),
        ("woman_50", date(1980, 1, 15), "那一年要已缴满 15 年 6 个月"),
    ],
)
def test_flexible_retirement_stays_within_three_years_and_the_old_age(group, birth, words):
    # 第三条：提前最长三年，不低于原法定退休年龄；延迟最长三年
    assert any(words in step for step in compute(group, birth).steps)


@pytest.mark.parametrize(
    ("birth", "reached"),
    [(date(1960, 5, 1), date(2020, 5, 1)), (date(1966, 5, 15), date(2026, 10, 15))],
)
def test_who_has_reached_the_age_is_told_so_and_offered_nothing_flexible(birth, reached):
    result = compute("man", birth)
    assert result.amount == reached
    assert "已经到了" in result.headline
    assert not any("自愿提前" in step for step in result.steps)


@pytest.mark.parametrize(
    ("paid", "words"),
    [
        # 男 1970-01：2031-05 到龄，要 16 年 = 192 个月；2026-11 到 2031-05 还有 54 个月
        ("138", "共 16 年，够了"),
        ("137", "还差 1 个月"),
        ("120", "还差 1 年 6 个月"),
        ("0", "还差 11 年 6 个月"),
        ("200", "够了"),
    ],
)
def test_contributions_are_carried_on_to_the_day_and_compared(paid, words):
    result = compute("man", date(1970, 1, 15), paid_months=paid)
    assert any(words in step for step in result.steps)


def test_a_birthday_the_month_does_not_have_becomes_its_last_day():
    # 1970-10-31 出生，61 岁 6 个月（延 18 个月）→ 2032-04-30
    assert compute("man", date(1970, 10, 31)).amount == date(2032, 4, 30)


@pytest.mark.parametrize(
    ("birth", "values", "message"),
    [
        (date(2027, 1, 1), {}, "在今天之后"),
        (date(2018, 11, 1), {}, "现在是 8 岁"),
        (date(1916, 1, 1), {}, "现在是 110 岁"),
        (date(1970, 1, 1), {"paid_months": "-1"}, "不能是负数"),
        (date(2000, 1, 1), {"paid_months": "240"}, "比 16 岁到现在还长"),
        (date(1970, 1, 1), {"paid_months": "900"}, "应在 0 到 720 之间"),
    ],
)
def test_impossible_input_is_refused(birth, values, message):
    with pytest.raises(Invalid, match=message):
        compute("man", birth, **values)


def test_an_unknown_group_is_refused():
    with pytest.raises(Invalid, match="请从这些里选"):
        compute("child", date(1970, 1, 1))


def test_citations_are_of_the_common_form():
    assert all(parse_citation(statute) for statute in compute("man", date(1970, 1, 1)).statutes)
