"""Scene codes: what `qrcode/create` hands out and a phone scans."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from .database import Database


@dataclass(frozen=True, slots=True)
class QrCode:
    """One scene code. `expires_at` is None for a permanent one; `url` is what the picture encodes."""

    ticket: str
    account: str
    scene: str
    numeric: bool
    expires_at: float | None

    @property
    def url(self) -> str:
        """The address inside the code."""
        digest = hashlib.sha256(self.ticket.encode()).hexdigest()
        return f"http://weixin.qq.com/q/02{digest[:20]}"


class QrCodes:
    """All scene codes. `clock` gives Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._db = database
        self._clock = clock

    def create(self, account: str, scene: str, *, numeric: bool, lasts_s: int | None) -> QrCode:
        """A new code; the ticket of an unexpired code of the same scene stays valid beside it."""
        expires_at = None if lasts_s is None else self._clock() + lasts_s
        code = QrCode("gQ" + secrets.token_urlsafe(70), account, scene, numeric, expires_at)
        self._db.run(
            "INSERT INTO qrcodes VALUES (?, ?, ?, ?, ?)",
            code.ticket,
            account,
            scene,
            int(numeric),
            expires_at,
        )
        return code

    def find(self, ticket: str) -> QrCode | None:
        """The code with this ticket, unless it has expired."""
        row = self._db.one("SELECT * FROM qrcodes WHERE ticket=?", ticket)
        if row is None or (row["expires_at"] is not None and row["expires_at"] < self._clock()):
            return None
        return QrCode(row["ticket"], row["account"], row["scene"], bool(row["numeric"]), row["expires_at"])

    def list_live(self, account: str) -> list[QrCode]:
        """The account's unexpired codes, newest first."""
        rows = self._db.all(
            "SELECT * FROM qrcodes WHERE account=? AND (expires_at IS NULL OR expires_at>?) ORDER BY rowid DESC LIMIT 50",
            account, self._clock(),
        )  # fmt: skip
        return [
            QrCode(row["ticket"], row["account"], row["scene"], bool(row["numeric"]), row["expires_at"])
            for row in rows
        ]

    def ticket_for(self, account: str, scene: str) -> str:
        """The ticket a phone reports for `scene`: that of the newest live code, or of a new permanent one."""
        live = next((code for code in self.list_live(account) if code.scene == scene), None)
        return (live or self.create(account, scene, numeric=scene.isdigit(), lasts_s=None)).ticket
