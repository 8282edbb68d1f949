"""The heat allowance by province, place and months. 《防暑降温措施管理办法》第十七条; the amounts are the provinces' (`regions`)."""

from decimal import Decimal

from core.errors import Invalid
from faq.calculators.base import Calculator, Choice, Figure, Given, Kind, Result, cents, plain, yuan
from faq.calculators.regions import REGIONS, RegionalFigure, find

_PER_MONTH, _PER_DAY = "month", "day"
_CONDITION = {
    "outdoor": "日最高气温 35℃ 以上，还在室外露天干活",
    "indoor": "室内工作场所的温度降不到 33℃ 以下",
}


def _known(given: Given) -> RegionalFigure | None:
    """The province's amount for this place of work; None where our files have none, or the person gave both parts of it."""
    if given.has("local_unit") and given.has("local_amount"):
        return None
    return find(f"heat_{given.text('place')}", given.text("region"), given.today)


def _entitled(given: Given) -> bool:
    return all(given.has(name) for name in ("region", "place", "hot")) and given.text("hot") == "yes"


def _unknown(given: Given) -> bool:
    return _entitled(given) and _known(given) is None


def _paid_by(given: Given) -> str:
    """month, day, or nothing while that is open."""
    if not _entitled(given):
        return ""
    known = _known(given)
    if known is not None:
        return _PER_MONTH if known.unit == "元/月" else _PER_DAY
    return given.text("local_unit") if given.has("local_unit") else ""


def _season(given: Given) -> tuple[int, int] | None:
    """First and last month the province pays for; None where that is not known."""
    region = given.text("region")
    first, last = (find(kind, region, given.today) for kind in ("heat_from", "heat_until"))
    return (int(first.amount), int(last.amount)) if first and last else None


def _rule(given: Given) -> Result:
    region, place = given.text("region"), given.text("place")
    if region not in REGIONS:
        raise Invalid("bad_figure", f"没有「{region}」这个省份，请写省份简称，如：广东")
    condition = f"条件：{_CONDITION[place]}"
    if given.text("hot") == "no":
        headline = "没有达到发高温津贴的条件，一般不用发，高温津贴是 0 元。"
        return Result(headline, (condition,), _STATUTES, (_LOCAL_RULES,), _NOT_YET, Decimal(0))
    amount, unit, basis = _standard(given)
    count, counted = _months(given) if _paid_by(given) == _PER_MONTH else _days(given)
    total = cents(amount * count)
    steps = (
        condition,
        f"{region}{'室外' if place == 'outdoor' else '室内'}标准 {plain(amount)} {unit}",
        counted,
        f"{plain(amount)} × {plain(count)} = {yuan(total)}",
    )
    headline = f"应发高温津贴 {yuan(total)}，要算在工资里发钱。"
    if not count:
        headline = f"这几个月不在{region}发放高温津贴的月份里，高温津贴是 0 元。"
    return Result(headline, steps, _STATUTES, (basis, *_assumptions(given)), _ADVICE, total)


def _standard(given: Given) -> tuple[Decimal, str, str]:
    """Amount, unit and where both come from."""
    known = _known(given)
    if known is not None:
        return known.amount, known.unit, known.basis
    amount = given.number("local_amount")
    if amount == 0:
        raise Invalid("bad_figure", "当地标准不能是 0；不知道请打 12333 问")
    unit = "元/月" if _paid_by(given) == _PER_MONTH else "元/天"
    return amount, unit, "标准是您填的，请以当地最新文件为准"


def _months(given: Given) -> tuple[Decimal, str]:
    """How many months count, and the step that says so. Raises Invalid where the months are reversed."""
    first, last = int(given.number("first_month")), int(given.number("last_month"))
    if first > last:
        raise Invalid(
            "bad_figure", f"开始的月份（{first} 月）在结束的月份（{last} 月）之后，请核对后重新填写"
        )
    worked = f"{first} 月到 {last} 月" if first < last else f"{first} 月"
    season = _season(given)
    if season is None:
        count = last - first + 1
        return Decimal(count), f"在高温下干了 {worked}，共 {count} 个月"
    count = max(min(last, season[1]) - max(first, season[0]) + 1, 0)
    paid = f"{season[0]} 月到 {season[1]} 月发放"
    return Decimal(count), f"干了 {worked}，{given.text('region')} {paid}，算 {count} 个月"


