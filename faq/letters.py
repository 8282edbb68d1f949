"""Words looked up in PostgreSQL's index of letters: of entries and drafts it holds every letter and every pair of neighbours
(columns `letters`, made by the database itself).

What its other kinds of index know as words, or as three letters, are not the two letters of most Chinese words. What the
index finds is still compared: it knows the pairs of a word, not their order.
"""

from sqlalchemy import ColumnElement, cast, literal_column
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.sql.expression import literal

_PAIR = 2
_UNSURE = frozenset("\"\\'")
"""Letters that stand in another form in JSON, or in what the index is asked."""

_PLANE = 0x10000


def may_hold(table: str, word: str) -> ColumnElement[bool] | None:
    """Of the rows of `table`: all that hold `word`, and few others. None for a word that the index does not know."""
    pieces = pieces_of(word)
    if not pieces:
        return None
    query = " & ".join(f"'{piece}'" for piece in pieces)
    letters = literal_column(f"{table}.letters", TSVECTOR)
    return letters.bool_op("@@")(cast(literal(query), TSQUERY))


def pieces_of(word: str) -> list[str]:
    """Its pairs of letters; of a single letter that."""
    lower = "".join(letter.lower() if letter.isascii() else letter for letter in word)
    size = min(_PAIR, len(lower))
    found = {lower[start : start + size] for start in range(len(lower) - size + 1)}
    return sorted(piece for piece in found if all(map(_is_sure, piece)))


def _is_sure(letter: str) -> bool:
    one_case = letter.isascii() or letter.lower() == letter.upper()
    return one_case and letter.isprintable() and letter not in _UNSURE and ord(letter) < _PLANE
