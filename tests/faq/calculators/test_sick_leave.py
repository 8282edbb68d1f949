"""Medical period: 劳部发〔1994〕479号第三条 (how long), 第四条 (counting window). Sick pay: 劳部发〔1995〕309号第五十九条 (80 % of the minimum)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import Invalid
from faq.calculators.base import Given, Result, Value
from faq.calculators.sick_leave import SICK_LEAVE, counting_window, medical_period
from faq.citations import check_citation, read_laws

LAWS = read_laws(Path("content/knowledge/laws.yaml"))
TODAY = date(2026, 11, 20)


def compute(today: date = TODAY, **values: int | str | date) -> Result:
    read: dict[str, Value] = {
        name: value if isinstance(value, date) else Decimal(value) for name, value in values.items()
    }
    return SICK_LEAVE.compute(Given({"local_minimum": Decimal(2000), **read}, today))


@pytest.mark.parametrize(
    ("total_years", "company_years", "period", "window"),
    [
        # 第三条第一项: less than ten years of work in all
        ("0", "0", 3, 6),
        ("4", "1", 3, 6),
        ("9.9", "4.9", 3, 6),
        ("5", "5", 6, 12),
        ("9.9", "9.9", 6, 12),
        # 第三条第二项: ten years and more
        ("10", "0", 6, 12),
        ("10", "4.9", 6, 12),
        ("10", "5", 9, 15),
        ("30", "9.9", 9, 15),
        ("10", "10", 12, 18),
        ("20", "14.9", 12, 18),
        ("15", "15", 18, 24),
        ("25", "19.9", 18, 24),
        ("20", "20", 24, 30),
        ("40", "35", 24, 30),
    ],
)
def test_medical_period_and_its_window(total_years: str, company_years: str, period: int, window: int):
    total, company = Decimal(total_years) * 12, Decimal(company_years) * 12
    assert (medical_period(total, company), counting_window(period)) == (period, window)
    result = SICK_LEAVE.compute(
        Given({"total": total, "company": company, "local_minimum": Decimal(2000)}, TODAY)
    )
    assert result.amount == period
    assert f"医疗期是 {period} 个月（{window} 个月内累计计算）" in result.headline


@pytest.mark.parametrize(
    ("minimum", "agreed", "pay"),
    [
        pytest.param("2000", None, "1600 元", id="意见59: 2000×80 %"),
        pytest.param("2690", None, "2152 元", id="意见59: 2690×80 %"),
        pytest.param("1995.5", None, "1596.4 元", id="意见59: 1995.5×80 %"),
        pytest.param("2000", "1800", "1800 元", id="意见59: the contract promises more"),
        pytest.param("2000", "1600", "1600 元", id="意见59: the contract promises as much"),
        pytest.param("2000", "1500", "1600 元", id="意见59: the contract promises less"),
    ],
)
def test_the_least_sick_pay(minimum: str, agreed: str | None, pay: str):
    values = {"total": "36", "company": "24", "local_minimum": minimum}
    result = compute(**values, **({} if agreed is None else {"agreed": agreed}))
    assert result.headline.endswith(f"病假工资每月不能低于 {pay}。")


def test_the_window_runs_from_the_first_sick_day():
    """The example of 劳部发〔1995〕236号: three months, first ill on 5 March 1995, the window is 5 March to 5 September."""
    result = compute(date(1995, 6, 1), total=60, company=24, first_day=date(1995, 3, 5))
    assert "从第一次病休 1995-03-05 起算：到 1995-09-05 之间累计病休满 3 个月，医疗期就满" in result.steps


def test_local_rules_are_pointed_to():
    assert any("12333" in line and "上海" in line for line in compute(total=36, company=24).assumptions)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"total": 24, "company": 36}, "比累计工作年限还长"),
        ({"total": -24, "company": 0}, "不能是负数"),
        ({"total": 721, "company": 24}, "应在 0 到 720 之间"),
        ({"total": 36, "company": 24, "local_minimum": 0}, "当地最低工资应在"),
        ({"total": 36, "company": 24, "local_minimum": 20000}, "当地最低工资应在"),
        ({"total": 36, "company": 24, "first_day": date(2026, 12, 1)}, "日期还没到"),
        ({"total": 36, "company": 24, "first_day": date(2024, 1, 1)}, "早于到本单位上班"),
        ({"total": 36}, "还缺：在本单位的年限"),
    ],
)
def test_impossible_figures_are_refused(values: dict[str, int | date], complaint: str):
    with pytest.raises(Invalid, match=complaint):
        compute(**values)


def test_every_citation_is_of_a_known_law():
    for citation in compute(total=36, company=24).statutes:
        assert check_citation(citation, LAWS) is None
