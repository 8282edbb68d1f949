"""Overtime pay: 《劳动法》第四十四条 (150 %, 200 %, 300 %), 人社部发〔2025〕2号第二条 (monthly wage ÷ 21.75 ÷ 8, that is ÷ 174)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import Invalid
from faq.calculators.base import Given, Result, Value
from faq.calculators.overtime import OVERTIME
from faq.citations import check_citation, read_laws

LAWS = read_laws(Path("content/knowledge/laws.yaml"))
TODAY = date(2026, 11, 20)
KINDS = ("workday_hours", "restday_hours", "holiday_hours")


def given(wage: str | None, *hours: str | None) -> Given:
    values: dict[str, Value] = {
        name: Decimal(h) for name, h in zip(KINDS, hours, strict=False) if h is not None
    }
    return Given(values | ({"wage": Decimal(wage)} if wage is not None else {}), TODAY)


def compute(wage: str, *hours: str | None) -> Result:
    return OVERTIME.compute(given(wage, *hours))


@pytest.mark.parametrize(
    ("wage", "hours", "pay"),
    [
        # 5220 ÷ 174 = 30 元/小时 (the example of the knowledge base: 30 × 150 % × 2 = 90)
        pytest.param("5220", ("2",), "90", id="art44-1: 30×1.5×2"),
        pytest.param("5220", ("10",), "450", id="art44-1: 30×1.5×10"),
        pytest.param("5220", (None, "8"), "480", id="art44-2: 30×2×8"),
        pytest.param("5220", (None, None, "8"), "720", id="art44-3: 30×3×8"),
        pytest.param("3480", ("20", "20"), "1400", id="art44: 20×(1.5×20+2×20)=600+800"),
        pytest.param("8700", (None, "32"), "3200", id="art44-2: 50×2×32, four Saturdays"),
        pytest.param("4350", ("2.5",), "93.75", id="art44-1: 25×1.5×2.5"),
        pytest.param("6000", ("20",), "1034.48", id="art44-1: 6000×30÷174=1034.4827…"),
        pytest.param(
            "2500", (None, None, "24"), "1034.48", id="art44-3: 2500×72÷174, three days of National Day"
        ),
        pytest.param("6000", ("36", "16", "8"), "3793.11", id="art44: 1862.07+1103.45+827.59"),
        pytest.param("4567", ("3.5", "0", "8"), "767.73", id="art44: 137.80+629.93"),
        pytest.param("20000", ("0.5",), "86.21", id="art44-1: 20000×0.75÷174=86.2068…"),
        pytest.param("7000", ("40",), "2413.79", id="art44-1: 7000×60÷174, above the cap and yet due"),
    ],
)
def test_pay_by_the_statutory_rates(wage: str, hours: tuple[str | None, ...], pay: str):
    result = compute(wage, *hours)
    assert result.amount == Decimal(pay)
    assert f"{Decimal(pay).normalize():f} 元" in result.headline


def test_steps_show_the_formula_with_the_persons_own_numbers():
    steps = compute("6000", "20", None, "8").steps
    assert steps[0] == "小时工资：6000 ÷ 21.75 ÷ 8 ≈ 34.48 元"
    assert steps[1] == "平时（工作日）加班：6000 ÷ 21.75 ÷ 8 × 150% × 20 小时 = 1034.48 元"
    assert steps[2] == "法定节假日加班：6000 ÷ 21.75 ÷ 8 × 300% × 8 小时 = 827.59 元"
    assert steps[3] == "合计 1862.07 元"


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (("36",), ""),
        (("36.5",), "超过了每月 36 小时的上限"),
        (("30", "8"), "合计 38 小时"),
        ((None, "32"), ""),
    ],
)
def test_the_monthly_cap_of_36_hours_is_pointed_out(hours: tuple[str | None, ...], said: str):
    """《劳动法》第四十一条: at most 36 hours a month."""
    result = compute("6000", *hours)
    assert ("《劳动法》第四十一条" in result.statutes) is bool(said)
    assert said in result.steps[-1]


def test_one_sort_of_hours_is_enough_and_none_is_asked_for_after_a_nought():
    def asked(*hours: str | None) -> list[str]:
        return [figure.name for figure in OVERTIME.missing(given("6000", *hours))]

    assert asked() == list(KINDS)
    assert asked("20") == []
    assert asked("0") == ["restday_hours", "holiday_hours"]
    assert asked("0", "8") == []


@pytest.mark.parametrize(
    ("wage", "hours", "complaint"),
    [
        ("6000", ("-1",), "不能是负数"),
        ("-6000", ("8",), "不能是负数"),
        ("0", ("8",), "月工资应在"),
        ("6000", ("0", "0", "0"), "都是 0"),
        ("6000", ("400",), "应在 0 到 368 之间"),
        ("6000", (None, "300"), "应在 0 到 240 之间"),
        ("6000", ("368", "240", "72"), "一个月里装不下"),
    ],
)
def test_impossible_figures_are_refused(wage: str, hours: tuple[str | None, ...], complaint: str):
    with pytest.raises(Invalid, match=complaint):
        compute(wage, *hours)


def test_without_any_hours_it_says_what_is_missing():
    with pytest.raises(Invalid, match="还缺：平时（工作日）加班小时数"):
        compute("6000")


def test_every_citation_is_of_a_known_law():
    citations = compute("6000", "40").statutes
    assert [check_citation(citation, LAWS) for citation in citations] == [None] * 4
