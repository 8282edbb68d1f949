"""The tags an account sticks on its followers; mass sends and personalised menus aim at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .database import Database

STARRED = 2  # the platform keeps 0 to 99 for itself; 2 is 星标组
FIRST_ID = 100


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag; `count` is how many followers carry it."""

    id: int
    name: str
    count: int


class Tags:
    """All tags of all accounts."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def list_all(self, account: str) -> list[Tag]:
        """The platform's own tag first."""
        rows = self._db.all(
            "SELECT id, name, (SELECT COUNT(*) FROM follower_tags f WHERE f.account=t.account AND f.tag=t.id) AS count "
            "FROM tags t WHERE account=? ORDER BY id",
            account,
        )
        return [
            Tag(STARRED, "星标组", self.count(account, STARRED)),
            *(Tag(row["id"], row["name"], row["count"]) for row in rows),
        ]

    def count(self, account: str, tag: int) -> int:
        """How many followers carry a tag."""
        return int(
            self._db.value("SELECT COUNT(*) FROM follower_tags WHERE account=? AND tag=?", account, tag)
        )

    def exists(self, account: str, tag: int) -> bool:
        """Whether there is such a tag."""
        return tag == STARRED or bool(
            self._db.value("SELECT 1 FROM tags WHERE account=? AND id=?", account, tag)
        )

    def by_name(self, account: str, name: str) -> int | None:
        """The id of the tag with this name."""
        found = self._db.value("SELECT id FROM tags WHERE account=? AND name=?", account, name)
        return None if found is None else int(found)

    def create(self, account: str, name: str) -> int:
        """A new tag; returns its id."""
        with self._db.transaction():
            highest = self._db.value("SELECT MAX(id) FROM tags WHERE account=?", account)
            tag = max(int(highest or 0) + 1, FIRST_ID)
            self._db.run("INSERT INTO tags VALUES (?, ?, ?)", account, tag, name)
            return tag

    def rename(self, account: str, tag: int, name: str) -> None:
        """Another name for a tag."""
        self._db.run("UPDATE tags SET name=? WHERE account=? AND id=?", name, account, tag)

    def delete(self, account: str, tag: int) -> None:
        """Removes a tag from everybody."""
        with self._db.transaction():
            self._db.run("DELETE FROM follower_tags WHERE account=? AND tag=?", account, tag)
            self._db.run("DELETE FROM tags WHERE account=? AND id=?", account, tag)

    def stick(self, account: str, tag: int, openids: Sequence[str]) -> None:
        """Puts a tag on followers."""
        with self._db.transaction():
            for openid in openids:
                self._db.run("INSERT OR IGNORE INTO follower_tags VALUES (?, ?, ?)", account, openid, tag)

    def peel(self, account: str, tag: int, openids: Sequence[str]) -> None:
        """Takes a tag off followers."""
        with self._db.transaction():
            for openid in openids:
                self._db.run(
                    "DELETE FROM follower_tags WHERE account=? AND openid=? AND tag=?", account, openid, tag
                )

    def of_follower(self, account: str, openid: str) -> list[int]:
        """The tags one follower carries."""
        rows = self._db.all(
            "SELECT tag FROM follower_tags WHERE account=? AND openid=? ORDER BY tag", account, openid
        )
        return [row["tag"] for row in rows]

    def members(self, account: str, tag: int) -> list[str]:
        """The openids of those who carry a tag and still follow."""
        rows = self._db.all(
            "SELECT f.openid FROM follower_tags t JOIN followers f ON f.account=t.account AND f.openid=t.openid "
            "WHERE t.account=? AND t.tag=? AND f.subscribed=1 ORDER BY f.position",
            account, tag,
        )  # fmt: skip
        return [row["openid"] for row in rows]
