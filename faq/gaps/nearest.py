"""The entry that comes nearest to a gap: perhaps it only lacks a phrasing. Called by the commands."""

from collections.abc import Sequence
from typing import NamedTuple

from faq.samples import phrasings
from faq.search import Index
from faq.spelling import Speller
from faq.store import EntryView
from faq.synonyms import shipped_synonyms


class Nearest(NamedTuple):
    """An entry, and how like its words are (0 to 1)."""

    entry: EntryView
    likeness: float


class Entries:
    """An account's entries, to be compared by their words."""

    def __init__(self, entries: Sequence[EntryView]) -> None:
        self._entries = tuple(entries)
        self._speller = Speller(shipped_synonyms())
        self._index = Index([[self._speller.spell(text) for text in phrasings(entry)] for entry in entries])

    def nearest(self, question: str) -> Nearest | None:
        """None when no entry has anything in common with `question`."""
        likeness = self._index.likeness(self._speller.spell(question))
        if not likeness.size or likeness.max() <= 0:
            return None
        best = int(likeness.argmax())
        return Nearest(self._entries[best], round(float(likeness[best]), 2))
