"""Entries in files as staff save them, good and bad."""

import csv
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.errors import Invalid
from faq.files import COLUMNS, EntryRow, read_entries, write_rows

HEAD = "id,question,answer"
ROW = {
    "id": "deposit",
    "topic": "deposit",
    "category": "入职",
    "question": "收押金合法吗？",
    "alternates": ["要交押金", "收保证金"],
    "answer": "不合法。\n留好收据。",
    "details": "【怎么做】先写信。\n【要留的证据】收据。",
    "citations": ["《劳动合同法》第九条"],
    "region": "海湾市",
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
    "checked_on": "2026-11-20",
}
SUFFIXES = ["csv", "xlsx", "jsonl"]


def save(tmp_path: Path, text: str | bytes, name: str = "faq.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def book(tmp_path: Path, *rows: list[object]) -> Path:
    made = Workbook()
    for row in rows:
        made.active.append(row)
    path = tmp_path / "faq.xlsx"
    made.save(path)
    return path


def good(path: Path) -> list[EntryRow]:
    rows, errors = read_entries(path)
    assert errors == []
    return rows


def problems(path: Path) -> list[str]:
    return [str(error) for error in read_entries(path)[1]]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_is_read_again_unchanged(tmp_path: Path, suffix: str):
    path = tmp_path / f"out.{suffix}"
    assert write_rows(path, [ROW, {"id": "b", "question": "q", "answer": "a"}]) == 2
    first, second = good(path)
    assert first == EntryRow(
        code="deposit",
        topic="deposit",
        category="入职",
        question="收押金合法吗？",
        alternates=("要交押金", "收保证金"),
        answer="不合法。\n留好收据。",
        details="【怎么做】先写信。\n【要留的证据】收据。",
        citations=("《劳动合同法》第九条",),
        region="海湾市",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        checked_on=date(2026, 11, 20),
    )
    assert (second.code, second.alternates, second.valid_from) == ("b", (), None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_csv_is_read_in_the_encodings_that_spreadsheets_save(tmp_path: Path, encoding: str):
    path = save(tmp_path, f"{HEAD}\r\n押金,收押金合法吗？,不合法。\r\n".encode(encoding))
    assert good(path)[0].question == "收押金合法吗？"


@pytest.mark.parametrize(
    "data",
    ["静静".encode("utf-16"), b"\xff\xfe\xfd\x80\xff", b"\x81\x20\xff\xff"],
    ids=["utf-16", "noise", "broken"],
)
def test_csv_in_an_encoding_nobody_can_guess_is_refused(tmp_path: Path, data: bytes):
    with pytest.raises(Invalid, match=r"编码|文本"):
        read_entries(save(tmp_path, data))


def test_columns_in_any_order_upper_case_and_unknown_ones_are_fine(tmp_path: Path):
    path = save(tmp_path, "Answer,备注,ID, Question \na,x,1,q\n")
    assert (good(path)[0].code, good(path)[0].answer) == ("1", "a")


@pytest.mark.parametrize("missing", ["id", "question", "answer"])
def test_a_missing_column_is_named(tmp_path: Path, missing: str):
    head = [name for name in HEAD.split(",") if name != missing]
    with pytest.raises(Invalid, match=missing):
        read_entries(save(tmp_path, ",".join(head) + "\na,b\n"))
    with pytest.raises(Invalid, match=missing):
        read_entries(book(tmp_path, list(head), ["a", "b"]))


@pytest.mark.parametrize("name", ["faq.csv", "faq.xlsx"])
def test_an_empty_file_has_no_columns(tmp_path: Path, name: str):
    path = save(tmp_path, b"", name) if name.endswith("csv") else book(tmp_path)
    with pytest.raises(Invalid, match="表头"):
        read_entries(path)


BAD_CELLS = [
    ({"id": ""}, "id 不能为空"),
    ({"question": "   "}, "question 不能为空"),
    ({"answer": "\u0001"}, "answer 不能为空"),
    ({"id": "x" * 81}, "id 超过 80 个字"),
    ({"question": "问" * 501}, "question 超过 500 个字"),
    ({"answer": "答" * 8001}, "answer 超过 8000 个字"),
    ({"topic": "x" * 81}, "topic 超过 80 个字"),
    ({"category": "x" * 41}, "category 超过 40 个字"),
    ({"region": "x" * 41}, "region 超过 40 个字"),
    ({"valid_from": "明天"}, "valid_from 应写成"),
    ({"valid_from": "2026-13-01"}, "valid_from 应写成"),
    ({"valid_until": "2026-02-30"}, "valid_until 应写成"),
    ({"valid_until": "99999999999999999999-1-1"}, "valid_until 应写成"),
    ({"checked_on": "2026-1"}, "checked_on 应写成"),
    ({"valid_from": "2026-12-01", "valid_until": "2026-11-30"}, "valid_from 晚于 valid_until"),
]


def holds(suffix: str, change: dict[str, str]) -> bool:
    """A workbook can't hold a control character at all."""
    return not (suffix == "xlsx" and change.get("answer") == "\u0001")


@pytest.mark.parametrize(
    ("suffix", "change", "told"),
    [(suffix, change, told) for suffix in SUFFIXES for change, told in BAD_CELLS if holds(suffix, change)],
)
def test_a_bad_row_is_told_with_its_number_and_the_others_are_read(
    tmp_path: Path, suffix: str, change: dict[str, str], told: str
):
    path = tmp_path / f"faq.{suffix}"
    write_rows(path, [ROW, {**ROW, "id": "bad", **change}, {**ROW, "id": "last"}])
    rows, errors = read_entries(path)
    assert [row.code for row in rows] == ["deposit", "last"]
    assert [error.row for error in errors] == [2 if suffix == "jsonl" else 3]
    assert told in str(errors[0])


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_an_id_twice_is_told_with_both_rows(tmp_path: Path, suffix: str):
    path = tmp_path / f"faq.{suffix}"
    write_rows(path, [ROW, {**ROW, "id": "other"}, ROW])
    first = 1 if suffix == "jsonl" else 2
    assert problems(path) == [f"第 {first + 2} 行：id「deposit」与第 {first} 行重复"]


def test_rows_are_numbered_as_a_spreadsheet_shows_them_though_cells_hold_line_breaks(tmp_path: Path):
    path = save(tmp_path, f'{HEAD}\n1,q,"a\nb\nc"\n\n2,q,\n')
    assert problems(path) == ["第 4 行：answer 不能为空"]


def test_empty_rows_are_no_rows(tmp_path: Path):
    assert len(good(save(tmp_path, f"{HEAD}\n\n,,\n1,q,a\n\n"))) == 1
    assert len(good(book(tmp_path, HEAD.split(","), [None, "", None], ["1", "q", "a"]))) == 1


def test_a_short_row_lacks_its_last_cells(tmp_path: Path):
    assert problems(save(tmp_path, f"{HEAD}\n1,q\n")) == ["第 2 行：answer 不能为空"]


FORMULAS = ["=1+1", "+86", "-5元", "@SUM", "=cmd|' /C calc'!A0", "'=quoted", "''=twice", "'plain", "it's"]


@pytest.mark.parametrize(
    ("suffix", "text"),
    # JSONL has no need to disarm, and reading drops one apostrophe.
    [
        (s, text)
        for s in SUFFIXES
        for text in FORMULAS
        if not (s == "jsonl" and text[0] == "'" and "=" in text)
    ],
)
def test_what_looks_like_a_formula_is_disarmed_in_a_spreadsheet_and_comes_back_as_it_was(
    tmp_path: Path, suffix: str, text: str
):
    path = tmp_path / f"faq.{suffix}"
    write_rows(path, [{**ROW, "question": text, "answer": text, "alternates": [text]}])
    if suffix == "csv":
        cells = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))[1]
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    row = good(path)[0]
    assert (row.question, row.answer) == (text, text)
    assert "|" in text or row.alternates == (text,)


