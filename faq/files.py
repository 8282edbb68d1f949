"""Tables that staff edit in a spreadsheet: CSV, XLSX or JSONL, by suffix. Read with an error per bad row."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from core.errors import Invalid
from core.spreadsheets import cell, unguard
from core.text import clean

COLUMNS = (
    "id",
    "topic",
    "category",
    "question",
    "alternates",
    "answer",
    "details",
    "citations",
    "region",
    "valid_from",
    "valid_until",
    "checked_on",
)
_REQUIRED = ("id", "question", "answer")
_LIMITS = {
    "id": 80,
    "topic": 80,
    "category": 40,
    "question": 500,
    "answer": 8000,
    "details": 20_000,
    "region": 40,
}
_MAX_FILE_BYTES = 64_000_000
_MAX_UNPACKED_BYTES = 150_000_000
"""Of a workbook, which is a ZIP: a few kilobytes of it can be gigabytes of nothing."""


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry as a file gives it, checked."""

    code: str
    topic: str
    category: str
    question: str
    alternates: tuple[str, ...]
    answer: str
    details: str = ""
    citations: tuple[str, ...] = ()
    region: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    checked_on: date | None = None
    given: frozenset[str] | None = field(default=None, compare=False)
    """The columns that the file had: what it does not speak of stays as it is stored. None: all."""


@dataclass(frozen=True, slots=True)
class RowError:
    """`row` counts as a spreadsheet does: the heading is row 1 (in JSONL: the line)."""

    row: int
    message: str

    def __str__(self) -> str:
        return f"第 {self.row} 行：{self.message}"


Row = tuple[int, Mapping[str, Any] | RowError]
"""A row's number and its cells by column, or what is wrong with it."""


def read_entries(path: Path) -> tuple[list[EntryRow], list[RowError]]:
    """All good rows and all errors of a file. Raises Invalid when the file as a whole can't be read."""
    return _check_rows(read_rows(path, _REQUIRED))


def read_upload(name: str, data: bytes) -> tuple[list[EntryRow], list[RowError]]:
    """As `read_entries`, of a file that somebody sent."""
    return _check_rows(read_table(name, data, _REQUIRED))


def read_rows(path: Path, required: Sequence[str]) -> Iterator[Row]:
    """Rows by column, with their numbers; a row that is none comes as its error. Raises Invalid for the file as a whole:
    not readable, or without a column that is `required`."""
    _reader_of(path.name)
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise Invalid("too_large", f"{path.name} 超过 64 MB，请分成几个文件导入")
        data = path.read_bytes()
    except OSError as error:
        raise Invalid("unreadable", f"读不到文件 {path}：{error.strerror}") from None
    return read_table(path.name, data, required)


def read_table(name: str, data: bytes, required: Sequence[str]) -> Iterator[Row]:
    """As `read_rows`, of a file's content."""
    return _reader_of(name)(data, name, required)


def _reader_of(name: str) -> Callable[[bytes, str, Sequence[str]], Iterator[Row]]:
    readers = {".csv": _csv_rows, ".xlsx": _xlsx_rows, ".jsonl": _jsonl_rows}
    reader = readers.get(Path(name).suffix.lower())
    if reader is None:
        raise Invalid("bad_suffix", f"{name}：只能导入 .csv、.xlsx 或 .jsonl 文件")
    return reader


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> int:
    """Write rows (keys: `columns`) as CSV, XLSX or JSONL by suffix; returns how many. Raises Invalid for the suffix."""
    table = list(rows)
    data = table_bytes(path.name, table, columns)
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Invalid("unwritable", f"写不了文件 {path}：{error.strerror}") from None
    return len(table)


