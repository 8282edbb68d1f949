"""Days of paid annual leave, and what days not taken are worth. 《职工带薪年休假条例》第三条、第五条, 《企业职工带薪年休假实施办法》第五条 (the
year of joining), 第十条、第十一条 (300 %, the normal wage included), 第十二条 (the year of leaving)."""

from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from core.errors import Invalid
from faq.calculators.base import (
    PAID_DAYS,
    Calculator,
    Choice,
    Figure,
    Given,
    Kind,
    Result,
    cents,
    duration,
    plain,
    yuan,
)
from faq.calculators.dates import months_of_service

_YEAR = 12
_PAYING = ("unpaid", "leaving")


def yearly_days(total_months: Decimal) -> int:
    """Days a year, by the months worked in all, for whichever employer (条例第三条); none in the first year."""
    for years, days in ((1, 0), (10, 5), (20, 10)):
        if total_months < years * _YEAR:
            return days
    return 15


def prorated(calendar_days: int, days_a_year: int) -> Decimal:
    """(calendar days ÷ 365) × days a year, not rounded; never more than the year's."""
    return min(Decimal(calendar_days * days_a_year) / 365, Decimal(days_a_year))


def _rule(given: Given) -> Result:
    _check_dates(given)
    full, paying = yearly_days(given.number("total")), given.text("case") in _PAYING
    steps = [f"累计工作 {duration(given.number('total'))}：{_bracket(full)}"]
    if not full:
        headline = "累计工作还不满 1 年，今年还没有带薪年休假（0 天）；连续工作满 12 个月后每年 5 天。"
        return Result(headline, tuple(steps), _STATUTES_DAYS, _ASSUMED, _ADVICE, Decimal(0))
    share, proration = _share(given, full)
    steps += proration
    if not paying:
        days = share.to_integral_value(ROUND_FLOOR)
        since = "今年（今年入职，按剩余天数折算）" if proration else "每年"
        headline = f"您{since}有 {plain(days)} 天带薪年休假，国家法定节假日和休息日不算在内。"
        return Result(headline, tuple(steps), _STATUTES_DAYS, _ASSUMED, _ADVICE, days)
    return _paid(given, share, steps)


def _paid(given: Given, share: Decimal, steps: list[str]) -> Result:
    used, wage = given.number("used"), given.number("wage")
    unused = _unused(given, share)
    if unused <= 0:
        headline = (
            f"没有要补钱的年休假（0 元）：应休的已经休了，或者折算后不足 1 整天（已休 {plain(used)} 天）。"
        )
        steps.append("多休的天数，单位也不能扣回")
        return Result(headline, tuple(steps), _statutes(given), _ASSUMED, _ADVICE, Decimal(0))
    steps.append(f"减去已休 {plain(used)} 天，没休的是 {plain(unused)} 天")
    pay = cents(wage * unused * 2 / PAID_DAYS)
    steps.append(f"日工资：{plain(wage)} ÷ 21.75 ≈ {yuan(wage / PAID_DAYS)}")
    steps.append("未休年假按日工资 300% 付，其中 100% 是正常上班已经发的，所以另补 200%")
    steps.append(f"{plain(wage)} ÷ 21.75 × 200% × {plain(unused)} 天 = {yuan(pay)}")
    headline = f"有 {plain(unused)} 天年休假没休，单位应当另外补 {yuan(pay)}（正常工资之外的 200%）。"
    return Result(headline, tuple(steps), _statutes(given), (*_ASSUMED, *_ASSUMED_PAY), _ADVICE, pay)


def _unused(given: Given, share: Decimal) -> Decimal:
    """Days to be paid for. Whoever leaves: (days passed ÷ 365 × days a year) − days taken, whole days only (办法第十二条)."""
    used = given.number("used")
    if given.text("case") == "leaving":
        return (share - used).to_integral_value(ROUND_FLOOR)
    return share.to_integral_value(ROUND_FLOOR) - used


def _share(given: Given, full: int) -> tuple[Decimal, list[str]]:
    """The days of this year before rounding, and the step that says so where the year is not a whole one."""
    last = given.day("left") if given.text("case") == "leaving" else date(given.today.year, 12, 31)
    first = date(last.year, 1, 1)
    if given.has("joined"):
        first = max(first, given.day("joined"))
    if first == date(last.year, 1, 1) and last == date(last.year, 12, 31):
        return Decimal(full), []
    calendar_days = (last - first).days + 1
    share = prorated(calendar_days, full)
    whole = plain(share.to_integral_value(ROUND_FLOOR))
    return share, [
        f"{last.year} 年在本单位 {first} 到 {last}，共 {calendar_days} 天："
        f"{calendar_days} ÷ 365 × {full} ≈ {plain(cents(share))} 天，不足 1 整天的不算，整数是 {whole} 天"
    ]


