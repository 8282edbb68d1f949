"""Figures in words, both ways: numbers and units read from plain language, and what is said in the chat of them."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlencode

from core.text import cut_utf8
from faq.calculators.base import Calculator, Figure, Given, Kind, Result, Value, duration, plain, written
from wechat.replies import TEXT_LIMIT_BYTES

_NUMERALS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SCALES = (("万", 10_000), ("千", 1000), ("百", 100), ("十", 10))
_ARABIC = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
CHINESE = "零〇一二两三四五六七八九十百千万"


def number(text: str) -> Decimal | None:
    """「8000」「6,500」「1.2万」「八千五」「一万零五十」「8k」→ a Decimal; None for what is no number."""
    text = text.replace(",", "").replace("k", "千").replace("w", "万")
    if _ARABIC.fullmatch(text):
        return Decimal(text)
    for scale, factor in _SCALES:
        if scale in text:
            high, _, low = text.partition(scale)
            return _scaled(high, low, factor)
    whole, point, decimals = text.partition("点")
    if whole not in _NUMERALS or (point and not decimals) or any(c not in _NUMERALS for c in decimals):
        return None
    return Decimal(f"{_NUMERALS[whole]}.{_digits(decimals)}")


def _scaled(high: str, low: str, factor: int) -> Decimal | None:
    """「八」千「五」 is 8500, 「八」千「零五」 8005."""
    times = number(high) if high else Decimal(1) if factor == 10 else None
    rest = number(low.lstrip("零〇")) if low else Decimal(0)
    if times is None or rest is None or rest >= factor:
        return None
    of_the_next = factor > 10 and len(low) == 1
    return times * factor + (rest * factor / 10 if of_the_next else rest)


def _digits(text: str) -> str:
    """「二〇二三」→ 「2023」."""
    return "".join(str(_NUMERALS.get(c, c)) for c in text)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit in a sentence; `kind` None for a bare one. `start` and `end` are places in the text.

    One without `value` was said too loosely to calculate with (「三年多」「2023年」).
    """

    kind: Kind | None
    value: Decimal | date | None
    start: int
    end: int


_Parts = dict[str, str | None]
_Read = Callable[[_Parts, date], Decimal | date | None]


def _amount(parts: _Parts, _today: date) -> Decimal | None:
    """`n`, and a half where one was said; 「半」 alone is a half."""
    whole = number(parts.get("n") or "0")
    return whole + Decimal("0.5") if whole is not None and parts.get("half") else whole


def _weeks(parts: _Parts, today: date) -> Decimal | None:
    weeks = _amount(parts, today)
    return None if weeks is None else weeks * 7


def _months(parts: _Parts, today: date) -> Decimal | None:
    if parts.get("loose") or parts.get("more"):
        return None
    years, days = number(parts.get("y") or "0"), number(parts.get("days") or "0")
    months = _amount(parts, today)
    if years is None or months is None or days is None or years > 100:
        return None
    half_year = 6 if parts.get("halfyear") else 0
    return years * 12 + half_year + months + _of_days(days)


def _of_days(days: Decimal) -> Decimal:
    """Days as months of 30 days."""
    return (days / 30).quantize(Decimal("0.01")) if days else days


def _loose(_parts: _Parts, _today: date) -> None:
    return None


def _made_date(year: int, parts: _Parts) -> date | None:
    """Months and days as they are written; without a day the first of the month. None for the 31st of April."""
    month, day = number(parts["m"] or ""), number(parts.get("d") or "1")
    try:
        return None if month is None or day is None else date(year, int(month), int(day))
    except ValueError:
        return None


def _full_date(parts: _Parts, today: date) -> date | None:
    try:
        year = int(_digits(parts["y"] or ""))
    except ValueError:  # 「一万二千」 is no year
        return None
    if year < 100:
        year += 2000 if year <= today.year % 100 else 1900
    return _made_date(year, parts)


