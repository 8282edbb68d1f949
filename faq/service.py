"""Verbs on entries: bring in a file's rows, give them out again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.ids import public_id
from faq.files import EntryRow
from faq.store import STAMP, EntryView
from models.content import Entry
from models.stamps import raise_stamp


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in numbers of entries."""

    added: int
    changed: int
    unchanged: int


def import_entries(
    session: Session, organisation_id: int, rows: Sequence[EntryRow], now: datetime
) -> Imported:
    """Add new entries and change known ones (same `id` within the organisation); others stay as they are."""
    query = select(Entry).where(Entry.organisation_id == organisation_id)
    known = {entry.code: entry for entry in session.scalars(query)}
    fresh: list[dict[str, Any]] = []
    changed = 0
    for row in rows:
        values = _values(row)
        entry = known.get(row.code)
        if entry is None:
            fresh.append(
                {
                    **values,
                    "organisation_id": organisation_id,
                    "code": row.code,
                    "public_id": public_id(),
                    "updated_at": now,
                }
            )
        elif any(getattr(entry, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(entry, name, value)
            entry.updated_at = now
            changed += 1
    if fresh:
        session.execute(insert(Entry), fresh)
    if fresh or changed:
        session.flush()
        raise_stamp(session, STAMP)
    return Imported(len(fresh), changed, len(rows) - len(fresh) - changed)


def _values(row: EntryRow) -> dict[str, Any]:
    return {
        "topic": row.topic,
        "category": row.category,
        "question": row.question,
        "alternates": list(row.alternates),
        "answer": row.answer,
        "details": row.details,
        "citations": list(row.citations),
        "region": row.region,
        "valid_from": row.valid_from,
        "valid_until": row.valid_until,
        "checked_on": row.checked_on,
    }


def export_rows(entries: Sequence[EntryView]) -> list[dict[str, Any]]:
    """Entries with the columns of an import file."""
    return [
        {
            "id": entry.code,
            "topic": entry.topic,
            "category": entry.category,
            "question": entry.question,
            "alternates": list(entry.alternates),
            "answer": entry.answer,
            "details": entry.details,
            "citations": list(entry.citations),
            "region": entry.region,
            "valid_from": entry.valid_from and entry.valid_from.isoformat(),
            "valid_until": entry.valid_until and entry.valid_until.isoformat(),
            "checked_on": entry.checked_on and entry.checked_on.isoformat(),
        }
        for entry in entries
    ]
