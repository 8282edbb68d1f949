"""The people with a phone: who they are, whom they follow, and when the account may still write to them."""

from __future__ import annotations

import base64
import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .accounts import Account
from .database import Database

DEMO_NAMES = ("阿强", "小美", "老周", "静静")

WRITE_WINDOW_S = 48 * 3600
WRITE_CREDIT = 5
ACT_WINDOW_S = 60
ACT_CREDIT = 3


@dataclass(frozen=True, slots=True)
class Follower:
    """One person as one account sees them. Times are Unix seconds; `scene` is the code they followed by."""

    account: str
    openid: str
    name: str
    subscribed: bool
    subscribed_at: float | None
    scene: str | None
    remark: str
    wrote_at: float | None
    acted_at: float | None
    typing_until: float

    @property
    def unionid(self) -> str:
        """The same for one name under every account."""
        return _id_from("union", self.name)


def _id_from(*parts: str) -> str:
    digest = hashlib.sha256("\0".join(parts).encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


def _follower(row: sqlite3.Row) -> Follower:
    names = (
        "account",
        "openid",
        "name",
        "subscribed_at",
        "scene",
        "remark",
        "wrote_at",
        "acted_at",
        "typing_until",
    )
    return Follower(subscribed=bool(row["subscribed"]), **{name: row[name] for name in names})


class Followers:
    """The followers of every account. `clock` gives Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock

    def ensure_demo(self, account: Account) -> None:
        """Gives a new account its four named visitors; their openids are the same after every reset."""
        if self._db.value("SELECT 1 FROM followers WHERE account=? LIMIT 1", account.key):
            return
        with self._db.transaction():
            for name in DEMO_NAMES:
                self._add(account.key, _id_from(account.appid, name), name)

    def create(self, account: Account, name: str) -> Follower:
        """A new person with a phone, not following yet."""
        openid = "o" + secrets.token_urlsafe(21)[:27]
        with self._db.transaction():
            self._add(account.key, openid, name)
        found = self.get(account.key, openid)
        assert found is not None  # noqa: S101  just written
        return found

    def _add(self, account: str, openid: str, name: str) -> None:
        self._db.run(
            "INSERT OR IGNORE INTO followers (account, openid, name, created_at, position) VALUES (?, ?, ?, ?,"
            " (SELECT COUNT(*) FROM followers WHERE account=?))",
            account, openid, name, self._clock(), account,
        )  # fmt: skip

    def get(self, account: str, openid: str) -> Follower | None:
        """One person, following or not."""
        row = self._db.one("SELECT * FROM followers WHERE account=? AND openid=?", account, openid)
        return None if row is None else _follower(row)

    def list_all(self, account: str) -> list[Follower]:
        """Everybody who has a phone, in the order they came."""
        rows = self._db.all("SELECT * FROM followers WHERE account=? ORDER BY position", account)
        return [_follower(row) for row in rows]

    def list_subscribed(self, account: str) -> list[Follower]:
        """Those who follow now, longest first."""
        rows = self._db.all(
            "SELECT * FROM followers WHERE account=? AND subscribed=1 ORDER BY subscribed_at, position",
            account,
        )
        return [_follower(row) for row in rows]

    def subscribe(self, account: str, openid: str, scene: str | None) -> bool:
        """Starts following; False when they already do."""
        return bool(
            self._db.run(
                "UPDATE followers SET subscribed=1, subscribed_at=?, scene=? "
                "WHERE account=? AND openid=? AND subscribed=0",
                self._clock(), scene, account, openid,
            )
        )  # fmt: skip

    def unsubscribe(self, account: str, openid: str) -> bool:
        """Stops following; tags, remark and windows are gone, as on the platform. False when they didn't follow."""
        with self._db.transaction():
            self._db.run("DELETE FROM follower_tags WHERE account=? AND openid=?", account, openid)
            return bool(
                self._db.run(
                    "UPDATE followers SET subscribed=0, left_at=?, remark='', wrote_at=NULL, acted_at=NULL "
                    "WHERE account=? AND openid=? AND subscribed=1",
                    self._clock(), account, openid,
                )
            )  # fmt: skip

    def set_remark(self, account: str, openid: str, remark: str) -> None:
        """The account's own note on a follower."""
        self._db.run("UPDATE followers SET remark=? WHERE account=? AND openid=?", remark, account, openid)

    def set_typing(self, account: str, openid: str, until: float) -> None:
        """Shows 「对方正在输入…」 on the phone until that moment."""
        self._db.run(
            "UPDATE followers SET typing_until=? WHERE account=? AND openid=?", until, account, openid
        )

    def note_message(self, account: str, openid: str) -> None:
        """The follower wrote: five answers within 48 hours."""
        self._db.run(
            "UPDATE followers SET wrote_at=?, wrote_spent=0 WHERE account=? AND openid=?",
            self._clock(), account, openid,
        )  # fmt: skip

    def note_action(self, account: str, openid: str) -> None:
        """The follower tapped the menu, followed or scanned: three answers within a minute."""
        self._db.run(
            "UPDATE followers SET acted_at=?, acted_spent=0 WHERE account=? AND openid=?",
            self._clock(), account, openid,
        )  # fmt: skip

    def block(self, account: str, openids: Sequence[str]) -> None:
        """Puts people on the account's blacklist: it hears nothing of them any more."""
        with self._db.transaction():
            for openid in openids:
                self._db.run(
                    "INSERT OR IGNORE INTO blacklist (account, openid) VALUES (?, ?)", account, openid
                )

    def unblock(self, account: str, openids: Sequence[str]) -> None:
        """Takes people off the blacklist."""
        with self._db.transaction():
            for openid in openids:
                self._db.run("DELETE FROM blacklist WHERE account=? AND openid=?", account, openid)

    def list_blocked(self, account: str) -> list[str]:
        """The openids on the blacklist, in the order they came on it."""
        rows = self._db.all("SELECT openid FROM blacklist WHERE account=? ORDER BY position", account)
        return [row["openid"] for row in rows]

    def is_blocked(self, account: str, openid: str) -> bool:
        return bool(self._db.value("SELECT 1 FROM blacklist WHERE account=? AND openid=?", account, openid))

    def spend_window(self, account: str, openid: str) -> int:
        """Takes one customer-service message from the follower's windows: 0, or the platform's 45015 or 45047."""
        now = self._clock()
        with self._db.transaction():
            row = self._db.one("SELECT * FROM followers WHERE account=? AND openid=?", account, openid)
            if row is None:
                return 40003
            acted = row["acted_at"] is not None and now - row["acted_at"] <= ACT_WINDOW_S
            wrote = row["wrote_at"] is not None and now - row["wrote_at"] <= WRITE_WINDOW_S
            if not acted and not wrote:
                return 45015
            # The short window is used first: it would be lost anyway.
            if acted and row["acted_spent"] < ACT_CREDIT:
                column = "acted_spent"
            elif wrote and row["wrote_spent"] < WRITE_CREDIT:
                column = "wrote_spent"
            else:
                return 45047
            self._db.run(
                f"UPDATE followers SET {column}={column}+1, typing_until=0 "  # noqa: S608
                "WHERE account=? AND openid=?",
                account, openid,
            )  # fmt: skip
            return 0
