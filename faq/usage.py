"""How people put questions: in how many of the shipped ones a character or pair of characters stands.

A few entries of a union's own say nothing about that: their index is weighted by it (`faq.search`).
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from faq.samples import shipped_questions
from faq.spelling import Speller
from faq.synonyms import shipped_synonyms

_LEAST = 3
"""Questions: what fewer hold counts as never said."""


class Usage(NamedTuple):
    """Numbers of questions: in all, and by what they hold."""

    total: int
    held: Mapping[str, int]


@cache
def usage() -> Usage:
    """Of the shipped questions (a second, 10 MB, once a process)."""
    return count_usage(tuple(question for _, question in shipped_questions()))


def count_usage(questions: tuple[str, ...]) -> Usage:
    speller = Speller(shipped_synonyms())
    held: Counter[str] = Counter()
    for text in map(speller.spell, questions):
        held.update({*text, *map(str.__add__, text, text[1:])})
    return Usage(len(questions), {feature: count for feature, count in held.items() if count >= _LEAST})
