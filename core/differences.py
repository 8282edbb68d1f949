"""What two people wrote for the same thing, side by side. Pure; called by the console's forms."""

from collections.abc import Mapping
from typing import NamedTuple


class Difference(NamedTuple):
    """A field in which what is stored is not what was typed; texts as people read them."""

    title: str
    stored: str
    typed: str


def find_differences(stored: Mapping[str, str], typed: Mapping[str, str]) -> list[Difference]:
    """The fields (title → text, the same titles in both) whose texts differ in more than space around them."""
    pairs = [Difference(title, text.strip(), typed[title].strip()) for title, text in stored.items()]
    return [one for one in pairs if one.stored != one.typed]
