"""What entries of a menu do, in words: for the editor, the differences and the history."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

Item = Mapping[str, Any]

KINDS: dict[str, str] = {
    "click": "回复消息",
    "page": "打开网页",
    "mini": "打开小程序",
    "scancode_waitmsg": "扫一扫，扫完回复消息",
    "scancode_push": "扫一扫，扫完直接打开",
    "pic_sysphoto": "拍照发图",
    "pic_photo_or_album": "拍照或从相册发图",
    "pic_weixin": "从相册发图",
    "location_select": "发送位置",
}
"""What a tap can do, by the editor's names."""

REPLIES = {"text": "文字", "entry": "问答里的一条", "news": "图文卡片", "image": "图片"}


def kind_of(item: Item) -> str:
    """One of KINDS, or "column"."""
    if item.get("children"):
        return "column"
    if "appid" in item:
        return "mini"
    return "page" if "url" in item else str(item.get("type", "click"))


Names = Mapping[str, str]
"""What people call pages (by address) and entries (by code)."""


def describe(item: Item, names: Names = MappingProxyType({})) -> str:
    """What a tap does, in one line with all that matters."""
    kind = kind_of(item)
    if kind == "column":
        return f"{len(item['children'])} 个子菜单"
    if kind == "page":
        return f"打开网页 {_named(item['url'], names) or '（没有填写）'}"
    if kind == "mini":
        instead = _named(item.get("url", ""), names)
        return f"打开小程序 {item['appid']} {item.get('pagepath', '')}（旧手机打开 {instead}）"
    reply = _describe_reply(item.get("reply") or {}, names)
    return f"{KINDS[kind]}：{reply}" if reply else KINDS[kind]


def _named(what: str, names: Names) -> str:
    return f"{names[what]}（{what}）" if what in names else what


def _describe_reply(reply: Mapping[str, Any], names: Names) -> str:
    if reply.get("text"):
        return f"文字「{reply['text']}」"
    if reply.get("entry"):
        return f"问答 {_named(reply['entry'], names)}"
    if reply.get("image"):
        return f"图片 {reply['image']}"
    if reply.get("news"):
        return "图文 " + "；".join(_describe_card(card) for card in reply["news"])
    return ""


def _describe_card(card: Mapping[str, str]) -> str:
    said = f"「{card.get('title', '')}」 {card.get('digest', '')} → {card.get('link', '')}"
    return f"{said} 封面 {card['cover']}" if card.get("cover") else said
