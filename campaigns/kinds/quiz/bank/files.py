"""Files of questions: CSV, XLSX, GIFT and Aiken read by what they are, and written."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from campaigns.kinds.quiz.bank.aiken import looks_like_aiken, read_aiken
from campaigns.kinds.quiz.bank.gift import read_gift, write_gift
from campaigns.kinds.quiz.bank.questions import COLUMNS, Question, cells_of, check_question
from core.errors import Invalid
from faq.files import Row, RowError, read_table, table_bytes

REQUIRED = ("id", "subject", "kind", "question", "answer")
DEFAULT_SUBJECT = "未分类"


def read_questions(
    name: str, data: bytes, subject: str = DEFAULT_SUBJECT
) -> tuple[list[Question], list[RowError]]:
    """All good questions and all errors; `subject` where the file names none. Raises Invalid for the file as a whole."""
    suffix = Path(name).suffix.lower()
    if suffix in (".csv", ".xlsx"):
        return check_rows(read_table(name, data, REQUIRED))
    if suffix not in (".txt", ".gift"):
        raise Invalid("bad_suffix", f"{name}：只能导入 .csv、.xlsx、.gift 或 .txt 文件")
    text = _decoded(name, data)
    if suffix == ".txt" and looks_like_aiken(text):
        return read_aiken(text, subject)
    return read_gift(text, subject)


def check_rows(rows: Iterable[Row]) -> tuple[list[Question], list[RowError]]:
    """One bad row spoils nothing else."""
    good: list[Question] = []
    errors: list[RowError] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        if isinstance(row, RowError):
            errors.append(row)
            continue
        try:
            question = check_question(row)
        except Invalid as error:
            errors.append(RowError(number, error.message))
            continue
        if question.code in seen:
            errors.append(RowError(number, f"id「{question.code}」与第 {seen[question.code]} 行重复"))
            continue
        seen[question.code] = number
        good.append(question)
    return good, errors


def write_questions(kind: str, questions: Sequence[Question]) -> bytes:
    """A file of `kind`: csv, xlsx or gift. Raises Invalid."""
    if kind == "gift":
        return write_gift(questions).encode()
    return table_bytes(f"questions.{kind}", [cells_of(one) for one in questions], COLUMNS)


def _decoded(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid("bad_encoding", f"{name} 的文字编码认不出来，请另存为 UTF-8 的文本")
