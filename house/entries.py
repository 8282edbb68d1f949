"""Entries that something leads to: menus, keyword rules, issues of a column. What is asked for is live today."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from models.content import Entry

_SHOWN = 12


def search_entries(session: Session, organisation_ids: Sequence[int], words: str, today: date) -> list[Entry]:
    """Entries an account has whose question or code holds `words`."""
    wanted = or_(
        Entry.question.icontains(words, autoescape=True), Entry.code.icontains(words, autoescape=True)
    )
    query = _live(organisation_ids).where(wanted)
    found = session.scalars(query.order_by(Entry.id).limit(_SHOWN * len(organisation_ids)))
    return _nearest(found, organisation_ids, today)[:_SHOWN]


def find_entries(
    session: Session, organisation_ids: Sequence[int], codes: Iterable[str], today: date
) -> list[Entry]:
    """Those of `codes` that an account can answer with today."""
    query = _live(organisation_ids).where(Entry.code.in_(set(codes)))
    return _nearest(session.scalars(query), organisation_ids, today)


def has_page(session: Session, organisation_ids: Sequence[int], public_id: str, today: date) -> bool:
    """Is there an answer's page with this id?"""
    query = _live(organisation_ids).where(Entry.public_id == public_id)
    return bool(_nearest(session.scalars(query), organisation_ids, today))


def _live(organisation_ids: Sequence[int]) -> Select[Entry]:
    return select(Entry).where(Entry.organisation_id.in_(organisation_ids), Entry.withdrawn_at.is_(None))


def _nearest(found: Iterable[Entry], organisation_ids: Sequence[int], today: date) -> list[Entry]:
    """Of those with one code, that of the nearest organisation; then those valid today."""
    merged: dict[str, Entry] = {}
    for entry in sorted(found, key=lambda entry: organisation_ids.index(entry.organisation_id)):
        merged.setdefault(entry.code, entry)
    return [
        entry
        for entry in merged.values()
        if (entry.valid_from is None or entry.valid_from <= today)
        and (entry.valid_until is None or today <= entry.valid_until)
    ]