def _days(given: Given) -> tuple[Decimal, str]:
    days = given.number("hot_days")
    if days == 0:
        raise Invalid("bad_figure", "高温天数不能是 0，请填实际在高温下干活的天数")
    return days, f"在高温下干了 {plain(days)} 天"


def _assumptions(given: Given) -> tuple[str, ...]:
    found = ["这些月份、天数都正常出勤，而且是同一年的"]
    if _paid_by(given) == _PER_MONTH and _season(given) is None:
        found.append("没有核对当地的发放月份，月份之外的不一定发")
    return (*found, _LOCAL_RULES)


_LOCAL_RULES = "个别地方另有更细的规定，比如按当天气温分档、按实际高温天数折算，单位约定得更高的按约定"
_STATUTES = (
    "《防暑降温措施管理办法》第十七条",
    "《防暑降温措施管理办法》第十一条",
    "《最低工资规定》第十二条",
)
_ADVICE = (
    "绿豆汤、饮料、西瓜不能抵高温津贴，津贴也不能算在最低工资里面。拍下温度计、天气预报和干活的照片，"
    "存好考勤和工资条，先向单位要；不给的投诉 12333，或者申请劳动仲裁（在职期间可以要，离职后要在一年内）。"
    "求助工会 12351。"
)
_NOT_YET = "以后遇到高温，拍下温度计、天气预报和干活的照片留着。当地标准问 12333，求助工会 12351。"

HEAT = Calculator(
    key="heat",
    title="高温津贴",
    about="夏天在高温下干活，按所在省份能拿多少高温津贴。",
    topic="heat",
    figures=(
        Figure("region", "工作所在省份", Kind.REGION, "您在哪个省（市、区）上班？"),
        Figure(
            "place",
            "工作场所",
            Kind.CHOICE,
            "是在室外露天干活，还是在室内？",
            choices=(Choice("outdoor", "室外露天"), Choice("indoor", "室内")),
        ),
        Figure(
            "hot",
            "是否高温",
            Kind.CHOICE,
            "室外：有没有在 35℃ 以上的天气干活？室内：是不是降不到 33℃ 以下？",
            choices=(Choice("yes", "是"), Choice("no", "不是")),
        ),
        Figure(
            "local_unit",
            "当地标准按月还是按天",
            Kind.CHOICE,
            "我手头没有您这里的标准。当地高温津贴是按月发，还是按天发？",
            "可以打 12333 问",
            choices=(Choice(_PER_MONTH, "按月"), Choice(_PER_DAY, "按天")),
            needed=_unknown,
        ),
        Figure(
            "local_amount",
            "当地标准",
            Kind.MONEY,
            "当地标准是多少元（每月，或每天）？",
            "看省人社厅的通知，或打 12333 问",
            highest=Decimal(2_000),
            needed=_unknown,
        ),
        Figure(
            "first_month",
            "从几月开始",
            Kind.COUNT,
            "从几月开始在高温下干活？",
            lowest=Decimal(1),
            highest=Decimal(12),
            needed=lambda given: _paid_by(given) == _PER_MONTH,
        ),
        Figure(
            "last_month",
            "到几月为止",
            Kind.COUNT,
            "干到几月为止？",
            lowest=Decimal(1),
            highest=Decimal(12),
            needed=lambda given: _paid_by(given) == _PER_MONTH,
        ),
        Figure(
            "hot_days",
            "高温天数",
            Kind.COUNT,
            "一共在高温下干了多少天？",
            highest=Decimal(366),
            needed=lambda given: _paid_by(given) == _PER_DAY,
        ),
    ),
    rule=_rule,
)
