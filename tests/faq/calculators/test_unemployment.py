"""Unemployment benefit: 《社会保险法》第四十五条、第四十六条 (12, 18, 24 months), 《实施〈社会保险法〉若干规定》第十三条 (involuntary)."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import Invalid
from faq.calculators.base import Given, Result, Value
from faq.calculators.unemployment import UNEMPLOYMENT
from faq.citations import check_citation, read_laws

LAWS = read_laws(Path("content/knowledge/laws.yaml"))
TODAY = date(2026, 11, 20)


def given(reason: str, **values: int | str) -> Given:
    read: dict[str, Value] = {name: Decimal(value) for name, value in values.items()}
    return Given({"reason": reason, **read}, TODAY)


def compute(reason: str, **values: int | str) -> Result:
    return UNEMPLOYMENT.compute(given(reason, **values))


@pytest.mark.parametrize(
    ("values", "months"),
    [
        pytest.param({"paid": 0}, 0, id="art45-1: nothing paid"),
        pytest.param({"paid": "11.9"}, 0, id="art45-1: less than a year"),
        pytest.param({"paid": 12}, 12, id="art46: one year"),
        pytest.param({"paid": "59.9"}, 12, id="art46: less than five"),
        pytest.param({"paid": 60}, 18, id="art46: five years"),
        pytest.param({"paid": "119.9"}, 18, id="art46: less than ten"),
        pytest.param({"paid": 120}, 24, id="art46: ten years"),
        pytest.param({"paid": 400}, 24, id="art46: never more than 24"),
        pytest.param({"paid": 30, "carried": 5}, 17, id="art46: 12+5 carried over"),
        pytest.param({"paid": 30, "carried": 12}, 24, id="art46: 12+12"),
        pytest.param({"paid": 70, "carried": 8}, 24, id="art46: 18+8=26, at most 24"),
        pytest.param({"paid": 130, "carried": 24}, 24, id="art46: 24+24, at most 24"),
    ],
)
def test_months_of_benefit(values: dict[str, int | str], months: int):
    result = compute("dismissed", **values)
    assert result.amount == months
    assert f"{months} 个月" in result.headline


@pytest.mark.parametrize("reason", ["dismissed", "agreed", "expired", "closed", "forced"])
def test_reasons_that_are_not_of_ones_own_will(reason: str):
    """若干规定第十三条."""
    assert compute(reason, paid=60).amount == 18


@pytest.mark.parametrize("reason", ["resigned", "proposed"])
def test_who_leaves_of_ones_own_will_gets_none_and_is_asked_no_more(reason: str):
    """第四十五条第二项."""
    assert UNEMPLOYMENT.missing(given(reason)) == []
    result = compute(reason)
    assert result.amount == 0
    assert "不能领" in result.headline


def test_money_is_reckoned_only_with_a_standard_that_was_given():
    """1650 × 18 = 29700."""
    assert "元" not in compute("dismissed", paid=60).headline
    assert "合计最多 29700 元" in compute("dismissed", paid=60, local_standard=1650).headline


def test_months_left_from_last_time_are_no_promise_where_contributions_are_short():
    result = compute("dismissed", paid=6, carried=4)
    assert result.amount == 0
    assert "12333" in result.steps[-1]


@pytest.mark.parametrize(
    ("reason", "values", "complaint"),
    [
        ("dismissed", {"paid": -1}, "不能是负数"),
        ("dismissed", {"paid": 601}, "应在 0 到 600 之间"),
        ("dismissed", {"paid": 60, "carried": 25}, "应在 0 到 24 之间"),
        ("dismissed", {"paid": 60, "carried": "1.5"}, "应是整数"),
        ("dismissed", {"paid": 60, "local_standard": 0}, "应在 100 到 10000 之间"),
        ("holiday", {"paid": 60}, "请从这些里选"),
        ("dismissed", {}, "还缺：失业保险累计缴费时间"),
    ],
)
def test_impossible_figures_are_refused(reason: str, values: dict[str, int | str], complaint: str):
    with pytest.raises(Invalid, match=complaint):
        compute(reason, **values)


def test_every_citation_is_of_a_known_law():
    for citation in compute("dismissed", paid=60).statutes:
        assert check_citation(citation, LAWS) is None
