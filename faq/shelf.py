"""The knowledge in memory: one set of entries with its index for all accounts that inherit the same, and its classifier."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy.orm import Session

from accounts.directory import AccountDirectory
from faq.classifier import Classifier
from faq.features import features
from faq.ranking import Phrased, Ranked, Ranking, Topic, best_first, by_words
from faq.rules import Decision, Match, Thresholds, decide, leads
from faq.samples import digest, fingerprint, mark, phrasings
from faq.search import Index
from faq.spelling import Speller
from faq.store import EntryView, inherit, list_all_entries
from faq.synonyms import all_synonyms, merge, shipped_synonyms
from faq.trained import Library

_FEW = 50
"""Entries that a classifier has not learnt yet, or never will: characters and pairs will do for so many, and a changed answer
need not wait for jieba."""

_VAGUE = 4
"""Letters: 「工资」 or 「哺乳期」 could be any question of their topic."""

_REPEATED = 6
"""Times that a text says each of its letters, on average, at which it says nothing."""

_SAME_WORDS = 0.99
_ROOM = 4
"""Times as many as are wanted are looked at where some have dates, so that enough of them hold today; then so many times more."""

_LOOKED_AT = 5
"""Times as many as are wanted are looked at by words: enough to find other topics among them."""


class Found(NamedTuple):
    """What a question led to; `matches` best first, also for a hand-off."""

    decision: Decision
    matches: tuple[Match, ...]


class EntrySet:
    """Entries, and what tells those of a topic apart. Immutable."""

    def __init__(
        self, entries: Iterable[EntryView], speller: Speller, before: "EntrySet | None" = None
    ) -> None:
        """What `before` (a set with the same speller) had worked out for entries and topics that stay is taken over: one
        changed entry must be in the chat within two seconds."""
        self.entries: tuple[EntryView, ...] = tuple(entries)
        self.speller = speller
        self.by_id = {entry.id: entry for entry in self.entries}
        self.by_code = {entry.code: entry for entry in self.entries}
        self.by_public_id = {entry.public_id: entry for entry in self.entries}
        self.topics = tuple(entry.topic for entry in self.entries)
        self.digests = tuple(digest(entry) for entry in self.entries)
        self.fingerprint = fingerprint(self.entries, speller)
        self.mark = mark(self.entries, speller)
        spelt = {} if before is None else dict(zip(before.entries, before.phrased, strict=True))
        self.phrased: tuple[Phrased, ...] = tuple(
            spelt.get(entry) or _phrased(entry, speller) for entry in self.entries
        )
        self.by_phrasing = {
            text: position
            for position in reversed(range(len(self.entries)))
            for text in self.phrased[position].phrasings
            if text
        }
        self._topics: dict[str, Topic] | None = None
        self._topics_before = (before and before._topics) or {}
        # Those that may be left out must not take the places of those that stay.
        self.dated = sum(
            entry.valid_from is not None or entry.valid_until is not None for entry in self.entries
        )

    def by_topic(self) -> dict[str, Topic]:
        """What tells the entries of each topic apart, where any classifier may come to know them; made when first asked for."""
        if self._topics is None:
            self._topics = self._made_topics(self._topics_before)
            self._topics_before = {}
        return self._topics

    def _made_topics(self, before: Mapping[str, Topic]) -> dict[str, Topic]:
        members: dict[str, list[int]] = defaultdict(list)
        if self.fingerprint:
            for position, topic in enumerate(self.topics):
                members[topic].append(position)
        made: dict[str, Topic] = {}
        for name, positions in members.items():
            entries = [self.phrased[position] for position in positions]
            known = before.get(name)
            same = known is not None and known.is_of(positions, entries)
            made[name] = known if known is not None and same else Topic(positions, entries)
        return made


def _phrased(entry: EntryView, speller: Speller) -> Phrased:
    return Phrased([speller.spell(text) for text in phrasings(entry)], speller.spell(entry.answer))


class Knowledge:
    """What an account knows: its entries, and their classifier as soon as there is one. Immutable."""

    def __init__(self, entries: EntrySet, classifier: Classifier | None, *, fitted: bool = False) -> None:
        """Entries that `classifier` has not learnt (all, without one) are found by their words. `fitted`: it was fitted to
        just these."""
        self.entries = entries
        self.fitted = fitted
        self.classifier = classifier
        self._ranking = Ranking(entries.by_topic(), classifier) if classifier else None
        learnt = classifier.learnt if classifier else frozenset()
        self._strange = [position for position, it in enumerate(entries.digests) if it not in learnt]
        few = classifier is not None and len(self._strange) <= _FEW
        strange = [entries.phrased[position].phrasings for position in self._strange]
        self._words = Index(strange, with_words=not few)

    def ask(self, question: str, today: date, thresholds: Thresholds, limit: int) -> Found:
        """Search and decide; entries outside their dates of validity are left out."""
        entries = self.entries
        spelled = entries.speller.spell(question)
        matches = self._matches(spelled, today, limit)
        vague = _is_vague(spelled)
        same = entries.by_phrasing.get(spelled)
        if same is not None and not vague and matches and matches[0].entry is entries.entries[same]:
            return Found(Decision.ANSWER, tuple(matches))  # the very words of an entry suffice
        return Found(decide(matches, thresholds, vague=vague), tuple(matches))

    def _matches(self, spelled: str, today: date, limit: int) -> list[Match]:
        """Those that are left out take places of others, so more are looked at until enough stay: seldom more than once."""
        entries = self.entries
        most = limit + entries.dated
        room = min(_ROOM * limit, most)
        while True:
            best = best_first(self._search(spelled, room), entries.topics, room)
            found = [(sure, entries.entries[position]) for sure, position in best]
            valid = [Match(entry, round(sure, 4)) for sure, entry in found if entry.valid_on(today)]
            if len(valid) >= limit or room == most:
                return valid[:limit]
            room = min(_ROOM * room, most)

    def answer(self, question: str, thresholds: Thresholds) -> EntryView | None:
        """What `ask` would answer, in half its time; None where that takes the whole search to tell (vague words, entries
        that words alone find or that have dates), or where it would not answer."""
        entries = self.entries
        spelled = entries.speller.spell(question)
        if self._ranking is None or self._strange or entries.dated or _is_vague(spelled):
            return None
        if (same := entries.by_phrasing.get(spelled)) is not None:
            return entries.entries[same]
        lead = self._ranking.lead(features(spelled))
        if lead is None or not leads(lead.sure, lead.sibling, lead.rival, thresholds):
            return None
        return entries.entries[lead.position]

    def _search(self, spelled: str, limit: int) -> list[Ranked]:
        found: list[Ranked] = []
        if (same := self.entries.by_phrasing.get(spelled)) is not None:
            found.append((_SAME_WORDS, same))
        if not spelled or _says_nothing(spelled):
            return found
        if self._ranking is not None:
            found += self._ranking.best(features(spelled), limit)
        if self._strange:
            near = by_words(self._words, spelled, limit * _LOOKED_AT)
            found += [(sure, self._strange[position]) for sure, position in near]
        return found


def _name(entries: tuple[EntryView, ...], speller: Speller) -> tuple[int, int]:
    return hash(entries), hash(speller.synonyms)


def _is_vague(spelled: str) -> bool:
    return len(spelled) <= _VAGUE or _says_nothing(spelled)


def _says_nothing(spelled: str) -> bool:
    """A number, or a few letters again and again: hashed, they would look like anything."""
    return spelled.isdigit() or len(set(spelled)) * _REPEATED < len(spelled)


class FaqShelf:
    """The knowledge of all accounts, by account key."""

    def __init__(self, directory: AccountDirectory, thresholds: Thresholds, library: Library) -> None:
        self._directory = directory
        self._thresholds = thresholds
        self._library = library
        self._nothing = Knowledge(EntrySet([], Speller({})), None)
        self._known: dict[str, Knowledge] = {}
        # The worker's jobs load at the same time: the later must see what the earlier made.
        self._loading = threading.Lock()

    def load(self, session: Session) -> None:
        """Read all entries and synonyms and swap the new sets in at once; a set that did not change keeps its index."""
        with self._loading:
            entries = list_all_entries(session)
            synonyms = all_synonyms(session)
            kept = {
                _name(known.entries.entries, known.entries.speller): known.entries
                for known in self._known.values()
            }
            spellers = {
                known.entries.speller.synonyms: known.entries.speller for known in self._known.values()
            }
            sets: dict[str, EntrySet] = {}
            for account in self._directory.all():
                ids = account.organisation_ids
                speller = Speller(merge([*(synonyms.get(i, {}) for i in ids), shipped_synonyms()]))
                speller = spellers.setdefault(speller.synonyms, speller)
                merged = tuple(inherit(entries.get(i, []) for i in ids))
                name = _name(merged, speller)
                if name not in kept:
                    before = self._known.get(account.key, self._nothing).entries
                    same_speller = before.speller.synonyms == speller.synonyms
                    kept[name] = EntrySet(merged, speller, before if same_speller else None)
                sets[account.key] = kept[name]
            self._known = self._with_classifiers(session, sets)

    def load_classifiers(self, session: Session) -> None:
        """Take classifiers that were fitted since."""
        with self._loading:
            sets = {key: known.entries for key, known in self._known.items()}
            self._known = self._with_classifiers(session, sets)

    def _with_classifiers(self, session: Session, sets: dict[str, EntrySet]) -> dict[str, Knowledge]:
        names = (entries.fingerprint for entries in sets.values())
        fitted = self._library.fetch(session, names)
        made = {(id(known.entries), id(known.classifier)): known for known in self._known.values()}
        found: dict[str, Knowledge] = {}
        for key, entries in sets.items():
            # Until the new one is fitted, the one before it knows most of the topics.
            before = self._known[key].classifier if key in self._known else None
            own = fitted.get(entries.fingerprint)
            classifier = own or before
            one = (id(entries), id(classifier))
            if one not in made:
                made[one] = Knowledge(entries, classifier, fitted=own is not None)
            found[key] = made[one]
        return found

    def unfitted(self) -> list[Knowledge]:
        """The distinct sets whose own classifier is still to be fitted."""
        known = {one.entries.fingerprint: one for one in self._known.values() if not one.fitted}
        return [one for name, one in known.items() if name]

    def fingerprints(self) -> set[str]:
        """Of all distinct sets."""
        return {known.entries.fingerprint for known in self._known.values()}

    def mark(self, account_key: str) -> str:
        """Another one when `ask` may find something else, the day and answers' wordings apart; the same in every process."""
        known = self._known.get(account_key, self._nothing)
        return f"{known.entries.mark}{'+' if known.fitted else ''}"

    def entries_of(self, account_key: str) -> EntrySet:
        """The set of an account; empty for one without entries."""
        return self._known.get(account_key, self._nothing).entries

    def answer(self, account_key: str, question: str) -> EntryView | None:
        """The entry that `ask` would answer with, where that can be told at once; None says nothing."""
        return self._known.get(account_key, self._nothing).answer(question, self._thresholds)

    def ask(self, account_key: str, question: str, today: date, limit: int = 10) -> Found:
        """The decision and up to `limit` matches (two at least, or no lead could be seen)."""
        return self._known.get(account_key, self._nothing).ask(question, today, self._thresholds, limit)
