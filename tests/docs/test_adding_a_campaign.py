"""The guide for a new kind names what exists: every file and name in it, every field of a kind, every file the command makes."""

import re
from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from campaigns.kind import CampaignKind
from core.settings import ROOT
from tests.docs.texts import code_of, read

GUIDE = ROOT / "docs" / "adding-a-campaign.md"
TEMPLATE = ROOT / "tools" / "campaign_template"
_DOTTED = re.compile(r"[a-z_]+(?:\.[A-Za-z_]+)+")
_PATH = re.compile(r"[\w.\-]+(?:/[\w.\-]+)+/?")
_SUFFIXES = (".py", ".html", ".md", ".css", ".yaml")


def names() -> Iterator[str]:
    """Dotted names of the house that stand in code."""
    for code in code_of(read(GUIDE)):
        if _DOTTED.fullmatch(code) and not code.endswith(_SUFFIXES):
            yield code


def paths() -> Iterator[str]:
    for code in code_of(read(GUIDE)):
        if _PATH.fullmatch(code):
            yield code


def section(title: str) -> str:
    return read(GUIDE).partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def is_there(name: str) -> bool:
    """Is it a module, or reached from one by attributes?"""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def is_kept(path: str) -> bool:
    """In the repository, or as templates and browser files are named."""
    places = (ROOT, ROOT / "campaigns" / "templates", TEMPLATE / "kind", ROOT / "web" / "static")
    return any((place / one).exists() for place in places for one in (path, f"{path}.tmpl", Path(path).name))


def test_every_name_in_the_guide_exists():
    found = sorted(set(names()))
    assert len(found) > 20
    assert [name for name in found if not is_there(name)] == []


def test_every_path_in_the_guide_exists():
    found = sorted(set(paths()))
    assert len(found) > 15
    assert [path for path in found if not is_kept(path)] == []


@pytest.mark.parametrize("name", ["campaigns.desk.nowhere", "campaigns.nowhere", "nowhere.at_all"])
def test_a_name_that_does_not_exist_would_be_found(name: str):
    assert not is_there(name)


def test_the_guide_explains_every_field_of_a_kind():
    rows = [line for line in section("What a kind declares").splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    assert told == {field.name for field in fields(CampaignKind)}


def test_the_guide_lists_every_file_that_the_command_makes():
    rows = re.findall(r"^\| `([\w./]+)` \|", section("The files"), re.MULTILINE)
    kind = TEMPLATE / "kind"
    made = {str(path.relative_to(kind).with_suffix("")) for path in kind.rglob("*.tmpl")}
    assert set(rows) == made - {"__init__.py"}
