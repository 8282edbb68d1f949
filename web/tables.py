"""Tables to download, sent row by row, so that six hundred thousand of them need no more memory than one page."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any
from urllib.parse import quote

from flask import Response, stream_with_context
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from core.errors import Invalid
from core.spreadsheets import cell

XLSX_ROWS = 50_000
"""A workbook is written whole before its first byte can be sent: more would keep people waiting."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ROWS = 500

Row = Sequence[Any]


def csv_download(name: str, header: Row, rows: Iterable[Row]) -> Response:
    """`rows` may read from the database while they are sent. A byte order mark tells Excel that it is UTF-8."""
    body = stream_with_context(_csv_parts(header, iter(rows)))
    return _download(Response(body, content_type="text/csv; charset=utf-8"), f"{name}.csv")


def xlsx_download(name: str, header: Row, rows: Iterable[Row]) -> Response:
    """Raises Invalid for more than XLSX_ROWS rows."""
    table = list(islice(rows, XLSX_ROWS + 1))
    if len(table) > XLSX_ROWS:
        raise Invalid("too_many_rows", f"超过 {XLSX_ROWS} 行，Excel 文件放不下：请导出 CSV，或先筛选再导出。")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    sheet.append(list(header))
    for row in table:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell(value)) for value in row])
    file = io.BytesIO()
    book.save(file)
    return _download(Response(file.getvalue(), content_type=_XLSX), f"{name}.xlsx")


def _csv_parts(header: Row, rows: Iterator[Row]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    rows = chain([header], rows)
    while together := list(islice(rows, _ROWS)):
        text = io.StringIO()
        csv.writer(text).writerows([cell(value) for value in row] for row in together)
        yield text.getvalue().encode(errors="replace")


def _download(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    # nginx passes it on as it comes.
    response.headers["X-Accel-Buffering"] = "no"
    return response
