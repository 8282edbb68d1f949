"""The one question that is asked back where the answer depends on it: who ended the contract? how far is the injury's case?"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from core.checks import explain
from core.errors import ConfigError
from core.settings import ROOT

FILE = ROOT / "content" / "language" / "clarify.yaml"
_LONGEST = 14
"""Letters: who tells a story has said how it is."""

_Text = Annotated[str, Field(min_length=1, max_length=200)]


class Choice(BaseModel):
    """What people read, and the question that is asked in place of theirs when they choose it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: _Text
    words: _Text


class Clarification(BaseModel):
    """Asked where the leading topic is one of `topics` and the question holds a word of `about`, none of `unless`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topics: Annotated[tuple[_Text, ...], Field(min_length=1)]
    about: Annotated[tuple[_Text, ...], Field(min_length=1)]
    unless: tuple[_Text, ...] = ()
    ask: _Text
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=5)]

    def fits(self, question: str, topic: str) -> bool:
        return (
            topic in self.topics
            and any(word in question for word in self.about)
            and not any(word in question for word in self.unless)
        )


@cache
def clarifications() -> Sequence[Clarification]:
    """Those that are shipped, read once a process. Raises ConfigError."""
    return read_clarifications(FILE)


def read_clarifications(path: Path) -> Sequence[Clarification]:
    """Raises ConfigError, which names the file and what is wrong."""
    try:
        return TypeAdapter(tuple[Clarification, ...]).validate_python(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        raise ConfigError("bad_clarify", f"{path.name}：{explain(error)}") from None
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError("bad_clarify", f"{path.name} 读不出来：{error}") from None


def clarify(question: str, topic: str) -> tuple[int, Clarification] | None:
    """The first that fits, and its number; None where nothing has to be asked back."""
    if len(question) > _LONGEST:
        return None
    return next(((n, one) for n, one in enumerate(clarifications()) if one.fits(question, topic)), None)
