"""One spelling for what means the same: full width, traditional characters, and words by their synonyms."""

import re
from collections.abc import Mapping

from core.simplified import simplified
from core.text import normalise

LONGEST = 400
"""Letters of a question that are looked at: bounds the work; a rambling story has said what it is about by then."""

_NOISE = re.compile(r"[^\w]+|_+")
_GREETING = re.compile(
    "(?:(?:律师|老师|静静|工会)?[你您]们?好[啊呀]?(?:律师|老师|静静|工会)?|律师(?=我|请|想)"
    "|(?:请[问教]|我?想(?:请教|咨询|了解|问)|我?(?:咨询|问)(?=一?下))(?:一?下)?|打扰(?:一下|了)|求助|急{2,})+"
)
"""How people begin, whatever they ask: it tells nothing, and its lawyers would lead to legal aid."""

_LEAST = 4
"""Letters that are left of a question after its greeting."""


class Speller:
    """Spells texts for searching. Immutable; one per set of synonyms."""

    def __init__(self, synonyms: Mapping[str, str]) -> None:
        """`synonyms`: what people write, and what is meant by it. The longest that stands at a place wins."""
        self.synonyms = tuple(sorted(synonyms.items()))
        meant = {_plain(written): _plain(meant) for written, meant in self.synonyms}
        self._meant = {written: means for written, means in meant.items() if written}
        longest_first = sorted(self._meant, key=len, reverse=True)
        self._written = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def spell(self, text: str) -> str:
        """Letters and digits only, at most LONGEST."""
        plain = _ungreeted(_plain(text))[:LONGEST]
        return plain if self._written is None else self._written.sub(self._mean, plain)

    def _mean(self, found: re.Match[str]) -> str:
        return self._meant[found[0]]


def _plain(text: str) -> str:
    return _NOISE.sub("", normalise(text).translate(simplified()))


def _ungreeted(plain: str) -> str:
    found = _GREETING.match(plain)
    return plain[found.end() :] if found and len(plain) - found.end() >= _LEAST else plain
