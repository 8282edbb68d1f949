"""What the proof reads: the knowledge, the facts of laws.yaml, the texts of statutes, and where the eval's questions are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from core.clock import SHANGHAI
from core.errors import DomainError
from core.settings import ROOT
from faq.citations import read_laws
from faq.files import EntryRow, read_entries
from proofs.answers.book import Book
from proofs.findings import Findings

LINE = "sources"
KNOWLEDGE = ROOT / "content" / "knowledge"
TRAINING = ROOT / "content" / "training"
_SHARED = ROOT.parent / "shared"


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry, and the file and row it stands in (rows as a spreadsheet counts them)."""

    file: str
    number: int
    row: EntryRow

    @property
    def place(self) -> str:
        return f"{self.file} 第 {self.number} 行"

    @property
    def name(self) -> str:
        return f"{self.file} {self.row.code}"

    @property
    def words(self) -> str:
        """All that the entry says: question, answer, and details where it has any."""
        return "\n".join((self.row.question, *self.shown))

    @property
    def shown(self) -> tuple[str, ...]:
        """What people read as the answer."""
        return tuple(text for text in (self.row.answer, self.row.details) if text)


@dataclass(frozen=True, slots=True)
class Sources:
    """`evaluation` is None where there are no eval questions to compare with."""

    entries: tuple[Placed, ...]
    book: Book
    training: Path
    evaluation: Path | None
    today: date


def read_sources(env: Mapping[str, str], findings: Findings) -> Sources:
    """What `env` names (LAWS, EVAL), else what lies beside the checkout. What is missing or can't be read is a violation."""
    laws = Path(env.get("LAWS") or _SHARED / "laws")
    return Sources(
        entries=tuple(read_knowledge(sorted(KNOWLEDGE.glob("*.csv")), findings)),
        book=_read_book(laws, findings),
        training=TRAINING,
        evaluation=_evaluation(env, findings),
        today=datetime.now(SHANGHAI).date(),
    )


def read_knowledge(paths: Sequence[Path], findings: Findings) -> list[Placed]:
    """Every entry of the files; rows that can't be read are violations."""
    found: list[Placed] = []
    for path in paths:
        findings.attempted(LINE)
        rows, errors = read_entries(path)
        for error in errors:
            findings.violated(LINE, "bad_row", f"{path.name} {error}")
        bad = {error.row for error in errors}
        # Rows that are all empty are left out by both; there are none in files that were exported.
        numbers = (number for number in range(2, len(rows) + len(bad) + 2) if number not in bad)
        found += [Placed(path.name, number, row) for number, row in zip(numbers, rows, strict=True)]
    return found


def _read_book(folder: Path, findings: Findings) -> Book:
    facts = read_laws(KNOWLEDGE / "laws.yaml")
    findings.attempted(LINE)
    try:
        return Book.read(facts, folder)
    except DomainError as error:
        findings.violated(
            LINE,
            "no_laws",
            f"没有法规全文（{error.message}）。请用 LAWS=文件夹 指明，里面是「劳动合同法(2012-12-28).md」这样的文件",
        )
        return Book(facts, ())


def _evaluation(env: Mapping[str, str], findings: Findings) -> Path | None:
    named = env.get("EVAL")
    path = Path(named or _SHARED / "eval") / "labour_dev.jsonl"
    if path.is_file():
        return path
    if named:
        findings.violated(LINE, "no_eval", f"{path} 不存在：请用 EVAL=文件夹 指明评测问题所在的文件夹")
    else:
        findings.figure(LINE, eval="没有评测问题，未比对；要比对请设 EVAL=文件夹")
    return None
