"""Articles with an address: what a mass send, a publication or a draft preview opens on the phone."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Any

from .database import Database
from .links import absolute, is_own
from .settings import Settings

_DROPPED = {"script", "style", "iframe", "object", "embed", "form", "link", "meta", "base", "svg", "noscript"}
_NAME = re.compile(r"[a-z][a-z0-9:_-]*", re.ASCII)
_VOID = {"img", "br", "hr", "source", "wbr", "col", "input"}


@dataclass(frozen=True, slots=True)
class Article:
    """One stored article; `body` holds the fields of a draft (title, author, digest, content …)."""

    key: str
    account: str
    body: Mapping[str, Any]
    reads: int
    deleted: bool
    created_at: float


class Articles:
    """All articles that have an address. `clock` gives Unix seconds."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._db = database
        self._clock = clock

    def add(self, account: str, article: Mapping[str, Any]) -> str:
        """Stores a copy and returns its key."""
        key = secrets.token_urlsafe(16)
        self._db.run(
            "INSERT INTO articles (key, account, article, created_at) VALUES (?, ?, ?, ?)",
            key, account, json.dumps(article, ensure_ascii=False), self._clock(),
        )  # fmt: skip
        return key

    def url(self, key: str) -> str:
        """The address of an article, absolute."""
        return absolute(self._settings, f"/simulator/s/{key}")

    def get(self, key: str) -> Article | None:
        """One article, deleted or not."""
        row = self._db.one("SELECT * FROM articles WHERE key=?", key)
        if row is None:
            return None
        return Article(
            key,
            row["account"],
            json.loads(row["article"]),
            row["reads"],
            bool(row["deleted"]),
            row["created_at"],
        )

    def count_read(self, key: str) -> None:
        """Somebody opened it."""
        self._db.run("UPDATE articles SET reads=reads+1 WHERE key=?", key)

    def delete(self, key: str) -> None:
        """The address stays and says that the content was deleted."""
        self._db.run("UPDATE articles SET deleted=1 WHERE key=?", key)

    def list_all(self, account: str) -> list[Article]:
        """Every article of an account, oldest first."""
        rows = self._db.all("SELECT key FROM articles WHERE account=? ORDER BY created_at", account)
        found = (self.get(row["key"]) for row in rows)
        return [article for article in found if article is not None]


def clean_content(settings: Settings, html: str) -> str:
    """Article HTML as the platform keeps it: no scripts, no handlers, no pictures from other hosts."""
    cleaner = _Cleaner(settings)
    cleaner.feed(html)
    cleaner.close()
    return "".join(cleaner.out)


class _Cleaner(HTMLParser):
    def __init__(self, settings: Settings) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self._settings = settings
        self._inside_dropped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not _NAME.fullmatch(tag):
            return
        if tag in _DROPPED:
            self._inside_dropped += tag not in ("link", "meta", "base", "embed")
        elif not self._inside_dropped:
            kept = "".join(
                f' {name}="{escape(value or "")}"' for name, value in attrs if self._keeps(tag, name, value)
            )
            self.out.append(f"<{tag}{kept}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)
            if tag not in _VOID:
                self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _DROPPED:
            self._inside_dropped = max(0, self._inside_dropped - 1)
        elif not self._inside_dropped and tag not in _VOID and _NAME.fullmatch(tag):
            self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._inside_dropped:
            self.out.append(escape(data, quote=False))

    def _keeps(self, tag: str, name: str, value: str | None) -> bool:
        if name.startswith("on") or not _NAME.fullmatch(name):
            return False
        address = (value or "").strip().lower()
        if tag == "img" and name in ("src", "data-src", "srcset"):
            return is_own(self._settings, (value or "").strip())
        if name in ("href", "src", "action", "formaction", "xlink:href"):
            return address.startswith(("http://", "https://", "#", "/"))
        return True
