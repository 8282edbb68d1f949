"""Double wages where no written contract was signed. 《劳动合同法》第八十二条, 《劳动合同法实施条例》第六条、第七条, 法释〔2025〕12号
第六条 (by the month; a part of a month by its working days) and 第九条 (none after a year)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from core.errors import Invalid
from faq.calculators.base import PAID_DAYS, Calculator, Figure, Given, Kind, Result, cents, plain, yuan
from faq.calculators.dates import anniversary

_LAW_BEGINS = date(2008, 1, 1)
_DAY = timedelta(days=1)


class Stretch(NamedTuple):
    """A month, or the part of one that is left, for which double wages are due; `until` is the day after its last."""

    since: date
    until: date
    whole: bool


def stretches(start: date, until: date) -> list[Stretch]:
    """The months of double wages: from the second month on, before `until` and before a year is over."""
    until = min(until, anniversary(start, 12))
    found: list[Stretch] = []
    for month in range(1, 12):
        since, then = anniversary(start, month), anniversary(start, month + 1)
        if since < until:
            found.append(Stretch(since, min(then, until), then <= until))
    return found


def working_days(since: date, until: date) -> int:
    """Mondays to Fridays from `since` to the day before `until`."""
    return sum((since + n * _DAY).weekday() < 5 for n in range((until - since).days))


def _rule(given: Given) -> Result:
    _check_dates(given)
    start = max(given.day("start"), _LAW_BEGINS)
    until, reason = _end(given)
    parts = stretches(start, until)
    steps = [
        f"入职 {given.day('start')}；满一个月还没签书面合同，从 {anniversary(start, 1)} 起每月付二倍工资"
    ]
    if start != given.day("start"):
        steps.append(f"2008 年以前入职的，从《劳动合同法》施行之日 {start} 算起")
    if until > anniversary(start, 12):
        reason = "满一年的前一天；满一年起视为已订立无固定期限劳动合同，不再算二倍工资"
        until = anniversary(start, 12)
    if not parts:
        headline = (
            "没有二倍工资差额（0 元）：入职后头一个月，是法律留给单位签书面合同的时间，没签的时间没有超过它。"
        )
        return Result(headline, tuple(steps), _STATUTES[:1], _ASSUMED, _ADVICE, Decimal(0))
    steps.append(f"算到 {until - _DAY}（{reason}）")
    pays = [_pay(given, part) for part in parts]
    total = cents(sum(pays, Decimal(0)))
    steps += _sum_steps(given, parts, total)
    late = [pay for part, pay in zip(parts, pays, strict=True) if _last_safe_day(part) < given.today]
    headline = f"可以要求二倍工资差额 {yuan(total)}（{_length(given, parts)}，已发的正常工资之外）。"
    if late:
        headline += (
            f"要注意时效：按逐月计算，前面 {len(late)} 个月（{yuan(sum(late, Decimal(0)))}）已经超过一年，"
            "单位提出时效抗辩就可能要不到。"
        )
    steps.append(
        f"一年时效按逐月计算：最早一个月最迟 {_last_safe_day(parts[0])} 申请仲裁，"
        f"最后一个月最迟 {_last_safe_day(parts[-1])}"
    )
    return Result(headline, tuple(steps), _STATUTES, (*_open_ended(given), *_ASSUMED), _ADVICE, total)


def _check_dates(given: Given) -> None:
    start, today = given.day("start"), given.today
    if start > today:
        raise Invalid("bad_figure", "入职日期还没到，请核对年份和月份")
    if start.year < 1950:
        raise Invalid("bad_figure", "入职日期太早了，请核对年份")
    for name, label in (("signed", "补签合同的日期"), ("left", "离职日期")):
        if not given.has(name):
            continue
        if given.day(name) > today:
            raise Invalid("bad_figure", f"{label}还没到；还没发生的请不要填")
        if given.day(name) < start:
            raise Invalid("bad_figure", f"{label}早于入职日期，请核对")
    if given.has("signed") and given.day("signed") == start:
        raise Invalid("bad_figure", "入职当天就签了合同，没有二倍工资；如果签的日期写倒了，请核对")
    if given.has("signed") and given.has("left") and given.day("signed") > given.day("left"):
        raise Invalid("bad_figure", "补签合同的日期晚于离职日期，请核对")


def _end(given: Given) -> tuple[date, str]:
    """The day after the last that counts, and why it ends there."""
    if given.has("signed"):
        return given.day("signed"), "补签合同的前一天"
    if given.has("left"):
        return given.day("left") + _DAY, "离职那天"
    return given.today + _DAY, "今天"


def _pay(given: Given, part: Stretch) -> Decimal:
    wage = given.number("wage")
    return wage if part.whole else min(wage, cents(wage * _days(given, part) / PAID_DAYS))


def _days(given: Given, part: Stretch) -> Decimal:
    """Days worked in the last part of a month: as told, otherwise its Mondays to Fridays."""
    if not given.has("last_days"):
        return Decimal(working_days(part.since, part.until))
    days = given.number("last_days")
    if days > (part.until - part.since).days:
        raise Invalid("bad_figure", f"最后一段从 {part.since} 开始，没有 {plain(days)} 天，请核对")
    return days


def _sum_steps(given: Given, parts: list[Stretch], total: Decimal) -> list[str]:
    wage, whole = plain(given.number("wage")), sum(part.whole for part in parts)
    steps = [f"满月 {whole} 个：{wage} × {whole} = {yuan(given.number('wage') * whole)}"] if whole else []
    last = parts[-1]
    if not last.whole:
        days = plain(_days(given, last))
        steps.append(
            f"最后不满一个月（{last.since} 到 {last.until - _DAY}）有 {days} 个工作日："
            f"{wage} ÷ 21.75 × {days} = {yuan(_pay(given, last))}（最多算一个月）"
        )
    if whole and not last.whole:
        steps.append(f"合计 {yuan(total)}")
    return steps


def _length(given: Given, parts: list[Stretch]) -> str:
    whole = sum(part.whole for part in parts)
    if parts[-1].whole:
        return f"{whole} 个月"
    rest = f"{plain(_days(given, parts[-1]))} 个工作日"
    return f"{whole} 个月又 {rest}" if whole else rest


def _last_safe_day(part: Stretch) -> date:
    """The last day of the year that begins when the month is over: 《劳动争议调解仲裁法》第二十七条第一款."""
    return anniversary(part.until, 12) - _DAY


def _open_ended(given: Given) -> tuple[str, ...]:
    if given.has("signed") or given.has("left"):
        return ()
    return (f"没有说补签和离职，按到今天（{given.today}）还在上班、还没签合同算",)


_STATUTES = (
    "《劳动合同法》第八十二条",
    "《劳动合同法实施条例》第六条",
    "《劳动合同法实施条例》第七条",
    "《最高人民法院关于审理劳动争议案件适用法律问题的解释（二）》第六条",
    "《劳动争议调解仲裁法》第二十七条",
)
_ASSUMED = (
    "双方是全日制劳动关系；非全日制、劳务、退休后的用工另有规则",
    "没签成不是因为不可抗力，也不是您自己故意或者有重大过失不签",
    "每个月的应得工资都一样；加班费、奖金算不算进去，各地口径不同",
    "不满一个月的部分按周一到周五估算工作日；知道实际上班天数的，以实际为准",
    "算的是入职后一直没签的情形；合同到期后没续签、该签无固定期限却没签的，另外计算",
    "时效从哪天起算各地不同：有的逐月算，有的从满一年或补签之日起整体算，有的从入职满一个月起算，越早申请越稳妥",
)
_ADVICE = (
    "收好能证明上班和工资的东西：工资流水、打卡、工牌、工作群、社保记录。尽快到劳动仲裁委申请（免费），"
    "别等离职；先发书面要求并留底也能让一年时效重新算。可以打 12351 找工会、打 12348 问律师，投诉打 12333。"
)

DOUBLE_WAGE = Calculator(
    key="double_wage",
    title="没签合同的二倍工资",
    about="入职超过一个月没签书面劳动合同，能要多少二倍工资差额，还来不来得及。",
    topic="no_contract",
    figures=(
        Figure(
            "start", "入职日期", Kind.DATE, "您是哪天开始上班的？", "第一天实际上班的日子，不是签合同的日子"
        ),
        Figure(
            "wage",
            "月工资",
            Kind.MONEY,
            "没签合同那段时间，每月应得工资多少元？",
            "扣社保、个税之前的数",
            lowest=Decimal(1),
            highest=Decimal(1_000_000),
        ),
        Figure(
            "signed", "补签合同的日期", Kind.DATE, "后来哪天补签了合同？", "一直没签就不填", optional=True
        ),
        Figure("left", "离职日期", Kind.DATE, "哪天离职的？", "还在上班就不填", optional=True),
        Figure(
            "last_days",
            "最后不满一个月的上班天数",
            Kind.DAYS,
            "最后不满一个月的那段，实际上了几天班？",
            "不填就按周一到周五估算",
            highest=Decimal(31),
            optional=True,
        ),
    ),
    rule=_rule,
)
