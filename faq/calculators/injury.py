"""What a work injury with a grade of disability is paid: the lump sum, the monthly allowance, and the two sums that
provinces set. 《工伤保险条例》第三十五条至第三十七条、第六十二条、第六十四条."""

from decimal import Decimal

from core.errors import Invalid
from faq.calculators.base import Calculator, Choice, Figure, Given, Kind, Result, cents, plain, yuan

_GRADES = ("一级", "二级", "三级", "四级", "五级", "六级", "七级", "八级", "九级", "十级")
_MONTHS = (27, 25, 23, 21, 18, 16, 13, 11, 9, 7)
_MONTHLY_PERCENT = {1: 90, 2: 85, 3: 80, 4: 75, 5: 70, 6: 60}
_LOCAL_SUMS = (
    ("medical_months", "一次性工伤医疗补助金", "工伤保险基金"),
    ("job_months", "一次性伤残就业补助金", "单位"),
)


def lump_sum_months(grade: int) -> int:
    """Months of the person's own wage, for grades 1 (worst) to 10. 《工伤保险条例》第三十五条至第三十七条."""
    return _MONTHS[grade - 1]


def insured_wage(wage: Decimal, average: Decimal) -> Decimal:
    """本人工资 in 元: `wage`, at least 60 % and at most 300 % of the local average. 《工伤保险条例》第六十四条."""
    return min(max(wage, average * 60 / 100), average * 3)


def _rule(given: Given) -> Result:
    grade = int(given.text("grade"))
    insured = given.text("insured") == "yes"
    _check(given, grade)
    wage, steps = _wage(given)
    months = lump_sum_months(grade)
    total = cents(wage * months)
    name = _GRADES[grade - 1]
    fund = "工伤保险基金" if insured else "单位"
    steps.append(
        f"一次性伤残补助金（{name}，{fund}付）：{plain(cents(wage))} × {months} 个月 = {yuan(total)}"
    )
    headline = f"{name}伤残的一次性伤残补助金是 {yuan(total)}"
    monthly = _monthly(given, grade, wage, insured)
    if monthly:
        amount, step = monthly
        steps.append(step)
        headline += f"，另有每月 {yuan(amount)}的伤残津贴"
    extra = _local_sums(given, wage, insured)
    steps.extend(step for _, step in extra)
    if extra:
        total += sum((amount for amount, _ in extra), Decimal(0))
        headline += f"；加上离开单位时的补助金，一次性共 {yuan(total)}"
    elif grade >= 5:
        names = "和".join(f"{title}（{payer if insured else '单位'}付）" for _, title, payer in _LOCAL_SUMS)
        steps.append(f"离开单位时另有{names}，月数由省里定，这里没有算")
    if not insured:
        headline += "，单位没参保，都由单位付"
    return Result(
        f"{headline}。",
        tuple(steps),
        _statutes(grade, insured),
        _assumptions(given, grade),
        _advice(insured),
        total,
    )


def _check(given: Given, grade: int) -> None:
    if given.number("wage") == 0:
        raise Invalid("bad_figure", "工资不能是 0，请填受伤前 12 个月的平均月工资")
    for name in ("average_wage", "min_wage", "local_base"):
        if given.has(name) and given.number(name) == 0:
            label = next(figure.label for figure in INJURY.figures if figure.name == name)
            raise Invalid("bad_figure", f"{label}不能是 0；不知道就空着不填")
    if grade <= 4 and any(given.has(name) for name, _, _ in _LOCAL_SUMS):
        raise Invalid(
            "bad_figure",
            "一级到四级保留劳动关系、按月领伤残津贴，没有医疗补助金和就业补助金，请把这两项月数去掉",
        )
    if given.has("average_wage") and given.has("min_wage"):
        average, lowest = given.number("average_wage"), given.number("min_wage")
        if lowest > average:
            raise Invalid("bad_figure", "最低工资比当地平均工资还高，请核对这两个数是不是填反了")


def _wage(given: Given) -> tuple[Decimal, list[str]]:
    wage = given.number("wage")
    if not given.has("average_wage"):
        return wage, [f"本人工资：受伤前 12 个月平均 {yuan(wage)}"]
    average = given.number("average_wage")
    counted = insured_wage(wage, average)
    if counted > wage:
        step = (
            f"本人工资 {yuan(wage)} 低于当地平均工资的 60%，按 {plain(average)} × 60% = {yuan(counted)} 计算"
        )
    elif counted < wage:
        step = f"本人工资 {yuan(wage)} 高于当地平均工资的 300%，按 {plain(average)} × 300% = {yuan(counted)} 计算"
    else:
        step = f"本人工资 {yuan(wage)}，在当地平均工资 {yuan(average)}的 60% 到 300% 之间，按本人工资计算"
    return counted, [step]


def _monthly(given: Given, grade: int, wage: Decimal, insured: bool) -> tuple[Decimal, str] | None:
    """The monthly allowance and its step; None where there is none (grades 7 to 10, or suitable work was given)."""
    percent = _MONTHLY_PERCENT.get(grade)
    if percent is None or (grade in (5, 6) and given.text("work") == "yes"):
        return None
    payer = "工伤保险基金" if grade <= 4 and insured else "单位"
    amount = cents(wage * percent / 100)
    step = f"每月伤残津贴（{payer}付）：{plain(cents(wage))} × {percent}% = {yuan(amount)}"
    if given.has("min_wage") and amount < given.number("min_wage"):
        amount = given.number("min_wage")
        step += f"，低于当地最低工资，补足到 {yuan(amount)}"
    return amount, step


