"""What a calculator is: the figures it needs, and the rule that makes a result of them. No words are understood here
(`hearing`), nobody is asked (`chat`, `h5`): those walk over what is declared here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from core.errors import Invalid

Value = Decimal | date | str
"""Numbers of every kind are Decimal; choices and regions are text."""


PAID_DAYS = Decimal("21.75")
"""Of a month, on average: by which a month's wage is turned into a day's. 人社部发〔2025〕2号第二条."""


class Kind(StrEnum):
    """How a figure is written, asked for and read."""

    MONEY = "money"  # 元
    MONTHS = "months"  # a length of time, in months, fractions allowed: 「3年半」 is 42
    DAYS = "days"
    HOURS = "hours"
    COUNT = "count"  # a whole number of something
    DATE = "date"
    CHOICE = "choice"
    REGION = "region"  # a province as `regions.REGIONS` spells it


class Choice(NamedTuple):
    """What is kept, and what people read."""

    value: str
    label: str


class Given:
    """The figures at hand, by name, and the day they are looked at. Immutable.

    A reader that asks for what is not there is a mistake of the calculator's (KeyError): `Figure.needed` said it was.
    """

    def __init__(self, values: Mapping[str, Value], today: date) -> None:
        self.values = dict(values)
        self.today = today

    def has(self, name: str) -> bool:
        return name in self.values

    def number(self, name: str) -> Decimal:
        value = self.values[name]
        if not isinstance(value, Decimal):
            raise TypeError(f"{name} is not a number")
        return value

    def day(self, name: str) -> date:
        value = self.values[name]
        if not isinstance(value, date):
            raise TypeError(f"{name} is not a date")
        return value

    def text(self, name: str) -> str:
        """A choice's value or a region."""
        value = self.values[name]
        if not isinstance(value, str):
            raise TypeError(f"{name} is not a choice")
        return value

    def with_value(self, name: str, value: Value) -> "Given":
        return Given({**self.values, name: value}, self.today)


def _always(_given: Given) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that a calculator needs.

    `ask` is 静静's question in plain words, `hint` says where to find it (shown small). `lowest` and `highest` are what a
    living person may say (both allowed), in the kind's unit. `needed` is asked with what is known already, earlier
    figures first. One with a `default` is not asked for in the chat but named among the assumptions; forms show it. An
    `optional` one is taken where it was given, and asked for in forms only.
    """

    name: str
    label: str
    kind: Kind
    ask: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    lowest: Decimal = Decimal(0)
    highest: Decimal = Decimal(10_000_000)
    default: Value | None = None
    optional: bool = False
    needed: Callable[[Given], bool] = field(default=_always)


@dataclass(frozen=True, slots=True)
class Result:
    """What came out. `headline` is the conclusion in one sentence; `steps` the formula with the person's own numbers, a line
    each; `statutes` citations of the form 《劳动合同法》第四十七条; `assumptions` what was taken for granted; `advice` what to do
    now, with time limits; `amount` the figure itself where there is one (元, days, months by the calculator)."""

    headline: str
    steps: tuple[str, ...]
    statutes: tuple[str, ...]
    assumptions: tuple[str, ...] = ()
    advice: str = ""
    amount: Decimal | date | None = None


@dataclass(frozen=True, slots=True)
class Calculator:
    """`rule` is given checked figures (every needed one) and raises Invalid, in Chinese, where they can't belong together.

    `key` stands in addresses, `title` is what people tap, `about` one sentence on what it tells and for whom.
    """

    key: str
    title: str
    about: str
    figures: tuple[Figure, ...]
    rule: Callable[[Given], Result]
    topic: str = ""
    """The knowledge's topic that it belongs to."""

    def missing(self, given: Given) -> list[Figure]:
        """Needed figures that are still to be asked for, in order."""
        return [
            figure
            for figure in self.figures
            if not (given.has(figure.name) or figure.optional or figure.default is not None)
            and figure.needed(given)
        ]

    def compute(self, given: Given) -> Result:
        """Check every figure, fill in defaults, apply the rule. Raises Invalid (Chinese: what is wrong, what to do)."""
        filled = Given(given.values, given.today)
        for figure in self.figures:
            if not filled.has(figure.name) and figure.default is not None and figure.needed(filled):
                filled = filled.with_value(figure.name, figure.default)
        missing = self.missing(filled)
        if missing:
            raise Invalid("figures_missing", f"还缺：{'、'.join(figure.label for figure in missing)}")
        for figure in self.figures:
            if filled.has(figure.name):
                check(figure, filled.values[figure.name])
        return self.rule(filled)


def check(figure: Figure, value: Value) -> None:
    """Raises Invalid where `value` can't be right for `figure`."""
    match figure.kind:
        case Kind.CHOICE:
            if value not in [choice.value for choice in figure.choices]:
                labels = "、".join(choice.label for choice in figure.choices)
                raise Invalid("bad_figure", f"{figure.label}请从这些里选：{labels}")
        case Kind.DATE:
            if not isinstance(value, date):
                raise Invalid("bad_figure", f"{figure.label}请写成 2025-03-01 这样的日期")
        case Kind.REGION:
            if not isinstance(value, str):
                raise Invalid("bad_figure", f"{figure.label}请写省份名称，如：广东")
        case _:
            _check_number(figure, value)


def _check_number(figure: Figure, value: Value) -> None:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise Invalid("bad_figure", f"{figure.label}请填一个数字")
    if value < 0:
        raise Invalid("bad_figure", f"{figure.label}不能是负数，请核对后重新填写")
    if figure.kind is Kind.COUNT and value != value.to_integral_value():
        raise Invalid("bad_figure", f"{figure.label}应是整数，请核对后重新填写")
    if not figure.lowest <= value <= figure.highest:
        low, high = plain(figure.lowest), plain(figure.highest)
        raise Invalid("bad_figure", f"{figure.label}应在 {low} 到 {high} 之间，请核对后重新填写")


def cents(amount: Decimal) -> Decimal:
    """Rounded to 分, halves up, as wages are paid."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """A number as people write it: 8000, 3.5, 1034.48 (no exponent, no idle zeros)."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def yuan(amount: Decimal) -> str:
    """12345.60 → 「12345.6 元」, rounded to 分."""
    return f"{plain(cents(amount))} 元"


def duration(months: Decimal) -> str:
    """42 → 「3 年 6 个月」; fractions of a month stay: 「2.5 个月」."""
    years, rest = divmod(months, 12)
    parts = [f"{years} 年"] if years else []
    if rest or not parts:
        parts.append(f"{plain(rest)} 个月")
    return " ".join(parts)


def by_key(calculators: Sequence[Calculator]) -> dict[str, Calculator]:
    """Raises ValueError when two share a key."""
    found = {calculator.key: calculator for calculator in calculators}
    if len(found) != len(calculators):
        raise ValueError("two calculators share a key")
    return found


def written(value: Value) -> str:
    """A figure as plain text for JSON and addresses: 8000, 2023-05-01, fired. `unwritten` reads it again."""
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, date) else value


def unwritten(figure: Figure, text: str) -> Value:
    """What `written` wrote. Raises Invalid where `text` can't be of the figure's kind."""
    try:
        match figure.kind:
            case Kind.CHOICE | Kind.REGION:
                value: Value = text
            case Kind.DATE:
                value = date.fromisoformat(text)
            case _ if text.replace(".", "", 1).isdecimal():
                value = Decimal(text)
            case _:
                raise ValueError(text)
    except ValueError:
        raise Invalid("bad_figure", f"{figure.label}没有看懂，请重新填写") from None
    check(figure, value)
    return value
