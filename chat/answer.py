"""What a handler may answer: a Reply, SILENT (mine, and nothing to say) or PASS (not mine, ask the next)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Literal

from wechat.replies import PassiveReply, TextReply


class Outcome(Enum):
    SILENT = "silent"
    PASS = "pass"  # noqa: S105 - not a password


SILENT: Final = Outcome.SILENT
PASS: Final = Outcome.PASS


@dataclass(frozen=True, slots=True)
class Talk:
    """What a conversation remembers until the follower's next message: who asked (`topic`) and plain JSON `data`."""

    topic: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, what to remember for the next message (None forgets), and what the features' listeners are told of it."""

    message: PassiveReply
    talk: Talk | None = None
    note: Mapping[str, str] | None = None


Answer = Reply | Literal[Outcome.SILENT, Outcome.PASS]


def say(text: str, talk: Talk | None = None) -> Reply:
    """A text reply."""
    return Reply(TextReply(text), talk)
