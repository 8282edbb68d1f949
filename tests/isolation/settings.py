"""The texts in campaigns' settings, as the kinds' own models measure them: a new kind's are planted by themselves."""

from collections.abc import Iterator, Mapping
from typing import Any

from campaigns.registry import all_kinds

_ROOM = 9
"""Characters in which a mark fits."""


def measured() -> dict[str, int]:
    """The most characters, by the field's name in the table; where kinds share a name, what fits in all of them."""
    found: dict[str, int] = {}
    for name, most in _all_texts():
        found[name] = min(most, found.get(name, most))
    return {name: most for name, most in found.items() if most >= _ROOM}


def fixed() -> frozenset[str]:
    """Choices, and what is too short for a mark."""
    return frozenset(name for name, most in _all_texts() if most < _ROOM)


def _all_texts() -> Iterator[tuple[str, int]]:
    for kind in all_kinds().values():
        schema = kind.config.model_json_schema()
        yield from _texts(schema, schema.get("$defs", {}), "campaigns.settings")


def _texts(part: Mapping[str, Any], models: Mapping[str, Any], name: str) -> Iterator[tuple[str, int]]:
    """Names and measures of the texts in a part of a JSON schema; 0 for a choice."""
    if "$ref" in part:
        yield from _texts(models[part["$ref"].rpartition("/")[2]], models, name)
    for other in (*part.get("anyOf", ()), *filter(None, [part.get("items")])):
        yield from _texts(other, models, name)
    for key, below in part.get("properties", {}).items():
        yield from _texts(below, models, f"{name}.{key}")
    if part.get("type") == "string":
        choice = "enum" in part or "const" in part or "format" in part
        yield name, 0 if choice else part.get("maxLength", 100_000)