def _near_date(parts: _Parts, today: date) -> date | None:
    """「去年五月」; without a year the last such day that is not in the future."""
    if parts.get("which"):
        offset = {"明": 1, "今": 0, "去": -1, "前": -2}[(parts["which"] or "")[0]]
        return _made_date(today.year + offset, parts)
    found = _made_date(today.year, parts)
    return _made_date(today.year - 1, parts) if found is None or found > today else found


def _month_before(parts: _Parts, today: date) -> date | None:
    back = 2 if parts["which"] == "上上" else 1 if parts["which"] == "上" else 0
    year, month = divmod(today.year * 12 + today.month - 1 - back, 12)
    return _made_date(year, {**parts, "m": str(month + 1)})


_AGO = {"大前天": 3, "前天": 2, "昨天": 1, "明天": -1, "后天": -2, "大后天": -3}


def _days_ago(parts: _Parts, today: date) -> date:
    return today - timedelta(days=_AGO.get(parts["ago"] or "", 0))


_WRITTEN = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?!\d)|\d+)(?:\.\d+)?(?:[万千百wk][\d{CHINESE}]*)?"
_N = rf"(?:{_WRITTEN}|[{CHINESE}]+(?:点[{CHINESE}]+)?)"
_M = r"(?P<m>1[0-2]|0?[1-9](?!\d)|十[一二]?|[一二三四五六七八九])"
_D = r"(?P<d>3[01]|[12]\d|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])"
_DAY = rf"{_D}(?:[日号]|(?![\d千百万个年小点块元]))"
_YEAR = rf"(?:(?:19|20)\d\d|[一二][{CHINESE}]{{3}})"
_LOOSE = r"(?P<loose>将近|近|快|不到)?"
_AND_DAYS = rf"(?:零?(?P<days>{_N})天)?"
_SKIP = (
    rf"(?<=[\d千百万元块钱k])一(?:个?月|天|年)|[哪每同头]一[年天]|(?<!加班)一天(?=加班|上班?|干|工作|高温|津贴|是?多少|[给应几\d]|[一二两三四五六七八九]百)"
    rf"|上个?月(?=的?工资)|一年(?=应该|可以|[有能休多几])|一个月(?=工资|薪|[拿挣赚给发领才就应高多]|到手|差不多|大[概约]|[\d{CHINESE}]+[千百万k\d])"
    rf"|(?:不满|未满|没满|不足|超过|满不了){_N}(?:年|个月|天)|{_N}(?:年|个月|天)(?:以[上下内]|之内|内)"
    rf"|五一|六一|三八|十一(?=[长假黄国加上值期那节])|(?:周|星期|礼拜)[一二三四五六日天]|第[\d{CHINESE}]+[年个天次]?"
    rf"|百分之{_N}|{_N}(?:[%倍折次点]|年[级代度前后])|一[下直般样起定些点共切]|万一|十分|三期|五险一金|[n\d]?\+1|2n"
)
_FORMS: tuple[tuple[Kind | None, str, _Read], ...] = (
    (Kind.DATE, rf"(?P<y>{_YEAR}|(?<![了龄满限\d])\d\d)年{_M}月份?(?:{_DAY})?", _full_date),
    (Kind.DATE, rf"(?<!\d)(?P<y>{_YEAR})(?P<s>[-/.]){_M}(?P=s){_D}(?!\d)[日号]?", _full_date),
    (Kind.DATE, rf"(?<!\d)(?P<y>{_YEAR})[-/]{_M}(?!\d)", _full_date),
    (Kind.DATE, r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)(?!\d)", _full_date),
    (Kind.DATE, rf"(?P<which>[今去前明])年的?{_M}月份?(?:{_DAY})?", _near_date),
    (Kind.DATE, rf"(?P<which>上上|上|这|本)个?月(?:{_D}[日号])?", _month_before),
    (Kind.DATE, r"(?P<ago>大?前天|昨天|今天|明天|大?后天)|(?<=到)(?:现在|目前)|至今", _days_ago),
    (Kind.DATE, rf"(?<![\d了{CHINESE}]){_M}月(?:份|{_DAY}|(?=[入进到开离被受出生就上]))", _near_date),
    (Kind.DATE, rf"(?:{_YEAR}|[去前])年|(?<!\d){_YEAR}(?=[入进来开])", _loose),
    (Kind.MONTHS, rf"{_LOOSE}(?P<y>{_N})年[零又加]?(?P<n>{_N})个?(?P<half>半)?月{_AND_DAYS}", _months),
    (Kind.MONTHS, rf"{_LOOSE}(?P<y>{_N})(?:周年|年)(?P<halfyear>半)?(?P<more>多(?![少久长])|来)?", _months),
    (Kind.MONTHS, rf"{_LOOSE}(?P<halfyear>半)年(?P<more>多(?![少久长]))?", _months),
    (Kind.MONTHS, rf"{_LOOSE}(?P<n>{_N})个(?P<half>半)?月(?P<more>多(?![少久长]))?{_AND_DAYS}", _months),
    (Kind.MONTHS, r"(?P<half>半)个月", _months),
    (Kind.DAYS, rf"(?P<n>{_N})(?:天(?P<half>半)?|日(?![期常薪班]))", _amount),
    (Kind.DAYS, r"(?P<half>半)天", _amount),
    (Kind.DAYS, rf"(?P<n>{_N})个?(?:周(?![岁末])|星期|礼拜)", _weeks),
    (Kind.HOURS, rf"(?P<n>{_N})个?(?P<half>半)?(?:小时|钟头|钟|h(?!r))", _amount),
    (Kind.HOURS, r"(?P<half>半)个?(?:小时|钟头)", _amount),
    (Kind.MONEY, rf"(?:¥|人民币)(?P<n>{_N})元?", _amount),
    (Kind.MONEY, rf"(?P<n>{_N})多?(?:元|块钱?|圆|rmb)", _amount),
    (Kind.COUNT, rf"(?P<n>{_N})(?:(?=[级胎岁人名])|个(?=孩|小孩|宝|娃))", _amount),
    (None, rf"(?P<n>{_WRITTEN}|[{CHINESE}]{{2,}})", _amount),
)
_READERS = [(kind, re.compile(pattern), read) for kind, pattern, read in _FORMS]


