"""One HTTP request as bytes on a fresh connection: nothing is retried, corrected or kept alive. For timing and abuse."""

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from core.settings import Settings
from web.session import COOKIE, Sessions, Visitor

PATIENCE_S = 5.0
"""The platform's."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer and how long it took, from before the connection to the last byte."""

    status: int
    body: bytes
    took_s: float


class Unanswered(Exception):
    """No HTTP answer: `reason` is timeout, refused or broken."""

    def __init__(self, reason: str, took_s: float) -> None:
        super().__init__(reason)
        self.reason = reason
        self.took_s = took_s


def cookie_of(settings: Settings, account_key: str, openid: str) -> str:
    """What a phone sends that WeChat vouched for: name and value."""
    sessions = Sessions(settings.derive_key("h5-session"), secure=False)
    return f"{COOKIE}={sessions.sign(account_key, Visitor(openid))}"


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    patience_s: float = PATIENCE_S,
    chunked: bool = False,
) -> Answered:
    """POST `body`. `headers` win over what is computed. Raises Unanswered."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    started = time.perf_counter()
    try:
        with socket.create_connection((parts.hostname or "", parts.port or 80), patience_s) as connection:
            message = _message(target, parts.netloc, body, headers or {}, chunked)
            return _exchange(connection, message, started)
    except TimeoutError:
        raise Unanswered("timeout", time.perf_counter() - started) from None
    except ConnectionRefusedError:
        raise Unanswered("refused", time.perf_counter() - started) from None
    except (OSError, HTTPException):
        raise Unanswered("broken", time.perf_counter() - started) from None


def _message(target: str, host: str, body: bytes, headers: Mapping[str, str], chunked: bool) -> bytes:
    length = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(body))}
    fields = {"Host": host, "Content-Type": "text/xml", "Connection": "close", **length, **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    start = f"POST {target} HTTP/1.1\r\n{head}\r\n".encode("latin-1", "replace")
    return start + (_chunks(body) if chunked else body)


def _chunks(body: bytes) -> bytes:
    pieces = [body[at : at + 60_000] for at in range(0, len(body), 60_000)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def _exchange(connection: socket.socket, message: bytes, started: float) -> Answered:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(message)  # a server may answer and close before it read all
    response = HTTPResponse(connection, method="POST")
    try:
        response.begin()
        body = response.read()
    finally:
        response.close()
    return Answered(response.status, body, time.perf_counter() - started)
