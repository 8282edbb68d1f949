"""The form on which staff write an entry: what they typed, and what of it is wrong. Pure; called by the console."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.text import clean
from faq.files import EntryRow
from faq.history import FIELDS

ANSWER_LIMIT = 400
_LIMITS = {
    "question": 150,
    "answer": ANSWER_LIMIT,
    "details": 20_000,
    "topic": 80,
    "category": 40,
    "region": 40,
}
_MOST_LINES = 60
_LONGEST_LINE = 200
_CODE = re.compile(r"[\w.-]{1,80}")
_TEXTS = ("question", "answer", "details", "topic", "category", "region")
_LISTS = ("alternates", "citations")
_DAYS = ("valid_from", "valid_until", "checked_on")

Typed = Mapping[str, str]
"""The form's fields as they were typed; lists have a line an item."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry, or what is wrong by field (then the entry is None)."""

    row: EntryRow | None
    problems: dict[str, str] = field(default_factory=dict)


def typed_of(row: EntryRow) -> Typed:
    """What the form shows for an entry."""
    typed = {name: getattr(row, name) for name in _TEXTS}
    typed |= {name: "\n".join(getattr(row, name)) for name in _LISTS}
    days = {name: getattr(row, name) for name in _DAYS}
    return {**typed, **{name: day.isoformat() if day else "" for name, day in days.items()}}


def check_code(code: str) -> str:
    """What is wrong with the id of a new entry; empty where nothing is."""
    return "" if _CODE.fullmatch(code) else "编号只用字母、数字、汉字和 . _ -，最多 80 个字"


def check_typed(typed: Typed, code: str) -> Checked:
    """Read the form for the entry `code`; all that is wrong is told at once."""
    problems: dict[str, str] = {}
    texts = {name: _text(typed.get(name, "")) for name in _TEXTS}
    for name, limit in _LIMITS.items():
        if len(texts[name]) > limit:
            problems[name] = f"{FIELDS[name]}最多 {limit} 个字，现在有 {len(texts[name])} 个字"
    for name in ("question", "answer"):
        if not texts[name]:
            problems[name] = f"请填写{FIELDS[name]}"
    if len(texts["answer"]) > ANSWER_LIMIT:
        problems["answer"] += "；更多的话写到「详细说明」里"
    lists = {name: _lines(typed.get(name, ""), name, problems) for name in _LISTS}
    days = {name: _day(typed.get(name, ""), name, problems) for name in _DAYS}
    if days["valid_from"] and days["valid_until"] and days["valid_from"] > days["valid_until"]:
        problems["valid_until"] = "失效日早于生效日"
    return Checked(None if problems else _row(code, texts, lists, days), problems)


def _row(
    code: str,
    texts: Mapping[str, str],
    lists: Mapping[str, tuple[str, ...]],
    days: Mapping[str, date | None],
) -> EntryRow:
    return EntryRow(
        code=code,
        topic=texts["topic"],
        category=texts["category"],
        question=texts["question"],
        alternates=tuple(text for text in lists["alternates"] if text != texts["question"]),
        answer=texts["answer"],
        details=texts["details"],
        citations=lists["citations"],
        region=texts["region"],
        valid_from=days["valid_from"],
        valid_until=days["valid_until"],
        checked_on=days["checked_on"],
    )


def _text(typed: str) -> str:
    return clean(typed.replace("\r\n", "\n")).strip()


def _lines(typed: str, name: str, problems: dict[str, str]) -> tuple[str, ...]:
    """In files a bar parts the items of a list."""
    lines = [line.strip().replace("|", "／") for line in _text(typed).split("\n")]
    found = tuple(dict.fromkeys(line for line in lines if line))
    if len(found) > _MOST_LINES:
        problems[name] = f"{FIELDS[name]}最多 {_MOST_LINES} 行，现在有 {len(found)} 行"
    long = next((line for line in found if len(line) > _LONGEST_LINE), None)
    if long is not None:
        problems[name] = f"每行最多 {_LONGEST_LINE} 个字：「{long[:20]}…」有 {len(long)} 个字"
    return found


def _day(typed: str, name: str, problems: dict[str, str]) -> date | None:
    if not typed.strip():
        return None
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        problems[name] = f"{FIELDS[name]}写成 2026-12-31 这样"
        return None
