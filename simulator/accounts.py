"""The official accounts this platform knows, from a JSON file that another program writes (mode 0600).

The file is read again when it changes, so an account added while the simulator runs appears by itself. A webhook
that is not on this machine is refused: the simulator must never speak to a real service in the platform's name.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from .settings import SettingsError, is_loopback
from .wire import Credentials, WireError

log = logging.getLogger("simulator")

Kind = Literal["subscription", "service"]


@dataclass(frozen=True, slots=True)
class Account:
    """One official account. `h5_hosts` are the allowed hosts of OAuth redirects (empty: every host)."""

    key: str
    name: str
    appid: str
    secret: str
    credentials: Credentials
    webhook_url: str
    kind: Kind = "subscription"
    verified: bool = True
    h5_hosts: tuple[str, ...] = ()
    open_platform: bool = False
    """Bound to an open-platform account, so that followers have a unionid."""

    @property
    def ghid(self) -> str:
        """The account's original id, its name in ToUserName."""
        return "gh_" + hashlib.sha256(self.appid.encode()).hexdigest()[:12]

    @property
    def system_openid(self) -> str:
        """The sender of events that no follower caused, such as the end of a mass send."""
        return "oSYS_" + hashlib.sha256(self.appid.encode()).hexdigest()[:23]


def _account(entry: Mapping[str, Any]) -> Account:
    try:
        mode = entry.get("mode", "aes")
        kind = entry.get("kind", "subscription")
        if mode not in ("aes", "plain") or kind not in ("subscription", "service"):
            raise SettingsError(f"公众号 {entry.get('key')}：mode {mode!r} 或 kind {kind!r} 不认识")
        credentials = Credentials(entry["appid"], entry["token"], entry.get("aes_key") or "", mode)
        if mode == "aes":
            credentials.key  # noqa: B018  a wrong key must be told now, not at the first message
        host = urlsplit(entry["webhook_url"]).hostname or ""
        if not is_loopback(host):
            raise SettingsError(f"公众号 {entry['key']}：webhook 必须在本机，不能是 {host!r}")
        return Account(
            key=str(entry["key"]),
            name=str(entry.get("name") or entry["key"]),
            appid=str(entry["appid"]),
            secret=str(entry["secret"]),
            credentials=credentials,
            webhook_url=str(entry["webhook_url"]),
            kind=kind,
            verified=bool(entry.get("verified", True)),
            h5_hosts=tuple(entry.get("h5_hosts") or ()),
            open_platform=bool(entry.get("open_platform", False)),
        )
    except KeyError as error:
        raise SettingsError(f"公众号 {entry.get('key')}：缺少 {error.args[0]}") from error
    except WireError as error:
        raise SettingsError(f"公众号 {entry.get('key')}：{error}") from error


def read_accounts(path: Path) -> tuple[Account, ...]:
    """The accounts in `path`. Raises SettingsError when the file is not what it should be."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path.name} 读不出来：{error.strerror}") from error
    except ValueError as error:
        raise SettingsError(f"{path.name} 不是 JSON：{error}") from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SettingsError(f"{path.name} 应是一个公众号列表")
    accounts = tuple(_account(entry) for entry in entries)
    for name in ("key", "appid"):
        values = [getattr(account, name) for account in accounts]
        if len(set(values)) != len(values):
            raise SettingsError(f"{path.name} 里有两个相同的 {name}")
    return accounts


class AccountBook:
    """The current accounts; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._accounts: tuple[Account, ...] = ()

    def all(self) -> tuple[Account, ...]:
        """All accounts, re-read when the file changed. A broken file leaves the last good list in place."""
        try:
            stat = self._path.stat()
        except OSError:
            return self._accounts
        stamp = (stat.st_mtime_ns, stat.st_size)
        with self._lock:
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    self._accounts = read_accounts(self._path)
                except SettingsError as error:
                    log.error("accounts not taken over: %s", error)
            return self._accounts

    def by_key(self, key: str) -> Account | None:
        """The account named `key`."""
        return next((account for account in self.all() if account.key == key), None)

    def by_appid(self, appid: str) -> Account | None:
        """The account with `appid`."""
        return next((account for account in self.all() if account.appid == appid), None)
