"""Severance pay: N, N+1 and 2N. 《劳动合同法》第四十六条 (when), 第四十七条 (how much), 第八十七条 (twice that for an unlawful
dismissal), 《劳动合同法实施条例》第二十条 (the extra month is the last month's wage), 第二十五条 (no 2N on top of N)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from core.errors import Invalid
from faq.calculators.base import Calculator, Choice, Figure, Given, Kind, Result, cents, duration, plain, yuan
from faq.calculators.dates import anniversary, months_of_service

_LAW_BEGINS = date(2008, 1, 1)
_HIGH_WAGE = Decimal(15_000)
"""From here on the wage may exceed three times a local average, so the average is asked for."""

_MOST_YEARS = Decimal(12)
_YEAR = Decimal(12)
_LONGEST = Decimal(600)
_FORTY_SIX = "《劳动合同法》第四十六条"


class _Ending(NamedTuple):
    """How a contract ended. `times`: how often N is due; `notice`: one more month's wage on top."""

    label: str
    times: int
    why: str
    statutes: tuple[str, ...]
    advice: str
    notice: bool = False


_DISPUTE = "存好合同、12 个月的工资流水、考勤和解除通知。单位不给的，投诉劳动监察（12333）或自离职起一年内申请劳动仲裁（免费）；12351、12348 可以帮忙。"

_ENDINGS = {
    "agreed": _Ending(
        "公司提出、双方协商一致解除",
        1,
        "公司先提出、双方协商一致解除：经济补偿 N，法律没有规定“+1”，可以谈",
        ("《劳动合同法》第三十六条", _FORTY_SIX),
        "协议上要写明是单位提出的、金额和付款日，没想清楚先不签；不要写成“个人原因离职”。" + _DISPUTE,
    ),
    "no_notice": _Ending(
        "公司无过失辞退、没提前30天通知（N+1）",
        1,
        "患病医疗期满、不胜任、客观情况重大变化而解除，没提前 30 天书面通知：经济补偿 N，再加一个月工资",
        ("《劳动合同法》第四十条", _FORTY_SIX, "《劳动合同法实施条例》第二十条"),
        "先看辞退理由：不属于这三种、或没走完程序（如没有培训、调岗），就是违法解除，可以要 2N。" + _DISPUTE,
        notice=True,
    ),
    "with_notice": _Ending(
        "公司无过失辞退、提前30天书面通知了",
        1,
        "患病医疗期满、不胜任、客观情况重大变化而解除，已提前 30 天书面通知：经济补偿 N",
        ("《劳动合同法》第四十条", _FORTY_SIX),
        "先看辞退理由：不属于这三种、或没走完程序（如没有培训、调岗），就是违法解除，可以要 2N。" + _DISPUTE,
    ),
    "unlawful": _Ending(
        "公司没有合法理由辞退我",
        2,
        "违法解除或终止：赔偿金是经济补偿的两倍（2N），拿了 2N 不再另给 N",
        ("《劳动合同法》第四十八条", "《劳动合同法》第八十七条", "《劳动合同法实施条例》第二十五条"),
        "也可以不要钱、要求回去上班，二选一。要书面辞退通知；没有就录音或在微信里问清是谁、何时、为什么辞退，别签“自愿离职”。"
        + _DISPUTE,
    ),
    "forced": _Ending(
        "公司欠薪、不缴社保等，我被迫辞职",
        1,
        "单位有欠薪、不依法缴社保等违法情形，劳动者依法解除：经济补偿 N",
        (
            "《劳动合同法》第三十八条",
            _FORTY_SIX,
            "《最高人民法院关于审理劳动争议案件适用法律问题的解释（二）》第十九条",
        ),
        "一定要书面提出，写明是因为拖欠工资、不缴社保等，不要写“个人原因”；快递寄出并留底。" + _DISPUTE,
    ),
    "layoff": _Ending(
        "公司经济性裁员",
        1,
        "经济性裁员：经济补偿 N，法律没有规定“+1”",
        ("《劳动合同法》第四十一条", _FORTY_SIX),
        "裁员要提前 30 天说明情况、听取工会或职工意见并报告劳动部门，没做到的可能是违法解除，可以要 2N。"
        + _DISPUTE,
    ),
    "expired": _Ending(
        "合同到期，公司不续签或降低条件",
        1,
        "合同期满，单位不续签或降低条件续签：经济补偿 N（2008 年以后的年限）",
        ("《劳动合同法》第四十四条", _FORTY_SIX),
        "连续签过两次固定期限、或干满十年的，可以要求签无固定期限合同；单位不肯、硬终止，可能要付 2N。"
        + _DISPUTE,
    ),
    "closed": _Ending(
        "公司破产、关门或被吊销执照",
        1,
        "单位破产、被吊销执照、责令关闭或提前解散而终止：经济补偿 N（2008 年以后的年限）",
        ("《劳动合同法》第四十四条", _FORTY_SIX),
        "公司破产的，向管理人申报工资和补偿；老板跑了的，马上打 12333 报告劳动监察。" + _DISPUTE,
    ),
    "resigned": _Ending(
        "我自己辞职",
        0,
        "自己提出辞职（不是因为单位违法）：法律没有规定经济补偿",
        ("《劳动合同法》第三十七条", _FORTY_SIX),
        "如果是因为欠薪、不缴社保等才走，可以书面写明理由解除，那样有经济补偿 N。工资、加班费、未休年假该结的照样要结。",
    ),
    "declined": _Ending(
        "到期公司维持或提高条件，我不续",
        0,
        "单位维持或提高原来的条件续签，劳动者不同意：没有经济补偿",
        ("《劳动合同法》第四十四条", _FORTY_SIX),
        "如果单位降低了工资、岗位等条件，留好新旧合同对比，那样仍有经济补偿 N。工资和未休年假照样要结清。",
    ),
    "misconduct": _Ending(
        "严重违纪等被开除",
        0,
        "严重违反规章制度等法定情形，单位合法解除：没有经济补偿",
        (
            "《劳动合同法》第三十九条",
            "《最高人民法院关于审理劳动争议案件适用法律问题的解释（一）》第四十四条",
        ),
        "理由由单位举证：没有制度依据、事实不清，或没有事先通知工会的，可能是违法解除，可以要 2N。收好开除通知和制度，"
        "一年内申请劳动仲裁；12351、12348 可以帮忙。",
    ),
}


