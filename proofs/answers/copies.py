"""No eval question stands word for word in the knowledge or among the training questions: they may not be republished, and
what was learnt by heart measures nothing. A violation names the place and never the question.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from faq.spelling import Speller
from proofs.answers.sources import Placed, Sources
from proofs.findings import Findings

LINE = "copies"


class _Line(NamedTuple):
    place: str
    text: str


def prove(findings: Findings, sources: Sources) -> None:
    """Compares all phrasings and all training questions, as `Speller` spells them."""
    if sources.evaluation is None:
        return
    spell = Speller({}).spell
    asked = {spell(question) for question in _questions(sources.evaluation)} - {""}
    findings.figure(LINE, eval_questions=len(asked))
    for line in (*_phrasings(sources.entries), *_training(sources.training)):
        findings.attempted(LINE)
        if spell(line.text) in asked:
            findings.violated(LINE, "copied", f"{line.place}与评测问题一字不差，请换个说法")


def _questions(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8").split("\n"):
        if line.strip():
            yield str(json.loads(line)["query"])


def _phrasings(entries: Iterable[Placed]) -> Iterator[_Line]:
    for entry in entries:
        for text in (entry.row.question, *entry.row.alternates):
            yield _Line(f"{entry.place}（{entry.row.code}）", text)


def _training(folder: Path) -> Iterator[_Line]:
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.DictReader(file), 2):
                yield _Line(f"{path.name} 第 {number} 行", row["question"])
