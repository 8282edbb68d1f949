"""A campaign's rows as a spreadsheet: people by their number in the campaign, no names and no telephone numbers."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from openpyxl import Workbook
from sqlalchemy.orm import Session

from campaigns.registry import kind_of
from campaigns.view import CampaignView
from core.errors import Invalid
from core.spreadsheets import cell

_EVERY = 500
SHEET_ROWS = 1_000_000
"""A sheet of XLSX holds 1 048 576 rows; what is more goes on in the next one."""

_Row = Sequence[str | int | float]


def write_rows(
    session: Session, campaign: CampaignView, path: Path, progress: Callable[[int], None] = lambda _n: None
) -> int:
    """Write XLSX or CSV, by suffix, row by row; tells `progress` how many so far. Returns how many.

    Raises Invalid for another suffix.
    """
    kind = kind_of(campaign.kind)
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise Invalid("bad_suffix", "导出文件请以 .xlsx 或 .csv 结尾。")
    count = 0

    def counted() -> Iterator[_Row]:
        nonlocal count
        for row in kind.export_rows(session, campaign):
            yield [value if isinstance(value, int | float) else cell(value) for value in row]
            count += 1
            if count % _EVERY == 0:
                progress(count)

    writer(path, [cell(title) for title in kind.export_columns], counted())
    progress(count)
    return count


def _write_csv(path: Path, titles: Sequence[str], rows: Iterator[_Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles)
        writer.writerows(rows)


def _write_xlsx(path: Path, titles: Sequence[str], rows: Iterator[_Row]) -> None:
    book = Workbook(write_only=True)  # a million rows in constant memory
    for number, part in enumerate(_parts(rows, SHEET_ROWS), 1):
        sheet = book.create_sheet("数据" if number == 1 else f"数据{number}")
        sheet.append(list(titles))
        for row in part:
            sheet.append(list(row))
    book.save(path)


def _parts(rows: Iterator[_Row], most: int) -> Iterator[Iterator[_Row]]:
    """Runs of at most so many rows, one at least; each is to be used up before the next."""
    yield islice(rows, most)
    for first in rows:
        yield chain((first,), islice(rows, most - 1))


_WRITERS = {".csv": _write_csv, ".xlsx": _write_xlsx}
