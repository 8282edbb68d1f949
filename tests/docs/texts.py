"""The documents as the tests in this folder read them."""

import re
from pathlib import Path

from core.settings import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
OPERATIONS = ROOT / "docs" / "operations.md"

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def read(path: Path) -> str:
    return path.read_text("utf-8")


def code_of(text: str) -> list[str]:
    """The fenced blocks' lines and the inline code of a document."""
    lines = [line for block in _FENCE.findall(text) for line in block.splitlines()]
    return lines + _SPAN.findall(_FENCE.sub("", text))


def prose_of(text: str) -> str:
    """A document without its code, in which links are looked for."""
    return _SPAN.sub("", _FENCE.sub("", text))


def anchors_of(text: str) -> set[str]:
    """The names by which the headings of a document can be linked to, as GitHub makes them."""
    titles = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
