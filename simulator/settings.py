"""How one simulator process is set up; filled by `__main__` from the command line and the environment."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass, field
from pathlib import Path


class SettingsError(Exception):
    """The simulator can't start like this; the message is one Chinese line for a person."""


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of the app that must not survive when the phone changes hands."""

    name: str
    path: str = "/"


@dataclass(frozen=True, slots=True)
class Settings:
    """`job_delay_s` is how long asynchronous work of the platform takes (mass sends, publications)."""

    database: Path
    accounts_file: Path
    port: int = 8001
    host: str = "127.0.0.1"
    clear_cookies: tuple[Cookie, ...] = field(default=())
    job_delay_s: float = 0.8

    @property
    def base_url(self) -> str:
        """Where the app reaches this process: the origin of media and article addresses."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{self.port}"


def parse_cookies(text: str) -> tuple[Cookie, ...]:
    """`"name@/path,name2"` → cookies. Raises SettingsError on a path that doesn't start with `/`."""
    cookies = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, path = part.partition("@")
        if not name or (path and not path.startswith("/")):
            raise SettingsError(f"--clear-cookies：{part!r} 不是 名字@/路径")
        cookies.append(Cookie(name, path or "/"))
    return tuple(cookies)


def is_loopback(host: str) -> bool:
    """Whether `host` (a name or an address) means this machine only."""
    if host in ("localhost", "localhost.localdomain"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_free(host: str, port: int) -> None:
    """Raises SettingsError when `port` is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(f"{host}:{port} 不能使用：{error.strerror}") from error
