"""The switches a tester can throw: what the platform does wrong, until it is told to behave again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .database import Database

Storm = Literal["concurrent", "sequence"]
Lost = Literal["webhook", "api"]

MAX_DELAY_MS = 120_000


class BadFault(Exception):
    """A switch was set to something it can't be; the message is Chinese, for the person who set it."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Times in the unit of their name. Everything off is the default.

    `lost_reply`: the webhook's first answer to each message is dropped and the message retried; an API call's first
    reply is lost after its effect (True: both; or only one side). `retry_storm`: every message is delivered three
    times, at once (True, "concurrent") or one after the other ("sequence"). `identical_retries`: a retry is the same
    bytes again instead of a fresh timestamp and nonce. `snapshot_user`: OAuth gives a virtual visitor.
    """

    delay_ms: int = 0
    down: bool = False
    errcode: int | None = None
    errcode_for: str = "*"
    errcode_times: int | None = None
    lost_reply: bool | Lost = False
    retry_storm: bool | Storm = False
    identical_retries: bool = False
    quota_used_up: bool = False
    unverified: bool = False
    snapshot_user: bool = False
    webhook_timeout_s: float = 5.0

    def loses(self, side: Lost) -> bool:
        """Whether replies get lost on this side."""
        return self.lost_reply is True or self.lost_reply == side


def _flag(name: str, value: Any, words: tuple[str, ...] = ()) -> Any:
    if isinstance(value, bool) or value in words:
        return value
    raise BadFault(f"{name} 只能是 true、false{''.join('、' + word for word in words)}")


def _count(name: str, value: object, maximum: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= maximum:
        raise BadFault(f"{name} 应是 0 到 {maximum} 的整数")
    return value


def _checked(name: str, value: Any) -> Any:
    if name == "delay_ms":
        return _count(name, value, MAX_DELAY_MS)
    if name == "webhook_timeout_s":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 60:
            raise BadFault("webhook_timeout_s 应在 0 到 60 秒之间")
        return float(value)
    if name == "errcode":
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise BadFault("errcode 应是整数，或 null 表示关闭")
        return value
    if name == "errcode_times":
        return None if value is None else _count(name, value, 1_000_000)
    if name == "errcode_for":
        if not isinstance(value, str) or not value:
            raise BadFault("errcode_for 应是接口路径，或 * 表示全部")
        return value
    words = {"lost_reply": ("webhook", "api"), "retry_storm": ("concurrent", "sequence")}
    return _flag(name, value, words.get(name, ()))


class FaultBoard:
    """The current faults, kept in the database so that a restart doesn't heal them silently."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._lost_once: set[str] = set()
        stored = database.value("SELECT value FROM kept WHERE name='faults'")
        self._current = Faults(**json.loads(stored)) if stored else Faults()

    @property
    def current(self) -> Faults:
        """The faults as they are now."""
        return self._current

    def update(self, changes: Mapping[str, Any]) -> Faults:
        """Sets the named switches, leaves the others. Raises BadFault on unknown names and values."""
        known = {field.name for field in dataclasses.fields(Faults)}
        unknown = sorted(set(changes) - known)
        if unknown:
            raise BadFault(f"没有这些开关：{'、'.join(unknown)}")
        checked = {name: _checked(name, value) for name, value in changes.items()}
        with self._lock:
            self._keep(dataclasses.replace(self._current, **checked))
            if "lost_reply" in checked:
                self._lost_once.clear()
            return self._current

    def reset(self) -> None:
        """Everything off."""
        with self._lock:
            self._lost_once.clear()
            self._keep(Faults())

    def take_errcode(self, path: str) -> int | None:
        """The error code to answer on `path` now, if any; counts `errcode_times` down."""
        with self._lock:
            faults = self._current
            wanted = faults.errcode_for
            if faults.errcode is None or not (wanted == "*" or wanted.strip("/") in path):
                return None
            if faults.errcode_times is not None:
                left = faults.errcode_times - 1
                if left < 0:
                    return None
                lasting = faults.errcode if left else None
                self._keep(dataclasses.replace(faults, errcode=lasting, errcode_times=left or None))
            return faults.errcode

    def loses_reply(self, path: str, body: bytes) -> bool:
        """Whether the reply to this API call gets lost: once for each different call."""
        if not self._current.loses("api"):
            return False
        print_of = hashlib.sha256(path.encode() + b"\0" + body).hexdigest()
        with self._lock:
            if print_of in self._lost_once:
                return False
            self._lost_once.add(print_of)
            return True

    def _keep(self, faults: Faults) -> None:
        self._current = faults
        self._database.run(
            "INSERT INTO kept VALUES ('faults', ?) ON CONFLICT (name) DO UPDATE SET value=excluded.value",
            json.dumps(dataclasses.asdict(faults)),
        )
