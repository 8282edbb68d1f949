"""Cells of tables that people open in a spreadsheet: no text of ours may come to life there as a formula."""

import re
from typing import Any

from core.text import clean

_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def guard(text: str) -> str:
    """What a spreadsheet would take for a formula is led by an apostrophe; `unguard` drops it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


def cell(value: Any) -> str:
    """A guarded cell: nothing for None, lists parted by bars. Control characters, which no workbook can hold, are dropped."""
    text = "|".join(value) if isinstance(value, list | tuple) else "" if value is None else str(value)
    return guard(clean(text))
