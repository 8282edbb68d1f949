"""What was set up on the platform's website before we came, as our own menu, rules and texts: pure, from the platform's answers.

Once the callback is switched on, the website's menu and automatic replies stop. Sources: WeChat doc pages 查询自定义菜单信息
(get_current_selfmenu_info) and 获取自动回复规则 (get_current_autoreply_info). Pictures in both are temporary material of
three days: whoever takes them over must upload them again.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from pydantic import ValidationError

from chat.content import ContentReply, check_content
from core.checks import explain
from core.errors import Invalid
from core.text import clean
from handlers.replies import RandomReply
from handlers.rules_file import RuleRow
from menus.rules import KeyType
from models.menus import Tree
from wechat.api.base import as_int, as_rows
from wechat.replies import TEXT_LIMIT_BYTES

_TITLE, _DIGEST = 64, 120
_MOST_REPLIES = 10
_KINDS = {"voice": "语音", "video": "视频", "img": "图片", "image": "图片", "photo": "图片"}
_PICTURES = frozenset({"img", "image", "photo"})
Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What can be taken over, and in words what can't."""

    menu: Tree = field(default_factory=list)
    menu_notes: tuple[str, ...] = ()
    rules: tuple[RuleRow, ...] = ()
    rule_notes: tuple[str, ...] = ()
    welcome: ContentReply | None = None
    fallback: str = ""
    text_notes: tuple[str, ...] = ()

    def pictures(self) -> list[str]:
        """Media ids of temporary pictures, as they stand in replies."""
        found = [leaf["reply"].get("image", "") for leaf in _leaves(self.menu) if "reply" in leaf]
        replies = [one for rule in self.rules for one in _contents(rule)]
        found += [one.image for one in replies]
        found.append(self.welcome.image if self.welcome else "")
        return [media_id for media_id in dict.fromkeys(found) if media_id]


def read_found(menu: Answer, replies: Answer, *, pictures: bool) -> Found:
    """Both answers of the platform. `pictures`: may pictures be kept, for which the account needs a material library?"""
    reader = _Reader(pictures)
    tree = [item for button in _buttons(menu) if (item := reader.column(button))]
    menu_notes = reader.take_notes()
    rules = tuple(rule for row in _keyword_rules(replies) for rule in reader.rules(row))
    rule_notes = reader.take_notes()
    welcome, fallback = reader.welcome(replies), reader.fallback(replies)
    return Found(tree, menu_notes, rules, rule_notes, welcome, fallback, reader.take_notes())


def with_pictures(text: str, kept: Mapping[str, str]) -> str:
    """`text` (the answers as JSON) with other media ids: those of pictures that were kept."""
    for old, new in kept.items():
        text = text.replace(f'"{old}"', f'"{new}"')
    return text


