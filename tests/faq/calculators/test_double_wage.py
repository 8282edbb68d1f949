"""Double wages: 《劳动合同法》第八十二条, 《劳动合同法实施条例》第六条、第七条 (from the second month to the day before the signing, at most
eleven months), 法释〔2025〕12号第六条 (a part of a month by its working days: wage ÷ 21.75 × days)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import Invalid
from faq.calculators.base import Given, Result, Value
from faq.calculators.dates import anniversary
from faq.calculators.double_wage import DOUBLE_WAGE, working_days
from faq.citations import check_citation, read_laws

LAWS = read_laws(Path("content/knowledge/laws.yaml"))
TODAY = date(2026, 11, 20)


def compute(today: date = TODAY, **values: int | str | date) -> Result:
    read: dict[str, Value] = {
        name: value if isinstance(value, date) else Decimal(value) for name, value in values.items()
    }
    return DOUBLE_WAGE.compute(Given(read, today))


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        # the knowledge base's example: 1 January to 1 July, February to June
        pytest.param(
            {"start": date(2026, 1, 1), "signed": date(2026, 7, 1), "wage": 5000},
            "25000",
            id="条例6: 5 months",
        ),
        pytest.param(
            {"start": date(2025, 12, 1), "wage": 4000},
            "42758.62",
            id="条例6: 10 months to 31 October, 15 days",
        ),
        pytest.param({"start": date(2025, 3, 1), "wage": 5000}, "55000", id="条例7: 11 months and no more"),
        pytest.param(
            {"start": date(2019, 6, 1), "wage": 5000}, "55000", id="条例7: years later still 11 months"
        ),
        pytest.param(
            {"start": date(2025, 11, 10), "signed": date(2026, 11, 10), "wage": 6000},
            "66000",
            id="条例7: signed on the day a year is over",
        ),
        # a lawyers' journal's example: begun 2018-01-01, double wages for February to December 2018
        pytest.param(
            {"start": date(2018, 1, 1), "left": date(2019, 3, 31), "wage": 3000}, "33000", id="条例7: 3000×11"
        ),
        pytest.param(
            {"start": date(2026, 3, 1), "left": date(2026, 6, 30), "wage": 4500},
            "13500",
            id="条例6: April to June",
        ),
        # 15 to 21 November 2025 signed 22nd: Monday 17 to Friday 21 = 5 days; 5000×5÷21.75 = 1149.43
        pytest.param(
            {"start": date(2025, 6, 15), "signed": date(2025, 11, 22), "wage": 5000},
            "21149.43",
            id="解释二6: 4 months and 5 working days",
        ),
        # 1 to 12 July 2026: 1–3, 6–10 = 8 days are Mondays to Fridays; 4350×8÷21.75 = 1600
        pytest.param(
            {"start": date(2026, 5, 1), "left": date(2026, 7, 12), "wage": 4350},
            "5950",
            id="解释二6: June and 8 working days: 4350+1600",
        ),
        pytest.param(
            {"start": date(2026, 5, 1), "left": date(2026, 7, 12), "wage": 4350, "last_days": 10},
            "6350",
            id="解释二6: June and 10 days as told: 4350+2000",
        ),
        # 1 to 30 July 2026: 22 Mondays to Fridays, 22 ÷ 21.75 > 1, never more than the month
        pytest.param(
            {"start": date(2026, 6, 1), "signed": date(2026, 7, 31), "wage": 4350},
            "4350",
            id="解释二6: a part of a month is no more than the month",
        ),
        pytest.param(
            {"start": date(2026, 10, 21), "wage": 5000}, "0", id="条例6: one month is the employer's"
        ),
        pytest.param(
            {"start": date(2026, 6, 15), "signed": date(2026, 7, 15), "wage": 5000},
            "0",
            id="条例6: signed in time",
        ),
        # 第九十七条第二款: who was there before 2008 has the month from the law's first day
        pytest.param(
            {"start": date(2003, 5, 1), "wage": 2000}, "22000", id="art97-2: February to December 2008"
        ),
        pytest.param(
            {"start": date(2025, 1, 31), "signed": date(2025, 4, 1), "wage": 3000},
            "3137.93",
            id="条例6: from 31 January: 1 to 30 March, and Monday the 31st: 3000+3000÷21.75",
        ),
    ],
)
def test_double_wages(values: dict[str, int | date], amount: str):
    result = compute(**values)
    assert result.amount == Decimal(amount)
    assert f"{Decimal(amount):f}" in result.headline


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 3, 1), 1, date(2025, 4, 1)),
        (date(2025, 1, 31), 1, date(2025, 3, 1)),
        (date(2025, 12, 31), 2, date(2026, 3, 1)),
        (date(2024, 2, 29), 12, date(2025, 3, 1)),
        (date(2025, 10, 31), 1, date(2025, 12, 1)),
        (date(2025, 12, 15), 12, date(2026, 12, 15)),
        (date(2025, 6, 30), 0, date(2025, 6, 30)),
    ],
)
def test_anniversaries_by_the_month(day: date, months: int, expected: date):
    assert anniversary(day, months) == expected


def test_working_days_leave_out_the_last_day_and_weekends():
    assert working_days(date(2026, 11, 16), date(2026, 11, 23)) == 5
    assert working_days(date(2026, 11, 21), date(2026, 11, 23)) == 0


def test_months_that_are_out_of_time_are_named():
    """From print: begun 2018-01-01, claimed 2019-04-20: counted month by month February and March 2018 are too late."""
    result = compute(date(2019, 4, 20), start=date(2018, 1, 1), wage=3000)
    assert result.amount == Decimal(33_000)
    assert "前面 2 个月（6000 元）已经超过一年" in result.headline
    assert "最早一个月最迟 2019-02-28 申请仲裁，最后一个月最迟 2019-12-31" in result.steps[-1]


def test_nothing_is_called_late_within_the_first_year():
    assert "时效" not in compute(start=date(2026, 1, 1), wage=3000).headline


def test_after_a_year_the_contract_counts_as_open_ended():
    assert any("视为已订立无固定期限" in step for step in compute(start=date(2025, 1, 1), wage=3000).steps)
    assert not any("无固定期限" in step for step in compute(start=date(2026, 1, 1), wage=3000).steps)


def test_without_an_end_it_runs_to_today_and_says_so():
    assert "按到今天（2026-11-20）还在上班" in compute(start=date(2026, 1, 1), wage=3000).assumptions[0]
    told = compute(start=date(2026, 1, 1), left=date(2026, 5, 31), wage=3000)
    assert not any("按到今天" in line for line in told.assumptions)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"start": date(2026, 11, 21), "wage": 5000}, "入职日期还没到"),
        ({"start": date(1026, 3, 1), "wage": 5000}, "入职日期太早"),
        ({"start": date(2025, 3, 1), "wage": -5000}, "不能是负数"),
        ({"start": date(2025, 3, 1), "wage": 0}, "月工资应在"),
        ({"start": date(2025, 3, 1), "left": date(2025, 2, 1), "wage": 5000}, "离职日期早于入职日期"),
        ({"start": date(2025, 3, 1), "signed": date(2025, 2, 1), "wage": 5000}, "补签合同的日期早于入职日期"),
        ({"start": date(2025, 3, 1), "signed": date(2025, 3, 1), "wage": 5000}, "入职当天就签了合同"),
        ({"start": date(2025, 3, 1), "left": date(2026, 12, 1), "wage": 5000}, "离职日期还没到"),
        (
            {"start": date(2025, 3, 1), "signed": date(2025, 9, 1), "left": date(2025, 8, 1), "wage": 5000},
            "晚于离职日期",
        ),
        (
            {"start": date(2026, 5, 1), "left": date(2026, 7, 12), "wage": 4350, "last_days": 20},
            "没有 20 天",
        ),
        ({"start": date(2025, 3, 1)}, "还缺：月工资"),
    ],
)
def test_impossible_figures_are_refused(values: dict[str, int | date], complaint: str):
    with pytest.raises(Invalid, match=complaint):
        compute(**values)


def test_every_citation_is_of_a_known_law():
    for citation in compute(start=date(2025, 1, 1), wage=3000).statutes:
        assert check_citation(citation, LAWS) is None
