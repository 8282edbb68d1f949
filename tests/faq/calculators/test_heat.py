"""高温津贴: 《防暑降温措施管理办法》第十七条 and the provinces' amounts in content/figures/heat.csv; sums by hand."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid
from faq.calculators.base import Given
from faq.calculators.heat import HEAT
from faq.citations import parse_citation

WORDS = ("region", "place", "hot", "local_unit")
GUANGDONG = {"region": "广东", "place": "outdoor", "hot": "yes", "first_month": "6", "last_month": "10"}
SICHUAN = {"region": "四川", "place": "outdoor", "hot": "yes"}
SICHUAN_DAILY = {**SICHUAN, "local_unit": "day", "local_amount": "10"}


def given(**values):
    numbers = {name: value if name in WORDS else Decimal(value) for name, value in values.items()}
    return Given(numbers, date(2026, 11, 22))


def compute(**values):
    return HEAT.compute(given(**values))


def asked(**values):
    return [figure.name for figure in HEAT.missing(given(**values))]


@pytest.mark.parametrize(
    ("region", "place", "months", "amount"),
    [
        ("广东", "outdoor", (6, 10), "1500"),  # 300 × 5（6—10月）
        ("广东", "indoor", (5, 9), "1200"),  # 5月不算：300 × 4
        ("广东", "outdoor", (11, 12), "0"),  # 不在发放月份
        ("上海", "outdoor", (5, 6), "300"),  # 6—9月：300 × 1
        ("上海", "indoor", (6, 9), "1200"),  # 300 × 4
        ("北京", "outdoor", (6, 9), "540"),  # 6—8月：180 × 3
        ("北京", "indoor", (7, 7), "120"),  # 120 × 1
        ("浙江", "outdoor", (6, 9), "1200"),  # 300 × 4
        ("浙江", "indoor", (7, 8), "400"),  # 200 × 2
        ("江苏", "indoor", (1, 12), "1200"),  # 300 × 4
    ],
)
def test_by_province_place_and_months(region, place, months, amount):
    first, last = months
    result = compute(region=region, place=place, hot="yes", first_month=str(first), last_month=str(last))
    assert result.amount == Decimal(amount)


def test_a_province_that_pays_by_the_day_asks_for_days():
    # 云南 10 元/天 × 20 天
    values = {"region": "云南", "place": "outdoor", "hot": "yes"}
    assert asked(**values) == ["hot_days"]
    assert compute(**values, hot_days="20").amount == 200


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        # 没有收录的省：按本人填的。200 × 4 个月；12.5 × 36 天
        ({"local_unit": "month", "local_amount": "200", "first_month": "6", "last_month": "9"}, "800"),
        ({"local_unit": "day", "local_amount": "12.5", "hot_days": "36"}, "450"),
    ],
)
def test_an_unknown_province_is_computed_with_what_the_person_says(values, amount):
    assert compute(**SICHUAN, **values).amount == Decimal(amount)


def test_an_unknown_province_asks_for_the_local_standard_and_invents_nothing():
    assert asked(**SICHUAN) == ["local_unit", "local_amount"]
    with pytest.raises(Invalid, match="还缺：当地标准"):
        compute(**SICHUAN, hot_days="5")


def test_what_the_person_knows_better_comes_first():
    # 本人按当地新文件填每月 350，发放月份仍是 6—10 月：350 × 5
    result = compute(**GUANGDONG, local_unit="month", local_amount="350")
    assert result.amount == 1750
    assert "请以当地最新文件为准" in result.assumptions[0]


def test_below_the_temperature_nothing_is_owed_and_nothing_more_is_asked():
    # 第十七条：35℃ 以上室外露天，或室内降不到 33℃ 以下
    assert asked(region="广东", place="outdoor", hot="no") == []
    result = compute(region="广东", place="indoor", hot="no")
    assert result.amount == 0
    assert "33℃" in result.steps[0]


def test_a_figure_not_compared_with_its_document_says_so():
    assert any("请以当地最新文件为准" in text for text in compute(**GUANGDONG).assumptions)


def test_drinks_are_no_substitute():
    # 第十一条
    result = compute(**GUANGDONG)
    assert "不能抵高温津贴" in result.advice
    assert all(parse_citation(statute) for statute in result.statutes)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({**GUANGDONG, "first_month": "9", "last_month": "6"}, "之后"),
        ({**GUANGDONG, "first_month": "0"}, "应在 1 到 12 之间"),
        ({**GUANGDONG, "last_month": "13"}, "应在 1 到 12 之间"),
        ({"region": "火星", "place": "outdoor", "hot": "no"}, "没有「火星」这个省份"),
        ({**SICHUAN_DAILY, "local_amount": "0", "hot_days": "5"}, "不能是 0"),
        ({**SICHUAN_DAILY, "hot_days": "0"}, "天数不能是 0"),
        ({**SICHUAN_DAILY, "hot_days": "400"}, "应在 0 到 366 之间"),
        ({**GUANGDONG, "hot": "maybe"}, "请从这些里选"),
    ],
)
def test_impossible_input_is_refused(values, message):
    with pytest.raises(Invalid, match=message):
        compute(**values)