def _nameless(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern.replace("(?P=s)", "[-/.]"))


_SCAN = re.compile(
    f"(?:{_SKIP})" + "".join(f"|(?P<f{n}>{_nameless(form)})" for n, (_, form, _) in enumerate(_FORMS))
)


def quantities(words: str, today: date) -> list[Quantity]:
    """All quantities in normalised text without spaces, from left to right."""
    found = []
    for match in _SCAN.finditer(words):
        if match.lastgroup is None:
            continue
        kind, form, read = _READERS[int(match.lastgroup[1:])]
        parts = form.match(words, match.start())
        value = read(parts.groupdict(), today) if parts else None
        if kind is not None or value is not None:
            found.append(Quantity(kind, value, *match.span()))
    return found


def months_between(since: date, until: date) -> Decimal:
    """Whole months, and the days left as parts of 30."""
    months = (until.year - since.year) * 12 + until.month - since.month
    days = until.day - since.day
    if days < 0:
        months, days = months - 1, days + 30
    return months + _of_days(Decimal(max(days, 0)))


def fitting(figure: Figure, quantity: Quantity, unit: str = "") -> Value | None:
    """The value of `quantity` as this figure, None where it is of another kind. A day of overtime is 8 hours; days are parts
    of a month of 30; a count may be of days, of months, or a month's number. `unit` is what a bare number of a length of
    time means (「年」 or 「月」)."""
    value = quantity.value
    if quantity.kind is figure.kind or value is None:
        return value
    if isinstance(value, date):
        return Decimal(value.month) if figure.kind is Kind.COUNT else None
    if (figure.kind, quantity.kind) == (Kind.MONTHS, Kind.DAYS):
        return _of_days(value)
    factor = _FACTORS.get((figure.kind, quantity.kind, unit), _FACTORS.get((figure.kind, quantity.kind, "")))
    return None if factor is None else value * factor