def _bracket(full: int) -> str:
    spans = {0: "不满 1 年", 5: "满 1 年不满 10 年", 10: "满 10 年不满 20 年", 15: "满 20 年"}
    return f"{spans[full]}，全年 {full} 天"


def _check_dates(given: Given) -> None:
    today = given.today
    leaving = given.text("case") == "leaving"
    last = given.day("left") if leaving else today
    if leaving and last > today + timedelta(days=366):
        raise Invalid("bad_figure", "离职日期在一年以后，请核对年份")
    if not given.has("joined"):
        return
    joined = given.day("joined")
    if joined > last:
        what = "离职日期早于入职日期" if leaving else "入职日期还没到"
        raise Invalid("bad_figure", f"{what}，请核对")
    if months_of_service(joined, last) > given.number("total") + 1:
        raise Invalid("bad_figure", "在本单位的时间比累计工作年限还长，请核对入职日期和累计工作年限")


def _statutes(given: Given) -> tuple[str, ...]:
    if given.text("case") == "leaving":
        return (*_STATUTES_PAY, "《企业职工带薪年休假实施办法》第十二条")
    return _STATUTES_PAY


_STATUTES_DAYS = (
    "《职工带薪年休假条例》第三条",
    "《企业职工带薪年休假实施办法》第三条",
    "《企业职工带薪年休假实施办法》第五条",
)
_STATUTES_PAY = (
    "《职工带薪年休假条例》第三条",
    "《职工带薪年休假条例》第五条",
    "《企业职工带薪年休假实施办法》第十条",
    "《企业职工带薪年休假实施办法》第十一条",
)
_ASSUMED = (
    "已经连续工作满 12 个月（换单位中间没有长时间断开）",
    "没有不享受年休假的情形：寒暑假多于年假；事假累计 20 天以上且没扣工资；病假累计满 2 个月（工龄不满 10 年）、3 个月（满 10 年）"
    "或 4 个月（满 20 年）以上",
    "今年里刚好满 1 年、10 年、20 年的，当年天数各地算法不完全一样，请拨 12333 核对",
    "单位制度或合同给得更多的，按更多的算",
)
_ASSUMED_PAY = (
    "月工资是前 12 个月的平均工资，不含加班费；不满 12 个月按实际月数平均",
    "不是您自己书面提出不休的；自己书面放弃的，单位可以只付正常工资",
)
_ADVICE = (
    "用社保记录、旧合同、离职证明证明总工龄；书面申请休假并留痕，被拒的记录也留好。单位不安排休又不补钱的，投诉 12333，"
    "逾期不改还可以要求加付赔偿金；也可以申请劳动仲裁（免费），时效一般一年，从哪天起算各地不同，越早越好。帮忙打 12351。"
)

ANNUAL_LEAVE = Calculator(
    key="annual_leave",
    title="带薪年休假",
    about="一年有几天年假，入职、离职当年怎么折算，没休的能补多少钱。",
    topic="annual_leave",
    figures=(
        Figure(
            "total",
            "累计工作年限",
            Kind.MONTHS,
            "您参加工作一共多久了？在各个单位的时间都算。",
            "可以看社保缴费记录",
            highest=Decimal(720),
        ),
        Figure(
            "case",
            "想算什么",
            Kind.CHOICE,
            "您想算哪一种？",
            choices=(
                Choice("days", "今年有几天年假"),
                Choice("unpaid", "还在上班，年假没休，该补多少钱"),
                Choice("leaving", "已离职或要离职，没休的该补多少钱"),
            ),
        ),
        Figure(
            "left",
            "离职日期",
            Kind.DATE,
            "哪天离职？最后一天上班的日子。",
            needed=lambda given: given.has("case") and given.text("case") == "leaving",
        ),
        Figure(
            "used",
            "当年已休年假天数",
            Kind.DAYS,
            "那一年已经休了几天年假？没休就填 0",
            highest=Decimal(60),
            needed=lambda given: given.has("case") and given.text("case") in _PAYING,
        ),
        Figure(
            "wage",
            "月平均工资",
            Kind.MONEY,
            "前 12 个月平均每月工资多少元？加班费不算。",
            lowest=Decimal(1),
            highest=Decimal(1_000_000),
            needed=lambda given: given.has("case") and given.text("case") in _PAYING,
        ),
        Figure(
            "joined",
            "入职日期",
            Kind.DATE,
            "哪天到这个单位上班的？",
            "当年新入职的才影响结果",
            optional=True,
        ),
    ),
    rule=_rule,
)
