"""When somebody may retire since 2025. 《全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定》 (2024-09-13) and the
《国务院关于渐进式延迟法定退休年龄的办法》 it approves, with its tables by month of birth."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.errors import Invalid
from faq.calculators.base import Calculator, Choice, Figure, Given, Kind, Result, duration

_FLEXIBLE_MONTHS = 36
_WORKING_AGE = 16
_OLDEST = 100


@dataclass(frozen=True, slots=True)
class _Group:
    """Who retired at `old_age` before the reform. Born from `first` (year, month) on, the age rises by one month every
    `step` months of birth, by at most `most` months."""

    old_age: int
    first: tuple[int, int]
    step: int
    most: int


_GROUPS = {
    "man": _Group(60, (1965, 1), 4, 36),
    "woman_55": _Group(55, (1970, 1), 4, 36),
    "woman_50": _Group(50, (1975, 1), 2, 60),
}


def delay_months(group: str, birth: date) -> int:
    """Months added to the old age: `group` is man, woman_55 or woman_50. 《…办法》第一条 and the tables annexed to it."""
    rule = _GROUPS[group]
    passed = (birth.year - rule.first[0]) * 12 + birth.month - rule.first[1]
    return 0 if passed < 0 else min(passed // rule.step + 1, rule.most)


def retirement_months(group: str, birth: date) -> int:
    """The statutory age of retirement, in months."""
    return _GROUPS[group].old_age * 12 + delay_months(group, birth)


def minimum_contribution(year: int) -> int:
    """Months of contributions that a pension takes in `year`: 180 until 2029, then 6 more a year up to 240. 《…办法》第二条."""
    return min(max(180 + 6 * (year - 2029), 180), 240)


def _later(day: date, months: int) -> date:
    """`months` after `day`; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _rule(given: Given) -> Result:
    group, birth = given.text("group"), given.day("birth")
    _check(given, birth)
    rule, delay = _GROUPS[group], delay_months(group, birth)
    age = retirement_months(group, birth)
    day = _later(birth, age)
    steps = [_age_step(rule, delay, birth, age, day)]
    if delay and day > given.today:
        steps.append(_flexible_step(rule, delay, birth, day))
    needed = minimum_contribution(day.year)
    steps.append(f"{day.year} 年退休，按月领养老金至少要缴满 {duration(Decimal(needed))}")
    if given.has("paid_months"):
        steps.append(_contribution_step(given, day, needed))
    when = f"{day.year} 年 {day.month} 月"
    if day <= given.today:
        headline = f"您在 {when}已经到了法定退休年龄（{_age_text(age)}）。"
    else:
        headline = f"您的法定退休年龄是 {_age_text(age)}，{when}到龄。"
    return Result(headline, tuple(steps), _STATUTES, _assumptions(group), _ADVICE, day)


def _check(given: Given, birth: date) -> None:
    if birth > given.today:
        raise Invalid("bad_figure", "出生日期在今天之后，请核对后重新填写")
    age = _whole_years(birth, given.today)
    if not _WORKING_AGE <= age <= _OLDEST:
        raise Invalid("bad_figure", f"按这个出生日期，现在是 {age} 岁，请核对年份后重新填写")
    if given.has("paid_months"):
        possible = _months_between(birth, given.today) - _WORKING_AGE * 12
        if given.number("paid_months") > possible:
            raise Invalid("bad_figure", "缴费的时间比 16 岁到现在还长，请核对后重新填写")


def _whole_years(start: date, end: date) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _months_between(start: date, end: date) -> int:
    """Whole calendar months begun between two days."""
    return (end.year - start.year) * 12 + end.month - start.month


def _age_text(months: int) -> str:
    years, rest = divmod(months, 12)
    return f"{years} 岁 {rest} 个月" if rest else f"{years} 岁"


