"""What an account knows: how its entries are found. One for all accounts that have the same; what is above a union's own
entries is shared by all below.

A classifier is fitted to a base (`faq.layers`) only. What it has not learnt is found by its words, and, where it knows the
topic, among the topic's other entries: new entries, and those of unions below.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from faq.classifier import Classifier
from faq.features import features
from faq.layers import Layer
from faq.ranking import (
    Choice,
    Ranked,
    Ranking,
    Topic,
    WiderTopic,
    best_first,
    by_words,
    sure_of,
)
from faq.rules import Decision, Match, Thresholds, decide, leads
from faq.search import Index
from faq.store import EntryView
from faq.usage import usage

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


class _Words(NamedTuple):
    """Entries of one layer that words find: their positions, and the index in the same order."""

    positions: tuple[int, ...]
    found_by: Index

    def near(self, spelled: str, few: int) -> list[Ranked]:
        return [(like, self.positions[at]) for like, at in by_words(self.found_by, spelled, few)]


class Knowledge:
    """The entries of a layer and those above, and the base's classifier as soon as there is one. Immutable."""

    def __init__(
        self,
        entries: Layer,
        classifier: Classifier | None,
        *,
        fitted: bool = False,
        above: "Knowledge | None" = None,
        before: "Knowledge | None" = None,
    ) -> None:
        """Entries that `classifier` has not learnt (all, without one) are found by their words. `fitted`: it was fitted to
        just the base's. `above`: of the layer above, with the same classifier. `before`: of the same own entries, whose index
        is taken over where it may be."""
        self.entries = entries
        self.fitted = fitted
        self.classifier = classifier
        self.above = above
        self._topics: Mapping[str, Choice] = {}
        if classifier is not None:
            self._topics = entries.own.by_topic() if above is None else self._wider(classifier, above._topics)
        self._ranking = Ranking(self._topics, classifier) if classifier is not None else None
        own = self._own_words(classifier, before)
        self._own = own
        self._words: tuple[_Words, ...] = (
            *((own,) if own.positions else ()),
            *(above._words if above is not None else ()),
        )

    @property
    def base(self) -> "Knowledge":
        """The undermost layer's, which may be shared by many."""
        return self if self.above is None else self.above.base

    def stack(self) -> Iterator["Knowledge"]:
        """This, and what it lies upon."""
        known: Knowledge | None = self
        while known is not None:
            yield known
            known = known.above

    @property
    def mark(self) -> str:
        """Another one when `ask` may find something else, the day and answers' wordings apart; the same in every process."""
        return f"{self.entries.mark}{'+' if self.base.fitted else ''}"

    def _own_words(self, classifier: Classifier | None, before: "Knowledge | None") -> _Words:
        """Of own entries, those that the classifier has not learnt."""
        own, first = self.entries.own, self.entries.first
        learnt = classifier.learnt if classifier is not None else frozenset()
        strange = [place for place, it in enumerate(own.digests) if it not in learnt]
        positions = tuple(first + place for place in strange)
        if before is not None and self._is_thin and before._is_thin:
            moved = first - before.entries.first
            if positions == tuple(position + moved for position in before._own.positions):
                return before._own._replace(positions=positions)
        phrasings = [own.phrased[place].phrasings for place in strange]
        if self._is_thin:
            return _Words(positions, Index(phrasings, with_words=False, usage=usage() if strange else None))
        few = classifier is not None and len(strange) <= _FEW
        return _Words(positions, Index(phrasings, with_words=not few))

    @property
    def _is_thin(self) -> bool:
        return self.above is not None

    def _wider(self, classifier: Classifier, above: Mapping[str, Choice]) -> Mapping[str, Choice]:
        """The topics above with own entries, and without what these replace."""
        entries = self.entries
        known = set(classifier.classes)
        changed = {entry.topic for entry in (*entries.own.entries, *entries.replaced)} & known
        topics = dict(above)
        for name in changed:
            wider = self._widened(name, topics.pop(name, None))
            if wider.positions:
                topics[name] = wider
        return topics

    def _widened(self, name: str, above: Choice | None) -> Choice:
        own, first = self.entries.own, self.entries.first
        places = [place for place, topic in enumerate(own.topics) if topic == name]
        positions, phrased = [first + place for place in places], [own.phrased[place] for place in places]
        if above is None:
            return Topic(positions, phrased)
        gone = {entry.id for entry in self.entries.replaced if entry.topic == name}
        replaced = {at for at in above.positions if self.entries.entry_at(at).id in gone} if gone else ()
        return WiderTopic(above, replaced, positions, phrased)

    def ask(self, question: str, today: date, thresholds: Thresholds, limit: int) -> Found:
        """Search and decide; entries outside their dates of validity are left out."""
        entries = self.entries
        spelled = entries.speller.spell(question)
        matches = self._matches(spelled, today, limit)
        vague = _is_vague(spelled)
        same = entries.same(spelled)
        if same is not None and not vague and matches and matches[0].entry is entries.entry_at(same):
            return Found(Decision.ANSWER, tuple(matches))  # the very words of an entry suffice
        return Found(decide(matches, thresholds, vague=vague), tuple(matches))

    def _matches(self, spelled: str, today: date, limit: int) -> list[Match]:
        """Those that are left out take places of others, so more are looked at until enough stay: seldom more than once."""
        entries = self.entries
        most = limit + entries.dated
        room = min(_ROOM * limit, most)
        while True:
            best = best_first(self._search(spelled, room), entries.topic_at, room)
            found = [(sure, entries.entry_at(position)) for sure, position in best]
            valid = [Match(entry, round(sure, 4)) for sure, entry in found if entry.valid_on(today)]
            if len(valid) >= limit or room == most:
                return valid[:limit]
            room = min(_ROOM * room, most)

    def answer(self, question: str, thresholds: Thresholds) -> EntryView | None:
        """What `ask` would answer, in half its time; None where that takes the whole search to tell (vague words, entries
        that words find nearly as well, or that have dates), or where it would not answer."""
        entries = self.entries
        spelled = entries.speller.spell(question)
        if self._ranking is None or entries.dated or _is_vague(spelled):
            return None
        if (same := entries.same(spelled)) is not None:
            return entries.entry_at(same)
        lead = self._ranking.lead(features(spelled))
        if lead is None or not leads(lead.sure, lead.sibling, lead.rival, thresholds):
            return None
        behind = lead.sure - max(thresholds.margin, thresholds.sibling_margin)
        if self._words and self._surest_by_words(spelled) > behind:
            return None
        return entries.entry_at(lead.position)

    def _search(self, spelled: str, limit: int) -> list[Ranked]:
        found: list[Ranked] = []
        if (same := self.entries.same(spelled)) is not None:
            found.append((_SAME_WORDS, same))
        if not spelled or _says_nothing(spelled):
            return found
        if self._ranking is not None:
            found += self._ranking.best(features(spelled), limit)
        if self._words:
            found += self._by_words(spelled, limit * _LOOKED_AT)
        return found

    def _by_words(self, spelled: str, few: int) -> list[Ranked]:
        """Entries of all layers that words find, how sure."""
        entries = self.entries
        near = [one for words in self._words for one in words.near(spelled, few)]
        if entries.hidden:
            near = [(like, at) for like, at in near if entries.shows(entries.entry_at(at))]
        return sure_of(near)

    def _surest_by_words(self, spelled: str) -> float:
        few = 1 + len(self.entries.hidden)
        return max((sure for sure, _ in self._by_words(spelled, few)), default=0.0)


def _is_vague(spelled: str) -> bool:
    return len(spelled) <= _VAGUE or _says_nothing(spelled)


def _says_nothing(spelled: str) -> bool:
    """A number, or a few letters again and again: hashed, they would look like anything."""
    return spelled.isdigit() or len(set(spelled)) * _REPEATED < len(spelled)
