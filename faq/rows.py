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
    )


def export_rows(entries: Sequence[EntryView]) -> list[dict[str, Any]]:
    """Entries with the columns of an import file."""
    return [as_json(entry) for entry in entries]
