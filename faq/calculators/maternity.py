"""Maternity leave in days, and the money for it. 《女职工劳动保护特别规定》第七条、第八条，《社会保险法》第五十四条、第五十六条."""

from decimal import Decimal

from core.errors import Invalid
from faq.calculators.base import Calculator, Choice, Figure, Given, Kind, Result, cents, plain, yuan

_BIRTH = "birth"
_MISCARRIAGE = {"early": ("怀孕未满 4 个月流产", 15), "late": ("怀孕满 4 个月流产", 42)}


def leave_days(event: str, difficult: bool = False, babies: int = 1) -> int:
    """Days of national law: `event` is birth, early or late (a miscarriage before, or from, four months)."""
    if event != _BIRTH:
        return _MISCARRIAGE[event][1]
    return 98 + (15 if difficult else 0) + 15 * (babies - 1)


def _rule(given: Given) -> Result:
    event = given.text("event")
    days, day_steps = _days(given, event)
    own = given.number("own_wage")
    if own == 0:
        raise Invalid("bad_figure", "工资不能是 0，请填休假前 12 个月的平均月工资")
    if given.text("insured") == "no":
        total, money_steps = cents(own * days / 30), []
        money_steps.append(f"单位按产假前工资支付：{plain(own)} ÷ 30 × {plain(days)} 天 = {yuan(total)}")
        headline = f"可以休假 {plain(days)} 天；单位没交生育保险，这期间的工资 {yuan(total)} 由单位付。"
    else:
        total, money_steps, headline = _insured(given, days, own)
    return Result(
        headline,
        (*day_steps, *money_steps),
        _statutes(given),
        _assumptions(given, event),
        _ADVICE,
        total,
    )


def _days(given: Given, event: str) -> tuple[Decimal, list[str]]:
    if event != _BIRTH:
        name, count = _MISCARRIAGE[event]
        return Decimal(count), [f"{name}：{count} 天"]
    difficult = given.text("difficult") == "yes"
    babies = int(given.number("babies"))
    extra = given.number("extra_days")
    if extra != extra.to_integral_value():
        raise Invalid("bad_figure", "本省延长的产假应是整天数，请核对后重新填写")
    parts = ["98 天"]
    if difficult:
        parts.append("难产 15 天")
    if babies > 1:
        parts.append(f"多胞胎 15 × {babies - 1} = {15 * (babies - 1)} 天")
    if extra:
        parts.append(f"本省延长 {plain(extra)} 天")
    days = leave_days(event, difficult, babies) + extra
    return days, [f"产假：{' + '.join(parts)}，共 {plain(days)} 天"]


def _insured(given: Given, days: Decimal, own: Decimal) -> tuple[Decimal, list[str], str]:
    base = given.number("base_wage")
    if base == 0:
        raise Invalid("bad_figure", "单位的平均缴费工资不能是 0，请向单位人事或医保经办机构问清楚")
    allowance = cents(base * days / 30)
    steps = [f"生育津贴：{plain(base)} ÷ 30 × {plain(days)} 天 = {yuan(allowance)}"]
    normal = cents(own * days / 30)
    headline = f"可以休假 {plain(days)} 天，生育津贴大约 {yuan(allowance)}"
    steps.append(f"同样天数的本人工资：{plain(own)} ÷ 30 × {plain(days)} 天 = {yuan(normal)}")
    if normal <= allowance:
        steps.append("津贴不低于本人工资，按津贴领")
        return allowance, steps, f"{headline}。"
    gap = normal - allowance
    steps.append(f"津贴低于本人工资，差额由单位补：{plain(normal)} − {plain(allowance)} = {yuan(gap)}")
    return normal, steps, f"{headline}，比您的工资少，单位还应补 {yuan(gap)}，合计 {yuan(normal)}。"


