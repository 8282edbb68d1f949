"""Plain language → which calculator is asked for, and which figures. The chat asks for every message.

`Hearing` says how a calculator is spoken of (`catalog` has them all), `Ear` listens for all of them. No jieba: most
messages are turned away by one regular expression.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from core.errors import Invalid
from core.text import comparable
from faq.calculators.base import Calculator, Figure, Kind, Value, unwritten
from faq.calculators.regions import province_in
from faq.calculators.wording import CHINESE, Quantity, fitting, months_between, number, quantities


class Mark(NamedTuple):
    """Which words stand before or after a figure's number (patterns). `alone`: its unit suffices where no words do, `unless`
    these words are beside it. `unit` is what a bare number means in an answer about a length of time (「年」 or 「月」;
    neither: asked back). `instead` is another figure that tells the same, forgotten when this one is said later."""

    figure: str
    before: str = ""
    after: str = ""
    alone: bool = False
    unless: str = "(?!)"
    unit: str = ""
    instead: str = ""


class Said(NamedTuple):
    """A figure in people's words: (pattern, its value as `base.written` has it), the first that is found holds. One that
    `counts` is as good as a number: a grade of disability."""

    figure: str
    words: tuple[tuple[str, str], ...]
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """How a calculator is spoken of. `names` ask for it alone (「算加班费」), `topic` is what a sentence must be about; both
    are patterns. Where a sentence holds fewer figures than `least`, the FAQ answers better."""

    calculator: Calculator
    names: str
    topic: str
    marks: tuple[Mark, ...] = ()
    said: tuple[Said, ...] = ()
    least: int = 1

    def figure(self, name: str) -> Figure:
        return next(figure for figure in self.calculator.figures if figure.name == name)


_LONGEST = 40
"""Letters of a request. Whoever tells more than figures tells a story, and the FAQ answers that better."""
_MAY_ASK = re.compile("算|多[少久长]|几|哪[天一年月日]|何时|[什啥]么?时|最[晚迟]|截止|(?:怎么|咋|如何)[赔补]")
_HAS_FIGURE = re.compile(
    rf"\d|[{CHINESE}][个年月天千万百元块小钟级号胎]|半[年个天小]|[去今前明]年|[昨今前]天|上个?月"
)
_LIST = re.compile(r"(?:打开|我要用?|用|所有|全部)?的?(?:维权|劳动)?(?:计算器|计算工具|算一算)(?:列表|大全)?")
_PLEASE = r"(?:请|麻烦|你|您|能|帮我?|给我|我|想要?|要)*"
_COMMAND = (
    rf"{_PLEASE}(?:计算|算一算|算[算下]|算一下|算)(?:一下|下)?(?:我的)?(?P<name>{{0}})"
    r"|(?P<named>{0})(?:计算器?|计算一下|算一下|算算|测算)"
)
_AMOUNT = re.compile(
    rf"(?<!百分之)(?<!欠)多少|几[天个月年块千万号级]|哪一?[天年月日](?!开始|的)|[什啥]么?时候|何时|多久|多长|最[晚迟]|截止"
    rf"|[帮给]我?算|算一?[算下](?!来)|计算一?下|^{_PLEASE}计?算(?![不是作违我])"
)
_METHOD = re.compile(r"怎么[算计赔补]|咋[算赔补]|如何[算计赔补]|怎样[算计]")
_PAUSE = re.compile(r"[,。;!?、:]")
_UNTIL = re.compile(r"\D{0,8}?[到至~-]")
_LIKE_A_YEAR = re.compile("20[0-3][1-9]")
"""Hardly anybody is paid as much to the yuan."""

_NONE = re.compile(r"没有?过?(?:加班)?|无|零")
_YES_NO = re.compile(r"(?P<yes>是的?|对的?|有的?|嗯|交了|安排了|在)|不|不是|没|没有|没交|否|不在了?|没安排")
_SAYS_WHICH = 2
"""Letters of an answer that may stand for a choice it is a part of."""

_NEITHER = re.compile(r"都不是|都没有|其[他它]|以上都不|不是|没有")
_WANTED = {
    Kind.MONEY: "多少元",
    Kind.MONTHS: "几年几个月",
    Kind.DAYS: "多少天",
    Kind.HOURS: "多少小时",
    Kind.COUNT: "一个整数",
    Kind.DATE: "哪年哪月哪天",
}
_TOO_LOOSE = ("请说得准一点，写明几年几个月，如「3年零2个月」", "请写明年月日，如「2023年5月1日」")


class Heard(NamedTuple):
    """A request: for which calculator (None: for the list of all), and the figures that were said with it."""

    hearing: Hearing | None
    values: dict[str, Value]


class Ear:
    """Hears requests and answers, over the Hearings of all calculators. Immutable."""

    def __init__(self, hearings: Sequence[Hearing]) -> None:
        """Raises ValueError for marks and words of figures that a calculator does not have."""
        for hearing in hearings:
            names = {figure.name for figure in hearing.calculator.figures}
            strange = {mark.figure for mark in hearing.marks} | {said.figure for said in hearing.said}
            strange -= names
            if strange:
                raise ValueError(f"{hearing.calculator.key} has no {strange}")
        self.by_key = {hearing.calculator.key: hearing for hearing in hearings}
        self._command = re.compile(_COMMAND.format("|".join(hearing.names for hearing in hearings)))
        self._topics = [(hearing, re.compile(hearing.topic)) for hearing in hearings]

    def request(self, words: str, today: date) -> Heard | None:
        """What `words` (normalised) ask to calculate: a command, or a sentence that asks for an amount or a day and holds at
        least one figure (two where it asks for the method). None for everything else, most of it within 2 µs."""
        if len(words) > _LONGEST or not _MAY_ASK.search(words):
            return None
        text = words.replace(" ", "")
        if _LIST.fullmatch(text):
            return Heard(None, {})
        command = self._command.fullmatch(text) if "算" in text else None
        if command:
            return Heard(self.named(command["name"] or command["named"]), {})
        amount = _AMOUNT.search(text)
        if not (amount or _METHOD.search(text)) or not _HAS_FIGURE.search(text):
            return None
        return self._sentence(text, today, 1 if amount else 2)

    def named(self, words: str) -> Hearing | None:
        """The calculator that is called by its name alone: 「加班费」."""
        text = words.replace(" ", "")
        return next((h for h in self.by_key.values() if re.fullmatch(h.names, text)), None)

    def _sentence(self, text: str, today: date, least: int) -> Heard | None:
        """The calculator that is spoken of and gets the most figures, at least `least`; of several the last in the catalog,
        whose topics say more."""
        best: Heard | None = None
        for hearing, topic in self._topics:
            if not topic.search(text):
                continue
            values = figures_in(hearing, text, today)
            enough = _figures_said(hearing, values, text, today) >= max(least, hearing.least)
            if enough and (best is None or len(values) >= len(best.values)):
                best = Heard(hearing, values)
        return best


def _figures_said(hearing: Hearing, values: Mapping[str, Value], text: str, today: date) -> int:
    """How many figures a sentence holds. 「三年多」 is one, though it has to be asked for again."""
    counting = {said.figure for said in hearing.said if said.counts}
    exact = sum(not isinstance(value, str) or name in counting for name, value in values.items())
    kinds = {f.kind for f in hearing.calculator.figures if f.name not in values and not f.optional}
    return exact + sum(q.value is None and q.kind in kinds for q in quantities(text, today))


def figures_in(hearing: Hearing, text: str, today: date, *, alone: bool = True) -> dict[str, Value]:
    """The figures that are said in a sentence without spaces: numbers by the words beside them, then, where `alone`, those
    whose unit suffices."""
    found: dict[str, Value] = {}
    rest: list[_Placed] = []
    for placed in _placed(text, quantities(text, today)):
        taken = _marked(hearing, found, placed)
        found |= taken
        if not taken:
            rest.append(placed)
    rest += _placed(text, _spans(text, [placed.quantity for placed in rest]))
    for mark in hearing.marks:
        if alone and mark.alone and mark.figure not in found:
            found |= _alone(hearing, mark, rest)
    return found | _choices_in(hearing, text)


class _Placed(NamedTuple):
    """A quantity and the words between it and its neighbours or the next pause."""

    quantity: Quantity
    before: str
    after: str


def _placed(text: str, said: Sequence[Quantity]) -> list[_Placed]:
    ends = [0, *(quantity.end for quantity in said)]
    starts = [*(quantity.start for quantity in said[1:]), len(text)]
    return [
        _Placed(
            quantity,
            _PAUSE.split(text[end : quantity.start])[-1],
            _PAUSE.split(text[quantity.end : start])[0],
        )
        for quantity, end, start in zip(said, ends, starts, strict=False)
    ]


def _alone(hearing: Hearing, mark: Mark, rest: Sequence[_Placed]) -> dict[str, Value]:
    figure = hearing.figure(mark.figure)
    for quantity, before, after in rest:
        if quantity.kind is figure.kind and not re.search(mark.unless, f"{before[-4:]}|{after[:4]}"):
            value = fitting(figure, quantity)
            if value is not None:
                return {mark.figure: value}
    return {}


def _marked(hearing: Hearing, found: Mapping[str, Value], placed: _Placed) -> dict[str, Value]:
    """The figure that a quantity is told to be: by its own label, by the words before it, else by those after it; empty
    where none is."""
    fit = {
        figure.name: value
        for figure in hearing.calculator.figures
        if figure.name not in found and (value := fitting(figure, placed.quantity)) is not None
    }
    marks = [mark for mark in hearing.marks if mark.figure in fit]
    by_label = (figure.name for figure in _by_label(hearing, placed.before) if figure.name in fit)
    by_before = (mark.figure for mark in marks if mark.before and re.search(mark.before, placed.before))
    by_after = (mark.figure for mark in marks if mark.after and re.match(mark.after, placed.after))
    name = next(by_label, None) or next(by_before, None) or next(by_after, None)
    return {name: fit[name]} if name else {}


def _by_label(hearing: Hearing, text: str) -> list[Figure]:
    """The figures whose labels stand in `text`, longest first: a wage's label may be a part of another's."""
    found = [figure for figure in hearing.calculator.figures if _plain(figure.label) in text]
    return sorted(found, key=lambda figure: -len(figure.label))


def _choices_in(hearing: Hearing, text: str) -> dict[str, Value]:
    for figure in _by_label(hearing, text):
        text = text.replace(_plain(figure.label), "")
    found: dict[str, Value] = {}
    for said in hearing.said:
        value = next((value for pattern, value in said.words if re.search(pattern, text)), None)
        if value is not None:
            found[said.figure] = unwritten(hearing.figure(said.figure), value)
    for figure in hearing.calculator.figures:
        if figure.kind is Kind.REGION and (region := province_in(text)) is not None:
            found[figure.name] = region
    return found


def _spans(text: str, said: Sequence[Quantity]) -> list[Quantity]:
    """「2019年3月入职到现在」 as a length of time."""
    found = []
    for first, then in pairwise(said):
        if (
            isinstance(first.value, date)
            and isinstance(then.value, date)
            and first.value <= then.value
            and _UNTIL.match(text[first.end : then.start + 1])
        ):
            months = months_between(first.value, then.value)
            found.append(Quantity(Kind.MONTHS, months, first.start, then.end))
    return found


def read_answer(hearing: Hearing, figure: Figure, words: str, today: date) -> Value | None:
    """An answer to the question for `figure`; None where it is no answer at all.

    Raises Invalid (Chinese) for an answer of the wrong form. Whether the figure can be so high is `base.check`'s.
    """
    text = words.replace(" ", "")
    match figure.kind:
        case Kind.CHOICE:
            return _choice(hearing, figure, text)
        case Kind.REGION:
            return province_in(text) if len(text) <= 20 else None
        case Kind.DATE:
            return _one(figure, _dates(text, today))
        case _ if _NONE.fullmatch(text) and figure.lowest == 0:
            return Decimal(0)
        case _ if re.match(r"-\d|负", text):
            raise Invalid("bad_figure", f"{figure.label}不能是负数")
    unit = next((mark.unit for mark in hearing.marks if mark.figure == figure.name), "")
    bare = number(re.sub(r"[个天级]$|个?月份?$", "", text) if figure.kind is Kind.COUNT else text)
    if figure.kind is Kind.MONEY and _LIKE_A_YEAR.fullmatch(text):
        raise Invalid("bad_figure", f"「{words}」是年份还是金额？是金额的话，请写「{text}元」")
    said = [Quantity(None, bare, 0, len(text))] if bare is not None else quantities(text, today)
    if figure.kind is Kind.MONTHS and not unit and any(q.kind is None for q in said):
        raise Invalid("bad_figure", f"「{words}」是几年还是几个月？请带上单位，如「3年半」「8个月」")
    return _one(figure, said, unit)


def _choice(hearing: Hearing, figure: Figure, text: str) -> str | None:
    """By its number, its label or in people's words. Raises Invalid for a number that is not offered, and for 「都不是」."""
    place = place_in_list(text)
    if place is not None:
        if place not in range(1, len(figure.choices) + 1):
            raise Invalid("bad_figure", f"请回复 1 到 {len(figure.choices)} 之间的数字")
        return figure.choices[int(place) - 1].value
    value = _labelled(figure, text) or _choices_in(hearing, text).get(figure.name) or _partly(figure, text)
    if value is None and _NEITHER.fullmatch(text):
        raise Invalid("bad_figure", "请从下面选最接近的一种；拿不准的，回复「人工」问工会工作人员")
    return None if value is None else str(value)


