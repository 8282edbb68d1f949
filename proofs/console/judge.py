"""What the proof decides without a browser: pure functions over texts, files and addresses."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from openpyxl import load_workbook

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CHINESE = re.compile(r"[\u4e00-\u9fff]{4}")
_TECHNICAL = ("Traceback", "Exception", "Error", "None", "errcode", "sqlalchemy")


def live_formulas(cells: Iterable[str]) -> list[str]:
    """Cells that a spreadsheet would calculate."""
    return [cell for cell in cells if cell.startswith(_FORMULA)]


def cells_of_csv(data: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"))) for cell in row]


def cells_of_xlsx(data: bytes) -> list[str]:
    """Texts of all cells; one that the file itself calls a formula comes with its sign of equality."""
    book = load_workbook(io.BytesIO(data))
    return [
        str(cell.value)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]


def says_why(text: str) -> bool:
    """Is it a reason for people: Chinese, and no name of an exception?"""
    return bool(_CHINESE.search(text)) and not any(word in text for word in _TECHNICAL)


def answered_by(segments: Mapping[int, bytes], openids: Sequence[str]) -> dict[int, int]:
    """How many of these followers each process answered. `segments`: what each wrote into its journal, by process id."""
    return {pid: sum(openid.encode() in written for openid in openids) for pid, written in segments.items()}


def hours_around(now: datetime) -> tuple[str, str]:
    """From an hour before to an hour after, as a form of hours takes it."""
    return _clock(now - timedelta(hours=1)), _clock(now + timedelta(hours=1))


def hours_away(now: datetime) -> tuple[str, str]:
    """Hours that `now` is not in, by two hours at least."""
    return _clock(now + timedelta(hours=3)), _clock(now + timedelta(hours=5))


def percentile_ms(took_s: Sequence[float]) -> dict[str, int]:
    """The middle and the longest, in milliseconds."""
    ordered = sorted(took_s)
    return {"p50_ms": round(ordered[len(ordered) // 2] * 1000), "max_ms": round(ordered[-1] * 1000)}


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M}"