def test_numbers_and_dates_of_a_workbook_become_text_and_dates(tmp_path: Path):
    path = book(
        tmp_path,
        ["id", "question", "answer", "valid_from", "valid_until", "region"],
        [7, "q", 3.5, datetime(2026, 1, 31, 8), date(2026, 2, 1), 2.0],  # noqa: DTZ001 - as openpyxl gives them
    )
    row = good(path)[0]
    assert (row.code, row.answer, row.region) == ("7", "3.5", "2")
    assert (row.valid_from, row.valid_until) == (date(2026, 1, 31), date(2026, 2, 1))


def test_dates_with_slashes_are_dates(tmp_path: Path):
    assert good(save(tmp_path, f"{HEAD},valid_from\n1,q,a,2026/1/31\n"))[0].valid_from == date(2026, 1, 31)


def test_alternates_are_trimmed_and_named_once(tmp_path: Path):
    row = good(save(tmp_path, f"{HEAD},alternates\n1,q,a,| 押金 ||押金|保证金|\n"))[0]
    assert row.alternates == ("押金", "保证金")


def test_characters_that_xml_cannot_hold_are_left_out(tmp_path: Path):
    row = good(
        save(tmp_path, json.dumps({"id": "1", "question": "a\x00b\x08c", "answer": "\ud800d"}), "f.jsonl")
    )[0]
    assert (row.question, row.answer) == ("abc", "d")


BAD_LINES = ["nonsense", "[]", '"text"', "5", "null", '{"id":', "[" * 100_000, '{"id": ' + "9" * 5000 + "}"]


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_line_that_is_no_object_is_told_and_the_others_are_read(tmp_path: Path, line: str):
    fine = json.dumps({"id": "1", "question": "q", "answer": "a"})
    rows, errors = read_entries(save(tmp_path, f"\ufeff{fine}\n\n{line}\n", "faq.jsonl"))
    assert len(rows) == 1
    assert [str(error) for error in errors] == ["第 3 行：不是一个 JSON 对象"]


