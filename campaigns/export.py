"""A campaign's rows as a spreadsheet: people by their number in the campaign, no names and no telephone numbers."""

import csv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from sqlalchemy.orm import Session

from campaigns.registry import kind_of
from campaigns.view import CampaignView
from core.errors import Invalid
from core.spreadsheets import cell

_EVERY = 500


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

    def counted() -> Iterator[Sequence[str | int | float]]:
        nonlocal count
        for row in kind.export_rows(session, campaign):
            yield [value if isinstance(value, int | float) else cell(value) for value in row]
            count += 1
            if count % _EVERY == 0:
                progress(count)

    writer(path, [cell(title) for title in kind.export_columns], counted())
    progress(count)
    return count


def _write_csv(path: Path, titles: Sequence[str], rows: Iterator[Sequence[str | int | float]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(titles)
        writer.writerows(rows)


def _write_xlsx(path: Path, titles: Sequence[str], rows: Iterator[Sequence[str | int | float]]) -> None:
    book = Workbook(write_only=True)  # a quarter of a million rows in constant memory
    sheet = book.create_sheet("数据")
    sheet.append(list(titles))
    for row in rows:
        sheet.append(list(row))
    book.save(path)


_WRITERS = {".csv": _write_csv, ".xlsx": _write_xlsx}
