"""The entry that comes nearest to a gap: perhaps it only lacks a phrasing.

For the lists (`lists`) it is what the account answers with, for the commands what words alone find.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from faq.samples import phrasings
from faq.search import Index
from faq.shelf import FaqShelf
from faq.spelling import Speller
from faq.store import EntryView
from faq.synonyms import shipped_synonyms

_WORTH_A_LOOK = 0.1
"""Confidence of an entry; below it has nothing to do with the gap."""


class Near(NamedTuple):
    """The code of an account's entry, and how sure it is of a question (0 to 1)."""

    code: str
    sure: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the gaps of an account are compared with. `mark`: another one whenever `nearest` may find something else."""

    mark: str
    nearest: Callable[[str], Near | None]


NOTHING = Comparison("", lambda _: None)
"""For who has no knowledge in memory; the worker compares within a minute."""


def compare_with(shelf: FaqShelf, account_key: str, today: date) -> Comparison:
    """What the account knows now."""

    def nearest(question: str) -> Near | None:
        matches = shelf.ask(account_key, question, today, 2).matches
        if not matches or matches[0].score < _WORTH_A_LOOK:
            return None
        return Near(matches[0].entry.code, matches[0].score)

    return Comparison(shelf.mark(account_key), nearest)


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
