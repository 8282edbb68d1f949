"""What the phones show: every bubble and system line, in order, per follower."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from .database import Database

Direction = Literal["in", "out", "system"]
"""in: from the follower; out: from the account; system: a grey line in the middle."""

KEPT_PER_FOLLOWER = 2000


class ChatLog:
    """The conversations. `clock` gives Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock

    def add(
        self,
        account: str,
        openid: str,
        direction: Direction,
        kind: str,
        body: Mapping[str, Any],
        exchange_id: str | None = None,
    ) -> int:
        """Appends one entry; returns its sequence number, which grows over all followers."""
        return self._db.insert(
            "INSERT INTO messages (account, openid, direction, kind, body, exchange_id, at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            account, openid, direction, kind, json.dumps(body, ensure_ascii=False), exchange_id, self._clock(),
        )  # fmt: skip

    def system(self, account: str, openid: str, text: str, exchange_id: str | None = None) -> None:
        """A grey line such as 「你已关注该公众号」."""
        self.add(account, openid, "system", "notice", {"text": text}, exchange_id)

    def since(self, account: str, openid: str, seq: int) -> list[dict[str, Any]]:
        """Entries after `seq`, oldest first: `{seq, direction, kind, at, exchange_id, …}` with `at` in seconds."""
        rows = self._db.all(
            "SELECT * FROM (SELECT * FROM messages WHERE account=? AND openid=? AND seq>? ORDER BY seq DESC LIMIT ?)"
            " ORDER BY seq",
            account, openid, seq, KEPT_PER_FOLLOWER,
        )  # fmt: skip
        return [
            {
                **json.loads(row["body"]),
                "seq": row["seq"],
                "direction": row["direction"],
                "kind": row["kind"],
                "at": row["at"],
                "exchange_id": row["exchange_id"],
            }
            for row in rows
        ]

    def last(self, account: str) -> dict[str, tuple[int, float]]:
        """Per openid the newest sequence number and its time: for the list of followers."""
        rows = self._db.all(
            "SELECT openid, MAX(seq) AS seq, MAX(at) AS at FROM messages WHERE account=? GROUP BY openid",
            account,
        )
        return {row["openid"]: (row["seq"], row["at"]) for row in rows}
