"""试用期上限: 《劳动合同法》第十九条（多长）、第八十三条（违法约定的赔偿金）."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid
from faq.calculators.base import Given
from faq.calculators.probation import PROBATION, longest_probation


def compute(**values):
    numbers = {name: Decimal(value) if name != "term" else value for name, value in values.items()}
    return PROBATION.compute(Given(numbers, date(2026, 11, 22)))


@pytest.mark.parametrize(
    ("contract", "longest"),
    [
        ("1", 0),  # 第十九条第三款：不满三个月，不得约定
        ("2.9", 0),
        ("3", 1),  # 第一款：三个月以上不满一年，不超过一个月
        ("11.9", 1),
        ("12", 2),  # 一年以上不满三年，不超过二个月
        ("35", 2),
        ("36", 6),  # 三年以上，不超过六个月
        ("120", 6),
    ],
)
def test_the_longest_probation_follows_the_term(contract, longest):
    assert longest_probation(Decimal(contract)) == longest
    assert compute(term="fixed", contract_months=contract, agreed_months="0").amount == longest


@pytest.mark.parametrize(
    ("values", "longest", "words"),
    [
        # 第十九条：一年合同约定三个月，多 3 − 2 = 1 个月
        ({"term": "fixed", "contract_months": "12", "agreed_months": "3"}, 2, "多约定了 1 个月"),
        # 三年合同约定六个月：合法
        ({"term": "fixed", "contract_months": "36", "agreed_months": "6"}, 6, "没有超过法定上限"),
        # 半年合同约定一个半月，多 0.5 个月
        ({"term": "fixed", "contract_months": "6", "agreed_months": "1.5"}, 1, "多约定了 0.5 个月"),
        # 无固定期限：不超过六个月
        ({"term": "open", "agreed_months": "7"}, 6, "多约定了 1 个月"),
        # 以完成一定任务为期限：不得约定
        ({"term": "task", "agreed_months": "1"}, 0, "不得约定试用期"),
        ({"term": "task", "agreed_months": "0"}, 0, "没有约定试用期"),
        # 两个月的合同：不得约定
        ({"term": "fixed", "contract_months": "2", "agreed_months": "1"}, 0, "约定的 1 个月无效"),
    ],
)
def test_what_was_agreed_is_compared_with_the_limit(values, longest, words):
    result = compute(**values)
    assert result.amount == longest
    assert words in result.headline


@pytest.mark.parametrize(
    ("values", "damages"),
    [
        # 第八十三条：转正工资 × 超出月数；6000 × (3 − 2) = 6000
        ({"term": "fixed", "contract_months": "12", "agreed_months": "3", "wage": "6000"}, "6000 元"),
        # 5000 × (6 − 2) = 20000
        ({"term": "fixed", "contract_months": "24", "agreed_months": "6", "wage": "5000"}, "20000 元"),
        # 4567.80 × 1.5 = 6851.70
        ({"term": "task", "agreed_months": "1.5", "wage": "4567.8"}, "6851.7 元"),
    ],
)
def test_damages_are_the_wage_for_the_months_too_many(values, damages):
    result = compute(**values)
    assert damages in result.headline
    assert any(damages in step for step in result.steps)
    assert "《劳动合同法》第八十三条" in result.statutes


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"term": "fixed", "contract_months": "0", "agreed_months": "1"}, "合同期限不能是 0"),
        ({"term": "fixed", "contract_months": "-12", "agreed_months": "1"}, "不能是负数"),
        ({"term": "fixed", "contract_months": "601", "agreed_months": "1"}, "应在 0 到 600 之间"),
        ({"term": "fixed", "agreed_months": "1"}, "还缺：合同期限"),
        ({"term": "open", "agreed_months": "61"}, "应在 0 到 60 之间"),
        ({"term": "forever", "agreed_months": "1"}, "请从这些里选"),
        ({"term": "open", "agreed_months": "7", "wage": "-1"}, "不能是负数"),
    ],
)
def test_impossible_input_is_refused(values, message):
    with pytest.raises(Invalid, match=message):
        compute(**values)


def test_the_length_of_the_contract_is_asked_for_fixed_terms_only():
    fixed = PROBATION.missing(Given({"term": "fixed"}, date(2026, 11, 22)))
    task = PROBATION.missing(Given({"term": "task"}, date(2026, 11, 22)))
    assert [figure.name for figure in fixed] == ["contract_months", "agreed_months"]
    assert [figure.name for figure in task] == ["agreed_months"]
