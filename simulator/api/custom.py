"""message/custom/*: customer-service messages within their windows, and 「对方正在输入…」."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ..bubbles import Bubble, UnknownMedia
from .content import article_cards, cards_of, draft_articles
from .errors import ApiError
from .gate import Call, Endpoint, Json, Right

TEXT_BYTES = 2048
TYPING_S = 15
RECENT_S = 30
MAX_MENU_ITEMS = 10


def _text(call: Call, content: Mapping[str, Any]) -> Bubble:
    words = content.get("content")
    if not isinstance(words, str) or not words:
        raise ApiError(44004)
    if len(words.encode()) > TEXT_BYTES:
        raise ApiError(45002)
    return "text", {"content": words}


def _file(kind: str) -> Callable[[Call, Mapping[str, Any]], Bubble]:
    return lambda call, content: call.world.bubbles.file(call.account.key, kind, content)


def _music(call: Call, content: Mapping[str, Any]) -> Bubble:
    if not content.get("musicurl") and not content.get("hqmusicurl"):
        raise ApiError(40035, "musicurl missing")
    words = {name: str(content.get(name) or "") for name in ("title", "description")}
    return "music", {**words, "url": str(content.get("hqmusicurl") or content.get("musicurl"))}


def _news(call: Call, content: Mapping[str, Any]) -> Bubble:
    articles = content.get("articles")
    if not isinstance(articles, list) or not articles:
        raise ApiError(44003)
    if len(articles) > 1:
        raise ApiError(45008)  # one article since October 2018
    return call.world.bubbles.news(articles)


def _mpnews(call: Call, content: Mapping[str, Any]) -> Bubble:
    articles = draft_articles(call, str(content.get("media_id") or ""))
    return call.world.bubbles.news(article_cards(call, articles))


def _article(call: Call, content: Mapping[str, Any]) -> Bubble:
    row = call.world.database.one(
        "SELECT articles, keys FROM publications WHERE account=? AND article_id=? AND status=0",
        call.account.key, str(content.get("article_id") or ""),
    )  # fmt: skip
    if row is None:
        raise ApiError(40035, "article_id")
    urls = [call.world.articles.url(key) for key in json.loads(row["keys"])]
    return call.world.bubbles.news(cards_of(json.loads(row["articles"]), urls))


def _menu(call: Call, content: Mapping[str, Any]) -> Bubble:
    items = content.get("list")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_MENU_ITEMS:
        raise ApiError(40035, "msgmenu.list")
    if not all(isinstance(item, dict) and item.get("id") and item.get("content") for item in items):
        raise ApiError(40035, "msgmenu.list needs id and content")
    rows = [{"id": str(item["id"]), "content": str(item["content"])} for item in items]
    words = {name: str(content.get(f"{name}_content") or "") for name in ("head", "tail")}
    return "msgmenu", {"head": words["head"], "items": rows, "tail": words["tail"]}


def _link(call: Call, content: Mapping[str, Any]) -> Bubble:
    url = str(content.get("url") or "")
    if not url:
        raise ApiError(40035, "link.url missing")
    card = {"title": content.get("title"), "description": content.get("description"), "url": url}
    return call.world.bubbles.news([{**card, "picurl": content.get("thumb_url")}])


def _program(call: Call, content: Mapping[str, Any]) -> Bubble:
    if not content.get("appid") or not content.get("pagepath"):
        raise ApiError(40035, "miniprogrampage")
    return "text", {"content": f"[小程序] {content.get('title') or content['appid']}"}


MAKERS: dict[str, Callable[[Call, Mapping[str, Any]], Bubble]] = {
    "text": _text,
    "image": _file("image"),
    "voice": _file("voice"),
    "video": _file("video"),
    "music": _music,
    "news": _news,
    "mpnews": _mpnews,
    "mpnewsarticle": _article,
    "msgmenu": _menu,
    "link": _link,
    "miniprogrampage": _program,
}


def make_bubble(call: Call) -> Bubble:
    """The bubble of a customer-service message. Raises ApiError for what the platform refuses."""
    kind = str(call.body.get("msgtype") or "")
    make = MAKERS.get(kind)
    if make is None:
        raise ApiError(40008)
    content = call.body.get(kind)
    if not isinstance(content, dict):
        raise ApiError(40035, f"{kind} missing")
    try:
        return make(call, content)
    except UnknownMedia as error:
        raise ApiError(40007) from error


def check_receiver(call: Call) -> str:
    """The openid in `touser`, of somebody who follows. Raises ApiError 40003 43004."""
    openid = call.words("touser", errcode=40003)
    follower = call.world.followers.get(call.account.key, openid)
    if follower is None:
        raise ApiError(40003)
    if not follower.subscribed:
        raise ApiError(43004)
    return openid


def _send(call: Call) -> Json:
    openid = check_receiver(call)
    bubble = make_bubble(call)
    refused = call.world.followers.spend_window(call.account.key, openid)
    if refused:
        raise ApiError(refused)
    call.world.chat.add(call.account.key, openid, "out", *bubble)
    return {"errcode": 0, "errmsg": "ok"}


def _typing(call: Call) -> Json:
    openid = check_receiver(call)
    command = call.body.get("command")
    if command not in ("Typing", "CancelTyping"):
        raise ApiError(45072)
    follower = call.world.followers.get(call.account.key, openid)
    now = call.world.clock()
    if command == "CancelTyping":
        call.world.followers.set_typing(call.account.key, openid, 0)
        return {"errcode": 0, "errmsg": "ok"}
    recent = max((follower.wrote_at or 0, follower.acted_at or 0)) if follower else 0
    if now - recent > RECENT_S:
        raise ApiError(45080)
    if follower and follower.typing_until > now:
        raise ApiError(45081)
    call.world.followers.set_typing(call.account.key, openid, now + TYPING_S)
    return {"errcode": 0, "errmsg": "ok"}


ENDPOINTS = (
    Endpoint("/cgi-bin/message/custom/send", _send, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/message/custom/typing", _typing, "POST", Right.VERIFIED),
)
