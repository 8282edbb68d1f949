"""Calculators as pages: the list, and a form for each with its result. Figures stand in the address; nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from flask import Blueprint, Response, render_template, request

from core.clock import SHANGHAI
from core.errors import Invalid, NotFound
from core.text import comparable
from faq.calculators.base import Choice, Figure, Given, Kind, Result, Value, check, plain, written
from faq.calculators.catalog import CALCULATORS, EAR
from faq.calculators.hearing import Hearing, read_answer
from faq.calculators.regions import REGIONS
from faq.calculators.wording import MONTHS, UNITS, YEARS, number, shown
from house.current import parts
from web.pages import secure

_LONGEST = 40
"""Letters of a field that are looked at."""
_SENT = "go"
"""The hidden field of a form that was sent: an empty one is then told what is missing."""
pages = secure(Blueprint("calculator_pages", __name__, template_folder="../templates"))


@dataclass(frozen=True, slots=True)
class Field:
    """A figure in the form: what was typed (`texts` by field name) and what is wrong with it (empty: nothing)."""

    figure: Figure
    texts: Mapping[str, str]
    need: str
    error: str = ""

    @property
    def choices(self) -> Sequence[Choice]:
        if self.figure.kind is Kind.REGION:
            return [Choice(region, region) for region in REGIONS]
        return self.figure.choices

    @property
    def shape(self) -> str:
        """Which control it is: `radio`, `select`, `months`, `date` or `number`."""
        match self.figure.kind:
            case Kind.CHOICE | Kind.REGION:
                return "radio" if len(self.choices) <= 7 else "select"
            case Kind.MONTHS:
                return "months"
            case Kind.DATE:
                return "date"
            case _:
                return "number"

    @property
    def anchor(self) -> str:
        """The id of the control that an error leads to."""
        name = f"f-{self.figure.name}"
        return f"{name}-1" if self.shape == "radio" else f"{name}{YEARS}" if self.shape == "months" else name

    @property
    def filled(self) -> bool:
        return any(self.text(ending) for ending in ("", YEARS, MONTHS))

    @property
    def unit(self) -> str:
        return UNITS.get(self.figure.kind, "")

    @property
    def described_by(self) -> str:
        ids = [f"f-{self.figure.name}-hint", *([f"f-{self.figure.name}-error"] if self.error else [])]
        return " ".join(ids)

    def text(self, ending: str = "") -> str:
        return self.texts.get(self.figure.name + ending, "")


@dataclass
class _Form:
    """What was sent, read. `missing`: nothing is wrong, only some figures are not there yet."""

    values: dict[str, Value] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    """What is wrong with the figures together."""
    result: Result | None = None
    missing: bool = False


@pages.get("/h5/<account_key>/calculators")
def index(account_key: str) -> Response:
    """All calculators."""
    account = parts().directory.get(account_key)
    html = render_template(
        "faq/calculators.html", title="维权计算器", account=account, calculators=CALCULATORS
    )
    return Response(html)


@pages.get("/h5/<account_key>/calculators/<key>")
def show(account_key: str, key: str) -> Response:
    """One calculator's form; with figures in the address, their result above it, or what is wrong with them."""
    account = parts().directory.get(account_key)
    hearing = EAR.by_key.get(key)
    if hearing is None:
        raise NotFound(
            "no_calculator", "没有这个计算器，可能换了地址。请看看全部计算器，或在公众号里回复「计算器」。"
        )
    today = parts().clock().astimezone(SHANGHAI).date()
    texts = {name: text.strip()[:_LONGEST] for name, text in request.args.items()}
    sent = any(texts.values())
    form = _read(hearing, texts, today) if sent else _Form()
    figures = [figure for figure in hearing.calculator.figures if _concerns(figure, form, today)]
    fields = [_field(figure, texts if sent else None, form, today) for figure in figures]
    said = [
        (f.label, shown(f, form.values[f.name])) for f in hearing.calculator.figures if f.name in form.values
    ]
    html = render_template(
        "faq/calculator.html",
        title=hearing.calculator.title,
        account=account,
        calculator=hearing.calculator,
        fields=[field for field in fields if not field.figure.optional],
        extras=[field for field in fields if field.figure.optional],
        more=not sent and len(figures) < len(hearing.calculator.figures),
        said=said,
        sent_name=_SENT,
        form=form,
    )
    return Response(html)


def _concerns(figure: Figure, form: _Form, today: date) -> bool:
    """Is the figure shown? Those that hang on others wait until the others make them needed."""
    return (
        figure.optional
        or figure.name in form.values
        or figure.name in form.errors
        or figure.needed(Given({}, today))
        or figure.needed(Given(form.values, today))
    )


def _field(figure: Figure, texts: Mapping[str, str] | None, form: _Form, today: date) -> Field:
    """`texts` None for a form that was not sent: defaults stand in it."""
    if texts is None:
        texts = {} if figure.default is None else {figure.name: written(figure.default)}
    elif figure.kind is Kind.DATE and figure.name in form.values:
        texts = {figure.name: written(form.values[figure.name])}  # native date inputs know no other spelling
    return Field(figure, texts, _need(figure), form.errors.get(figure.name, ""))


def _need(figure: Figure) -> str:
    """Whether a figure must be given."""
    if figure.optional:
        return "选填"
    if isinstance(figure.default, Decimal):
        return f"选填，不填按 {plain(figure.default)} 算"
    return "必填"


def _read(hearing: Hearing, texts: Mapping[str, str], today: date) -> _Form:
    form = _Form()
    for figure in hearing.calculator.figures:
        try:
            value = _value(hearing, figure, texts, today)
            if value is not None:
                check(figure, value)
                form.values[figure.name] = value
        except Invalid as error:
            form.errors[figure.name] = error.message
    given = Given(form.values, today)
    form.missing = not form.errors
    for figure in hearing.calculator.missing(given):
        form.errors.setdefault(figure.name, f"「{figure.label}」还没有{'选' if figure.choices else '填'}")
    if not form.errors:
        try:
            form.result = hearing.calculator.compute(given)
        except Invalid as error:
            form.problem = error.message
    return form


def _value(hearing: Hearing, figure: Figure, texts: Mapping[str, str], today: date) -> Value | None:
    """What stands in a figure's fields; None where they are empty. Raises Invalid."""
    if figure.kind is Kind.MONTHS:
        return _length(hearing, figure, texts, today)
    text = comparable(texts.get(figure.name, ""))
    if not text:
        return None
    if figure.kind is Kind.CHOICE:
        return text
    value = read_answer(hearing, figure, text, today)
    if value is None:
        raise Invalid("bad_figure", f"{figure.label}没有看懂，请重新填写")
    return value


def _length(hearing: Hearing, figure: Figure, texts: Mapping[str, str], today: date) -> Value | None:
    """Months, from a field of years and one of months, or all of it in the first (「3年半」); None where both are empty.
    Raises Invalid."""
    years, months = (comparable(texts.get(figure.name + ending, "")) for ending in (YEARS, MONTHS))
    if not years and not months:
        return None
    counts = [number(text) for text in (years or "0", months or "0")]
    if counts[0] is None and not months and (value := read_answer(hearing, figure, years, today)) is not None:
        return value
    if counts[0] is None or counts[1] is None:
        raise Invalid("bad_figure", f"{figure.label}的年和月请各填一个数字")
    return counts[0] * 12 + counts[1]