def months_of_pay(months: Decimal) -> Decimal:
    """N: a month for each year; six months and more count as a year, less as half (第四十七条第一款)."""
    years, rest = divmod(months, _YEAR)
    if not rest:
        return years
    return years + (Decimal(1) if rest >= 6 else Decimal("0.5"))


def _rule(given: Given) -> Result:
    ending = _ENDINGS[given.text("how")]
    if not ending.times:
        headline = f"{ending.why}，是 0 元。"
        return Result(headline, (ending.why,), ending.statutes, _ASSUMED_NOTHING, ending.advice, Decimal(0))
    months, notes = _counted_service(given)
    if not given.has("average_wage"):
        notes.append("月工资没有超过当地上年度职工月平均工资的三倍；超过的，有封顶")
    base, units, steps = _base_and_units(given, months)
    amount = cents(base * units * ending.times)
    doubled = " × 2" if ending.times > 1 else ""
    steps = [ending.why, *steps, f"{plain(base)} × {plain(units)}{doubled} = {yuan(amount)}"]
    if ending.notice:
        last = given.number("last_wage") if given.has("last_wage") else given.number("wage")
        steps.append(
            f"没提前 30 天通知，另加上个月工资 {plain(last)}：{yuan(amount)} + {yuan(last)} = {yuan(amount + last)}"
        )
        amount = cents(amount + last)
        if not given.has("last_wage"):
            notes.append("上个月工资与 12 个月平均工资一样")
    name = "违法辞退的赔偿金（2N）" if ending.times > 1 else f"经济补偿（{'N+1' if ending.notice else 'N'}）"
    headline = f"{name}是 {yuan(amount)}：N 是 {plain(units)} 个月，每月按 {yuan(base)}算。"
    statutes = (*ending.statutes, "《劳动合同法》第四十七条", "《劳动合同法实施条例》第二十七条")
    return Result(headline, tuple(steps), statutes, (*notes, *_ASSUMED), _late(given) + ending.advice, amount)


def _counted_service(given: Given) -> tuple[Decimal, list[str]]:
    """Months that count, and what was taken for granted in counting them."""
    left, notes = _left(given)
    months = given.number("service") if given.has("service") else Decimal(0)
    if given.has("start"):
        months = _service_by_dates(given, left)
    if not months:
        raise Invalid("bad_figure", "在本单位的工作时间不能是 0，请填从入职到离职的时间")
    if months > _LONGEST:
        raise Invalid("bad_figure", "在本单位的工作时间超过了 50 年，请核对入职日期")
    since_law = months_of_service(_LAW_BEGINS, left)
    if months <= since_law:
        return months, notes
    if given.text("how") in ("expired", "closed"):
        return since_law, [*notes, "2008 年以前国家一般没有规定这一项补偿，只算 2008 年 1 月 1 日以后的年限"]
    return months, [
        *notes,
        "2008 年以前的年限按当时规定，这里也按每年一个月算；协商解除、不胜任等情形当时最多 12 个月，请拨 12333 核对",
    ]


def _left(given: Given) -> tuple[date, list[str]]:
    if not given.has("left"):
        return given.today, [f"没有说离职日期，按今天（{given.today}）算"] if given.has("start") else []
    left = given.day("left")
    if left > given.today + timedelta(days=366):
        raise Invalid("bad_figure", "离职日期在一年以后，请核对年份")
    if left < _LAW_BEGINS:
        raise Invalid("bad_figure", "离职日期在 2008 年《劳动合同法》施行以前，这里算不了，请拨 12348 咨询")
    return left, []


