"""An entry as one JSON object with the columns of an import file: in files, drafts and versions. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from faq.files import COLUMNS, EntryRow
from faq.store import EntryView
from models.content import Entry

_LISTS = ("alternates", "citations")
_DATES = ("valid_from", "valid_until", "checked_on")


def values_of(entry: EntryRow | EntryView | Entry) -> dict[str, Any]:
    """What `Entry` holds of it beside its code, by attribute."""
    names = [name for name in COLUMNS if name != "id"]
    values = {name: getattr(entry, name) for name in names}
    return values | {name: list(values[name]) for name in _LISTS}


def as_json(entry: EntryRow | EntryView | Entry) -> dict[str, Any]:
    """By column; dates as 2026-01-31."""
    values = values_of(entry)
    dates = {name: values[name] and values[name].isoformat() for name in _DATES}
    return {"id": entry.code, **values, **dates}


def from_json(row: Mapping[str, Any]) -> EntryRow:
    """What `as_json` was given."""
    days = {name: date.fromisoformat(row[name]) if row[name] else None for name in _DATES}
    return EntryRow(
        code=row["id"],
        topic=row["topic"],
        category=row["category"],
        question=row["question"],
        alternates=tuple(row["alternates"]),
        answer=row["answer"],
        details=row["details"],
        citations=tuple(row["citations"]),
        region=row["region"],
        **days,
        given=None if row.get("given") is None else frozenset(row["given"]),
    )


def completed(row: EntryRow, stored: EntryRow | EntryView | Entry | None) -> EntryRow:
    """A file's row with what is stored in the columns that the file does not have."""
    if stored is None or row.given is None:
        return row
    kept, mine = as_json(stored), as_json(row)
    return from_json({name: mine[name] if name in row.given else kept[name] for name in COLUMNS})


def as_upload(row: EntryRow) -> dict[str, Any]:
    """As `as_json`, with the columns that the file had."""
    return {**as_json(row), "given": None if row.given is None else sorted(row.given)}


def export_rows(entries: Sequence[EntryView]) -> list[dict[str, Any]]:
    """Entries with the columns of an import file."""
    return [as_json(entry) for entry in entries]
