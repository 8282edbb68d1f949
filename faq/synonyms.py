"""What people write and what is meant by it: slang, dialect, usual slips. Shipped for all, and kept by staff for their own.

The nearer organisation's word wins over its parents', and theirs over what is shipped.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.errors import Invalid
from core.settings import ROOT
from core.text import comparable
from faq.files import RowError, cell_text, read_rows
from faq.store import STAMP
from models.content import Synonym
from models.stamps import raise_stamp

COLUMNS = ("written", "meant")
SHIPPED = ROOT / "content" / "language" / "synonyms.csv"
_LONGEST = 40

Table = dict[str, str]
"""What is meant, by what is written (both `core.text.comparable`)."""


class Changed(NamedTuple):
    """Numbers of words."""

    added: int
    changed: int
    removed: int


@cache
def shipped_synonyms() -> Table:
    """Read once a process. Raises Invalid for a bad file."""
    table, errors = read_synonyms(SHIPPED)
    if errors:
        raise Invalid("bad_synonyms", f"{SHIPPED.name} {errors[0]}")
    return table


def read_synonyms(path: Path) -> tuple[Table, list[RowError]]:
    """All good rows of a file (columns: written, meant) and all errors. Raises Invalid for the file as a whole."""
    table: Table = {}
    errors: list[RowError] = []
    for number, row in read_rows(path, COLUMNS):
        if isinstance(row, RowError):
            errors.append(row)
            continue
        try:
            written, meant = _check(row)
            if table.setdefault(written, meant) != meant:
                raise Invalid("twice", f"「{written}」前面已经有了另一种意思")
        except Invalid as error:
            errors.append(RowError(number, error.message))
    return table, errors


def _check(row: Mapping[str, object]) -> tuple[str, str]:
    written, meant = (comparable(cell_text(row.get(name))) for name in COLUMNS)
    if len(written) < 2 or not meant:
        raise Invalid("empty", "written（人们怎么写）至少两个字，meant（是什么意思）不能为空")
    if max(len(written), len(meant)) > _LONGEST:
        raise Invalid("too_long", f"每格最多 {_LONGEST} 个字")
    if written in meant:
        raise Invalid("circular", f"「{meant}」里又有「{written}」，会越换越长")
    return written, meant


def replace_synonyms(session: Session, organisation_id: int, table: Table) -> Changed:
    """Make `table` all that the organisation keeps; its accounts find by it within two seconds."""
    before = list_synonyms(session, organisation_id)
    removed = before.keys() - table.keys()
    fresh = {written: meant for written, meant in table.items() if before.get(written) != meant}
    gone = [*removed, *(fresh.keys() & before.keys())]
    if gone:
        session.execute(
            delete(Synonym).where(Synonym.organisation_id == organisation_id, Synonym.written.in_(gone))
        )
    if fresh:
        rows = [{"organisation_id": organisation_id, "written": a, "meant": b} for a, b in fresh.items()]
        session.execute(insert(Synonym), rows)
    if gone or fresh:
        raise_stamp(session, STAMP)
    changed = len(fresh.keys() & before.keys())
    return Changed(len(fresh) - changed, changed, len(removed))


def list_synonyms(session: Session, organisation_id: int) -> Table:
    """An organisation's own."""
    query = select(Synonym).where(Synonym.organisation_id == organisation_id).order_by(Synonym.id)
    return {row.written: row.meant for row in session.scalars(query)}


def all_synonyms(session: Session) -> dict[int, Table]:
    """Every organisation's own, for spelling the questions of all accounts."""
    query = select(Synonym).execution_options(all_tenants="one speller per distinct set of synonyms")
    found: dict[int, Table] = defaultdict(dict)
    for row in session.scalars(query):
        found[row.organisation_id][row.written] = row.meant
    return found


def merge(own_first: Iterable[Mapping[str, str]]) -> Table:
    """One table of several, where the first that has a word wins."""
    merged: Table = {}
    for table in own_first:
        for written, meant in table.items():
            merged.setdefault(written, meant)
    return merged