def place_in_list(text: str) -> Decimal | None:
    """「2」「第二个」「选2」「2.」 as a number."""
    return number(re.sub(r"^[选第]+|[个项号条种级.、)]+$", "", text))


@cache
def _plain(label: str) -> str:
    return comparable(label).replace(" ", "")


def _labelled(figure: Figure, text: str) -> str | None:
    """The choice whose label is `text`; yes and no in other words, too."""
    if {choice.value for choice in figure.choices} == {"yes", "no"} and (word := _YES_NO.fullmatch(text)):
        return "yes" if word["yes"] else "no"
    return next((choice.value for choice in figure.choices if _plain(choice.label) == text), None)


def _partly(figure: Figure, text: str) -> str | None:
    """The only choice whose label holds `text`. Raises Invalid for what several hold."""
    if not text or _NEITHER.fullmatch(text):
        return None
    found = [choice.value for choice in figure.choices if text in _plain(choice.label)]
    if len(found) > 1:
        raise Invalid("bad_figure", f"「{text}」对得上好几种，请回复数字选一种")
    return found[0] if found and len(text) >= _SAYS_WHICH else None


def _dates(text: str, today: date) -> list[Quantity]:
    """Also 「2023.5」 and 「202305」, which elsewhere are numbers."""
    short = re.fullmatch(r"((?:19|20)\d\d)[.]?(0?[1-9]|1[0-2])", text)
    return quantities(f"{short[1]}年{short[2]}月" if short else text, today)


def _one(figure: Figure, said: Sequence[Quantity], unit: str = "") -> Value | None:
    """The one value in an answer; None without any number. Raises Invalid for several, for loose ones and other kinds."""
    values = {value for q in said if (value := fitting(figure, q, unit)) is not None}
    if len(values) == 1:
        return values.pop()
    if values:
        raise Invalid("bad_figure", "看到了不止一个数，请只写一个")
    if any(q.value is None for q in said):
        raise Invalid("bad_figure", _TOO_LOOSE[figure.kind is Kind.DATE])
    if said:
        raise Invalid("bad_figure", f"没有看懂，{figure.label}要的是{_WANTED[figure.kind]}")
    return None
