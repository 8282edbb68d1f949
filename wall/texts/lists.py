"""The files that words are found by: words, honest contexts, how letters are written otherwise. Read by `words`."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import Invalid
from core.settings import ROOT
from faq.files import RowError, cell_text, read_rows

FOLDER = ROOT / "content" / "moderation"
PLACE = "～"
"""Stands for any word in an honest context: 「～被骗」."""

LONGEST = 20
"""Letters of a word."""

_CELL = re.compile(r"[^\s,]+")


class Category(StrEnum):
    """What a word is listed for."""

    ADVERTISING = "广告引流"
    INSULT = "辱骂"
    FRAUD = "赌博诈骗"
    PORNOGRAPHY = "色情"
    CRIME = "违法"
    THREAT = "威胁曝光"
    INCITEMENT = "煽动"
    CARE = "关怀"

    @property
    def holds(self) -> bool:
        """Does a text with such a word wait for a person? Who needs help is not held back but urgent."""
        return self is not Category.CARE


@dataclass(frozen=True, slots=True)
class Word:
    """`written` as in the list, `means` the word it is another form of (itself, mostly).

    `exact`: only with these letters. Otherwise also in pinyin and with letters that look or sound alike.
    """

    written: str
    category: Category
    means: str
    exact: bool


class How(StrEnum):
    """How a letter, or a word, is written."""

    PLAIN = "plain"
    VARIANT = "variant"
    PINYIN = "pinyin"
    INITIAL = "initial"


@dataclass(frozen=True, slots=True)
class Writing:
    """What may stand for a letter: the letter itself, a look-alike, its parts, its syllable, the syllable's first letter."""

    text: str
    how: How


def read_words(path: Path) -> tuple[list[Word], list[RowError]]:
    """All good rows (columns: word, category, means, exact) and all errors. Raises Invalid for the file as a whole."""
    words: list[Word] = []
    errors: list[RowError] = []
    for number, row in read_rows(path, ("word", "category")):
        if isinstance(row, RowError):
            errors.append(row)
            continue
        try:
            words.append(_word(row))
        except Invalid as error:
            errors.append(RowError(number, error.message))
    return words, errors


def _word(row: Mapping[str, Any]) -> Word:
    written, category, means, exact = (
        cell_text(row.get(name)).lower() for name in ("word", "category", "means", "exact")
    )
    if not 2 <= len(written) <= LONGEST or not _CELL.fullmatch(written):
        raise Invalid("bad_word", f"词语要 2 到 {LONGEST} 个字，中间没有空格和逗号：「{written}」")
    if category not in list(Category):
        raise Invalid("bad_category", f"没有「{category}」这个类别，可以写：{'、'.join(Category)}")
    if exact not in ("", "是", "否"):
        raise Invalid("bad_exact", "exact（只认原字）一栏写「是」，或者空着")
    return Word(written, Category(category), means or written, exact == "是")


@cache
def shipped_list() -> Sequence[Word]:
    """Raises Invalid for a bad file."""
    words, errors = read_words(FOLDER / "words.csv")
    if errors:
        raise Invalid("bad_words", f"words.csv {errors[0]}")
    return words


@cache
def honest_contexts() -> Sequence[str]:
    """Phrases in which a word is meant honestly: whole (跳楼机), or with PLACE where the word stands (～被骗)."""
    return [row["context"].lower() for row in _rows("honest.csv", "context")]


@cache
def writings() -> Mapping[str, Sequence[Writing]]:
    """By letter, what else may stand for it."""
    found: dict[str, list[Writing]] = defaultdict(list)
    for row in _rows("lookalikes.csv", "letter", "written"):
        found[row["letter"]] += (Writing(one, How.VARIANT) for one in row["written"].split())
    for row in _rows("pinyin.csv", "syllable", "characters"):
        for letter in row["characters"]:
            found[letter] += (
                Writing(row["syllable"], How.PINYIN),
                Writing(row["syllable"][0], How.INITIAL),
            )
    return found


def _rows(name: str, *columns: str) -> Iterator[Mapping[str, str]]:
    for _, row in read_rows(FOLDER / name, columns):
        if isinstance(row, RowError):
            raise Invalid("bad_moderation_file", f"{name} {row}")
        yield {column: cell_text(row.get(column)) for column in columns}
