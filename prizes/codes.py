"""Pools of codes (话费卡密, 优惠券): loaded from a file, encrypted, each given to one win."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.spreadsheets import unguard
from core.text import clean
from members.ledger import mark_of
from models.prizes import Prize, PrizeCode
from models.upsert import insert_missing

MAX_BYTES = 5_000_000
_MAX_UNPACKED_BYTES = 60_000_000
_MOST = 100_000
_LONGEST = 200


class Loaded(NamedTuple):
    """How many codes of a file are new, and how many were there before (or twice in the file)."""

    new: int
    doubled: int


def read_codes(name: str, data: bytes) -> list[str]:
    """The first column of a TXT, CSV or XLSX file; empty rows are left out. Raises Invalid, never with a code in it."""
    if len(data) > MAX_BYTES:
        raise Invalid("too_large", "文件超过 5 MB，请分成几个文件上传。")
    cells = _workbook(data) if name.lower().endswith(".xlsx") else _lines(data)
    codes = []
    for number, cell in enumerate(cells, 1):
        code = unguard(clean(cell).strip())
        if len(code) > _LONGEST:
            raise Invalid("long_code", f"第 {number} 行超过 {_LONGEST} 个字符，不像券码。请检查文件。")
        if code:
            codes.append(code)
    if not codes:
        raise Invalid("no_codes", "文件里没有券码。请每行放一个券码，表格请放在第一列。")
    if len(codes) > _MOST:
        raise Invalid("many_codes", f"一次最多上传 {_MOST:,} 个券码，请分成几个文件。")
    return codes


def load_codes(session: Session, prize: Prize, codes: Sequence[str]) -> Loaded:
    """Add codes to a prize's pool; those that are there already are refused. Raises Invalid for a prize without a pool."""
    if prize.kind != "code":
        raise Invalid("no_pool", f"「{prize.name}」不是券码类奖品，不用上传券码。")
    rows: dict[str, dict[str, Any]] = {}
    for code in codes:
        mark = mark_of(f"codes:{prize.public_id}", code)
        rows[mark] = {"account_id": prize.account_id, "prize_id": prize.id, "code": code, "mark": mark}
    new = insert_missing(session, PrizeCode, list(rows.values()))
    return Loaded(new, len(codes) - new)


def give_code(session: Session, account_id: int, prize_id: int, win_id: int, now: datetime) -> bool:
    """Give a win one code of the pool; False when none is left. A win that has one keeps it."""
    where = (PrizeCode.account_id == account_id, PrizeCode.prize_id == prize_id)
    if find_code(session, account_id, win_id) is not None:
        return True
    free = (
        select(PrizeCode.id)
        .where(*where, PrizeCode.win_id.is_(None))
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    giving = update(PrizeCode).where(*where, PrizeCode.id == free, PrizeCode.win_id.is_(None))
    giving = giving.values(win_id=win_id, given_at=now).returning(PrizeCode.id)
    return session.execute(giving.execution_options(synchronize_session=False)).scalar() is not None


def find_code(session: Session, account_id: int, win_id: int) -> str | None:
    """The code a win was given."""
    return session.scalar(
        select(PrizeCode.code).where(PrizeCode.account_id == account_id, PrizeCode.win_id == win_id)
    )


def _lines(data: bytes) -> Iterator[str]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Invalid("bad_encoding", "文件的编码读不出来，请另存为 UTF-8 文本或 XLSX。")
    try:
        for row in csv.reader(io.StringIO(text)):
            yield row[0] if row else ""
    except csv.Error:
        raise Invalid("bad_file", "文件读不出来，请另存为 XLSX 或每行一个券码的文本。") from None


def _workbook(data: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(one.file_size for one in packed.infolist()) > _MAX_UNPACKED_BYTES:
                raise Invalid("too_large", "表格太大，请分成几个文件上传。")
        sheet = load_workbook(io.BytesIO(data), read_only=True, data_only=True).active
        rows = sheet.iter_rows(max_col=1, values_only=True) if sheet is not None else ()
        for row in rows:
            value = row[0] if row else None
            yield "" if value is None else str(value)
    except Invalid:
        raise
    except Exception:  # openpyxl raises whatever a broken part makes it stumble over
        raise Invalid("bad_file", "表格读不出来，可能已损坏。请重新另存为 XLSX 再上传。") from None
