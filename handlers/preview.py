"""A reply as a phone shows it, for the console: plain values that its template draws. No Flask."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from chat.content import ContentReply, fill
from chat.turn import ChatAccount
from handlers.guide import question_text
from handlers.replies import GuideReply, RandomReply, RuleReply

_LINK = re.compile(r"""<a\s[^>]*?href\s*=\s*["']([^"'<>]*)["'][^>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message. `under` are what the choices of a guide lead to, with their labels; `caption` says what it is where the
    phone does not."""

    text: str = ""
    cards: tuple[tuple[str, str], ...] = ()
    """Title and digest."""
    caption: str = ""
    under: tuple[tuple[str, tuple["Bubble", ...]], ...] = ()


def preview(
    reply: RuleReply, account: ChatAccount | None, questions: Mapping[str, str], *, first: bool = True
) -> tuple[Bubble, ...]:
    """`questions`: of the answers that `reply` names, by code. Without an account the placeholders stay."""
    if isinstance(reply, RandomReply):
        return tuple(
            Bubble(caption=f"随机第 {number} 条", under=(("", preview(one, account, questions)),))
            for number, one in enumerate(reply.random, 1)
        )
    if isinstance(reply, GuideReply):
        under = tuple(
            (f"{number}. {choice.label}", preview(choice.reply, account, questions, first=False))
            for number, choice in enumerate(reply.menu.choices, 1)
        )
        return (Bubble(_text(question_text(reply.menu, first=first), account), under=under),)
    return (_content(reply, account, questions),)


def _content(content: ContentReply, account: ChatAccount | None, questions: Mapping[str, str]) -> Bubble:
    if content.news:
        return Bubble(
            cards=tuple((_filled(c.title, account), _filled(c.digest, account)) for c in content.news)
        )
    if content.image:
        return Bubble(caption=f"图片（素材 {content.image}）")
    if content.entry:
        question = questions.get(content.entry)
        return Bubble(caption=f"问答：{question}" if question else f"没有编号为 {content.entry} 的问答")
    return Bubble(_text(content.text, account))


def _text(text: str, account: ChatAccount | None) -> Markup:
    """Escaped; only links are shown as such, like on the phone."""
    parts, at = [], 0
    filled = _filled(text, account)
    for found in _LINK.finditer(filled):
        parts += [escape(filled[at : found.start()]), _link(found[1], found[2])]
        at = found.end()
    return Markup("").join([*parts, escape(filled[at:])])


def _link(address: str, label: str) -> Markup:
    return Markup('<span class="phone-link" title="{}">{}</span>').format(address, label)


def _filled(text: str, account: ChatAccount | None) -> str:
    return fill(text, account) if account else text
