"""The knowledge in memory: one index per distinct set of entries, shared by all accounts that inherit the same."""

from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory
from faq.rules import Decision, Match, Thresholds, decide
from faq.search import Index
from faq.store import EntryView, inherit, list_all_entries


class Found(NamedTuple):
    """What a question led to; `matches` best first, also for a hand-off."""

    decision: Decision
    matches: tuple[Match, ...]


class EntrySet:
    """Entries and the index over them. Immutable."""

    def __init__(self, entries: list[EntryView]) -> None:
        self.entries = tuple(entries)
        self.by_id = {entry.id: entry for entry in entries}
        self.by_code = {entry.code: entry for entry in entries}
        self.by_public_id = {entry.public_id: entry for entry in entries}
        # Those that may be left out must not take the places of those that stay.
        self._dated = sum(1 for e in entries if e.valid_from is not None or e.valid_until is not None)
        self._index = Index([(entry.question, *entry.alternates) for entry in entries])

    def ask(self, question: str, today: date, thresholds: Thresholds, limit: int) -> Found:
        """Search and decide; entries outside their dates of validity are left out."""
        hits = self._index.search(question, limit + self._dated)
        valid = [
            Match(entry, hit.score) for hit in hits if (entry := self.entries[hit.position]).valid_on(today)
        ]
        matches = tuple(valid[:limit])
        return Found(decide(matches, thresholds), matches)


_NOTHING = EntrySet([])


class FaqShelf:
    """The entry sets of all accounts, by account key."""

    def __init__(self, directory: AccountDirectory, thresholds: Thresholds) -> None:
        self._directory = directory
        self._thresholds = thresholds
        self._sets: dict[str, EntrySet] = {}

    def load(self, session: Session) -> None:
        """Read all entries and swap the new sets in at once; a set that did not change keeps its index."""
        entries = list_all_entries(session)
        kept = {_fingerprint(list(known.entries)): known for known in self._sets.values()}
        sets: dict[str, EntrySet] = {}
        for account in self._directory.all():
            merged = inherit(entries.get(i, []) for i in account.organisation_ids)
            print_ = _fingerprint(merged)
            if print_ not in kept:
                kept[print_] = EntrySet(merged)
            sets[account.key] = kept[print_]
        self._sets = sets

    def entries_of(self, account_key: str) -> EntrySet:
        """The set of an account; empty for one without entries."""
        return self._sets.get(account_key, _NOTHING)

    def ask(self, account_key: str, question: str, today: date, limit: int = 10) -> Found:
        """The decision and up to `limit` matches (two at least, or no lead could be seen)."""
        return self.entries_of(account_key).ask(question, today, self._thresholds, limit)


def _fingerprint(entries: list[EntryView]) -> int:
    return hash(tuple(entries))