_FACTORS: dict[tuple[Kind, Kind | None, str], int] = {
    (Kind.MONEY, None, ""): 1,
    (Kind.DAYS, None, ""): 1,
    (Kind.HOURS, None, ""): 1,
    (Kind.HOURS, Kind.DAYS, ""): 8,
    (Kind.COUNT, None, ""): 1,
    (Kind.COUNT, Kind.DAYS, ""): 1,
    (Kind.COUNT, Kind.MONTHS, ""): 1,
    (Kind.MONTHS, None, "年"): 12,
    (Kind.MONTHS, None, "月"): 1,
}


YEARS, MONTHS = "_years", "_months"
"""Endings of a form's two fields for a length of time."""

UNITS = {Kind.MONEY: "元", Kind.DAYS: "天", Kind.HOURS: "小时"}
_HOW_TO_ANSWER = {
    Kind.MONEY: "回复金额，如 8000 或 8千",
    Kind.MONTHS: "回复时间，如「3年半」「2年零3个月」「8个月」",
    Kind.DAYS: "回复天数，如 15",
    Kind.HOURS: "回复小时数，如 20",
    Kind.COUNT: "回复数字",
    Kind.DATE: "回复日期，如「2023年5月1日」",
    Kind.CHOICE: "回复前面的数字选一个",
    Kind.REGION: "回复省份，如「广东」",
}
_WHERE_TO_FIND = {
    Kind.MONEY: "工资条、银行流水、劳动合同上一般能找到",
    Kind.MONTHS: "劳动合同、社保缴费记录上一般能找到",
    Kind.DAYS: "考勤、打卡和请假记录里一般能找到",
    Kind.HOURS: "考勤、打卡和排班记录里一般能找到",
    Kind.COUNT: "可以拨 12333 问",
    Kind.DATE: "劳动合同、通知书、聊天记录上一般有日期",
    Kind.CHOICE: "选最接近的一种就行",
    Kind.REGION: "填上班的地方所在的省份",
}
_STATUTE_BYTES = 480
_LEAST_BYTES = 120
"""A part of a result that has less room than this is left to the page."""