class _Reader:
    """Reads with notes about what can't be taken over."""

    def __init__(self, pictures: bool) -> None:
        self._pictures = pictures
        self._notes: list[str] = []

    def take_notes(self) -> tuple[str, ...]:
        notes, self._notes = tuple(self._notes), []
        return notes

    def column(self, button: Answer) -> dict[str, Any] | None:
        """A column of the menu, or None when nothing of it is left."""
        children = _children(button)
        if not children:
            return self._leaf(button)
        taken = [leaf for child in children if (leaf := self._leaf(child))]
        return {"name": _line(button.get("name")), "children": taken} if taken else None

    def _leaf(self, button: Answer) -> dict[str, Any] | None:
        name, kind = _line(button.get("name")), str(button.get("type", ""))
        url, key = str(button.get("url") or ""), str(button.get("key") or "")
        if kind == "view" and url:
            return {"name": name, "url": url}
        if kind == "miniprogram" and url:
            more = {part: str(button.get(part) or "") for part in ("appid", "pagepath")}
            return {"name": name, "url": url, **more}
        if kind == "click" and key:
            self._notes.append(f"「{name}」点击后回复什么由原来的系统决定，请搬过来以后在菜单里补上。")
            return {"name": name, "key": key}
        if kind in get_args(KeyType) and key:
            return {"name": name, "type": kind, "key": key}
        reply = self._content({**button, "content": button.get("value")}, kind, f"菜单「{name}」")
        return {"name": name, "key": _code(name, button), "reply": _dump(reply)} if reply else None

    def rules(self, row: Answer) -> Iterator[RuleRow]:
        """A rule of the website; two of ours where some of its words match exactly and others are contained."""
        name = _line(row.get("rule_name")) or "未命名"
        reply = self._reply(row, name)
        if reply is None:
            return
        for match, mode in (("exact", "equal"), ("contains", "contain")):
            words = [
                _line(word.get("content"))
                for word in as_rows(row, "keyword_list_info")
                if word.get("match_mode", "contain") == mode
            ]
            words = [word for word in dict.fromkeys(words) if word]
            if not words:
                continue
            try:
                yield RuleRow.model_validate(
                    {
                        "code": f"{_code(name, row)}-{match}",
                        "title": name[:60],
                        "match": match,
                        "keywords": words,
                        "reply": reply,
                    }
                )
            except ValidationError as error:
                self._notes.append(f"规则「{name}」没有搬：{explain(error)}")

    def _reply(self, row: Answer, name: str) -> ContentReply | RandomReply | None:
        infos = as_rows(row, "reply_list_info")
        found = [
            reply
            for info in infos
            if (reply := self._content(info, str(info.get("type", "")), f"规则「{name}」"))
        ]
        if not found:
            return None
        if len(found) > 1 and row.get("reply_mode") == "random_one":
            return RandomReply(random=tuple(found[:_MOST_REPLIES]))
        return self._joined(found, name) if len(found) > 1 else found[0]

    def _joined(self, replies: list[ContentReply], name: str) -> ContentReply:
        """All of several (回复全部): one message has to do, because an answer can be one only."""
        text = "\n\n".join(reply.text for reply in replies if reply.text)
        if all(reply.text for reply in replies) and len(text.encode()) <= TEXT_LIMIT_BYTES:
            return ContentReply(text=text)
        self._notes.append(f"规则「{name}」原来一次回复 {len(replies)} 条，自动回复只能发一条，搬了第一条。")
        return replies[0]

    def welcome(self, replies: Answer) -> ContentReply | None:
        if not as_int(replies.get("is_add_friend_reply_open")):
            return None
        info = _object(replies, "add_friend_autoreply_info")
        return self._content(info, str(info.get("type", "")), "关注后的回复") if info else None

    def fallback(self, replies: Answer) -> str:
        if not as_int(replies.get("is_autoreply_open")):
            return ""
        info = _object(replies, "message_default_autoreply_info")
        if info and info.get("type") != "text":
            self._notes.append("收到消息的默认回复不是文字，没有搬。")
            return ""
        return clean(str(info.get("content") or "")).strip()[:1000]

    def _content(self, info: Answer, kind: str, where: str) -> ContentReply | None:
        """One reply; None with a note for what can't be taken over."""
        value: dict[str, Any] = {}
        if kind == "text":
            value = {"text": clean(str(info.get("content") or ""))}
        elif kind == "news":
            value = {"news": [_card(row) for row in as_rows(_object(info, "news_info"), "list")]}
        elif kind in _PICTURES and self._pictures:
            value = {"image": str(info.get("content") or "")}
        if not any(value.values()):
            self._notes.append(f"{where}里的{_KINDS.get(kind, '内容')}不能自动搬，请搬完后手工添加。")
            return None
        try:
            return check_content(value, where)
        except Invalid as error:
            self._notes.append(f"没有搬：{error.message}")
            return None


def _buttons(menu: Answer) -> list[Answer]:
    return as_rows(_object(menu, "selfmenu_info"), "button") if as_int(menu.get("is_menu_open")) else []


def _children(button: Answer) -> list[Answer]:
    return as_rows(_object(button, "sub_button"), "list")


def _keyword_rules(replies: Answer) -> list[Answer]:
    # The page of the platform has one switch for keywords and the default reply.
    if not as_int(replies.get("is_autoreply_open")):
        return []
    return as_rows(_object(replies, "keyword_autoreply_info"), "list")


def _card(row: Answer) -> dict[str, str]:
    return {
        "title": _line(row.get("title"))[:_TITLE],
        "digest": _line(row.get("digest"))[:_DIGEST],
        "cover": str(row.get("cover_url") or ""),
        "link": str(row.get("content_url") or ""),
    }


def _object(answer: Answer, name: str) -> Answer:
    value = answer.get(name)
    return value if isinstance(value, dict) else {}


def _line(value: object) -> str:
    return " ".join(clean(str(value or "")).split())


def _code(name: str, row: Answer) -> str:
    """The same for the same thing, so that taking it over twice makes one."""
    return "mp-" + hashlib.sha256(f"{name}\0{row.get('create_time', '')}".encode()).hexdigest()[:10]


def _dump(reply: ContentReply) -> dict[str, Any]:
    return reply.model_dump(mode="json", exclude_defaults=True)


def _leaves(tree: Tree) -> Iterator[dict[str, Any]]:
    for column in tree:
        yield from column.get("children") or [column]


def _contents(rule: RuleRow) -> tuple[ContentReply, ...]:
    if isinstance(rule.reply, RandomReply):
        return rule.reply.random
    return (rule.reply,) if isinstance(rule.reply, ContentReply) else ()
