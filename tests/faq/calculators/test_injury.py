"""工伤伤残待遇: 《工伤保险条例》第三十五条至第三十七条、第六十二条、第六十四条; each sum worked out by hand."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid
from faq.calculators.base import Given
from faq.calculators.injury import INJURY, insured_wage, lump_sum_months
from faq.citations import parse_citation

WORDS = ("grade", "insured", "work")


def compute(**values):
    values = {"insured": "yes", "work": "no", **values}
    if values["grade"] not in ("5", "6"):
        del values["work"]
    numbers = {name: value if name in WORDS else Decimal(value) for name, value in values.items()}
    return INJURY.compute(Given(numbers, date(2026, 11, 22)))


def has_step(result, words):
    return any(words in step for step in result.steps)


@pytest.mark.parametrize(
    ("grade", "months"),
    # 第三十五条第一项、第三十六条第一项、第三十七条第一项
    [(1, 27), (2, 25), (3, 23), (4, 21), (5, 18), (6, 16), (7, 13), (8, 11), (9, 9), (10, 7)],
)
def test_the_lump_sum_is_so_many_months_by_grade(grade, months):
    assert lump_sum_months(grade) == months
    assert compute(grade=str(grade), wage="6000").amount == 6000 * months


@pytest.mark.parametrize(
    ("wage", "average", "counted"),
    [
        ("6000", "8000", "6000"),  # 4800 ≤ 6000 ≤ 24000
        ("3000", "8000", "4800"),  # 第六十四条：低于 60%，按 8000 × 60%
        ("30000", "8000", "24000"),  # 高于 300%，按 8000 × 300%
        ("4800", "8000", "4800"),
        ("24000", "8000", "24000"),
        ("4000", "7333.33", "4399.998"),  # 7333.33 × 60%
    ],
)
def test_the_own_wage_is_between_60_and_300_percent_of_the_local_average(wage, average, counted):
    assert insured_wage(Decimal(wage), Decimal(average)) == Decimal(counted)


@pytest.mark.parametrize(
    ("values", "amount", "step"),
    [
        # 第三十五条第二项：8000 × 27 = 216000；津贴 8000 × 90% = 7200
        ({"grade": "1", "wage": "8000"}, "216000", "8000 × 90% = 7200 元"),
        # 5432.10 × 25 = 135802.50；津贴 5432.10 × 85% = 4617.285 → 4617.29
        ({"grade": "2", "wage": "5432.10"}, "135802.50", "= 4617.29 元"),
        # 三级：6000 × 23 = 138000；6000 × 80% = 4800
        ({"grade": "3", "wage": "6000"}, "138000", "6000 × 80% = 4800 元"),
        # 四级：2800 × 75% = 2100，低于最低工资 2300，补足（第三十五条第二项）
        ({"grade": "4", "wage": "2800", "min_wage": "2300"}, "58800", "补足到 2300 元"),
        # 五级（第三十六条第二项）：6000 × 18 = 108000；难以安排工作 6000 × 70% = 4200，单位付
        ({"grade": "5", "wage": "6000"}, "108000", "每月伤残津贴（单位付）：6000 × 70% = 4200 元"),
        # 六级：7000 × 16 = 112000；7000 × 60% = 4200
        ({"grade": "6", "wage": "7000"}, "112000", "7000 × 60% = 4200 元"),
        # 七级，缴费工资低：3000 → 8000 × 60% = 4800；4800 × 13 = 62400
        ({"grade": "7", "wage": "3000", "average_wage": "8000"}, "62400", "低于当地平均工资的 60%"),
        # 九级，工资高：30000 → 24000；24000 × 9 = 216000
        ({"grade": "9", "wage": "30000", "average_wage": "8000"}, "216000", "高于当地平均工资的 300%"),
        # 十级：5000 × 7 = 35000，加本省 3 + 3 个月 × 5000 = 30000，共 65000
        (
            {"grade": "10", "wage": "5000", "medical_months": "3", "job_months": "3"},
            "65000",
            "一次性伤残就业补助金（单位付）：5000 × 3 个月 = 15000 元",
        ),
        # 八级：6000 × 11 = 66000；医疗补助金按当地基数 9000 × 6 = 54000；共 120000
        (
            {"grade": "8", "wage": "6000", "medical_months": "6", "local_base": "9000"},
            "120000",
            "一次性工伤医疗补助金（工伤保险基金付）：9000 × 6 个月 = 54000 元",
        ),
    ],
)
def test_what_a_grade_is_paid(values, amount, step):
    result = compute(**values)
    assert result.amount == Decimal(amount)
    assert has_step(result, step), result.steps


def test_no_monthly_allowance_where_suitable_work_was_given():
    # 第三十六条第二项：难以安排工作的，才按月发给伤残津贴
    result = compute(grade="5", wage="6000", work="yes")
    assert not has_step(result, "伤残津贴")
    assert "津贴" not in result.headline


def test_an_employer_without_insurance_pays_all():
    # 第六十二条第二款
    result = compute(grade="4", wage="5000", insured="no")
    assert result.amount == 5000 * 21
    assert "都由单位付" in result.headline
    assert not has_step(result, "基金付")
    assert "《工伤保险条例》第六十二条" in result.statutes


@pytest.mark.parametrize(("grade", "named"), [("4", False), ("5", True), ("10", True)])
def test_the_local_sums_are_named_and_not_invented(grade, named):
    result = compute(grade=grade, wage="5000")
    assert has_step(result, "一次性工伤医疗补助金") is named
    assert result.amount == 5000 * lump_sum_months(int(grade))


def test_the_article_fits_the_grade():
    for grade, article in (("4", "三十五"), ("6", "三十六"), ("7", "三十七")):
        result = compute(grade=grade, wage="5000")
        assert result.statutes[0] == f"《工伤保险条例》第{article}条"
        assert all(parse_citation(statute) for statute in result.statutes)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"grade": "5", "wage": "0"}, "工资不能是 0"),
        ({"grade": "5", "wage": "-1"}, "不能是负数"),
        ({"grade": "11", "wage": "5000"}, "请从这些里选"),
        ({"grade": "7", "wage": "5000", "average_wage": "0"}, "当地上年度职工月平均工资不能是 0"),
        ({"grade": "7", "wage": "5000", "job_months": "2.5"}, "应是整数"),
        ({"grade": "3", "wage": "5000", "job_months": "6"}, "没有医疗补助金和就业补助金"),
        ({"grade": "4", "wage": "5000", "average_wage": "2000", "min_wage": "2500"}, "填反了"),
        ({"grade": "7", "wage": "2000000"}, "应在 0 到 1000000 之间"),
    ],
)
def test_impossible_input_is_refused(values, message):
    with pytest.raises(Invalid, match=message):
        compute(**values)


def test_work_is_asked_for_grades_five_and_six_only():
    def missing(grade):
        given = Given({"grade": grade}, date(2026, 11, 22))
        return [figure.name for figure in INJURY.missing(given)]

    assert "work" in missing("6")
    assert "work" not in missing("7")