def _local_sums(given: Given, wage: Decimal, insured: bool) -> list[tuple[Decimal, str]]:
    base = given.number("local_base") if given.has("local_base") else wage
    found = []
    for name, title, payer in _LOCAL_SUMS:
        if given.has(name):
            months = given.number(name)
            amount = cents(base * months)
            who = payer if insured else "单位"
            formula = f"{plain(cents(base))} × {plain(months)} 个月 = {yuan(amount)}"
            found.append((amount, f"{title}（{who}付）：{formula}"))
    return found


def _statutes(grade: int, insured: bool) -> tuple[str, ...]:
    article = "三十五" if grade <= 4 else "三十六" if grade <= 6 else "三十七"
    statutes = [f"《工伤保险条例》第{article}条", "《工伤保险条例》第六十四条"]
    if not insured:
        statutes += ["《工伤保险条例》第六十二条", "《社会保险法》第四十一条"]
    return tuple(statutes)


def _assumptions(given: Given, grade: int) -> tuple[str, ...]:
    found = ["已经认定为工伤，并有劳动能力鉴定结论", "本人工资是受伤前 12 个月的平均月缴费工资"]
    if not given.has("average_wage"):
        found.append("没有填当地平均工资，没有按 60% 到 300% 的上下限调整")
    if grade <= 6 and not given.has("min_wage") and not (grade >= 5 and given.text("work") == "yes"):
        found.append("伤残津贴低于当地最低工资的，应补足到最低工资；没有填最低工资，没有比较")
    has_sums = any(given.has(name) for name, _, _ in _LOCAL_SUMS)
    if has_sums and not given.has("local_base"):
        found.append("两项补助金暂按本人工资计算；有的省按当地平均工资计算，以本省规定为准")
    if has_sums:
        leaving = (
            "您本人提出离开才领这两项，离开后不再按月领津贴"
            if grade <= 6
            else "合同期满终止，或者您本人提出离开，才领这两项"
        )
        found.append(f"{leaving}；有的省对临近退休的人会减发")
    found.append("医疗费、住院伙食补助、停工留薪期工资、护理费、辅助器具费另算")
    return tuple(found)


def _advice(insured: bool) -> str:
    first = (
        "向参保地社保经办机构申领；单位按低基数缴费、领少了的，差额可以向单位要。"
        if insured
        else "先书面要求单位付；单位不付的，可以申请工伤保险基金先行支付。"
    )
    return (
        first + "留好工伤认定书、鉴定结论、工资流水和病历。与单位谈不拢，在一年内申请劳动仲裁（免费）。"
        "算清之前别签一次性了断的协议；各省标准问 12333，帮助找工会 12351。"
    )


INJURY = Calculator(
    key="injury",
    title="工伤伤残待遇",
    about="评了伤残等级，一次性补助金和每月津贴各有多少，谁来付。",
    topic="inj_comp",
    figures=(
        Figure(
            "grade",
            "伤残等级",
            Kind.CHOICE,
            "劳动能力鉴定结论是几级伤残？",
            "看劳动能力鉴定结论书，一级最重、十级最轻",
            choices=tuple(Choice(str(number), name) for number, name in enumerate(_GRADES, 1)),
        ),
        Figure(
            "wage",
            "受伤前 12 个月的平均月工资",
            Kind.MONEY,
            "受伤前 12 个月，平均每月工资多少元？",
            "参保的看平均月缴费工资（社保局可查），没参保的看税前工资流水",
            highest=Decimal(1_000_000),
        ),
        Figure(
            "insured",
            "单位有没有交工伤保险",
            Kind.CHOICE,
            "单位给您交工伤保险了吗？",
            "可以在社保卡 App 或 12333 查",
            choices=(Choice("yes", "交了"), Choice("no", "没交")),
        ),
        Figure(
            "work",
            "单位有没有安排适当工作",
            Kind.CHOICE,
            "受伤以后，单位有没有给您安排能干的工作？",
            choices=(Choice("yes", "安排了"), Choice("no", "安排不了")),
            needed=lambda given: given.has("grade") and given.text("grade") in ("5", "6"),
        ),
        Figure(
            "average_wage",
            "当地上年度职工月平均工资",
            Kind.MONEY,
            "当地上年度职工月平均工资是多少元？",
            "工资特别低或特别高时才用得到，问 12333",
            highest=Decimal(100_000),
            optional=True,
        ),
        Figure(
            "min_wage",
            "当地月最低工资",
            Kind.MONEY,
            "当地月最低工资是多少元？",
            "六级以上按月津贴不能比它低",
            highest=Decimal(20_000),
            optional=True,
        ),
        Figure(
            "medical_months",
            "一次性工伤医疗补助金的月数",
            Kind.COUNT,
            "您所在的省，这一级的一次性工伤医疗补助金是几个月？",
            "五级到十级、离开单位时才有，各省不同，问 12333",
            highest=Decimal(120),
            optional=True,
        ),
        Figure(
            "job_months",
            "一次性伤残就业补助金的月数",
            Kind.COUNT,
            "您所在的省，这一级的一次性伤残就业补助金是几个月？",
            "五级到十级、离开单位时才有，各省不同，问 12333",
            highest=Decimal(120),
            optional=True,
        ),
        Figure(
            "local_base",
            "两项补助金的计算基数",
            Kind.MONEY,
            "您所在的省，这两项补助金按多少元一个月计算？",
            "有的省按本人工资，有的省按当地平均工资；不填就按本人工资",
            highest=Decimal(100_000),
            optional=True,
        ),
    ),
    rule=_rule,
)
