"""Entries as the rest of the service sees them, and the queries that bring them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.content import Entry

STAMP = "faq"
_BATCH = 1000
"""Entries that a statement names."""

_EVERYBODY = {"all_tenants": "the indexes of all accounts are made at once"}
_State = tuple[object, ...]
"""Of a row: its public id, version and time of change. Another one after each change."""


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry, ready to be found and read."""

    id: int
    public_id: str
    organisation_id: int
    code: str
    topic: str
    category: str
    question: str
    alternates: tuple[str, ...]
    answer: str
    details: str
    citations: tuple[str, ...]
    region: str
    valid_from: date | None
    valid_until: date | None
    checked_on: date | None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


def view_of(entry: Entry) -> EntryView:
    """A stored entry as the rest sees it."""
    return EntryView(
        id=entry.id,
        public_id=entry.public_id,
        organisation_id=entry.organisation_id,
        code=entry.code,
        topic=entry.topic,
        category=entry.category,
        question=entry.question,
        alternates=tuple(entry.alternates),
        answer=entry.answer,
        details=entry.details,
        citations=tuple(entry.citations),
        region=entry.region,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        checked_on=entry.checked_on,
    )


def list_entries(session: Session, organisation_id: int) -> list[EntryView]:
    """An organisation's own live entries, in the order they were first brought in."""
    query = _live().where(Entry.organisation_id == organisation_id)
    return [view_of(entry) for entry in session.scalars(query)]


class LiveEntries:
    """Every organisation's live entries, for the indexes of all accounts. What did not change is not read again: one changed
    answer among fifty thousand must be in the chat within two seconds."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[_State, EntryView]] = {}

    def read(self, session: Session) -> dict[int, list[EntryView]]:
        """By organisation, in the order they were first brought in."""
        query = select(Entry.id, Entry.public_id, Entry.version, Entry.updated_at)
        query = query.where(Entry.withdrawn_at.is_(None)).order_by(Entry.id).execution_options(**_EVERYBODY)
        states: dict[int, _State] = {id_: tuple(state) for id_, *state in session.execute(query)}
        self._known = {id_: known for id_, known in self._known.items() if states.get(id_) == known[0]}
        self._fetch(session, states)
        found: dict[int, list[EntryView]] = defaultdict(list)
        for id_ in states:
            if id_ in self._known:  # else it was withdrawn between the two statements
                entry = self._known[id_][1]
                found[entry.organisation_id].append(entry)
        return found

    def _fetch(self, session: Session, states: Mapping[int, "_State"]) -> None:
        """What is missing. A row that changed meanwhile keeps the state read before, and is read again next time."""
        missing = [id_ for id_ in states if id_ not in self._known]
        for start in range(0, len(missing), _BATCH):
            query = _live().where(Entry.id.in_(missing[start : start + _BATCH]))
            for entry in session.scalars(query.execution_options(**_EVERYBODY)):
                self._known[entry.id] = states[entry.id], view_of(entry)


def list_in_force(session: Session, chain: Sequence[int], codes: Collection[str]) -> dict[str, EntryView]:
    """Those of `codes` that are live for an organisation (`chain`: its id, then its parents'): the nearest of each."""
    query = _live().where(Entry.organisation_id.in_(chain), Entry.code.in_(codes))
    far_first = sorted(session.scalars(query), key=lambda entry: -chain.index(entry.organisation_id))
    return {entry.code: view_of(entry) for entry in far_first}


def _live() -> Select[Entry]:
    return select(Entry).where(Entry.withdrawn_at.is_(None)).order_by(Entry.id)


def inherit(own_first: Iterable[list[EntryView]]) -> list[EntryView]:
    """The entries an account has: its organisation's own, then its parents', where a nearer one of the same code wins."""
    merged: dict[str, EntryView] = {}
    for entries in own_first:
        for entry in entries:
            merged.setdefault(entry.code, entry)
    return list(merged.values())
