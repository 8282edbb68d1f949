"""For how long unemployment benefit may be drawn. 《社会保险法》第四十五条 (who), 第四十六条 (how long); 《实施〈社会保险法〉若干规定》第十三条
(what counts as involuntary). Amounts are set by each province: they are reckoned only from what the person gives."""

from decimal import Decimal

from faq.calculators.base import Calculator, Choice, Figure, Given, Kind, Result, cents, duration, plain, yuan

_YEAR = 12
_MOST = 24
_VOLUNTARY = ("resigned", "proposed")


def longest_benefit(paid_months: Decimal) -> int:
    """The most months of benefit by the months of contributions; 0 below a year (第四十六条)."""
    for years, benefit in ((1, 0), (5, 12), (10, 18)):
        if paid_months < years * _YEAR:
            return benefit
    return _MOST


def _rule(given: Given) -> Result:
    if given.text("reason") in _VOLUNTARY:
        headline = "自己提出离职，属于本人意愿中断就业，这次不能领失业保险金（0 个月）；缴费年限不会作废，以后再失业累计计算。"
        return Result(headline, _NOT_INVOLUNTARY, _STATUTES, _ASSUMED, _ADVICE_VOLUNTARY, Decimal(0))
    paid, carried = given.number("paid"), given.number("carried")
    longest = longest_benefit(paid)
    if not longest:
        return _too_short(paid, carried)
    steps = [f"累计缴费 {duration(paid)}：{_bracket(longest)}，最长 {longest} 个月"]
    months = Decimal(longest)
    if carried:
        months = min(longest + carried, Decimal(_MOST))
        steps.append(
            f"加上前次没领完的 {plain(carried)} 个月：{longest} + {plain(carried)} = {plain(longest + carried)}，"
            f"合并最长 {_MOST} 个月，所以是 {plain(months)} 个月"
        )
    headline = f"最多可以领 {plain(months)} 个月失业保险金，具体月数由社保经办机构按当地规定核定。"
    if given.has("local_standard"):
        standard = given.number("local_standard")
        most = cents(standard * months)
        steps.append(f"每月 {plain(standard)} × {plain(months)} 个月 = {yuan(most)}（上限）")
        headline += f"按您说的每月 {plain(standard)} 元，合计最多 {yuan(most)}。"
    return Result(headline, tuple(steps), _STATUTES, (*_ASSUMED, *_ASSUMED_TERM), _ADVICE, months)


def _too_short(paid: Decimal, carried: Decimal) -> Result:
    headline = f"缴费 {duration(paid)}，不满 1 年，这次不能新领失业保险金（0 个月）；缴费时间会保留累计。"
    steps = ["条件之一是失业前单位和本人缴费满 1 年"]
    if carried:
        steps.append(f"前次没领完的 {plain(carried)} 个月能不能继续领，按当地经办规定，请拨 12333 核对")
    return Result(headline, tuple(steps), _STATUTES, _ASSUMED, _ADVICE, Decimal(0))


def _bracket(longest: int) -> str:
    return {12: "满 1 年不满 5 年", 18: "满 5 年不满 10 年", 24: "10 年以上"}[longest]


_NOT_INVOLUNTARY = ("条件之一是“非因本人意愿中断就业”，自己提出离职不符合",)
_STATUTES = (
    "《社会保险法》第四十五条",
    "《社会保险法》第四十六条",
    "《实施〈中华人民共和国社会保险法〉若干规定》第十三条",
)
_ASSUMED = (
    "单位和您本人都缴了失业保险费；农民工本人没缴费的，有的地方发一次性生活补助，请拨 12333 核对",
    "缴费时间是上次领完失业保险金之后重新累计的",
)
_ASSUMED_TERM = (
    "已经办了失业登记，有求职要求；期间重新就业、领养老金等要停领",
    "每月金额由各省规定，领取期间可能调整；一般低于当地最低工资",
    "距法定退休年龄不足 1 年的，可以领到法定退休年龄（2025 年起的新规定）",
)
_ADVICE = (
    "离职后尽快凭身份证或社保卡在参保地或线上（电子社保卡等）申领，领取期限从办失业登记之日起算，拖着会少领。"
    "单位应当开离职证明、写对原因，并在 15 日内报名单；不开或写错的，投诉 12333，造成损失可以要求单位赔偿。帮忙打 12351。"
)
_ADVICE_VOLUNTARY = (
    "如果是因为欠薪、不缴社保、强迫劳动等才走，要书面写明原因，那样算非本人意愿，可以申领；公司把辞退写成自愿离职的，"
    "要求更正，拒不更正投诉 12333。12351、12348 可以帮忙。"
)

UNEMPLOYMENT = Calculator(
    key="unemployment",
    title="失业保险金能领几个月",
    about="失业了能不能领失业保险金、最多领几个月。",
    topic="unemp",
    figures=(
        Figure(
            "reason",
            "失业原因",
            Kind.CHOICE,
            "您是怎么失业的？",
            choices=(
                Choice("dismissed", "被公司辞退、裁员或开除"),
                Choice("agreed", "公司提出，双方协商解除"),
                Choice("expired", "合同到期终止"),
                Choice("closed", "公司破产、关门或被吊销执照"),
                Choice("forced", "公司欠薪、不缴社保等，我被迫离职"),
                Choice("resigned", "我自己辞职"),
                Choice("proposed", "我先提出，双方协商解除"),
            ),
        ),
        Figure(
            "paid",
            "失业保险累计缴费时间",
            Kind.MONTHS,
            "失业保险一共缴了多久？以前领过失业金的，从那以后算。",
            "在电子社保卡或当地社保 App 里可以查到",
            highest=Decimal(600),
            needed=lambda given: given.has("reason") and given.text("reason") not in _VOLUNTARY,
        ),
        Figure(
            "carried",
            "前次没领完的月数",
            Kind.COUNT,
            "以前领失业金，还剩几个月没领完？",
            "没领过就填 0",
            highest=Decimal(_MOST),
            default=Decimal(0),
            needed=lambda given: given.has("reason") and given.text("reason") not in _VOLUNTARY,
        ),
        Figure(
            "local_standard",
            "当地失业保险金每月标准",
            Kind.MONEY,
            "当地失业保险金每月多少元？",
            "知道才填，可以拨 12333 问",
            lowest=Decimal(100),
            highest=Decimal(10_000),
            optional=True,
        ),
    ),
    rule=_rule,
)
