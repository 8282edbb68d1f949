"""Articles as drafts hold them: the platform's limits, what it takes out, and the cards they become."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..articles import clean_content
from .errors import ApiError
from .gate import Call, Json

MAX_ARTICLES = 8
TITLE_CHARS = 32
AUTHOR_CHARS = 16
DIGEST_CHARS = 128
CONTENT_CHARS = 20_000
CONTENT_BYTES = 1_000_000
URL_BYTES = 1024
MAX_PICTURES = 20
AUTO_DIGEST_CHARS = 54

_TAGS = re.compile(r"<[^>]*>")


def check_articles(call: Call, value: object) -> list[Json]:
    """The articles of a draft as the platform stores them. Raises ApiError naming the article at fault."""
    if not isinstance(value, list) or not value:
        raise ApiError(44003)
    if len(value) > MAX_ARTICLES:
        raise ApiError(45008, f"at most {MAX_ARTICLES} articles")
    return [check_article(call, article, index) for index, article in enumerate(value)]


def check_article(call: Call, article: object, index: int) -> Json:
    """One article. Raises ApiError 45003 45110 45004 45002 45005 40007 44003."""
    if not isinstance(article, dict):
        raise ApiError(44003)
    where = f"articles[{index}]"
    title = _limited(article, "title", TITLE_CHARS, 45003, where, needed=True)
    author = _limited(article, "author", AUTHOR_CHARS, 45110, where)
    digest = _limited(article, "digest", DIGEST_CHARS, 45004, where)
    source = str(article.get("content_source_url") or "")
    if len(source.encode()) > URL_BYTES:
        raise ApiError(45005, where)
    kind = article.get("article_type") or "news"
    if kind not in ("news", "newspic"):
        raise ApiError(40035, f"{where}.article_type")
    content = _content(call, article, where)
    common = {
        "article_type": kind,
        "title": title,
        "author": author,
        "digest": digest or _TAGS.sub("", content)[:AUTO_DIGEST_CHARS],
        "content": content,
        "content_source_url": source,
        "need_open_comment": int(bool(article.get("need_open_comment"))),
        "only_fans_can_comment": int(bool(article.get("only_fans_can_comment"))),
    }
    return {**common, **_pictures(call, article, kind, where)}


def _limited(
    article: Mapping[str, Any], name: str, maximum: int, errcode: int, where: str, *, needed: bool = False
) -> str:
    value = article.get(name) or ""
    if not isinstance(value, str) or (needed and not value.strip()):
        raise ApiError(errcode, f"{where}.{name}")
    if len(value) > maximum:
        raise ApiError(errcode, f"{where}.{name} {len(value)}/{maximum}")
    return value


def _content(call: Call, article: Mapping[str, Any], where: str) -> str:
    content = article.get("content")
    if not isinstance(content, str) or not content.strip():
        raise ApiError(44004, f"{where}.content")
    if len(content) >= CONTENT_CHARS or len(content.encode()) >= CONTENT_BYTES:
        raise ApiError(45002, f"{where}.content")
    return clean_content(call.world.settings, content)


def _pictures(call: Call, article: Mapping[str, Any], kind: str, where: str) -> Json:
    if kind == "newspic":
        pictures = (article.get("image_info") or {}).get("image_list")
        if not isinstance(pictures, list) or not 1 <= len(pictures) <= MAX_PICTURES:
            raise ApiError(40007, f"{where}.image_info")
        for picture in pictures:
            permanent_picture(call, str(picture.get("image_media_id") or ""), where)
        first = str(pictures[0]["image_media_id"])
        return {
            "image_info": {"image_list": pictures},
            "thumb_media_id": first,
            "thumb_url": _url(call, first),
        }
    thumb = str(article.get("thumb_media_id") or "")
    permanent_picture(call, thumb, where)
    return {
        "thumb_media_id": thumb,
        "show_cover_pic": int(bool(article.get("show_cover_pic"))),
        "thumb_url": _url(call, thumb),
    }


def permanent_picture(call: Call, media_id: str, where: str) -> None:
    """Checks that `media_id` is permanent and a picture. Raises ApiError 40007."""
    media = call.world.media.get(call.account.key, media_id, life="permanent")
    if media is None or media.type not in ("image", "thumb"):
        raise ApiError(40007, f"hint: {where} needs a permanent picture")


def _url(call: Call, media_id: str) -> str:
    return f"{call.world.settings.base_url}/simulator/media/{media_id}"


def draft_articles(call: Call, media_id: str) -> list[Json]:
    """The articles of a draft of this account. Raises ApiError 40007."""
    row = call.world.database.one(
        "SELECT articles FROM drafts WHERE account=? AND media_id=?", call.account.key, media_id
    )
    if row is None:
        raise ApiError(40007)
    articles: list[Json] = json.loads(row["articles"])
    return articles


def article_cards(call: Call, articles: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Cards for a phone; every article gets an address of its own."""
    world = call.world
    keys = [world.articles.add(call.account.key, article) for article in articles]
    return cards_of(articles, [world.articles.url(key) for key in keys])


def cards_of(articles: Sequence[Mapping[str, Any]], urls: Sequence[str]) -> list[Json]:
    """Cards for a phone with addresses that exist already."""
    return [
        {
            "title": article["title"],
            "description": article["digest"],
            "pic_url": article["thumb_url"],
            "url": url,
        }
        for article, url in zip(articles, urls, strict=True)
    ]
