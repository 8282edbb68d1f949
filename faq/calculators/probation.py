"""The longest probation a contract allows. 《劳动合同法》第十九条、第二十条、第八十三条."""

from decimal import Decimal

from core.errors import Invalid
from faq.calculators.base import Calculator, Choice, Figure, Given, Kind, Result, duration, plain, yuan

_YEAR = Decimal(12)


def longest_probation(contract_months: Decimal) -> Decimal:
    """Months of probation that a contract of a fixed term allows; 0 below three months."""
    if contract_months < 3:
        return Decimal(0)
    if contract_months < _YEAR:
        return Decimal(1)
    return Decimal(2) if contract_months < 3 * _YEAR else Decimal(6)


def _rule(given: Given) -> Result:
    term = given.text("term")
    if term == "task":
        longest, step = Decimal(0), "以完成一定工作任务为期限的合同：不得约定试用期"
    elif term == "open":
        longest, step = Decimal(6), "无固定期限合同：试用期不超过 6 个月"
    else:
        months = given.number("contract_months")
        if months == 0:
            raise Invalid("bad_figure", "合同期限不能是 0，请填合同上写的期限")
        longest = longest_probation(months)
        step = f"合同期限 {duration(months)}：" + (
            f"试用期不超过 {plain(longest)} 个月" if longest else "不满 3 个月，不得约定试用期"
        )
    agreed = given.number("agreed_months")
    steps = [step, f"约定的试用期 {duration(agreed)}"]
    over = agreed - longest
    if over <= 0:
        headline = (
            f"约定的试用期没有超过法定上限（{plain(longest)} 个月）。"
            if longest or agreed
            else "没有约定试用期，合法。"
        )
        return Result(headline, tuple(steps), ("《劳动合同法》第十九条",), _ASSUMED, _ADVICE, longest)
    steps.append(f"超过 {plain(agreed)} − {plain(longest)} = {plain(over)} 个月")
    headline = (
        f"试用期超过了法定上限：最多 {plain(longest)} 个月，多约定了 {plain(over)} 个月，超出部分无效。"
    )
    if not longest:
        headline = f"这样的合同不得约定试用期，约定的 {plain(agreed)} 个月无效。"
    if given.has("wage"):
        damages = given.number("wage") * over
        steps.append(
            f"已经履行的违法试用期，赔偿金 {plain(given.number('wage'))} × {plain(over)} = {yuan(damages)}"
        )
        headline += f"如果已经按试用期干满，可以要求赔偿金 {yuan(damages)}。"
    statutes = ("《劳动合同法》第十九条", "《劳动合同法》第八十三条")
    return Result(headline, tuple(steps), statutes, _ASSUMED, _ADVICE, longest)


_ASSUMED = ("同一单位与同一劳动者只约定过一次试用期", "赔偿金按转正后的月工资、按已经履行的超出月数计算")
_ADVICE = "留好合同、工资条和考勤。可以先要求单位改正，也可以向劳动保障监察大队投诉（12333）或在一年内申请劳动仲裁。"

PROBATION = Calculator(
    key="probation",
    title="试用期上限",
    about="合同签多久、试用期最多多长，多约定了能要多少赔偿。",
    topic="prob_len",
    figures=(
        Figure(
            "term",
            "合同种类",
            Kind.CHOICE,
            "您的劳动合同是哪一种？",
            choices=(
                Choice("fixed", "有固定期限（写明几年几个月）"),
                Choice("open", "无固定期限"),
                Choice("task", "干完一项工作为止"),
            ),
        ),
        Figure(
            "contract_months",
            "合同期限",
            Kind.MONTHS,
            "合同签了多久？比如「1年」「3年」。",
            highest=Decimal(600),
            needed=lambda given: given.has("term") and given.text("term") == "fixed",
        ),
        Figure(
            "agreed_months", "约定的试用期", Kind.MONTHS, "合同约定的试用期是几个月？", highest=Decimal(60)
        ),
        Figure(
            "wage",
            "转正后的月工资",
            Kind.MONEY,
            "转正后每月工资多少元？",
            "只有要算赔偿金时才用得到",
            highest=Decimal(1_000_000),
            optional=True,
        ),
    ),
    rule=_rule,
)
