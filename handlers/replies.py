"""What a rule replies with: content (`chat.content`), one of several at random, or a guide through numbered choices.

As staff write it: {text: …}, {news: …}, {image: …}, {entry: …}, {random: [{text: …}, …]} or
{menu: {ask: …, choices: [{label: …, reply: {…}}, …]}}, where a choice's reply may be a menu again.
"""

import zlib
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chat.content import ContentReply
from core.checks import explain
from core.errors import Invalid

MAX_DEPTH = 4
"""Steps of a guide: who has chosen four times wants an answer."""

MAX_CHOICES = 9
"""0 goes back."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RandomReply(_Part):
    """One of several, so that greetings do not always sound the same."""

    random: Annotated[tuple[ContentReply, ...], Field(min_length=2, max_length=10)]

    def pick(self, key: str) -> ContentReply:
        """The same one for the same message, however often it is delivered."""
        return self.random[zlib.crc32(key.encode()) % len(self.random)]


def _parse(value: Any) -> "RuleReply":
    if isinstance(value, (ContentReply, RandomReply, GuideReply)):
        return value
    model: type[ContentReply | RandomReply | GuideReply] = ContentReply
    if isinstance(value, dict):
        model = RandomReply if "random" in value else GuideReply if "menu" in value else ContentReply
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise ValueError(explain(error)) from None


class Choice(_Part):
    """What a number stands for."""

    label: Annotated[str, Field(min_length=1, max_length=30)]
    reply: Annotated["ContentReply | RandomReply | GuideReply", BeforeValidator(_parse)]


class Question(_Part):
    """Asked with its choices below it, numbered from 1."""

    ask: Annotated[str, Field(min_length=1, max_length=240)]
    choices: Annotated[tuple[Choice, ...], Field(min_length=1, max_length=MAX_CHOICES)]


class GuideReply(_Part):
    """Leads through numbered choices to a reply."""

    menu: Question


RuleReply = ContentReply | RandomReply | GuideReply
AnyReply = Annotated[RuleReply, BeforeValidator(_parse)]
Choice.model_rebuild()


def check_reply(value: Any, where: str) -> RuleReply:
    """`value` (from YAML, JSON or a form) as a reply; raises Invalid naming `where` it stands."""
    try:
        reply = _parse(value)
    except ValueError as error:
        raise Invalid("bad_reply", f"{where}：{error}") from None
    if depth(reply) > MAX_DEPTH:
        raise Invalid("too_deep", f"{where}：引导菜单最多 {MAX_DEPTH} 层，请合并几层")
    return reply


def depth(reply: RuleReply) -> int:
    """How many questions stand before the farthest reply."""
    if not isinstance(reply, GuideReply):
        return 0
    return 1 + max(depth(choice.reply) for choice in reply.menu.choices)


def contents(reply: RuleReply) -> Iterator[ContentReply]:
    """Every content that `reply` may come to."""
    if isinstance(reply, ContentReply):
        yield reply
    elif isinstance(reply, RandomReply):
        yield from reply.random
    else:
        for choice in reply.menu.choices:
            yield from contents(choice.reply)


def summary(reply: RuleReply) -> str:
    """A reply in one line, for lists."""
    if isinstance(reply, RandomReply):
        return f"随机 {len(reply.random)} 条：{summary(reply.random[0])}"
    if isinstance(reply, GuideReply):
        return f"引导：{reply.menu.ask}（{' / '.join(choice.label for choice in reply.menu.choices)}）"
    if reply.news:
        return f"图文：{reply.news[0].title}"
    if reply.image:
        return "图片"
    return f"问答：{reply.entry}" if reply.entry else reply.text


def dump(reply: RuleReply) -> dict[str, Any]:
    """As it is stored, and written to files."""
    return reply.model_dump(mode="json", exclude_defaults=True)