def table_bytes(name: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> bytes:
    """A file of `rows` (keys: `columns`), CSV, XLSX or JSONL by the suffix of `name`. Raises Invalid for the suffix."""
    match Path(name).suffix.lower():
        case ".jsonl":
            return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
        case ".csv":
            text = io.StringIO(newline="")
            writer = csv.writer(text)
            writer.writerow(columns)
            writer.writerows([cell(row.get(name)) for name in columns] for row in rows)
            return text.getvalue().encode("utf-8-sig")
        case ".xlsx":
            target = io.BytesIO()
            book = Workbook(write_only=True)
            sheet = book.create_sheet("entries")
            sheet.append(list(columns))
            for row in rows:
                sheet.append([cell(row.get(name)) for name in columns])
            book.save(target)
            return target.getvalue()
    raise Invalid("bad_suffix", f"{name}：只能导出为 .csv、.xlsx 或 .jsonl 文件")


def _csv_rows(data: bytes, name: str, required: Sequence[str]) -> Iterator[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Chinese Excel saves CSV as GBK.
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise Invalid("bad_encoding", f"{name} 的文字编码认不出来，请另存为 UTF-8 的 CSV") from None
    if "\0" in text:
        raise Invalid("bad_csv", f"{name} 不是文本文件")
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        head = next(rows, [])
        # A cell may hold line breaks, so the reader's count of lines is not the spreadsheet's of rows.
        yield from _with_heading(head, enumerate(rows, 2), name, required)
    except csv.Error as error:
        raise Invalid("bad_csv", f"{name} 第 {rows.line_num} 行附近不是正确的 CSV：{error}") from None


def _xlsx_rows(data: bytes, name: str, required: Sequence[str]) -> Iterator[Row]:
    try:
        _refuse_bombs(data, name)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = enumerate(sheet.iter_rows(values_only=True), 1)
        # Formatted but empty rows reach down to the millionth in many a sheet.
        table = [(number, row) for number, row in rows if number == 1 or any(c is not None for c in row)]
    except Invalid:
        raise
    except Exception:  # a damaged file makes openpyxl raise whatever it stumbled over
        raise Invalid(
            "bad_xlsx", f"{name} 不是完好的 Excel 文件。请用 Excel 或 WPS 打开它，另存为 .xlsx 再试。"
        ) from None
    head = table[0][1] if table else ()
    yield from _with_heading(head, table[1:], name, required)


def _refuse_bombs(data: bytes, name: str) -> None:
    """`zipfile` unpacks no more than a part says it holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        if sum(part.file_size for part in parts.infolist()) > _MAX_UNPACKED_BYTES:
            raise Invalid("too_large", f"{name} 解压后太大，没有读取。请删掉多余的工作表和图片，或另存为 CSV")


def _with_heading(
    head: Sequence[Any], rows: Iterable[tuple[int, Sequence[Any]]], name: str, required: Sequence[str]
) -> Iterator[Row]:
    names = [str(cell or "").strip().lower() for cell in head]
    missing = [column for column in required if column not in names]
    if missing:
        raise Invalid("no_columns", f"{name} 的第一行（表头）缺少列：{'、'.join(missing)}")
    for number, row in rows:
        if any(cell not in (None, "") for cell in row[len(names) :]):
            yield number, RowError(number, "比表头多出几格：内容里有逗号时，整格要用双引号括起来")
        elif any(cell not in (None, "") for cell in row):
            # A row may end early; a cell it lacks is empty, its column is there all the same.
            yield number, dict.fromkeys(names) | dict(zip(names, row, strict=False))


def _jsonl_rows(data: bytes, name: str, _required: Sequence[str]) -> Iterator[Row]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid("bad_encoding", f"{name} 不是 UTF-8 文本") from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            yield number, value
        else:
            yield number, RowError(number, "不是一个 JSON 对象")


def _check_rows(rows: Iterable[Row]) -> tuple[list[EntryRow], list[RowError]]:
    good: list[EntryRow] = []
    errors: list[RowError] = []
    first_seen: dict[str, int] = {}
    for number, row in rows:
        if isinstance(row, RowError):
            errors.append(row)
            continue
        try:
            entry = _check_row(row)
        except Invalid as error:
            errors.append(RowError(number, error.message))
            continue
        if entry.code in first_seen:
            errors.append(RowError(number, f"id「{entry.code}」与第 {first_seen[entry.code]} 行重复"))
            continue
        first_seen[entry.code] = number
        good.append(entry)
    return good, errors


def _check_row(row: Mapping[str, Any]) -> EntryRow:
    texts = {name: cell_text(row.get(name)) for name in _LIMITS}
    for name, limit in _LIMITS.items():
        if name in _REQUIRED and not texts[name]:
            raise Invalid("empty", f"{name} 不能为空")
        if len(texts[name]) > limit:
            raise Invalid("too_long", f"{name} 超过 {limit} 个字")
    dates = {name: _date(row.get(name), name) for name in ("valid_from", "valid_until", "checked_on")}
    if dates["valid_from"] and dates["valid_until"] and dates["valid_from"] > dates["valid_until"]:
        raise Invalid("bad_dates", "valid_from 晚于 valid_until")
    return EntryRow(
        code=texts["id"],
        topic=texts["topic"],
        category=texts["category"],
        question=texts["question"],
        alternates=_list(row.get("alternates")),
        answer=texts["answer"],
        details=texts["details"],
        citations=_list(row.get("citations")),
        region=texts["region"],
        **dates,
        given=frozenset(COLUMNS) & row.keys(),
    )


def cell_text(value: Any) -> str:
    if isinstance(value, list | dict):
        raise Invalid("not_text", "应为文字的地方写成了列表或对象")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # spreadsheets give numbers for ids
    text = clean("" if value is None else str(value)).strip()
    return unguard(text)


def _list(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        items = [cell_text(item) for item in value]
    else:
        items = [item.strip() for item in cell_text(value).split("|")]
    return tuple(dict.fromkeys(item for item in items if item))


def _date(value: Any, name: str) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = cell_text(value).replace("/", "-")
    if not text:
        return None
    try:
        return date(*map(int, text.split("-")))
    except (ValueError, TypeError, OverflowError):
        raise Invalid("bad_date", f"{name} 应写成 2026-01-31 这样的日期，而不是「{text[:20]}」") from None