def _statutes(given: Given) -> tuple[str, ...]:
    common = ("《女职工劳动保护特别规定》第七条", "《女职工劳动保护特别规定》第八条")
    if given.text("insured") == "no":
        return common
    return (
        *common,
        "《社会保险法》第五十四条",
        "《社会保险法》第五十六条",
        "《女职工劳动保护特别规定》第五条",
    )


def _assumptions(given: Given, event: str) -> tuple[str, ...]:
    found = []
    if event == _BIRTH and not given.number("extra_days"):
        found.append("没有算本省延长的产假；多数省份有，天数看本省的人口与计划生育条例")
    if event == _BIRTH and given.number("extra_days"):
        found.append("延长的产假天数是您填的；有的地方延长部分由单位发工资，不由生育保险发津贴")
    if event == _BIRTH:
        found.append(f"生育 {plain(given.number('babies'))} 个宝宝")
    if given.text("insured") == "yes":
        found += [
            "津贴按单位上年度职工月平均缴费工资 ÷ 30 计算，有的地方除以 30.4，以医保经办机构核定为准",
            "已经符合当地的连续缴费要求（各地不同，一般要缴满若干个月）",
            "津贴低于本人产假前工资的部分由单位补足，这是各地通行的做法",
        ]
    else:
        found.append("产假前工资按休假前 12 个月的平均月工资计算")
    return tuple(found)


_ADVICE = (
    "凭医院证明书面请假，留好出生或流产证明、出院小结、工资流水。津贴由单位或本人向医保经办机构申领，"
    "到了单位账上不给您的，投诉 12333，或在一年内申请劳动仲裁。问政策打 12333，求助工会 12351。"
)


def _is_birth(given: Given) -> bool:
    return given.has("event") and given.text("event") == _BIRTH


_YES_NO = (Choice("yes", "是"), Choice("no", "不是"))

MATERNITY = Calculator(
    key="maternity",
    title="产假和生育津贴",
    about="生孩子或流产能休多少天，这段时间的钱有多少、谁来付。",
    topic="maternity_pay",
    figures=(
        Figure(
            "event",
            "休假原因",
            Kind.CHOICE,
            "是生孩子，还是流产？",
            choices=(
                Choice(_BIRTH, "生孩子"),
                Choice("early", "流产，怀孕未满 4 个月"),
                Choice("late", "流产，怀孕满 4 个月"),
            ),
        ),
        Figure(
            "difficult",
            "是不是难产",
            Kind.CHOICE,
            "是难产吗？",
            "剖宫产在多数地方按难产算，以当地规定和医院证明为准",
            choices=_YES_NO,
            needed=_is_birth,
        ),
        Figure(
            "babies",
            "宝宝个数",
            Kind.COUNT,
            "生了几个宝宝？",
            lowest=Decimal(1),
            highest=Decimal(8),
            default=Decimal(1),
            needed=_is_birth,
        ),
        Figure(
            "extra_days",
            "本省延长的产假",
            Kind.DAYS,
            "您所在的省在 98 天之外延长多少天产假？",
            "多数省份延长 60 天或更多，问 12333 或单位人事；不知道就填 0",
            highest=Decimal(300),
            needed=_is_birth,
        ),
        Figure(
            "insured",
            "单位有没有交生育保险",
            Kind.CHOICE,
            "单位给您交生育保险了吗？",
            "现在和职工医保一起交，交了职工医保一般就有",
            choices=(Choice("yes", "交了"), Choice("no", "没交")),
        ),
        Figure(
            "base_wage",
            "单位上年度职工月平均缴费工资",
            Kind.MONEY,
            "单位上年度职工月平均缴费工资是多少元？",
            "是全单位的平均数，不是您本人的；问单位人事或医保经办机构",
            highest=Decimal(200_000),
            needed=lambda given: given.has("insured") and given.text("insured") == "yes",
        ),
        Figure(
            "own_wage",
            "本人休假前的月平均工资",
            Kind.MONEY,
            "休假前 12 个月，您平均每月工资多少元？",
            "税前，含奖金、津贴",
            highest=Decimal(1_000_000),
        ),
    ),
    rule=_rule,
)
