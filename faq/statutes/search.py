"""Finding articles by words, for the page: all words first; without such an article, most of their pairs of letters."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.text import comparable, normalise
from faq.statutes.numbering import NUMERAL
from faq.statutes.reading import Articles, read
from faq.statutes.shelf import Library, Volume
from faq.statutes.store import ArticleView

_WORD = re.compile(r"[^\s,.;:!?、，。；：！？《》“”「」()（）]+")
_NUMBER = re.compile(NUMERAL)
_MOST_WORDS = 8
_ENOUGH = 0.5
"""The share of a query's pairs that an article must hold when none holds the words themselves."""


class Piece(NamedTuple):
    """A run of an article's text; `marked` where it is what was looked for."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, its paragraphs in pieces."""

    volume: Volume
    article: ArticleView
    paragraphs: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Results:
    """`total` articles were found, of which `hits` are the first; `loosely`: only parts of the words."""

    hits: tuple[Hit, ...]
    total: int
    loosely: bool = False


def search(library: Library, query: str, limit: int, within: Volume | None = None) -> Results:
    """Articles that `query` names (劳动法第44条; with `within` 「44」 too) or whose text holds its words, in all statutes or
    `within` one. At most `limit` hits."""
    named = _named(library, query, within)
    if named:
        return Results(tuple(named[:limit]), len(named))
    words = _WORD.findall(normalise(query))[:_MOST_WORDS]
    volumes = (within,) if within else library.volumes
    for wanted, share in ((words, 1.0), (_pairs(words), _ENOUGH)):
        found = _holding(volumes, wanted, share)
        if found:
            hits = tuple(_hit(volume, article, wanted) for volume, article in found[:limit])
            return Results(hits, len(found), loosely=share < 1)
    return Results((), 0)


def _named(library: Library, query: str, within: Volume | None) -> list[Hit]:
    words = comparable(query)
    if within and _NUMBER.fullmatch(words):
        words += "条"
    reading = read(words, within.name if within else "")
    volume = library.find(reading.law) if isinstance(reading, Articles) else None
    if volume is None or not isinstance(reading, Articles):
        return []
    articles = (volume.article(*key) for key in reading.keys)
    return [_hit(volume, article, ()) for article in articles if article is not None]


def _holding(
    volumes: Iterable[Volume], words: Sequence[str], share: float
) -> list[tuple[Volume, ArticleView]]:
    """Articles that hold at least `share` of `words`, those that hold most first, otherwise in order."""
    found: list[tuple[int, Volume, ArticleView]] = []
    for volume in volumes:
        for article in volume.articles:
            text = f"{article.chapter}{article.section}{article.text}".lower()
            held = sum(word in text for word in words)
            if words and held >= share * len(words):
                found.append((held, volume, article))
    found.sort(key=lambda each: -each[0])
    return [(volume, article) for _, volume, article in found]


def _pairs(words: Iterable[str]) -> list[str]:
    """Overlapping pairs of letters; a word of one or two stays."""
    pairs = (word[i : i + 2] for word in words for i in range(max(1, len(word) - 1)))
    return list(dict.fromkeys(pairs))


def _hit(volume: Volume, article: ArticleView, words: Sequence[str]) -> Hit:
    return Hit(volume, article, tuple(_pieces(text, words) for text in article.paragraphs))


def _pieces(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    if not words:
        return (Piece(text, False),)
    lower, marks = text.lower(), bytearray(len(text))
    for word in words:
        start = lower.find(word)
        while start >= 0:
            marks[start : start + len(word)] = b"\1" * len(word)
            start = lower.find(word, start + 1)
    pieces: list[Piece] = []
    begin = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marks[end] != marks[begin]:
            pieces.append(Piece(text[begin:end], bool(marks[begin])))
            begin = end
    return tuple(pieces)