def shown(figure: Figure, value: Value) -> str:
    """A figure as people read it: 8000 元, 3 年 6 个月, 2023-05-01, a choice's label."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return next((choice.label for choice in figure.choices if choice.value == value), value)
    if figure.kind is Kind.MONTHS:
        return duration(value)
    return f"{plain(value)} {UNITS[figure.kind]}" if figure.kind in UNITS else plain(value)


def page_url(h5_url: str, calculator: Calculator, values: Mapping[str, Value]) -> str:
    """The address of the form, filled with `values`."""
    fields: list[tuple[str, str]] = []
    for figure in calculator.figures:
        value = values.get(figure.name)
        if isinstance(value, Decimal) and figure.kind is Kind.MONTHS:
            years, months = divmod(value, 12)
            fields += [(figure.name + YEARS, plain(years))] if years else []
            fields += [(figure.name + MONTHS, plain(months))] if months or not years else []
        elif value is not None:
            fields.append((figure.name, written(value)))
    return f"{h5_url}/calculators/{calculator.key}" + (f"?{urlencode(fields)}" if fields else "")


def list_text(calculators: Sequence[Calculator], h5_url: str) -> str:
    """All calculators, to be chosen by number."""
    lines = [f"{place}. {calculator.title}" for place, calculator in enumerate(calculators, 1)]
    return (
        "这些都能帮您算，回复数字选一个：\n" + "\n".join(lines) + "\n\n"
        "也可以直接说，如「月薪8000干了3年半被辞退赔多少」。\n\n"
        f'<a href="{h5_url}/calculators">用网页算</a>'
    )


def ask_text(calculator: Calculator, figure: Figure, step: int, steps: int, problem: str = "") -> str:
    """The question for one figure; before it, what was wrong with the last answer."""
    progress = f"第 {step} 步，共 {steps} 步" if steps > 1 else "还差一步"
    lines = [problem] if problem else []
    lines += [f"【{calculator.title}】{progress}", figure.ask]
    if figure.hint:
        lines.append(f"（{figure.hint}）")
    lines += [f"{place}. {choice.label}" for place, choice in enumerate(figure.choices, 1)]
    return "\n".join(lines) + f"\n\n{_HOW_TO_ANSWER[figure.kind]}；回复「取消」就不算了。"


def unknown_text(figure: Figure) -> str:
    """Where to find a figure that somebody does not know."""
    where = figure.hint if figure.hint and figure.kind is not Kind.CHOICE else _WHERE_TO_FIND[figure.kind]
    return f"没关系。{where}。拿不准的，可以回复「人工」问工会工作人员，或拨 12333。"


class _Block(NamedTuple):
    """A part of a result; the lower its rank, the sooner it gets room."""

    text: str
    rank: int


def result_text(calculator: Calculator, given: Given, result: Result, h5_url: str) -> str:
    """A result within TEXT_LIMIT_BYTES: headline, steps, statutes, assumptions, advice, and last the link to the page.

    Where there is not room for all, assumptions go first, then the list of figures, advice and steps; the page has them.
    """
    url = page_url(h5_url, calculator, given.values)
    head = f"【{calculator.title}】{result.headline}"
    tail = f'{_example(calculator, given)}回复「重新算」从头来。\n\n<a href="{url}">看完整结果、改数字</a>'
    statutes = cut_utf8("、".join(result.statutes), _STATUTE_BYTES)
    figures = [
        f"{figure.label} {shown(figure, given.values[figure.name])}"
        for figure in calculator.figures
        if given.has(figure.name)
    ]
    blocks = [
        _Block(f"您说的：{'；'.join(figures)}", 3),
        _Block("\n".join(("怎么算的：", *(f"· {step}" for step in result.steps))), 1),
        _Block(f"依据：{statutes}", 0),
        _Block("\n".join(("按这样的情况算：", *(f"· {item}" for item in result.assumptions))), 4),
        _Block(f"接下来：{result.advice}" if result.advice else "", 2),
    ]
    room = TEXT_LIMIT_BYTES - len(f"{head}\n\n{tail}".encode())
    return "\n\n".join((head, *_within(blocks, room), tail))


def _within(blocks: Sequence[_Block], room: int) -> list[str]:
    """What of `blocks` fits into `room` bytes (two more for each), in their order; the last to fit may be cut."""
    kept: dict[int, str] = {}
    for place, block in sorted(enumerate(blocks), key=lambda item: item[1].rank):
        if not block.text or room < min(_LEAST_BYTES, len(block.text.encode()) + 2):
            continue
        kept[place] = cut_utf8(block.text, room - 2, "…（全文见网页）")
        room -= len(kept[place].encode()) + 2
    return [kept[place] for place in sorted(kept)]


def _example(calculator: Calculator, given: Given) -> str:
    """How to change a figure that was given."""
    figures = [figure for figure in calculator.figures if given.has(figure.name)]
    figure = next((figure for figure in figures if figure.kind in _EXAMPLES), None)
    return f"想换个数再算，直接说，如「{figure.label}改成{_EXAMPLES[figure.kind]}」；" if figure else ""


_EXAMPLES = {Kind.MONEY: "6000", Kind.HOURS: "10小时", Kind.DAYS: "5天", Kind.MONTHS: "5年"}
