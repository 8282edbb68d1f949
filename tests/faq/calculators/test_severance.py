"""Severance pay: 《劳动合同法》第四十六条、第四十七条、第八十七条, 《劳动合同法实施条例》第二十条、第二十五条、第二十七条."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import Invalid
from faq.calculators.base import Given, Result, Value
from faq.calculators.dates import months_of_service
from faq.calculators.severance import SEVERANCE, months_of_pay
from faq.citations import check_citation, read_laws

LAWS = read_laws(Path("content/knowledge/laws.yaml"))
TODAY = date(2026, 11, 20)


def given(how: str, **values: int | str | date) -> Given:
    read: dict[str, Value] = {
        name: value if isinstance(value, date) else Decimal(value) for name, value in values.items()
    }
    return Given({"how": how, **read}, TODAY)


def compute(how: str, **values: int | str | date) -> Result:
    return SEVERANCE.compute(given(how, **values))


@pytest.mark.parametrize(
    ("months", "pay"),
    [
        # 第四十七条第一款: each year one; six months and more one; less a half
        ("1", "0.5"),
        ("5.9", "0.5"),
        ("6", "1"),
        ("11.9", "1"),
        ("12", "1"),
        ("12.1", "1.5"),
        ("17.9", "1.5"),
        ("18", "2"),
        ("40", "3.5"),
        ("43", "4"),
        ("240", "20"),
    ],
)
def test_months_of_pay_by_the_half_year_rule(months: str, pay: str):
    assert months_of_pay(Decimal(months)) == Decimal(pay)


@pytest.mark.parametrize(
    ("how", "values", "amount"),
    [
        # the knowledge base's examples: 3 years 4 months 3.5, 3 years 7 months 4
        pytest.param("agreed", {"service": 40, "wage": 8000}, "28000", id="art46-2,47: 8000×3.5"),
        pytest.param("agreed", {"service": 43, "wage": 8000}, "32000", id="art46-2,47: 8000×4"),
        pytest.param("forced", {"service": 5, "wage": 6000}, "3000", id="art38,46-1: 6000×0.5"),
        pytest.param("layoff", {"service": 66, "wage": 7000}, "42000", id="art41,46-4: 7000×6"),
        pytest.param("expired", {"service": 24, "wage": "4321.50"}, "8643.00", id="art46-5: 4321.5×2"),
        pytest.param("closed", {"service": 13, "wage": 5000}, "7500", id="art44-5,46-6: 5000×1.5"),
        pytest.param("with_notice", {"service": 36, "wage": 5500}, "16500", id="art40,46-3: 5500×3"),
        # 实施条例第二十条: the extra month is the last month's wage
        pytest.param(
            "no_notice", {"service": 24, "wage": 6000, "last_wage": 7000}, "19000", id="art40: 6000×2+7000"
        ),
        pytest.param("no_notice", {"service": 24, "wage": 6000}, "18000", id="art40: 6000×2+6000"),
        pytest.param("unlawful", {"service": 40, "wage": 8000}, "56000", id="art87: 8000×3.5×2"),
        # 最高法、人社部第二批典型案例（2021）案例1: 8000 元 a month, dismissed within the half year: 8000 元 awarded
        pytest.param("unlawful", {"service": 2, "wage": 8000}, "8000", id="case 2021/1: 8000×0.5×2"),
        # 第四十七条第二款: wage above 3 × 8000 → 24000, at most 12 years
        pytest.param(
            "agreed",
            {"service": 60, "wage": 40000, "average_wage": 8000},
            "120000",
            id="art47-2: 24000×5",
        ),
        pytest.param(
            "agreed",
            {"service": 180, "wage": 40000, "average_wage": 8000},
            "288000",
            id="art47-2: 24000×12, not 15",
        ),
        pytest.param(
            "unlawful",
            {"service": 180, "wage": 40000, "average_wage": 8000},
            "576000",
            id="art87,47-2: 24000×12×2",
        ),
        pytest.param(
            "agreed",
            {"service": 180, "wage": 24000, "average_wage": 8000},
            "360000",
            id="art47-2: exactly three times is not above: 24000×15",
        ),
        pytest.param(
            "no_notice",
            {"service": 12, "wage": 40000, "average_wage": 8000},
            "64000",
            id="art47-2, 条例20: 24000×1+40000, the extra month is not capped",
        ),
        pytest.param(
            "agreed",
            {"start": date(2023, 5, 1), "left": date(2026, 8, 31), "wage": 8000},
            "28000",
            id="art47: 2023-05-01 to 2026-08-31 is 3 years 4 months",
        ),
        # 第九十七条第三款: expiry was not paid for before 2008; 18 years 10 months and some days since → 19
        pytest.param(
            "expired", {"start": date(2005, 3, 1), "wage": 5000}, "95000", id="art97: 5000×19, not 22"
        ),
        pytest.param("unlawful", {"start": date(2005, 3, 1), "wage": 5000}, "220000", id="条例25: 5000×22×2"),
    ],
)
def test_severance_pay(how: str, values: dict[str, int | str | date], amount: str):
    result = compute(how, **values)
    assert result.amount == Decimal(amount)
    assert f"{Decimal(amount).normalize():f} 元" in result.headline


@pytest.mark.parametrize("how", ["resigned", "declined", "misconduct"])
def test_where_nothing_is_due_no_more_is_asked_and_the_reason_is_said(how: str):
    """第四十六条 has no such case."""
    assert SEVERANCE.missing(given(how)) == []
    result = compute(how)
    assert result.amount == 0
    assert "0 元" in result.headline
    assert result.advice


@pytest.mark.parametrize(
    ("start", "left", "months"),
    [
        (date(2024, 3, 1), date(2025, 2, 28), "12"),
        (date(2024, 3, 1), date(2025, 2, 27), "11.8"),
        (date(2024, 3, 1), date(2025, 3, 1), "12.1"),
        (date(2026, 5, 20), date(2026, 11, 19), "6"),
        (date(2026, 5, 20), date(2026, 11, 18), "5.9"),
        (date(2026, 11, 20), date(2026, 11, 20), "0.1"),
        (date(2025, 1, 31), date(2025, 2, 28), "1"),
    ],
)
def test_service_counts_both_the_first_and_the_last_day(start: date, left: date, months: str):
    assert months_of_service(start, left) == Decimal(months)


def test_the_local_average_is_asked_for_only_where_the_wage_is_high():
    def asked(wage: int) -> list[str]:
        return [figure.name for figure in SEVERANCE.missing(given("agreed", service=24, wage=wage))]

    assert asked(14_999) == []
    assert asked(15_000) == ["average_wage"]


def test_first_the_ending_is_asked_for_then_what_it_needs():
    assert [figure.name for figure in SEVERANCE.missing(Given({}, TODAY))] == ["how"]
    assert [figure.name for figure in SEVERANCE.missing(given("unlawful"))] == ["service", "wage"]
    assert [figure.name for figure in SEVERANCE.missing(given("unlawful", start=date(2020, 1, 1)))] == [
        "wage"
    ]


def test_years_before_2008_are_named_among_the_assumptions():
    result = compute("agreed", start=date(2000, 1, 1), left=date(2026, 10, 31), wage=5000)
    assert result.amount == Decimal(135_000)
    assert any("2008 年以前" in line for line in result.assumptions)


def test_who_left_more_than_a_year_ago_is_told_of_the_time_limit():
    late = compute("unlawful", start=date(2020, 1, 1), left=date(2025, 6, 30), wage=5000)
    assert late.advice.startswith("离职已经超过一年")
    assert not compute("unlawful", start=date(2020, 1, 1), wage=5000).advice.startswith("离职已经超过一年")


@pytest.mark.parametrize(
    ("how", "values", "complaint"),
    [
        ("agreed", {"service": 40, "wage": -8000}, "不能是负数"),
        ("agreed", {"service": 40, "wage": 0}, "月平均工资应在"),
        ("agreed", {"service": 0, "wage": 8000}, "不能是 0"),
        ("agreed", {"service": 601, "wage": 8000}, "应在 0 到 600 之间"),
        ("agreed", {"start": date(2026, 12, 1), "wage": 8000}, "入职日期晚于离职日期"),
        (
            "agreed",
            {"start": date(2025, 1, 1), "left": date(2024, 1, 1), "wage": 8000},
            "入职日期晚于离职日期",
        ),
        ("agreed", {"start": date(2024, 11, 20), "service": 480, "wage": 8000}, "没有“40 年”这么长"),
        ("agreed", {"start": date(1960, 1, 1), "wage": 8000}, "超过了 50 年"),
        ("agreed", {"start": date(2020, 1, 1), "left": date(2029, 1, 1), "wage": 8000}, "一年以后"),
        ("agreed", {"service": 24, "left": date(2007, 6, 1), "wage": 8000}, "2008"),
        ("agreed", {"service": 24, "wage": 20000, "average_wage": 120000}, "应在 1000 到 50000 之间"),
        ("fired", {"service": 24, "wage": 8000}, "请从这些里选"),
        ("agreed", {"service": 24}, "还缺：月平均工资"),
    ],
)
def test_impossible_figures_are_refused(how: str, values: dict[str, int | str | date], complaint: str):
    with pytest.raises(Invalid, match=complaint):
        compute(how, **values)


def test_every_citation_is_of_a_known_law():
    for choice in SEVERANCE.figures[0].choices:
        for citation in compute(choice.value, service=24, wage=8000).statutes:
            assert check_citation(citation, LAWS) is None