def _age_step(rule: _Group, delay: int, birth: date, age: int, day: date) -> str:
    born = f"{birth.year} 年 {birth.month} 月出生，原来 {rule.old_age} 岁退休"
    if not delay:
        return f"{born}，2025 年以前已到龄，不延迟，也不适用弹性退休：{day.year} 年 {day.month} 月"
    return (
        f"{born}，每 {rule.step} 个月延 1 个月，延 {delay} 个月："
        f"{_age_text(age)}，{day.year} 年 {day.month} 月"
    )


def _flexible_step(rule: _Group, delay: int, birth: date, day: date) -> str:
    latest = _later(day, _FLEXIBLE_MONTHS)
    late = f"与单位协商一致可延到 {latest.year} 年 {latest.month} 月（最多晚 3 年）"
    early_months = min(delay, _FLEXIBLE_MONTHS)
    early = _later(birth, rule.old_age * 12 + delay - early_months)
    needed = duration(Decimal(minimum_contribution(early.year)))
    return (
        f"弹性退休：自愿提前，最早 {early.year} 年 {early.month} 月（早 {early_months} 个月，"
        f"最多早 3 年且不早于原来的 {rule.old_age} 岁），那一年要已缴满 {needed}；{late}"
    )


def _contribution_step(given: Given, day: date, needed: int) -> str:
    paid = given.number("paid_months")
    ahead = max(_months_between(given.today, day), 0)
    total = paid + ahead
    text = f"已缴 {duration(paid)}"
    if ahead:
        text += f"，如果一直缴到到龄，还能缴约 {duration(Decimal(ahead))}，共 {duration(total)}"
    if total >= needed:
        return f"{text}，够了"
    return f"{text}，还差 {duration(needed - total)}，可以按规定延长缴费或一次性缴费补够"


def _assumptions(group: str) -> tuple[str, ...]:
    found = ["出生日期以本人身份证和档案经审核的记录为准", "不是特殊工种、因病等可以另行提前退休的情形"]
    if group != "man":
        found.append(
            "女职工原来是 50 岁还是 55 岁，看岗位：一般工人岗 50 岁，管理和技术岗 55 岁，以社保部门审核为准"
        )
    found.append("最低缴费年限按到龄那一年的规定；弹性提前的，按提前退休那一年")
    return tuple(found)


_STATUTES = (
    "《全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定》第一条",
    "《国务院关于渐进式延迟法定退休年龄的办法》第一条",
    "《国务院关于渐进式延迟法定退休年龄的办法》第二条",
    "《国务院关于渐进式延迟法定退休年龄的办法》第三条",
)
_ADVICE = (
    "在社保 App 或社保窗口核对缴费年限，漏缴、断缴的趁早处理。想提前退休的，至少提前 3 个月书面告知单位；"
    "想晚退的，到龄前 1 个月与单位书面约定。任何单位不能违背您的意愿强迫您提前或延后。"
    "特殊工种干过的，带档案去问能否提前。问 12333，帮助找工会 12351。"
)

RETIREMENT = Calculator(
    key="retirement",
    title="退休时间",
    about="按出生年月算法定退休年龄、哪年哪月到龄，养老保险最少要缴多少年。",
    topic="retire",
    figures=(
        Figure(
            "group",
            "职工类别",
            Kind.CHOICE,
            "您是哪一类职工？",
            "女职工看岗位：一般工人岗原来 50 岁退休，管理、技术岗原来 55 岁",
            choices=(
                Choice("man", "男职工"),
                Choice("woman_50", "女职工，原来 50 岁退休"),
                Choice("woman_55", "女职工，原来 55 岁退休"),
            ),
        ),
        Figure("birth", "出生日期", Kind.DATE, "您是哪年哪月哪日出生的？", "按身份证上的公历日期"),
        Figure(
            "paid_months",
            "已缴职工养老保险的时间",
            Kind.MONTHS,
            "职工养老保险一共缴了多久？比如「12年」「8年3个月」。",
            "各地缴的可以加在一起；城乡居民养老保险不算",
            highest=Decimal(720),
            optional=True,
        ),
    ),
    rule=_rule,
)
