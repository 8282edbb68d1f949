"""What the calculators cite exists: in results computed from figures drawn by lot, and in the texts of their modules."""

import ast
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from core.clock import SHANGHAI, system_clock
from core.errors import Invalid
from faq import calculators
from faq.calculators.base import Calculator, Figure, Given, Kind, Result, Value
from faq.calculators.catalog import CALCULATORS
from faq.calculators.regions import REGIONS
from proofs.answers.book import Book, Reference, read_reference, references_in
from proofs.findings import Findings
from proofs.run import Run

LINE = "calculators"
_DAYS = (400, 3_000, 25_000)
"""How long ago a date may lie: of a year's claims, of a job, of a birth."""


def prove(run: Run, findings: Findings, book: Book) -> None:
    """Every calculator gives results, and every citation in them is of a place that exists."""
    tries = run.pick(small=300, full=3000)
    for calculator in CALCULATORS:
        findings.attempted(LINE)
        results = list(draw_results(calculator, tries, run.chance(calculator.key)))
        if not results:
            findings.violated(LINE, "no_result", f"{calculator.title}：{tries} 组数字都没有算出结果")
        check_results(findings, book, calculator.title, results)
    for path in sorted(Path(calculators.__file__).parent.glob("*.py")):
        for text in texts_in(path):
            _check(findings, book, f"faq/calculators/{path.name}", references_in(text))


def check_results(findings: Findings, book: Book, title: str, results: Iterable[Result]) -> None:
    """Each citation of each result, once."""
    told = list(results)
    for citation in sorted({citation for result in told for citation in result.statutes}):
        place = read_reference(citation)
        if place is None:
            findings.violated(LINE, "wrong", f"{title} {citation}：写法认不出来")
        _check(findings, book, title, [place] if place else [])
    running = {text for r in told for text in (r.headline, *r.steps, *r.assumptions, r.advice)}
    places = {place for text in running for place in references_in(text)}
    _check(findings, book, title, sorted(places, key=str))


def draw_results(calculator: Calculator, tries: int, chance: Random) -> Iterator[Result]:
    """What comes out of figures drawn by lot; those that can't belong together give nothing."""
    today = system_clock().astimezone(SHANGHAI).date()
    for _ in range(tries):
        given = Given({}, today)
        span = chance.choice(_DAYS)
        for figure in calculator.figures:
            left_out = figure.optional and chance.random() < 0.5
            if not left_out and figure.needed(given):
                given = given.with_value(figure.name, _draw(figure, given, span, chance))
        try:
            yield calculator.compute(given)
        except Invalid:
            continue


def texts_in(path: Path) -> list[str]:
    """The strings of a module that people may read: all but docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    silent = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)
    }  # a string that stands alone is a docstring
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    ]


def _draw(figure: Figure, given: Given, span: int, chance: Random) -> Value:
    match figure.kind:
        case Kind.CHOICE:
            return chance.choice(figure.choices).value
        case Kind.REGION:
            return chance.choice(REGIONS)
        case Kind.DATE:
            return given.today - timedelta(days=chance.randrange(span))
        case _:
            return _draw_number(figure, chance)


def _draw_number(figure: Figure, chance: Random) -> Value:
    """Between the bounds; small numbers as often as large ones."""
    low, high = float(figure.lowest), float(figure.highest)
    number = low + (high - low) ** chance.random() if high > low + 1 else high
    return min(max(Decimal(round(number)), figure.lowest), figure.highest)


def _check(findings: Findings, book: Book, where: str, places: Iterable[Reference]) -> None:
    for place in places:
        findings.attempted(LINE)
        problem = book.check(place)
        if problem:
            findings.violated(LINE, "wrong", f"{where} {place}：{problem}")
