"""Passive replies (被动回复用户消息): typed values, and the XML they become, escaped and within the platform's bytes."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.text import clean, cut_utf8
from wechat.xml import cdata, cdata_of_clean

TEXT_LIMIT_BYTES = 2048
MAX_ARTICLES = 8
SILENCE = b"success"
"""The body that tells the platform that there is no reply."""


@dataclass(frozen=True, slots=True)
class TextReply:
    """Text, cut to 2048 bytes of UTF-8. May hold `<a href>` links, which the phone shows as such."""

    content: str


@dataclass(frozen=True, slots=True)
class ImageReply:
    media_id: str


@dataclass(frozen=True, slots=True)
class VoiceReply:
    media_id: str


@dataclass(frozen=True, slots=True)
class VideoReply:
    media_id: str
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class MusicReply:
    title: str
    description: str
    url: str
    hq_url: str
    thumb_media_id: str


@dataclass(frozen=True, slots=True)
class ArticleCard:
    title: str
    description: str
    picture_url: str
    url: str


@dataclass(frozen=True, slots=True)
class NewsReply:
    """Article cards: at most 8, and only the first is shown in answer to a message (not an event)."""

    articles: tuple[ArticleCard, ...]


@dataclass(frozen=True, slots=True)
class TransferReply:
    """Hand the conversation to the platform's customer-service client."""

    staff_account: str = ""


PassiveReply = TextReply | ImageReply | VoiceReply | VideoReply | MusicReply | NewsReply | TransferReply


def _body(reply: PassiveReply, *, to_event: bool) -> str:  # noqa: PLR0911 - one return per reply type
    match reply:
        case TextReply(content):
            return _text(content)
        case ImageReply(media_id):
            return _media("image", "Image", f"<MediaId>{cdata(media_id)}</MediaId>")
        case VoiceReply(media_id):
            return _media("voice", "Voice", f"<MediaId>{cdata(media_id)}</MediaId>")
        case VideoReply(media_id, title, description):
            inner = f"<MediaId>{cdata(media_id)}</MediaId>{_titles(title, description)}"
            return _media("video", "Video", inner)
        case MusicReply():
            inner = (
                f"{_titles(reply.title, reply.description)}<MusicUrl>{cdata(reply.url)}</MusicUrl>"
                f"<HQMusicUrl>{cdata(reply.hq_url)}</HQMusicUrl>"
                f"<ThumbMediaId>{cdata(reply.thumb_media_id)}</ThumbMediaId>"
            )
            return _media("music", "Music", inner)
        case NewsReply(articles):
            return _news(articles[: MAX_ARTICLES if to_event else 1])
        case TransferReply(staff_account):
            who = (
                f"<TransInfo><KfAccount>{cdata(staff_account)}</KfAccount></TransInfo>"
                if staff_account
                else ""
            )
            return f"<MsgType><![CDATA[transfer_customer_service]]></MsgType>{who}"


@lru_cache(maxsize=1024)
def _text(content: str) -> str:
    """Most texts are said to many."""
    text = cut_utf8(clean(content), TEXT_LIMIT_BYTES)
    if not text.strip():
        return ""
    return f"<MsgType><![CDATA[text]]></MsgType><Content>{cdata_of_clean(text)}</Content>"


def _media(kind: str, tag: str, inner: str) -> str:
    return f"<MsgType><![CDATA[{kind}]]></MsgType><{tag}>{inner}</{tag}>"


def _titles(title: str, description: str) -> str:
    return f"<Title>{cdata(title)}</Title><Description>{cdata(description)}</Description>"


def _news(articles: tuple[ArticleCard, ...]) -> str:
    items = "".join(
        f"<item>{_titles(a.title, a.description)}<PicUrl>{cdata(a.picture_url)}</PicUrl>"
        f"<Url>{cdata(a.url)}</Url></item>"
        for a in articles
    )
    return (
        f"<MsgType><![CDATA[news]]></MsgType><ArticleCount>{len(articles)}</ArticleCount>"
        f"<Articles>{items}</Articles>"
    )


def to_custom_message(reply: PassiveReply, openid: str) -> dict[str, Any] | None:
    """The same reply as a customer-service message (客服消息), for when the passive one is no longer possible.

    None for a transfer, which has no such form. News carries one card, as the platform demands.
    """
    match reply:
        case TextReply(content):
            body: dict[str, Any] = {
                "msgtype": "text",
                "text": {"content": cut_utf8(clean(content), TEXT_LIMIT_BYTES)},
            }
        case ImageReply(media_id):
            body = {"msgtype": "image", "image": {"media_id": media_id}}
        case VoiceReply(media_id):
            body = {"msgtype": "voice", "voice": {"media_id": media_id}}
        case VideoReply(media_id, title, description):
            video = {
                "media_id": media_id,
                "thumb_media_id": media_id,
                "title": title,
                "description": description,
            }
            body = {"msgtype": "video", "video": video}
        case MusicReply():
            music = {
                "title": reply.title,
                "description": reply.description,
                "musicurl": reply.url,
                "hqmusicurl": reply.hq_url,
                "thumb_media_id": reply.thumb_media_id,
            }
            body = {"msgtype": "music", "music": music}
        case NewsReply(articles):
            card = articles[0]
            article = {
                "title": card.title,
                "description": card.description,
                "url": card.url,
                "picurl": card.picture_url,
            }
            body = {"msgtype": "news", "news": {"articles": [article]}}
        case TransferReply():
            return None
    return {"touser": openid, **body}


def to_xml(
    reply: PassiveReply, *, openid: str, account_name: str, created: int, to_event: bool = False
) -> bytes:
    """The reply's XML, unencrypted; empty for a text that says nothing, which the platform takes for an error.

    `created` in seconds since 1970; `to_event` allows eight article cards.
    """
    body = _body(reply, to_event=to_event)
    if not body:
        return b""
    return (
        f"<xml><ToUserName>{cdata(openid)}</ToUserName><FromUserName>{cdata(account_name)}</FromUserName>"
        f"<CreateTime>{created}</CreateTime>{body}</xml>"
    ).encode()
