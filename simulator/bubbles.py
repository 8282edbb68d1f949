"""From what the platform was given to what a phone shows: (kind, body) pairs for the chat log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .links import for_phone
from .media_store import Media, MediaStore
from .settings import Settings

Bubble = tuple[str, dict[str, Any]]


class UnknownMedia(Exception):
    """A message names a media_id that this account doesn't have: the platform's 40007."""


class Bubbles:
    """Turns replies and sent messages into bubbles; looks media up on the way."""

    def __init__(self, settings: Settings, media: MediaStore) -> None:
        self._settings = settings
        self._media = media

    def from_reply(self, account: str, reply: Mapping[str, Any]) -> Bubble | None:
        """A passive reply (see `wire.parse_reply`). None when the phone shows nothing. Raises UnknownMedia."""
        kind = reply["type"]
        if kind == "news":
            return self.news(reply["articles"])
        if kind in ("image", "voice", "video"):
            return self.file(account, kind, reply)
        if kind == "music":
            return "music", {**reply, "url": for_phone(self._settings, reply["hq_url"] or reply["url"])}
        if kind == "text":
            return "text", {"content": reply["content"]}
        return None

    def file(self, account: str, kind: str, content: Mapping[str, Any]) -> Bubble:
        """A picture, a sound or a film by its `media_id`."""
        media = self.media(account, str(content.get("media_id", "")))
        words = {name: str(content.get(name) or "") for name in ("title", "description") if kind == "video"}
        return kind, {"url": media.path, **words}

    def address(self, url: str) -> str:
        """An address as the phone may open it."""
        return for_phone(self._settings, url)

    def media(self, account: str, media_id: str) -> Media:
        """The file. Raises UnknownMedia."""
        media = self._media.get(account, media_id)
        if media is None:
            raise UnknownMedia(media_id)
        return media

    def news(self, articles: Iterable[Mapping[str, Any]]) -> Bubble:
        """Cards: dicts with title, description, url and pic_url (or picurl)."""
        cards = [
            {
                "title": str(article.get("title", "")),
                "description": str(article.get("description", "")),
                "url": for_phone(self._settings, str(article.get("url", ""))),
                "pic_url": for_phone(
                    self._settings, str(article.get("pic_url") or article.get("picurl") or "")
                ),
            }
            for article in articles
        ]
        return "news", {"articles": cards}
