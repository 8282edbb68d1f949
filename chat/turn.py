"""One turn of a conversation as a handler sees it, and the hook by which a feature takes part."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, Protocol

from sqlalchemy.orm import Session

from chat.answer import Answer, Talk
from core.text import comparable
from wechat.messages import Inbound, spoken_text


class ChatAccount(Protocol):
    """What handlers know of the account they answer for (`accounts.directory.AccountView` is one)."""

    @property
    def id(self) -> int: ...
    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def organisation_ids(self) -> tuple[int, ...]: ...
    @property
    def h5_url(self) -> str: ...
    @property
    def site_url(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def verified(self) -> bool: ...


_LONGEST = 2000
"""Characters of a message that hooks look at. Normalising Unicode costs the square of a run of combining marks."""


@dataclass(frozen=True)
class Turn:
    """A message, whose it is, and what the conversation remembers."""

    account: ChatAccount
    message: Inbound
    now: datetime
    talk: Talk | None = None

    @cached_property
    def said(self) -> str:
        """What was said in words (text or voice transcript), at most _LONGEST characters; empty for everything else."""
        return (spoken_text(self.message) or "").strip()[:_LONGEST]

    @cached_property
    def words(self) -> str:
        """`said`, spelt for comparing (see `core.text.comparable`)."""
        return comparable(self.said)


@dataclass(frozen=True, slots=True)
class Hook:
    """A feature's part in the chat; hooks are asked in order until one does not PASS.

    `pure` hooks only read memory and are fast: they may answer before the message is claimed, and again for a retry.
    Others write: they run once a message, inside the deadline, and their effects carry the message key.
    """

    name: str
    answer: Callable[[Turn], Answer]
    pure: bool = True
    wants: Callable[[Turn], bool] = lambda _turn: True
    """For hooks that are not pure: a fast look whether this turn may be theirs."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A feature's part in a conversation it opened (with a Talk of its `topic`), asked before all hooks.

    `may_answer` sees the turn without its talk: could this message go on with such a conversation at all? Most messages
    could not (a question is not a number), and then nobody has to look whether one is open.
    """

    topic: str
    may_answer: Callable[[Turn], bool]
    answer: Callable[[Turn], Answer]


Notice = Callable[[Session, int, Inbound, datetime], None]
"""Takes an event that needs no answer, in the worker: unit of work, account id, event, when it came.

Taking one twice must change nothing.
"""


class Said(NamedTuple):
    """What was said in words (text or voice), and who answered: the hook's name, and the note of its reply."""

    account_id: int
    message_key: str
    words: str
    hook: str
    note: Mapping[str, str]
    at: datetime


Listener = Callable[[Session, Sequence[Said]], None]
"""Hears in the worker what was said, batch by batch: unit of work, what was said. Hearing the same message (account and
key) twice must change nothing.
"""
