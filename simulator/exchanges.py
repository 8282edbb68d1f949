"""The record of every callback: what was sent, what came back, how long it took. The drawer of the phone shows it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from .database import Database

KEPT = 5000
MAX_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Try:
    """One HTTP request of a callback. `at` in Unix seconds, `took_ms` in milliseconds.

    `outcome`: answered, lost (dropped on purpose), timeout, unreachable, http-error, malformed.
    """

    url: str
    body: str
    at: float
    took_ms: float
    outcome: str
    http_status: int | None = None
    answer: str = ""
    answer_xml: str = ""
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message or event and what became of it.

    `status`: pending, replied, silent (the webhook had nothing to say), malformed, failed (three silences).
    """

    id: str
    account: str
    openid: str
    title: str
    xml: str
    status: str = "pending"
    error: str | None = None
    took_ms: float = 0.0
    tries: Sequence[Try] = field(default=())
    reply: Mapping[str, Any] | None = None
    at: float = 0.0

    def outcome(self) -> dict[str, Any]:
        """The short form that actions of the control API answer."""
        return {
            "exchange_id": self.id,
            "status": self.status,
            "took_ms": self.took_ms,
            "tries": len(self.tries),
            "reply": self.reply,
            "error": self.error,
        }


class Exchanges:
    """The record. `clock` gives Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock

    def begin(self, account: str, openid: str, title: str, xml: str) -> Exchange:
        """A callback is about to be sent."""
        exchange = Exchange("x" + secrets.token_hex(8), account, openid, title, xml, at=self._clock())
        with self._db.transaction():
            rowid = self._db.insert(
                "INSERT INTO exchanges (id, account, openid, title, xml, status, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                exchange.id, account, openid, title, xml, exchange.status, exchange.at,
            )  # fmt: skip
            if rowid % 200 == 0:
                self._db.run("DELETE FROM exchanges WHERE rowid <= ?", rowid - KEPT)
        return exchange

    def finish(self, exchange: Exchange) -> None:
        """What became of it."""
        self._db.run(
            "UPDATE exchanges SET status=?, error=?, took_ms=?, tries=?, reply=? WHERE id=?",
            exchange.status,
            exchange.error,
            exchange.took_ms,
            json.dumps([asdict(attempt) for attempt in exchange.tries], ensure_ascii=False),
            None if exchange.reply is None else json.dumps(exchange.reply, ensure_ascii=False),
            exchange.id,
        )

    def get(self, exchange_id: str) -> dict[str, Any] | None:
        """Everything about one exchange, with its tries."""
        row = self._db.one("SELECT * FROM exchanges WHERE id=?", exchange_id)
        if row is None:
            return None
        found = {**dict(row), "exchange_id": row["id"]}
        found["tries"] = json.loads(row["tries"])
        found["reply"] = json.loads(row["reply"]) if row["reply"] else None
        return found

    def recent(self, account: str, openids: Sequence[str], limit: int) -> list[dict[str, Any]]:
        """The newest exchanges of some senders without their bodies, newest first."""
        marks = ", ".join("?" for _ in openids)
        rows = self._db.all(
            "SELECT id, title, status, error, took_ms, json_array_length(tries) AS tries, at FROM exchanges "  # noqa: S608  only marks
            f"WHERE account=? AND openid IN ({marks}) ORDER BY rowid DESC LIMIT ?",
            account, *openids, limit,
        )  # fmt: skip
        return [{**dict(row), "exchange_id": row["id"]} for row in rows]

    def counts(self) -> dict[str, int]:
        """How many exchanges ended in which way."""
        rows = self._db.all("SELECT status, COUNT(*) AS n FROM exchanges GROUP BY status")
        return {row["status"]: row["n"] for row in rows}
