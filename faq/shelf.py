"""The knowledge in memory: one set of entries with its index for all accounts that inherit the same, and its classifier."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory
from faq.classifier import Classifier
from faq.ranking import Ranking, best_first, by_words
from faq.rules import Decision, Match, Thresholds, decide
from faq.samples import fingerprint, phrasings
from faq.search import Index
from faq.spelling import Speller
from faq.store import EntryView, inherit, list_all_entries
from faq.trained import Library

_VAGUE = 4
"""Letters: 「工资」 or 「哺乳期」 could be any question of their topic."""


class Found(NamedTuple):
    """What a question led to; `matches` best first, also for a hand-off."""

    decision: Decision
    matches: tuple[Match, ...]


class EntrySet:
    """Entries and the index over them. Immutable."""

    def __init__(self, entries: Iterable[EntryView], speller: Speller) -> None:
        self.entries = tuple(entries)
        self.speller = speller
        self.by_id = {entry.id: entry for entry in self.entries}
        self.by_code = {entry.code: entry for entry in self.entries}
        self.by_public_id = {entry.public_id: entry for entry in self.entries}
        self.topics = tuple(entry.topic for entry in self.entries)
        self.fingerprint = fingerprint(self.entries, speller)
        self.index = Index([[speller.spell(text) for text in phrasings(entry)] for entry in self.entries])
        # Those that may be left out must not take the places of those that stay.
        self.dated = sum(
            entry.valid_from is not None or entry.valid_until is not None for entry in self.entries
        )


class Knowledge:
    """What an account knows: its entries, and their classifier as soon as there is one. Immutable."""

    def __init__(self, entries: EntrySet, classifier: Classifier | None) -> None:
        self.entries = entries
        self.classifier = classifier
        self._ranking = Ranking(entries.topics, classifier) if classifier and entries.entries else None

    def ask(self, question: str, today: date, thresholds: Thresholds, limit: int) -> Found:
        """Search and decide; entries outside their dates of validity are left out."""
        entries = self.entries
        spelled = entries.speller.spell(question)
        likeness = entries.index.likeness(spelled)
        if self._ranking is not None and spelled and not spelled.isdigit():
            confidence = self._ranking.confidence(spelled, likeness)
        else:
            confidence = by_words(likeness)
        best = best_first(confidence, entries.topics, limit + entries.dated)
        matches = [Match(entries.entries[position], round(sure, 4)) for position, sure in best]
        if entries.dated:
            matches = [match for match in matches if match.entry.valid_on(today)][:limit]
        vague = len(spelled) <= _VAGUE
        return Found(decide(matches, thresholds, vague=vague), tuple(matches))


class FaqShelf:
    """The knowledge of all accounts, by account key."""

    def __init__(
        self, directory: AccountDirectory, thresholds: Thresholds, speller: Speller, library: Library | None
    ) -> None:
        """Without a `library` no classifier is asked: words alone decide."""
        self._directory = directory
        self._thresholds = thresholds
        self._speller = speller
        self._library = library
        self._nothing = Knowledge(EntrySet([], speller), None)
        self._known: dict[str, Knowledge] = {}

    def load(self, session: Session) -> None:
        """Read all entries and swap the new sets in at once; a set that did not change keeps its index."""
        entries = list_all_entries(session)
        kept = {hash(known.entries.entries): known.entries for known in self._known.values()}
        sets: dict[str, EntrySet] = {}
        for account in self._directory.all():
            merged = tuple(inherit(entries.get(i, []) for i in account.organisation_ids))
            if hash(merged) not in kept:
                kept[hash(merged)] = EntrySet(merged, self._speller)
            sets[account.key] = kept[hash(merged)]
        self._known = self._with_classifiers(session, sets)

    def load_classifiers(self, session: Session) -> None:
        """Take classifiers that were fitted since."""
        self._known = self._with_classifiers(session, {key: k.entries for key, k in self._known.items()})

    def _with_classifiers(self, session: Session, sets: dict[str, EntrySet]) -> dict[str, Knowledge]:
        names = (entries.fingerprint for entries in sets.values())
        fitted = self._library.fetch(session, names) if self._library else {}
        # Until the new one is fitted, the one before it knows most of the topics.
        before = {key: known.classifier for key, known in self._known.items() if known.classifier}
        return {
            key: Knowledge(entries, fitted.get(entries.fingerprint) or before.get(key))
            for key, entries in sets.items()
        }

    def unfitted(self) -> list[Knowledge]:
        """The distinct sets whose own classifier is still to be fitted."""
        fitted = self._library.names() if self._library else frozenset()
        waiting = {known.entries.fingerprint: known for known in self._known.values()}
        return [known for name, known in waiting.items() if name and name not in fitted]

    def fingerprints(self) -> set[str]:
        """Of all distinct sets."""
        return {known.entries.fingerprint for known in self._known.values()}

    def entries_of(self, account_key: str) -> EntrySet:
        """The set of an account; empty for one without entries."""
        return self._known.get(account_key, self._nothing).entries

    def ask(self, account_key: str, question: str, today: date, limit: int = 10) -> Found:
        """The decision and up to `limit` matches (two at least, or no lead could be seen)."""
        return self._known.get(account_key, self._nothing).ask(question, today, self._thresholds, limit)
