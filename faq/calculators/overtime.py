"""Overtime pay of one month on standard hours. 《劳动法》第四十一条、第四十四条, 《工资支付暂行规定》第十三条.

The hourly wage follows 人社部发〔2025〕2号 (in force 2025-01-01; it replaced 劳社部发〔2008〕3号): 13 public holidays leave 20.67
working days a month, while wages are still divided by 21.75 paid days.
"""

from decimal import Decimal
from typing import NamedTuple

from core.errors import Invalid
from faq.calculators.base import PAID_DAYS, Calculator, Figure, Given, Kind, Result, cents, plain, yuan

"""Paid days a month, (365 − 104) ÷ 12: holidays are paid, rest days are not."""

_MONTHLY_CAP = Decimal(36)
_DAYS_OF_A_MONTH = 31


class _Rate(NamedTuple):
    figure: str
    label: str
    percent: int
    hours_a_day: int
    """The most overtime that fits into one such day."""


_RATES = (
    _Rate("workday_hours", "平时（工作日）加班", 150, 16),
    _Rate("restday_hours", "休息日加班", 200, 24),
    _Rate("holiday_hours", "法定节假日加班", 300, 24),
)


def overtime_pay(monthly_wage: Decimal, percent: int, hours: Decimal) -> Decimal:
    """What `hours` at a rate of `percent` are worth, in 元, rounded to 分."""
    return cents(monthly_wage * hours * percent / (PAID_DAYS * 8 * 100))


def _rule(given: Given) -> Result:
    worked = [(rate, _hours(given, rate)) for rate in _RATES if _hours(given, rate)]
    if not worked:
        raise Invalid("bad_figure", "三种加班时间都是 0，没有要算的加班费；请至少填一种加班的小时数")
    if sum(hours / rate.hours_a_day for rate, hours in worked) > _DAYS_OF_A_MONTH:
        raise Invalid("bad_figure", "这些加班时间一个月里装不下，请按一个月的小时数重新填写")
    wage = given.number("wage")
    hourly = wage / PAID_DAYS / 8
    steps = [f"小时工资：{plain(wage)} ÷ 21.75 ÷ 8 ≈ {yuan(hourly)}"]
    total = Decimal(0)
    for rate, hours in worked:
        pay = overtime_pay(wage, rate.percent, hours)
        total += pay
        steps.append(
            f"{rate.label}：{plain(wage)} ÷ 21.75 ÷ 8 × {rate.percent}% × {plain(hours)} 小时 = {yuan(pay)}"
        )
    if len(worked) > 1:
        steps.append(f"合计 {yuan(total)}")
    warning = _over_the_cap(_hours(given, _RATES[0]), sum((hours for _, hours in worked), Decimal(0)))
    if warning:
        steps.append(warning)
    headline = f"这个月的加班费至少 {yuan(total)}，在正常月工资之外另付。"
    statutes = (*_STATUTES, "《劳动法》第四十一条") if warning else _STATUTES
    return Result(headline, tuple(steps), statutes, _ASSUMED, _ADVICE, total)


def _over_the_cap(workday: Decimal, total: Decimal) -> str:
    """A sentence on the monthly limit of 36 hours; empty within it."""
    if workday > _MONTHLY_CAP:
        return (
            f"平时加班 {plain(workday)} 小时，超过了每月 36 小时的上限；"
            "单位超时安排违法，但超出的小时照样要付加班费"
        )
    if total > _MONTHLY_CAP:
        return (
            f"几种加班合计 {plain(total)} 小时；每月延长工作时间不得超过 36 小时，"
            "休息日和节日加班是否一并计入，请拨 12333 核对；加班费都要付"
        )
    return ""


def _hours(given: Given, rate: _Rate) -> Decimal:
    return given.number(rate.figure) if given.has(rate.figure) else Decimal(0)


def _no_hours_yet(given: Given) -> bool:
    """Hours of one sort are enough; the other sorts then count as none."""
    return not any(_hours(given, rate) for rate in _RATES)


_STATUTES = (
    "《劳动法》第四十四条",
    "《工资支付暂行规定》第十三条",
    "《人力资源社会保障部关于职工全年月平均工作时间和工资折算问题的通知》第二条",
)
_ASSUMED = (
    "没有说到的那几种加班按 0 小时算",
    "实行标准工时（每天 8 小时、每周 40 小时）；经批准的综合计算工时、不定时工时另有算法",
    "月工资是合同约定的正常上班工资，不含加班费；哪些奖金、津贴算进基数，各地口径不同",
    "休息日加班都没有安排补休；已经补休的小时不算",
    "法定节假日是全年 13 天（2025 年起）；长假里调休出来的日子按休息日算",
)
_ADVICE = (
    "存好打卡记录、排班表、派活的聊天记录和工资条。先找单位核对补发；不补的，可以投诉劳动监察（12333），也可以申请劳动仲裁（免费）。"
    "在职时不受一年限制，离职后要在一年内提出。需要帮忙打 12351 找工会。"
)


def _hours_figure(rate: _Rate, ask: str, hint: str, highest: int) -> Figure:
    return Figure(
        rate.figure,
        f"{rate.label}小时数",
        Kind.HOURS,
        ask,
        hint,
        highest=Decimal(highest),
        needed=_no_hours_yet,
    )


OVERTIME = Calculator(
    key="overtime",
    title="加班费",
    about="平时、休息日、法定节假日加班，一个月该拿多少加班费。",
    topic="overtime",
    figures=(
        Figure(
            "wage",
            "月工资",
            Kind.MONEY,
            "您正常上班（不算加班费）每月工资多少元？",
            "看劳动合同或工资条上的应发工资，减去加班费",
            lowest=Decimal(1),
            highest=Decimal(1_000_000),
        ),
        _hours_figure(
            _RATES[0], "这个月平时（工作日）一共加班多少小时？没有就填 0", "每天超过 8 小时的部分", 23 * 16
        ),
        _hours_figure(
            _RATES[1], "这个月休息日加班、又没有补休的，一共多少小时？没有就填 0", "多数单位是周六周日", 240
        ),
        _hours_figure(
            _RATES[2],
            "这个月法定节假日加班多少小时？没有就填 0",
            "元旦 1 天、春节 4 天、清明 1 天、劳动节 2 天、端午 1 天、中秋 1 天、国庆 3 天",
            120,
        ),
    ),
    rule=_rule,
)
