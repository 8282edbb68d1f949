"""Finds the words that keep a text back, however they are written. Pure; called by the wall before a person looks.

A word is a way through a tree of letters; each letter may be read as itself, as a look-alike, from its parts (亻言), from its
syllable or, in longer words, from its first letter. What stands between letters was dropped by `spelling`.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from wall.texts.lists import (
    PLACE,
    Category,
    How,
    Word,
    Writing,
    honest_contexts,
    shipped_list,
    writings,
)
from wall.texts.spelling import Spelt, letters_of

_SENTENCE = frozenset("，。！？；：、,!?;:\n")
_FAR = 8
"""Characters between two letters of a word, at most."""

_TONES = "12345"
_SHORT = 2


@dataclass(frozen=True, slots=True)
class Found:
    """`word` of the list in `text[start:end]`; `how`: as it stands in the list, changed, or in Latin letters."""

    word: str
    category: Category
    start: int
    end: int
    how: How


@dataclass(frozen=True, slots=True)
class _Step:
    """One letter of a word, read from `letters[start:end]`."""

    start: int
    end: int
    how: How


@dataclass(slots=True)
class _Node:
    """Where letters lead from here: by the first character of a writing, the writing and the next node."""

    ways: dict[str, list[tuple[Writing, "_Node"]]] = field(default_factory=lambda: defaultdict(list))
    nexts: dict[tuple[str, bool], "_Node"] = field(default_factory=dict)
    word: Word | None = None


class WordList:
    """Words to look for. Immutable; the shipped ones once a process, an organisation's own beside them."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._root = _Node()
        self._symbols = frozenset(
            char
            for written in writings().values()
            for one in written
            for char in one.text
            if not char.isalnum()
        )
        for word in words:
            self._add(word)

    def _add(self, word: Word) -> None:
        node = self._root
        for letter in letters_of(word.written, self._symbols).letters:
            key = letter, word.exact
            if key not in node.nexts:
                node.nexts[key] = after = _Node()
                others = () if word.exact else writings().get(letter, ())
                for writing in (Writing(letter, How.PLAIN), *others):
                    node.ways[writing.text[0]].append((writing, after))
            node = node.nexts[key]
        node.word = node.word or word

    def find(self, text: str) -> list[Found]:
        """All words in `text`, as they stand; of several at one place the longest."""
        spelt = letters_of(text, self._symbols)
        found = [
            _found(text, spelt, word, steps)
            for at in range(len(spelt.letters))
            if spelt.letters[at] in self._root.ways
            for word, steps in self._read(spelt, at)
            if _holds(text, spelt, word, steps) and not _is_honest(spelt.letters, steps)
        ]
        return _longest(found)

    def _read(self, spelt: Spelt, at: int) -> Iterator[tuple[Word, list[_Step]]]:
        """Every word that can be read from `letters[at]` on."""
        letters = spelt.letters
        open_ways: list[tuple[_Node, int, list[_Step]]] = [(self._root, at, [])]
        while open_ways:
            node, here, steps = open_ways.pop()
            for writing, after in node.ways.get(letters[here : here + 1], ()):
                if not letters.startswith(writing.text, here):
                    continue
                end = here + len(writing.text)
                way = [*steps, _Step(here, end, writing.how)]
                if after.word is not None:
                    yield after.word, way
                if after.ways:
                    open_ways += ((after, place, way) for place in _places(letters, end, writing.how))


def find_words(text: str, own: WordList | None = None) -> Sequence[Found]:
    """Words of the shipped list and of an organisation's `own` in `text`, in their order."""
    found = shipped_words().find(text)
    return found if own is None else _longest([*found, *own.find(text)])


@cache
def shipped_words() -> WordList:
    return WordList(shipped_list())


def _places(letters: str, end: int, how: How) -> Iterator[int]:
    """Where the next letter may be: at once, after the same letter again, a symbol, or the number of a tone."""
    last = min(len(letters), end + _FAR)
    yield end
    while end < last and (
        letters[end] == letters[end - 1]
        or not letters[end].isalnum()
        or (how is How.PINYIN and letters[end] in _TONES)
    ):
        end += 1
        yield end


def _holds(text: str, spelt: Spelt, word: Word, steps: list[_Step]) -> bool:
    """Is what was read the word, and not by chance?"""
    hows = [step.how for step in steps]
    if len(steps) <= _SHORT and (How.INITIAL in hows or hows.count(How.VARIANT) == len(steps)):
        return False
    if How.INITIAL in hows and How.PLAIN not in hows and len(steps) < 2 * _SHORT:
        return False
    return _stands_alone(spelt, steps) and _belongs_together(text, spelt, steps)


def _stands_alone(spelt: Spelt, steps: list[_Step]) -> bool:
    """Latin letters count as whole words only: no 「sb」 in USB."""
    return not (_goes_on(spelt, steps[0].start) or _goes_on(spelt, steps[-1].end))


def _goes_on(spelt: Spelt, at: int) -> bool:
    """Are the characters before and after `at` letters of one Latin word?"""
    return (
        0 < at < len(spelt.letters)
        and _is_latin(spelt.letters[at - 1])
        and _is_latin(spelt.letters[at])
        and spelt.ends[at - 1] == spelt.starts[at]
    )


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _belongs_together(text: str, spelt: Spelt, steps: list[_Step]) -> bool:
    """Not part of two sentences: a sentence mark between letters counts only where something is between all of them."""
    gaps = [text[spelt.ends[before.end - 1] : spelt.starts[step.start]] for before, step in pairwise(steps)]
    if any(len(gap) > _FAR for gap in gaps):
        return False
    if not any(_SENTENCE & set(gap) for gap in gaps):
        return True
    start, end = spelt.span(steps[0].start, steps[-1].end)
    alone = not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())
    return all(gaps) and (len(steps) > _SHORT or alone)


def _is_honest(letters: str, steps: list[_Step]) -> bool:
    """Stands what was read in a context that people use honestly?"""
    start, end = steps[0].start, steps[-1].end
    for context in honest_contexts():
        before, place, after = context.partition(PLACE)
        if place:
            if letters.endswith(before, 0, start) and letters.startswith(after, end):
                return True
        elif 0 <= letters.find(context, max(0, end - len(context)), start + len(context)) <= start:
            return True
    return False


def _found(text: str, spelt: Spelt, word: Word, steps: list[_Step]) -> Found:
    start, end = spelt.span(steps[0].start, steps[-1].end)
    hows = {step.how for step in steps}
    if hows & {How.PINYIN, How.INITIAL}:
        how = How.PINYIN
    else:
        how = How.PLAIN if text[start:end].lower() == word.means else How.VARIANT
    return Found(word.means, word.category, start, end, how)


def _longest(found: list[Found]) -> list[Found]:
    """In order, without what lies within another."""
    kept: list[Found] = []
    reached = -1
    for one in sorted(found, key=lambda one: (one.start, -one.end, one.how is not How.PLAIN)):
        if one.end > reached:
            kept.append(one)
            reached = one.end
    return kept
