"""What changed between two wordings of an entry, told field by field. Pure; called by the console."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from faq.files import EntryRow

FIELDS = {
    "question": "问题",
    "alternates": "相近问法",
    "answer": "答案",
    "details": "详细说明",
    "topic": "主题",
    "category": "分类",
    "citations": "法律依据",
    "region": "适用地区",
    "valid_from": "生效日",
    "valid_until": "失效日",
    "checked_on": "核对日",
}
_LONG = 1500
"""Letters from which sentences are compared instead of letters: the time grows with the square."""

_SENTENCES = re.compile(r"[^。！？；\n]*[。！？；\n]?")


class Piece(NamedTuple):
    """A run of text that both wordings have (same), or one of them (gone, new)."""

    text: str
    kind: Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field whose wordings differ; lists have a line an item."""

    field: str
    title: str
    pieces: tuple[Piece, ...]


def differences(before: EntryRow | None, after: EntryRow) -> list[Difference]:
    """Fields in which `after` differs from `before` (None: everything is new)."""
    found: list[Difference] = []
    for field, title in FIELDS.items():
        old, new = _lines(before, field), _lines(after, field)
        if old != new:
            found.append(Difference(field, title, tuple(_compare(old, new))))
    return found


def _lines(row: EntryRow | None, field: str) -> str:
    value = getattr(row, field) if row is not None else None
    if isinstance(value, tuple):
        return "".join(f"{item}\n" for item in value)
    return "" if value is None else str(value)


def _compare(old: str, new: str) -> Iterator[Piece]:
    parts = _letters if len(old) + len(new) <= _LONG else _sentences
    before, after = parts(old), parts(new)
    for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("".join(before[i:j]), "same")
            continue
        if i < j:
            yield Piece("".join(before[i:j]), "gone")
        if k < m:
            yield Piece("".join(after[k:m]), "new")


def _letters(text: str) -> Sequence[str]:
    return text


def _sentences(text: str) -> Sequence[str]:
    return [part for part in _SENTENCES.findall(text) if part]
