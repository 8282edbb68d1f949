"""What every calculator inherits: which figures are missing, what can't be right, how numbers are written."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid
from faq.calculators.base import (
    Calculator,
    Choice,
    Figure,
    Given,
    Kind,
    Result,
    by_key,
    cents,
    check,
    duration,
    plain,
    yuan,
)

TODAY = date(2026, 11, 22)
SHAPE = Figure("shape", "形状", Kind.CHOICE, "哪种？", choices=(Choice("round", "圆"), Choice("flat", "扁")))
SIZE = Figure("size", "大小", Kind.MONEY, "多大？", lowest=Decimal(1), highest=Decimal(100))
ROUNDS = Figure(
    "rounds",
    "圈数",
    Kind.COUNT,
    "几圈？",
    needed=lambda given: given.has("shape") and given.text("shape") == "round",
)
RATE = Figure("rate", "倍数", Kind.COUNT, "几倍？", default=Decimal(2))
EXTRA = Figure("extra", "外加", Kind.MONEY, "外加多少？", optional=True)


def _rule(given: Given) -> Result:
    amount = given.number("size") * given.number("rate")
    return Result(f"共 {yuan(amount)}", (), (), amount=amount)


TOY = Calculator("toy", "玩具", "试一试", (SHAPE, SIZE, ROUNDS, RATE, EXTRA), _rule)


def given(**values) -> Given:
    return Given(values, TODAY)


def names(figures):
    return [figure.name for figure in figures]


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, ["shape", "size"]),
        ({"shape": "flat"}, ["size"]),
        ({"shape": "round"}, ["size", "rounds"]),
        ({"shape": "round", "size": Decimal(5)}, ["rounds"]),
        ({"shape": "flat", "size": Decimal(5)}, []),
    ],
)
def test_only_needed_figures_without_a_default_are_asked_for(values, missing):
    assert names(TOY.missing(given(**values))) == missing


def test_a_default_is_filled_in_and_yields_to_what_was_said():
    assert TOY.compute(given(shape="flat", size=Decimal(5))).amount == 10
    assert TOY.compute(given(shape="flat", size=Decimal(5), rate=Decimal(3))).amount == 15


def test_what_is_missing_is_named():
    with pytest.raises(Invalid, match="还缺：大小、圈数"):
        TOY.compute(given(shape="round"))


@pytest.mark.parametrize(
    ("figure", "value", "message"),
    [
        (SHAPE, "square", "形状请从这些里选：圆、扁"),
        (SIZE, Decimal(-1), "不能是负数"),
        (SIZE, Decimal("0.5"), "应在 1 到 100 之间"),
        (SIZE, Decimal(101), "应在 1 到 100 之间"),
        (SIZE, "八千", "请填一个数字"),
        (SIZE, Decimal("NaN"), "请填一个数字"),
        (SIZE, Decimal("Infinity"), "请填一个数字"),
        (ROUNDS, Decimal("1.5"), "应是整数"),
        (Figure("day", "日期", Kind.DATE, "哪天？"), "明天", "2025-03-01 这样的日期"),
        (Figure("place", "省份", Kind.REGION, "哪里？"), Decimal(1), "请写省份名称"),
    ],
)
def test_a_figure_that_cannot_be_right_is_refused_in_chinese(figure, value, message):
    with pytest.raises(Invalid, match=message):
        check(figure, value)


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        (SHAPE, "flat"),
        (SIZE, Decimal(1)),
        (SIZE, Decimal(100)),
        (ROUNDS, Decimal(0)),
        (Figure("day", "日期", Kind.DATE, "哪天？"), TODAY),
        (Figure("place", "省份", Kind.REGION, "哪里？"), "广东"),
    ],
)
def test_a_figure_within_its_bounds_is_taken(figure, value):
    check(figure, value)


def test_every_given_figure_is_checked_optional_ones_too():
    with pytest.raises(Invalid, match="外加不能是负数"):
        TOY.compute(given(shape="flat", size=Decimal(5), extra=Decimal(-1)))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("8000", "8000"),
        ("3.50", "3.5"),
        ("1034.48", "1034.48"),
        ("1E+3", "1000"),
        ("0", "0"),
        ("100.00", "100"),
    ],
)
def test_numbers_are_written_as_people_write_them(number, text):
    assert plain(Decimal(number)) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("22866.6667", "22866.67"), ("1.005", "1.01")],
)
def test_money_is_rounded_to_the_fen_halves_up(amount, text):
    assert str(cents(Decimal(amount))) == text


def test_money_is_written_with_its_unit():
    assert yuan(Decimal("12345.60")) == "12345.6 元"


@pytest.mark.parametrize(
    ("months", "text"),
    [("42", "3 年 6 个月"), ("12", "1 年"), ("2.5", "2.5 个月"), ("0", "0 个月"), ("240", "20 年")],
)
def test_a_length_of_time_is_written_in_years_and_months(months, text):
    assert duration(Decimal(months)) == text


def test_a_reader_asks_only_for_its_own_sort_of_value():
    values = given(size=Decimal(1), day=TODAY, shape="flat")
    assert (values.number("size"), values.day("day"), values.text("shape")) == (1, TODAY, "flat")
    for read, name in ((values.number, "day"), (values.day, "shape"), (values.text, "size")):
        with pytest.raises(TypeError):
            read(name)


def test_adding_a_value_leaves_the_given_as_it_was():
    values = given(size=Decimal(1))
    more = values.with_value("rate", Decimal(2))
    assert (values.has("rate"), more.has("rate"), more.today) == (False, True, TODAY)


def test_two_calculators_of_one_key_are_refused():
    assert by_key([TOY]) == {"toy": TOY}
    with pytest.raises(ValueError, match="share a key"):
        by_key([TOY, TOY])