@pytest.mark.parametrize("value", [["a"], {"a": 1}, [[1]]])
@pytest.mark.parametrize("column", ["id", "question", "answer", "valid_from"])
def test_a_list_or_object_where_text_belongs_is_told(tmp_path: Path, column: str, value: object):
    row = {"id": "1", "question": "q", "answer": "a", column: value}
    assert len(problems(save(tmp_path, json.dumps(row), "faq.jsonl"))) == 1


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "true", "1e308"])
def test_odd_numbers_do_not_break_anything(tmp_path: Path, number: str):
    path = save(tmp_path, f'{{"id": {number}, "question": "q", "answer": {number}}}', "faq.jsonl")
    rows, errors = read_entries(path)
    assert len(rows) + len(errors) == 1


def test_jsonl_in_another_encoding_is_refused(tmp_path: Path):
    with pytest.raises(Invalid, match="UTF-8"):
        read_entries(save(tmp_path, '{"id":"押金"}'.encode("gbk"), "faq.jsonl"))


@pytest.mark.parametrize("name", ["faq.txt", "faq", "faq.xls", "faq.csv.exe"])
def test_other_suffixes_are_refused_for_reading_and_writing(tmp_path: Path, name: str):
    with pytest.raises(Invalid, match="csv"):
        read_entries(save(tmp_path, HEAD, name))
    with pytest.raises(Invalid, match="csv"):
        write_rows(tmp_path / name, [ROW])


def test_a_suffix_in_capitals_is_the_same(tmp_path: Path):
    assert len(good(save(tmp_path, f"{HEAD}\n1,q,a\n", "FAQ.CSV"))) == 1


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path):
    (tmp_path / "folder.csv").mkdir()
    for name in ("none.csv", "folder.csv"):
        with pytest.raises(Invalid, match="读不到"):
            read_entries(tmp_path / name)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_that_cannot_be_written_is_told(tmp_path: Path, suffix: str):
    with pytest.raises(Invalid, match="写不了"):
        write_rows(tmp_path / "nowhere" / f"faq.{suffix}", [ROW])


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path):
    path = tmp_path / "faq.csv"
    with path.open("wb") as file:
        file.truncate(64_000_001)
    with pytest.raises(Invalid, match="64 MB"):
        read_entries(path)


def test_a_cell_without_end_is_told_in_one_line(tmp_path: Path):
    with pytest.raises(Invalid) as caught:
        read_entries(save(tmp_path, f'{HEAD}\n1,q,"{"长" * 200_000}'))
    assert "\n" not in str(caught.value)


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "damage",
    [
        lambda parts: {**parts, SHEET: parts[SHEET][:-40]},
        lambda parts: {**parts, SHEET: b""},
        lambda parts: {**parts, SHEET: b"not xml"},
        lambda parts: {name: data for name, data in parts.items() if name != SHEET},
        lambda parts: {name: data for name, data in parts.items() if name != "xl/workbook.xml"},
        lambda parts: {**parts, "xl/workbook.xml": b"<x/>"},
        lambda parts: {**parts, "[Content_Types].xml": b"<"},
        lambda parts: {"hello.txt": b"hello"},
    ],
    ids=["cut", "empty", "no xml", "no sheet", "no workbook", "odd workbook", "odd types", "another zip"],
)
def test_a_damaged_workbook_is_told(tmp_path: Path, damage):
    path = book(tmp_path, HEAD.split(","), ["1", "q", "a"])
    with pytest.raises(Invalid, match=r"faq\.xlsx"):
        read_entries(packed(path, damage(parts_of(path))))


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + bytes(600), b"id,question,answer"]
)
def test_something_else_called_a_workbook_is_told(tmp_path: Path, data: bytes):
    with pytest.raises(Invalid, match="不是完好的 Excel 文件"):
        read_entries(save(tmp_path, data, "faq.xlsx"))


def test_a_workbook_cut_at_any_place_is_told_or_read(tmp_path: Path):
    data = book(tmp_path, HEAD.split(","), ["1", "q", "a"]).read_bytes()
    for end in range(0, len(data), 97):
        with pytest.raises(Invalid):
            read_entries(save(tmp_path, data[:end], "cut.xlsx"))


def test_a_workbook_formatted_down_to_the_last_row_is_read_at_once(tmp_path: Path):
    made = Workbook()
    made.active.append(HEAD.split(","))
    made.active.append(["1", "q", "a"])
    made.active.cell(200_000, 3).value = "end"
    path = tmp_path / "faq.xlsx"
    made.save(path)
    rows, errors = read_entries(path)
    assert len(rows) == 1
    assert [error.row for error in errors] == [200_000]


def test_every_column_of_an_export_can_be_imported():
    assert set(ROW) == set(COLUMNS)
