"""Replies in forms: fields named `reply.menu.choices.0.reply.text` become a tree (dicts and lists of text), which buttons
change (「再加一个」) and which is read as a reply. The tree keeps whatever was typed, also what the chosen kind does not use.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from core.errors import Invalid
from handlers.replies import MAX_CHOICES, MAX_DEPTH, RuleReply, check_reply

Tree = dict[str, Any]

_MOST_PARTS = 24
"""Of a field's name: far more than a guide of the greatest depth has."""
KINDS = {
    "text": "文字",
    "news": "图文",
    "image": "图片",
    "entry": "问答",
    "random": "随机一条",
    "menu": "引导（回复数字）",
}
_LINKS = ("https://", "http://", "{h5}", "{site}")
_FRESH: dict[str, Any] = {
    "news": {"title": "", "digest": "", "cover": "", "link": ""},
    "random": {"kind": "text", "text": ""},
    "contacts": {"district": "", "aliases": "", "department": "", "phone": "", "address": "", "hours": ""},
    "choices": {"label": "", "reply": {"kind": "text", "text": ""}},
}
MOST_CONTACTS = 60
_LIMITS = {"news": 8, "random": 10, "choices": MAX_CHOICES, "contacts": MOST_CONTACTS}


def read_tree(fields: Iterable[tuple[str, str]], root: str) -> Tree:
    """The fields below `root`; their numbers only say the order."""
    tree: Tree = {}
    for name, value in fields:
        parts = name.split(".")
        if parts[0] == root and 1 < len(parts) <= _MOST_PARTS:
            _put(tree, parts[1:], value.replace("\r\n", "\n"))
    listed = _listed(tree)
    return listed if isinstance(listed, dict) else {}


def _put(tree: Tree, parts: list[str], value: str) -> None:
    for part in parts[:-1]:
        tree = tree.setdefault(part, {})
        if not isinstance(tree, dict):
            return
    tree.setdefault(parts[-1], value)


def _listed(tree: Any) -> Any:
    """Dicts whose keys are numbers as lists."""
    if not isinstance(tree, dict):
        return tree
    if tree and all(key.isascii() and key.isdigit() and len(key) < 4 for key in tree):
        return [_listed(tree[key]) for key in sorted(tree, key=int)]
    return {key: _listed(value) for key, value in tree.items()}


