"""How long somebody ill can't be dismissed (医疗期), and the least sick pay. 劳部发〔1994〕479号第三条、第四条; 劳部发〔1995〕309号
第五十九条 (at least 80 % of the local minimum wage). Provinces have rules of their own, Shanghai another table."""

from datetime import date
from decimal import Decimal

from core.errors import Invalid
from faq.calculators.base import Calculator, Figure, Given, Kind, Result, duration, plain, yuan
from faq.calculators.dates import anniversary

_YEAR = 12
_WINDOWS = {3: 6, 6: 12, 9: 15, 12: 18, 18: 24, 24: 30}
_LONG_SERVICE = ((5, 6), (10, 9), (15, 12), (20, 18))
"""Below so many years in the company, so many months; for those with ten years of work in all."""

_LEAST_SHARE = Decimal("0.8")


def medical_period(total_months: Decimal, company_months: Decimal) -> int:
    """Months of the medical period, by the months of work in all and in this company (劳部发〔1994〕479号第三条)."""
    if total_months < 10 * _YEAR:
        return 3 if company_months < 5 * _YEAR else 6
    for years, period in _LONG_SERVICE:
        if company_months < years * _YEAR:
            return period
    return 24


def counting_window(period: int) -> int:
    """Months within which sick days are added up, by the months of the medical period (第四条)."""
    return _WINDOWS[period]


def _rule(given: Given) -> Result:
    total, company = given.number("total"), given.number("company")
    if company > total:
        raise Invalid("bad_figure", "在本单位的年限比累计工作年限还长，请核对这两个时间")
    period = medical_period(total, company)
    window = counting_window(period)
    pay, pay_steps = _sick_pay(given)
    steps = [
        f"累计工作 {duration(total)}，在本单位 {duration(company)}：医疗期 {period} 个月",
        f"医疗期 {period} 个月的，按 {window} 个月内累计病休时间计算；公休日、节假日也算在内",
        *_window_steps(given, period, window),
        *pay_steps,
    ]
    headline = (
        f"医疗期是 {period} 个月（{window} 个月内累计计算）；医疗期内的病假工资每月不能低于 {yuan(pay)}。"
    )
    return Result(headline, tuple(steps), _STATUTES, _ASSUMED, _ADVICE, Decimal(period))


def _sick_pay(given: Given) -> tuple[Decimal, list[str]]:
    minimum = given.number("local_minimum")
    least = minimum * _LEAST_SHARE
    steps = [f"病假工资的底线：当地最低工资 {plain(minimum)} × 80% = {yuan(least)}"]
    if not given.has("agreed"):
        return least, steps
    agreed = given.number("agreed")
    higher = "按约定的发" if agreed >= least else "低于底线，按底线发"
    steps.append(f"合同或制度约定每月 {yuan(agreed)}：{higher}")
    return max(least, agreed), steps


def _window_steps(given: Given, period: int, window: int) -> list[str]:
    """劳部发〔1995〕236号: from the first sick day; for three months from 5 March 1995 it runs to 5 September."""
    if not given.has("first_day"):
        return []
    first = given.day("first_day")
    _check_first_day(first, given)
    end = anniversary(first, window)
    return [f"从第一次病休 {first} 起算：到 {end} 之间累计病休满 {period} 个月，医疗期就满"]


def _check_first_day(first: date, given: Given) -> None:
    if first > given.today:
        raise Invalid("bad_figure", "第一次病休的日期还没到，请核对")
    company = int(given.number("company"))
    if anniversary(first, company + 1) < given.today:
        raise Invalid("bad_figure", "第一次病休的日期早于到本单位上班的时间，请核对")


_STATUTES = (
    "《企业职工患病或非因工负伤医疗期规定》第三条",
    "《企业职工患病或非因工负伤医疗期规定》第四条",
    "《关于贯彻执行〈中华人民共和国劳动法〉若干问题的意见》第五十九条",
    "《劳动合同法》第四十二条",
)
_ASSUMED = (
    "生的病或受的伤与工作无关；工伤、职业病按工伤停工留薪，工资照发",
    "整月病休；只病休几天的，按天数折算",
    "有医院的诊断证明和病休建议，按单位制度请了假",
    "按国家规定算；有的地方（如上海）医疗期另有算法，有的省份病假工资更高，请拨 12333 核对",
    "最低工资是全日制月标准；是否包含个人缴的社保，各地不同",
    "特殊疾病（如癌症、精神病、瘫痪）24 个月内不能痊愈的，经单位和劳动部门批准可以适当延长",
)
_ADVICE = (
    "保存病历、诊断证明和每一张病假条，自己记清累计病休的天数。医疗期内单位不能以生病为由辞退或裁员，合同到期也要续延到医疗期满。"
    "病假工资发少了先要求补，不补投诉 12333；被辞退的，一年内申请劳动仲裁（免费），求助打 12351。"
)

SICK_LEAVE = Calculator(
    key="sick_leave",
    title="医疗期和病假工资",
    about="生病或非因工受伤，医疗期有多长、病假工资最低发多少。",
    topic="sick_leave",
    figures=(
        Figure(
            "total",
            "累计工作年限",
            Kind.MONTHS,
            "您参加工作一共多少年了？在各个单位的时间都算。",
            "可以看社保缴费记录",
            highest=Decimal(720),
        ),
        Figure(
            "company",
            "在本单位的年限",
            Kind.MONTHS,
            "在现在这个单位干了多久？",
            "从入职那天算起",
            highest=Decimal(720),
        ),
        Figure(
            "local_minimum",
            "当地最低工资",
            Kind.MONEY,
            "您上班的地方，最低工资标准每月多少元？",
            "拨 12333 或在当地人社局网站可以查到",
            lowest=Decimal(500),
            highest=Decimal(10_000),
        ),
        Figure(
            "agreed",
            "约定的病假工资",
            Kind.MONEY,
            "合同或单位制度写明的病假工资每月多少元？",
            "没有写就不填",
            highest=Decimal(1_000_000),
            optional=True,
        ),
        Figure(
            "first_day", "第一次病休的日期", Kind.DATE, "哪天开始休病假的？", "没休过就不填", optional=True
        ),
    ),
    rule=_rule,
)
