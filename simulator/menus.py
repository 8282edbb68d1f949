"""Custom menus: what an account set, and which one a follower's phone shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .database import Database

Buttons = Sequence[Mapping[str, Any]]


class Menus:
    """The default menu and the personalised ones, which match on a tag only."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def set_default(self, account: str, buttons: Buttons) -> int:
        """Replaces the default menu; returns its menuid."""
        with self._db.transaction():
            self._db.run("DELETE FROM menus WHERE account=? AND rule IS NULL", account)
            return self._add(account, None, buttons)

    def add_conditional(self, account: str, buttons: Buttons, tag: int) -> int:
        """Adds a menu for followers with `tag`; returns its menuid."""
        return self._add(account, {"tag_id": str(tag)}, buttons)

    def _add(self, account: str, rule: Mapping[str, str] | None, buttons: Buttons) -> int:
        return self._db.insert(
            "INSERT INTO menus (account, rule, body) VALUES (?, ?, ?)",
            account, None if rule is None else json.dumps(rule), json.dumps(buttons, ensure_ascii=False),
        )  # fmt: skip

    def delete_all(self, account: str) -> None:
        """The default menu and every personalised one."""
        self._db.run("DELETE FROM menus WHERE account=?", account)

    def delete_conditional(self, account: str, menu_id: int) -> bool:
        """One personalised menu; False when there is none with that id."""
        return bool(
            self._db.run("DELETE FROM menus WHERE account=? AND id=? AND rule IS NOT NULL", account, menu_id)
        )

    def get_default(self, account: str) -> dict[str, Any] | None:
        """`{"button": […], "menuid": n}`."""
        row = self._db.one("SELECT * FROM menus WHERE account=? AND rule IS NULL", account)
        return None if row is None else {"button": json.loads(row["body"]), "menuid": row["id"]}

    def list_conditional(self, account: str) -> list[dict[str, Any]]:
        """`{"button", "matchrule", "menuid"}`, newest first: that is the order of matching."""
        rows = self._db.all(
            "SELECT * FROM menus WHERE account=? AND rule IS NOT NULL ORDER BY id DESC", account
        )
        return [
            {"button": json.loads(row["body"]), "matchrule": json.loads(row["rule"]), "menuid": row["id"]}
            for row in rows
        ]

    def for_follower(self, account: str, tags: Sequence[int]) -> dict[str, Any] | None:
        """The menu a phone shows; the newest matching personalised one wins."""
        default = self.get_default(account)
        if default is None:
            return None
        wanted = {str(tag) for tag in tags}
        return next(
            (menu for menu in self.list_conditional(account) if menu["matchrule"]["tag_id"] in wanted),
            default,
        )

    def version(self, account: str) -> int:
        """Changes whenever the account's menus change."""
        row = self._db.one(
            "SELECT COALESCE(SUM(id), 0) + COUNT(*) AS version FROM menus WHERE account=?", account
        )
        return 0 if row is None else int(row["version"])
