"""Annual leave: 《职工带薪年休假条例》第三条、第五条, 《企业职工带薪年休假实施办法》第五条、第十条、第十一条、第十二条. Pay: wage ÷ 21.75 × 2 × days."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import Invalid
from faq.calculators.annual_leave import ANNUAL_LEAVE, yearly_days
from faq.calculators.base import Given, Result, Value
from faq.citations import check_citation, read_laws

LAWS = read_laws(Path("content/knowledge/laws.yaml"))
TODAY = date(2026, 11, 20)
LAST = date(2026, 12, 31)


def given(case: str, **values: int | str | date) -> Given:
    read: dict[str, Value] = {
        name: value if isinstance(value, date) else Decimal(value) for name, value in values.items()
    }
    return Given({"case": case, **read}, TODAY)


def compute(case: str, **values: int | str | date) -> Result:
    return ANNUAL_LEAVE.compute(given(case, **values))


@pytest.mark.parametrize(
    ("total", "days"),
    [
        # 条例第三条
        ("0", 0),
        ("11.9", 0),
        ("12", 5),
        ("119.9", 5),
        ("120", 10),
        ("239.9", 10),
        ("240", 15),
        ("500", 15),
    ],
)
def test_days_a_year_by_the_years_worked_in_all(total: str, days: int):
    assert yearly_days(Decimal(total)) == days


@pytest.mark.parametrize(
    ("values", "days"),
    [
        pytest.param({"total": 30}, "5", id="条例3: 2.5 years"),
        pytest.param({"total": 6}, "0", id="条例3: half a year"),
        pytest.param(
            {"total": 150, "joined": date(2019, 1, 1)}, "10", id="条例3: joined long ago, a whole year"
        ),
        pytest.param({"total": 30, "joined": date(2026, 1, 1)}, "5", id="办法5: 365÷365×5"),
        pytest.param({"total": 30, "joined": date(2026, 7, 1)}, "2", id="办法5: 184÷365×5=2.52"),
        pytest.param({"total": 30, "joined": date(2026, 10, 20)}, "1", id="办法5: 73÷365×5=1 exactly"),
        pytest.param({"total": 30, "joined": date(2026, 10, 21)}, "0", id="办法5: 72÷365×5=0.99"),
        pytest.param({"total": 300, "joined": date(2026, 3, 1)}, "12", id="办法5: 306÷365×15=12.58"),
    ],
)
def test_days_of_this_year(values: dict[str, int | date], days: str):
    result = compute("days", **values)
    assert result.amount == Decimal(days)
    assert f"{days} 天" in result.headline


@pytest.mark.parametrize(
    ("case", "values", "pay"),
    [
        # 办法第十一条: 6525 ÷ 21.75 = 300 a day
        pytest.param("unpaid", {"total": 30, "used": 0, "wage": 6525}, "3000", id="办法10: 300×2×5"),
        pytest.param("unpaid", {"total": 30, "used": 3, "wage": 6525}, "1200", id="办法10: 300×2×2"),
        pytest.param("unpaid", {"total": 130, "used": 0, "wage": 4350}, "4000", id="办法10: 200×2×10"),
        pytest.param(
            "unpaid", {"total": 250, "used": 0, "wage": 10000}, "13793.10", id="办法10: 10000×30÷21.75"
        ),
        pytest.param(
            "unpaid", {"total": 30, "used": "2.5", "wage": 5000}, "1149.43", id="办法10: 5000×5÷21.75"
        ),
        pytest.param("unpaid", {"total": 30, "used": 5, "wage": 6525}, "0", id="办法10: all taken"),
        pytest.param(
            "unpaid",
            {"total": 30, "used": 0, "wage": 6525, "joined": date(2026, 7, 1)},
            "1200",
            id="办法5: 2 days",
        ),
        # 办法第十二条: 181 ÷ 365 × 10 − 2 = 2.96 → 2
        pytest.param(
            "leaving",
            {"total": 130, "left": date(2026, 6, 30), "used": 2, "wage": 6000},
            "1103.45",
            id="办法12: 6000×2×2÷21.75",
        ),
        pytest.param(
            "leaving",
            {"total": 30, "left": date(2026, 9, 30), "used": 0, "wage": 8000},
            "2206.90",
            id="办法12: 273÷365×5=3.74, 8000×6÷21.75",
        ),
        pytest.param(
            "leaving",
            {"total": 30, "left": date(2026, 3, 14), "used": 0, "wage": 6525},
            "600",
            id="办法12: 73÷365×5=1 exactly",
        ),
        pytest.param(
            "leaving",
            {"total": 30, "left": date(2026, 3, 13), "used": 0, "wage": 6525},
            "0",
            id="办法12: 72÷365×5=0.99, no whole day",
        ),
        pytest.param(
            "leaving",
            {"total": 30, "left": date(2026, 6, 30), "used": 5, "wage": 6525},
            "0",
            id="办法12-3: what was taken too much is not taken back",
        ),
        pytest.param(
            "leaving",
            {"total": 300, "joined": date(2026, 3, 15), "left": date(2026, 9, 30), "used": 0, "wage": 4350},
            "3200",
            id="办法5,12: 200÷365×15=8.22, 200×2×8",
        ),
        pytest.param(
            "leaving",
            {"total": 30, "left": LAST, "used": 0, "wage": 6525},
            "3000",
            id="办法12: the whole year, 300×2×5",
        ),
        pytest.param(
            "leaving",
            {"total": 30, "left": date(2024, 12, 30), "used": 0, "wage": 6525},
            "3000",
            id="办法12: 365 days of a leap year",
        ),
        # half a day taken: 181 ÷ 365 × 10 − 0.5 = 4.46 → 4
        pytest.param(
            "leaving",
            {"total": 130, "left": date(2026, 6, 30), "used": "0.5", "wage": 4350},
            "1600",
            id="办法12: 200×2×4",
        ),
    ],
)
def test_pay_for_days_not_taken(case: str, values: dict[str, int | str | date], pay: str):
    result = compute(case, **values)
    assert result.amount == Decimal(pay)
    assert f"{Decimal(pay).normalize():f} 元" in result.headline


def test_steps_show_the_formula_with_the_persons_own_numbers():
    steps = compute("leaving", total=130, left=date(2026, 6, 30), used=2, wage=6000).steps
    assert steps[0] == "累计工作 10 年 10 个月：满 10 年不满 20 年，全年 10 天"
    assert "共 181 天：181 ÷ 365 × 10 ≈ 4.96 天" in steps[1]
    assert steps[-1] == "6000 ÷ 21.75 × 200% × 2 天 = 1103.45 元"


def test_only_what_the_case_needs_is_asked_for():
    def asked(case: str) -> list[str]:
        return [figure.name for figure in ANNUAL_LEAVE.missing(given(case, total=30))]

    assert asked("days") == []
    assert asked("unpaid") == ["used", "wage"]
    assert asked("leaving") == ["left", "used", "wage"]


@pytest.mark.parametrize(
    ("case", "values", "complaint"),
    [
        ("days", {"total": -1}, "不能是负数"),
        ("days", {"total": 721}, "应在 0 到 720 之间"),
        ("days", {"total": 30, "joined": date(2026, 12, 1)}, "入职日期还没到"),
        ("days", {"total": 24, "joined": date(2020, 1, 1)}, "比累计工作年限还长"),
        (
            "leaving",
            {"total": 30, "joined": date(2026, 5, 1), "left": date(2026, 4, 1), "used": 0, "wage": 5000},
            "离职日期早于入职日期",
        ),
        ("leaving", {"total": 30, "left": date(2029, 1, 1), "used": 0, "wage": 5000}, "一年以后"),
        ("unpaid", {"total": 30, "used": 61, "wage": 5000}, "应在 0 到 60 之间"),
        ("unpaid", {"total": 30, "used": 0, "wage": 0}, "月平均工资应在"),
        ("unpaid", {"total": 30, "used": 0}, "还缺：月平均工资"),
        ("all", {"total": 30}, "请从这些里选"),
    ],
)
def test_impossible_figures_are_refused(case: str, values: dict[str, int | date], complaint: str):
    with pytest.raises(Invalid, match=complaint):
        compute(case, **values)


def test_every_citation_is_of_a_known_law():
    days = compute("days", total=30).statutes
    pay = compute("leaving", total=30, left=LAST, used=0, wage=5000).statutes
    assert [check_citation(citation, LAWS) for citation in (*days, *pay)] == [None] * 8
