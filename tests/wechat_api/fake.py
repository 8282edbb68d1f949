"""A platform for tests: real HTTP, scripted answers, counted token fetches. Knows nothing of the simulator."""

import json
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

APPID, SECRET = "wx1234567890abcdef", "5ecre7-0f-7he-acc0un7-5ecre7-0f-7"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """One scripted answer. `drip_s`: pause between bytes; `cut`: close without answering."""

    content: bytes = b'{"errcode":0,"errmsg":"ok"}'
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    drip_s: float = 0.0
    cut: bool = False


def answer(**fields: Any) -> Reply:
    return Reply(json.dumps(fields, ensure_ascii=False).encode())


def error(errcode: int, errmsg: str = "", **more: Any) -> Reply:
    return answer(errcode=errcode, errmsg=errmsg, **more)


class FakePlatform:
    """`script(path, *replies)`: given in turn, the last one for ever. Tokens are checked unless `open_door`."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.replies: dict[str, list[Reply | Callable[[Seen], Reply]]] = {}
        self.fetches = 0
        self.forced = 0
        self.token_delay_s = 0.0
        self.expires_in = 7200
        self.valid_token = ""
        self.rejects_all = False
        self.lock = threading.Lock()
        self.stopping = threading.Event()
        self.server = _Server(("127.0.0.1", 0), _Handler)
        self.server.platform = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.stopping.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def script(self, path: str, *replies: Reply | Callable[[Seen], Reply]) -> None:
        self.replies[path] = list(replies)

    def calls(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    def last(self) -> Seen:
        return self.seen[-1]

    def new_token(self) -> str:
        with self.lock:
            self.valid_token = f"{len(self.seen)}_TOKEN-{time.monotonic_ns()}-abcdefghijklmnop"
            return self.valid_token

    def respond(self, seen: Seen) -> Reply:
        with self.lock:
            self.seen.append(seen)
            queue = self.replies.get(seen.path)
            scripted = (queue.pop(0) if len(queue) > 1 else queue[0]) if queue else None
        if seen.path == "/cgi-bin/stable_token":
            return self._give_token(seen, scripted)
        guarded = seen.path.startswith("/cgi-bin/") and seen.path != "/cgi-bin/showqrcode"
        if (guarded and seen.query.get("access_token") != self.valid_token) or self.rejects_all:
            bad = seen.query.get("access_token", "")
            return error(
                40001, f"invalid credential {bad}, access_token is invalid rid: 65f0c0de-1a2b3c4d-5e6f"
            )
        if scripted is None:
            return Reply()
        return scripted(seen) if callable(scripted) else scripted

    def _give_token(self, seen: Seen, scripted: Any) -> Reply:
        with self.lock:
            self.fetches += 1
            self.forced += bool(seen.json.get("force_refresh"))
        time.sleep(self.token_delay_s)
        if scripted is not None:
            return scripted(seen) if callable(scripted) else scripted
        if seen.json.get("secret") != SECRET:
            return error(40125, f"invalid appsecret {seen.json.get('secret')}")
        if seen.json.get("force_refresh") or not self.valid_token:
            self.new_token()
        return answer(access_token=self.valid_token, expires_in=self.expires_in)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    platform: FakePlatform

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients of these tests hang up on purpose."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        self._send(
            self.server.platform.respond(Seen(self.command, parts.path, query, body, dict(self.headers)))
        )

    do_POST = do_GET

    def _send(self, reply: Reply) -> None:
        self.server.platform.stopping.wait(reply.delay_s)
        if reply.cut:
            self.close_connection = True
            return
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if not reply.drip_s:
            self.wfile.write(reply.content)
            return
        for byte in reply.content:
            self.wfile.write(bytes([byte]))
            self.wfile.flush()
            self.server.platform.stopping.wait(reply.drip_s)