def _service_by_dates(given: Given, left: date) -> Decimal:
    start = given.day("start")
    if start > left:
        raise Invalid("bad_figure", "入职日期晚于离职日期，请核对这两个日期")
    months = months_of_service(start, left)
    if given.has("service") and abs(given.number("service") - months) > _YEAR:
        told = duration(given.number("service"))
        raise Invalid(
            "bad_figure", f"从 {start} 到 {left} 没有“{told}”这么长或这么短，请核对入职日期和工作时间"
        )
    return months


def _base_and_units(given: Given, months: Decimal) -> tuple[Decimal, Decimal, list[str]]:
    """The monthly wage and the number of months, after the cap of 第四十七条第二款, and the steps that led there."""
    wage, units = given.number("wage"), months_of_pay(months)
    steps = [f"工作 {duration(months)}：每满 1 年 1 个月，{_rest_step(months)}，N = {plain(units)} 个月"]
    if not given.has("average_wage"):
        return wage, units, steps
    triple = given.number("average_wage") * 3
    if wage <= triple:
        steps.append(f"月工资 {plain(wage)} 没有超过当地平均工资的三倍 {plain(triple)}，不封顶")
        return wage, units, steps
    capped = min(units, _MOST_YEARS)
    steps.append(
        f"月工资 {plain(wage)} 超过当地平均工资的三倍：按 {plain(given.number('average_wage'))} × 3 = {plain(triple)} 算，"
        f"年限最多 12 年，N = {plain(capped)} 个月"
    )
    return triple, capped, steps


def _rest_step(months: Decimal) -> str:
    rest = months % _YEAR
    if not rest:
        return "没有零头"
    return "零头满 6 个月按 1 年" if rest >= 6 else "零头不满 6 个月按半个月"


def _late(given: Given) -> str:
    if given.has("left") and anniversary(given.day("left"), 12) < given.today:
        return "离职已经超过一年，一般过了仲裁时效；这一年里书面要过钱、投诉过的，时效重新算，请马上打 12348 问清楚。"
    return ""


def _pays(given: Given) -> bool:
    return given.has("how") and given.text("how") in _ENDINGS and _ENDINGS[given.text("how")].times > 0


def _is_high(wage: Decimal) -> bool:
    return wage.is_finite() and wage >= _HIGH_WAGE


_ASSUMED_NOTHING = ("双方是全日制劳动关系；合同或单位制度另外答应给补偿的，按约定",)
_ASSUMED = (
    "双方是全日制劳动关系；合同或单位制度答应得更多的，按约定",
    "月工资是离职前 12 个月的平均应得工资（含奖金、津贴，税前）；加班费算不算进去，各地口径不同",
    "月工资不低于当地最低工资；低于的，按最低工资算",
    "被单位安排换到关联公司的，原单位的年限可以合并",
)


SEVERANCE = Calculator(
    key="severance",
    title="经济补偿和赔偿金",
    about="离职能拿多少钱：N、N+1、2N 分别是什么情况，按您的工资和工龄算出来。",
    topic="severance",
    figures=(
        Figure(
            "how",
            "怎么离职的",
            Kind.CHOICE,
            "您是怎么离开（或要离开）这个单位的？",
            choices=tuple(Choice(value, ending.label) for value, ending in _ENDINGS.items()),
        ),
        Figure(
            "service",
            "在本单位的工作时间",
            Kind.MONTHS,
            "在这个单位一共干了多久？比如「3年4个月」。",
            "从第一天上班算到离职那天",
            highest=_LONGEST,
            needed=lambda given: _pays(given) and not given.has("start"),
        ),
        Figure(
            "wage",
            "月平均工资",
            Kind.MONEY,
            "离职前 12 个月，平均每月应得工资多少元？",
            "税前，奖金、津贴都算；不满 12 个月按实际月数平均",
            lowest=Decimal(1),
            highest=Decimal(1_000_000),
            needed=_pays,
        ),
        Figure(
            "average_wage",
            "当地上年度职工月平均工资",
            Kind.MONEY,
            "您工资较高，可能有封顶。当地上年度职工月平均工资是多少元？",
            "当地人社局或统计局每年公布，可以拨 12333 问",
            lowest=Decimal(1_000),
            highest=Decimal(50_000),
            needed=lambda given: _pays(given) and given.has("wage") and _is_high(given.number("wage")),
        ),
        Figure(
            "last_wage",
            "上个月工资",
            Kind.MONEY,
            "离职前上一个月的工资多少元？",
            "只有算 N+1 时用得到；不填按月平均工资",
            lowest=Decimal(1),
            highest=Decimal(1_000_000),
            optional=True,
        ),
        Figure("start", "入职日期", Kind.DATE, "哪天入职的？", "填了它就不用填工作时间", optional=True),
        Figure("left", "离职日期", Kind.DATE, "哪天离职的？", "还没离职就不填", optional=True),
    ),
    rule=_rule,
)
