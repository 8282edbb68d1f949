"""What stands between a draft and phones: errors that block publishing, and warnings that are only shown.

Pure: what must be looked up (entries, pages, our own hosts) comes as `Facts`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from core.errors import Invalid
from menus import rules
from menus.words import Item, kind_of
from models.menus import Tree
from wechat.replies import MAX_ARTICLES, TEXT_LIMIT_BYTES

_LINK = re.compile(r"https?://[^\s<>\"'，。；、）)】」]+")
_OWN_PAGE = re.compile(r"\{h5\}(/[\w\-./%]*)?")
_APPID = re.compile(r"wx[0-9a-zA-Z]{8,30}")
_PLATFORM = ("weixin.qq.com", "qq.com")


@dataclass(frozen=True, slots=True)
class Facts:
    """`entries`: codes that exist; `serves`: is there a page at this path below {h5}; `hosts`: our own."""

    entries: frozenset[str]
    serves: Callable[[str], bool]
    hosts: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """`place`: "1" is the second column, "1.0" its first entry, "" the whole menu."""

    place: str
    text: str
    blocks: bool = True


def examine(tree: Tree, facts: Facts) -> list[Finding]:
    """Everything that is wrong with a menu, errors first."""
    findings = list(_walk(tree, facts))
    if not any(finding.blocks for finding in findings):
        try:
            rules.check_menu(tree, "菜单")
        except Invalid as error:
            findings.append(Finding("", error.message))
    return sorted(findings, key=lambda finding: not finding.blocks)


def named_entries(tree: Tree) -> set[str]:
    """Codes of the entries that a menu answers with."""
    found = {(item.get("reply") or {}).get("entry") for _, item, _ in _leaves(tree)}
    return {code for code in found if code}


def _leaves(tree: Tree) -> Iterator[tuple[str, Item, str]]:
    """(place, item, what people call it)."""
    for number, column in enumerate(tree):
        called = _called(column, f"第 {number + 1} 个菜单")
        if not column.get("children"):
            yield str(number), column, f"「{called}」"
        for nth, child in enumerate(column.get("children") or ()):
            yield f"{number}.{nth}", child, f"「{called} › {_called(child, f'第 {nth + 1} 个子菜单')}」"


def _called(item: Item, otherwise: str) -> str:
    return str(item.get("name") or otherwise)


def _walk(tree: Tree, facts: Facts) -> Iterator[Finding]:
    if not tree:
        yield Finding("", "还没有菜单：至少要有 1 个一级菜单")
    if len(tree) > rules.MAX_COLUMNS:
        yield Finding("", f"一级菜单最多 {rules.MAX_COLUMNS} 个，现在是 {len(tree)} 个")
    for number, column in enumerate(tree):
        called = f"「{_called(column, f'第 {number + 1} 个菜单')}」"
        children = column.get("children") or ()
        yield from _name(str(number), column, called, rules.COLUMN_NAME_BYTES)
        if len(children) > rules.MAX_CHILDREN:
            text = f"{called}下最多 {rules.MAX_CHILDREN} 个子菜单，现在是 {len(children)} 个"
            yield Finding(str(number), text)
    for place, item, called in _leaves(tree):
        if "." in place:
            yield from _name(place, item, called, rules.CHILD_NAME_BYTES)
        yield from (Finding(place, f"{called}{text}", blocks) for text, blocks in _target(item, facts))


def _name(place: str, item: Item, called: str, limit: int) -> Iterator[Finding]:
    size = len(str(item.get("name", "")).encode())
    if not size:
        yield Finding(place, f"{called}还没有名称")
    elif size > limit:
        yield Finding(
            place, f"{called}的名称有 {size} 字节，最多 {limit} 字节（约 {limit // 3} 个汉字），请缩短"
        )


_Problem = tuple[str, bool]


def _target(item: Item, facts: Facts) -> Iterator[_Problem]:
    kind = kind_of(item)
    if kind == "page":
        yield from _address("网址", item["url"], facts)
    elif kind == "mini":
        yield from _mini_programme(item, facts)
    elif item.get("reply") or kind == "click":
        yield from _reply(item.get("reply") or {}, facts)


def _mini_programme(item: Item, facts: Facts) -> Iterator[_Problem]:
    if not _APPID.fullmatch(item["appid"]):
        yield "的小程序 AppID 不对，应以 wx 开头，请从小程序后台复制", True
    if not item.get("pagepath"):
        yield "还没有填写小程序的页面路径", True
    yield from _address("备用网页", item.get("url", ""), facts)


def _address(what: str, url: str, facts: Facts) -> Iterator[_Problem]:
    if not url:
        yield f"还没有填写{what}", True
    elif not url.startswith(("http://", "https://", "{h5}")):
        yield f"的{what}应以 https:// 开头，请填写完整的网址", True
    elif re.search(r"\s", url):
        yield f"的{what}里有空格，请去掉", True
    elif len(url.encode()) > rules.URL_BYTES:
        yield f"的{what}超过 {rules.URL_BYTES} 字节，请换一个短的网址", True
    else:
        yield from _links(url, facts)


def _links(text: str, facts: Facts) -> Iterator[_Problem]:
    """What addresses in a text lead nowhere, or elsewhere."""
    for found in _OWN_PAGE.finditer(text):
        path = (found[1] or "").rstrip(".")
        if not facts.serves(path):
            yield f"打开的页面 {{h5}}{path} 不存在，请重新选择页面", True
    for link in _LINK.findall(text):
        try:
            host = urlsplit(link).hostname or ""
        except ValueError:
            host = ""
        if not host:
            yield f"的网址 {link} 不完整", True
        elif host not in facts.hosts:
            if not any(host == own or host.endswith(f".{own}") for own in _PLATFORM):
                yield f"打开的是外部网站 {host}，请确认它可靠、不会过期", False
            if link.startswith("http://"):
                yield f"的网址 {link} 没有加密（http），建议换成 https", False


def _reply(reply: Item, facts: Facts) -> Iterator[_Problem]:
    if "entry" in reply:
        yield from _entry(reply["entry"], facts)
    elif "news" in reply:
        yield from _cards(reply["news"], facts)
    elif "image" in reply:
        if not reply["image"]:
            yield "还没有选择图片", True
    else:
        yield from _text(reply.get("text", ""), facts)


def _text(text: str, facts: Facts) -> Iterator[_Problem]:
    size = len(text.encode())
    if not text.strip():
        yield "还没有写回复的内容", True
    elif size > TEXT_LIMIT_BYTES:
        yield f"的回复有 {size} 字节，最多 {TEXT_LIMIT_BYTES} 字节（约 680 个汉字），请缩短", True
    yield from _links(text, facts)


def _entry(code: str, facts: Facts) -> Iterator[_Problem]:
    if not code:
        yield "还没有选择问答", True
    elif code not in facts.entries:
        yield f"要回复的问答（{code}）不存在或已过期，请重新选择", True


def _cards(cards: list[Item], facts: Facts) -> Iterator[_Problem]:
    if not 1 <= len(cards) <= MAX_ARTICLES:
        yield f"的图文卡片要有 1 至 {MAX_ARTICLES} 张，现在是 {len(cards)} 张", True
    for number, card in enumerate(cards, 1):
        if not card.get("title"):
            yield f"第 {number} 张卡片还没有标题", True
        elif len(card["title"]) > 64:
            yield f"第 {number} 张卡片的标题超过 64 个字", True
        if len(card.get("digest", "")) > 120:
            yield f"第 {number} 张卡片的摘要超过 120 个字", True
        link = card.get("link", "")
        if not link.startswith(("http://", "https://", "{h5}", "{site}")):
            yield f"第 {number} 张卡片的链接没有填写完整", True
        yield from _links(link, facts)