def flat(tree: Any, name: str) -> Iterator[tuple[str, str]]:
    """The fields of a tree again: for what is typed and not shown now."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from flat(value, f"{name}.{key}")
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from flat(value, f"{name}.{number}")
    else:
        yield name, tree


def change(tree: Tree, do: str) -> None:
    """What a button asks for: `add news`, `drop menu.choices.1`, `up random.2` (names below the root)."""
    verb, _, path = do.partition(" ")
    *parents, last = path.split(".")
    holder: Any = tree
    for part in parents:
        holder = _step(holder, part, make=verb == "add")
    if verb == "add" and isinstance(holder, dict) and last in _FRESH:
        items = holder.setdefault(last, [])
        if isinstance(items, list) and len(items) < _LIMITS[last]:
            items.append(_copy(_FRESH[last]))
    elif isinstance(holder, list) and last.isdigit() and int(last) < len(holder):
        number = int(last)
        if verb == "drop":
            del holder[number]
        elif verb == "up" and number:
            holder[number - 1], holder[number] = holder[number], holder[number - 1]


def set_image(tree: Tree, path: str, media_id: str) -> None:
    """Of the reply at `path` below the root; nothing happens where there is none."""
    holder: Any = tree
    for part in path.split(".") if path else ():
        holder = _step(holder, part, make=False)
    if isinstance(holder, dict):
        holder["image"] = media_id


def _step(holder: Any, part: str, *, make: bool) -> Any:
    if isinstance(holder, list):
        return holder[int(part)] if part.isdigit() and int(part) < len(holder) else None
    if isinstance(holder, dict):
        return holder.setdefault(part, {}) if make else holder.get(part)
    return None


def _copy(fresh: Tree) -> Tree:
    return {key: _copy(value) if isinstance(value, dict) else value for key, value in fresh.items()}


def complete(tree: Any, depth: int = 0) -> Tree:
    """`tree` as a form can show it: what has not the type it must have is gone, and rows are there where the kind needs
    some."""
    typed: Tree = tree if isinstance(tree, dict) else {}
    kind = typed.get("kind")
    if kind not in KINDS or (kind == "menu" and depth >= MAX_DEPTH):
        kind = "text"
    menu = typed["menu"] if isinstance(typed.get("menu"), dict) else {}
    choices = _at_least(menu, "choices", 2 if kind == "menu" else 0) if depth < MAX_DEPTH else []
    return {
        "kind": kind,
        **{name: _text(typed, name, strip=False) for name in ("text", "image", "entry")},
        "news": _at_least(typed, "news", 1 if kind == "news" else 0),
        "random": [
            complete(one, MAX_DEPTH) for one in _at_least(typed, "random", 2 if kind == "random" else 0)
        ]
        if depth < MAX_DEPTH
        else [],
        "menu": {
            "ask": _text(menu, "ask", strip=False),
            "choices": [
                {"label": _text(one, "label", strip=False), "reply": complete(one.get("reply"), depth + 1)}
                for one in choices
            ],
        },
    }


def _at_least(tree: Tree, name: str, many: int) -> list[Tree]:
    rows = _rows(tree, name)
    return rows + [_copy(_FRESH[name]) for _ in range(many - len(rows))]


def to_tree(reply: Tree) -> Tree:
    """A stored reply as the form shows it."""
    for kind in ("text", "image", "entry", "news"):
        if kind in reply:
            return {"kind": kind, kind: reply[kind]}
    if "random" in reply:
        return {"kind": "random", "random": [to_tree(one) for one in reply["random"]]}
    menu = reply["menu"]
    choices = [{"label": one["label"], "reply": to_tree(one["reply"])} for one in menu["choices"]]
    return {"kind": "menu", "menu": {"ask": menu["ask"], "choices": choices}}


def read_reply(tree: Tree, where: str = "回复内容") -> RuleReply:
    """The reply that a filled-in form stands for. Raises Invalid, which names the place in words."""
    return check_reply(_read(tree, where), where)


def _read(typed: Any, where: str) -> Tree:
    tree: Tree = typed if isinstance(typed, dict) else {}
    match tree.get("kind", "text"):
        case "news":
            cards = [card for card in _rows(tree, "news") if any(_text(card, key) for key in card)]
            if not cards:
                raise Invalid("bad_reply", f"{where}：图文至少要有一张卡片")
            return {"news": [_card(card, f"{where} 第 {n} 张图文") for n, card in enumerate(cards, 1)]}
        case "random":
            items = _rows(tree, "random")
            if len(items) < 2:
                raise Invalid("bad_reply", f"{where}：随机回复至少要有两条")
            return {"random": [_read(item, f"{where} 第 {n} 条") for n, item in enumerate(items, 1)]}
        case "menu":
            return {"menu": _question(tree.get("menu"), where)}
        case "image":
            return {"image": _needed(tree, "image", f"{where}：请填写图片的素材编号")}
        case "entry":
            return {"entry": _needed(tree, "entry", f"{where}：请选择一条问答")}
        case _:
            return {"text": _needed(tree, "text", f"{where}：请填写回复的文字")}


def _question(menu: Any, where: str) -> Tree:
    menu = menu if isinstance(menu, dict) else {}
    ask = _needed(menu, "ask", f"{where}：请填写引导的提问")
    choices = _rows(menu, "choices")
    if not choices:
        raise Invalid("bad_reply", f"{where}：引导至少要有一个选项")
    return {
        "ask": ask,
        "choices": [_choice(choice, f"{where} › 选项 {n}") for n, choice in enumerate(choices, 1)],
    }


def _choice(choice: Tree, where: str) -> Tree:
    label = _needed(choice, "label", f"{where}：请填写选项的名称")
    return {"label": label, "reply": _read(choice.get("reply"), f"{where}「{label}」")}


def _card(card: Tree, where: str) -> Tree:
    link = _needed(card, "link", f"{where}：请填写链接")
    for name, value in (("链接", link), ("封面图", _text(card, "cover"))):
        if value and not value.startswith(_LINKS):
            raise Invalid("bad_link", f"{where}：{name}要以 https:// 开头（本公众号的网页可用 {{h5}} 开头）")
    title = _needed(card, "title", f"{where}：请填写标题")
    return {"title": title, "digest": _text(card, "digest"), "cover": _text(card, "cover"), "link": link}


def _rows(tree: Tree, name: str) -> list[Tree]:
    rows = tree.get(name)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _needed(tree: Tree, name: str, problem: str) -> str:
    value = _text(tree, name)
    if not value:
        raise Invalid("bad_reply", problem)
    return value


def _text(tree: Tree, name: str, *, strip: bool = True) -> str:
    value = tree.get(name, "")
    if not isinstance(value, str):
        return ""
    return value.strip() if strip else value


_CONTACT = {
    "district": ("区县", 20),
    "department": ("部门", 60),
    "phone": ("电话", 40),
    "address": ("地址", 120),
    "hours": ("时间", 60),
}


def contact_rows(tree: Tree) -> list[Tree]:
    """The contacts of a form, an empty one where there are none."""
    return _at_least(tree, "contacts", 1)


def read_contacts(tree: Tree) -> list[Tree]:
    """The contacts of a form as `accounts.profile.Contact` takes them; rows left empty are left out. Raises Invalid."""
    rows = [row for row in _rows(tree, "contacts") if any(_text(row, name) for name in row)]
    found = [_contact(row, f"第 {number} 行") for number, row in enumerate(rows, 1)]
    names = [name for row in found for name in (row["district"], *row["aliases"])]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Invalid("twice", f"「{twice}」出现了两次，粉丝问起时不知道该给哪一个，请只留一处")
    return found


def _contact(row: Tree, where: str) -> Tree:
    for name, (title, longest) in _CONTACT.items():
        if len(_text(row, name)) > longest:
            raise Invalid("too_long", f"{where}：{title}最多 {longest} 个字")
        if name in ("district", "department", "phone"):
            _needed(row, name, f"{where}：请填写{title}")
    if len(_text(row, "phone")) < 3:
        raise Invalid("bad_phone", f"{where}：电话至少 3 个字")
    aliases = [alias for part in re.split("[、,，;；\\s]+", _text(row, "aliases")) if (alias := part.strip())]
    return {**{name: _text(row, name) for name in _CONTACT}, "aliases": aliases}
