"""产假和生育津贴: 《女职工劳动保护特别规定》第七条（天数）、第八条，《社会保险法》第五十六条（津贴）; sums worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid
from faq.calculators.base import Given
from faq.calculators.maternity import MATERNITY, leave_days
from faq.citations import parse_citation

WORDS = ("event", "difficult", "insured")
BIRTH = {"event": "birth", "difficult": "no", "extra_days": "0", "insured": "no", "own_wage": "6000"}
MISCARRIAGE = {"event": "late", "insured": "no", "own_wage": "6000"}


def given(**values):
    numbers = {name: value if name in WORDS else Decimal(value) for name, value in values.items()}
    return Given(numbers, date(2026, 11, 22))


def compute(**values):
    return MATERNITY.compute(given(**values))


@pytest.mark.parametrize(
    ("event", "difficult", "babies", "days"),
    [
        ("birth", False, 1, 98),  # 第七条第一款
        ("birth", True, 1, 113),  # 98 + 15
        ("birth", False, 2, 113),  # 98 + 15
        ("birth", True, 2, 128),  # 98 + 15 + 15
        ("birth", True, 3, 143),  # 98 + 15 + 30
        ("early", False, 1, 15),  # 第二款
        ("late", False, 1, 42),
    ],
)
def test_days_of_leave_by_national_law(event, difficult, babies, days):
    assert leave_days(event, difficult, babies) == days


@pytest.mark.parametrize(
    ("changes", "amount", "words"),
    [
        # 未参保（第八条）：6000 ÷ 30 × 98 = 19600
        ({}, "19600", "可以休假 98 天"),
        # 难产、双胞胎：6000 ÷ 30 × 128 = 25600
        ({"difficult": "yes", "babies": "2"}, "25600", "可以休假 128 天"),
        # 本省延长 60 天：6000 ÷ 30 × 158 = 31600
        ({"extra_days": "60"}, "31600", "可以休假 158 天"),
        # 参保，单位平均 9000：9000 ÷ 30 × 98 = 29400，高于本人 19600
        ({"insured": "yes", "base_wage": "9000"}, "29400", "生育津贴大约 29400 元"),
        # 参保，单位平均 5000：5000 ÷ 30 × 158 = 26333.33；本人 31600；补 5266.67
        (
            {"insured": "yes", "base_wage": "5000", "extra_days": "60"},
            "31600.00",
            "生育津贴大约 26333.33 元，比您的工资少，单位还应补 5266.67 元",
        ),
        # 一样多：不用补
        ({"insured": "yes", "base_wage": "6000"}, "19600", "生育津贴大约 19600 元。"),
        # 三胞胎难产，延长 80 天：98 + 15 + 30 + 80 = 223；7000 ÷ 30 × 223 = 52033.33
        (
            {"difficult": "yes", "babies": "3", "extra_days": "80", "own_wage": "7000"},
            "52033.33",
            "可以休假 223 天",
        ),
    ],
)
def test_leave_and_money_for_a_birth(changes, amount, words):
    result = compute(**{**BIRTH, **changes})
    assert result.amount == Decimal(amount)
    assert words in result.headline


@pytest.mark.parametrize(
    ("changes", "amount", "words"),
    [
        # 42 天：6000 ÷ 30 × 42 = 8400
        ({}, "8400", "可以休假 42 天"),
        # 15 天：6000 ÷ 30 × 15 = 3000
        ({"event": "early"}, "3000", "可以休假 15 天"),
        # 参保，单位平均 8000：8000 ÷ 30 × 15 = 4000
        ({"event": "early", "insured": "yes", "base_wage": "8000"}, "4000", "生育津贴大约 4000 元"),
        # 参保，单位平均 4000：4000 ÷ 30 × 42 = 5600，补 8400 − 5600 = 2800
        ({"insured": "yes", "base_wage": "4000"}, "8400", "单位还应补 2800 元"),
    ],
)
def test_leave_and_money_for_a_miscarriage(changes, amount, words):
    result = compute(**{**MISCARRIAGE, **changes})
    assert result.amount == Decimal(amount)
    assert words in result.headline


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"babies": "0"}, "宝宝个数应在 1 到 8 之间"),
        ({"babies": "9"}, "宝宝个数应在 1 到 8 之间"),
        ({"babies": "1.5"}, "应是整数"),
        ({"own_wage": "0"}, "工资不能是 0"),
        ({"insured": "yes", "base_wage": "0"}, "平均缴费工资不能是 0"),
        ({"insured": "yes"}, "还缺：单位上年度职工月平均缴费工资"),
        ({"extra_days": "30.5"}, "整天数"),
        ({"extra_days": "-1"}, "不能是负数"),
        ({"extra_days": "500"}, "应在 0 到 300 之间"),
        ({"event": "adoption"}, "请从这些里选"),
    ],
)
def test_impossible_input_is_refused(changes, message):
    with pytest.raises(Invalid, match=message):
        compute(**{**BIRTH, **changes})


def test_days_a_province_adds_are_asked_for_and_not_invented():
    missing = MATERNITY.missing(given(event="birth"))
    assert "extra_days" in [figure.name for figure in missing]
    assert any("没有算本省延长的产假" in text for text in compute(**BIRTH).assumptions)


def test_one_baby_is_taken_for_granted_and_said_so():
    assert any("生育 1 个宝宝" in text for text in compute(**BIRTH).assumptions)


def test_nothing_of_a_birth_is_asked_after_a_miscarriage():
    missing = MATERNITY.missing(given(event="early"))
    assert [figure.name for figure in missing] == ["insured", "own_wage"]


def test_citations_are_of_the_common_form():
    for changes in ({}, {"insured": "yes", "base_wage": "5000"}):
        assert all(parse_citation(statute) for statute in compute(**{**BIRTH, **changes}).statutes)
