"""A simulator in a thread, a stub webhook that answers with wechatpy's crypto, a person to act, an unmodified client."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask, Response, request
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient, parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import BaseReply, TextReply
from werkzeug.serving import BaseWSGIServer, make_server

from simulator.app import build_app
from simulator.settings import Cookie, Settings
from simulator.wire import Credentials
from simulator.world import World, build_world

APPID = "wx5823bf96d3bd56c7"
SECRET = "0123456789abcdef0123456789abcdef"
TOKEN = "QDG6eK"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CREDENTIALS = Credentials(APPID, TOKEN, AES_KEY)
JOB_DELAY_S = 0.05


class Clock:
    """Real time, which a test can push forward."""

    def __init__(self) -> None:
        self.shift_s = 0.0

    def __call__(self) -> float:
        return time.time() + self.shift_s


class Holder:
    """A WSGI application that can be exchanged: one server thread serves every test."""

    def __init__(self) -> None:
        self.app: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)


@dataclass
class Hook:
    """The stub webhook: `answer(message)` gives a wechatpy reply, text, None, or a raw Flask Response."""

    crypto: WeChatCrypto
    answer: Callable[[Any], Any] = lambda message: None
    requests: list[dict[str, Any]] = field(default_factory=list)
    messages: list[Any] = field(default_factory=list)

    def app(self) -> Flask:
        app = Flask("stub")
        app.add_url_rule("/wechat/demo", "hook", self._serve, methods=["GET", "POST"])
        return app

    def _serve(self) -> Any:
        if request.method == "GET":
            return request.args["echostr"]
        params = request.args
        self.requests.append({"args": params.to_dict(), "body": request.get_data()})
        xml = request.get_data()
        if params.get("encrypt_type") == "aes":
            xml = self.crypto.decrypt_message(
                xml, params["msg_signature"], params["timestamp"], params["nonce"]
            )
        message = parse_message(xml)
        self.messages.append(message)
        answer = self.answer(message)
        if answer is None or isinstance(answer, Response):
            return "success" if answer is None else answer
        reply = answer if isinstance(answer, BaseReply) else TextReply(content=answer, message=message)
        if params.get("encrypt_type") != "aes":
            return reply.render()
        return self.crypto.encrypt_message(reply.render(), params["nonce"], params["timestamp"])

    def events(self, name: str) -> list[Any]:
        return [message for message in self.messages if getattr(message, "event", None) == name]


def serve(holder: Holder) -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, holder, threaded=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return server


@pytest.fixture(scope="session")
def servers() -> Iterator[tuple[Holder, int, Holder, int]]:
    holders = Holder(), Holder()
    running = [serve(holder) for holder in holders]
    yield holders[0], running[0].server_port, holders[1], running[1].server_port
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hook(servers: tuple[Holder, int, Holder, int]) -> Hook:
    stub = Hook(WeChatCrypto(TOKEN, AES_KEY, APPID))
    servers[2].app = stub.app()
    return stub


@pytest.fixture
def accounts_file(tmp_path: Path, servers: tuple[Holder, int, Holder, int]) -> Path:
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps([account_entry(servers[3])]), encoding="utf-8")
    return path


def account_entry(webhook_port: int, **changes: Any) -> dict[str, Any]:
    return {
        "key": "demo",
        "name": "指尖之家",
        "appid": APPID,
        "secret": SECRET,
        "token": TOKEN,
        "aes_key": AES_KEY,
        "webhook_url": f"http://127.0.0.1:{webhook_port}/wechat/demo",
        "mode": "aes",
        "kind": "service",
        "verified": True,
        "h5_hosts": [],
        **changes,
    }


@pytest.fixture
def change_account(accounts_file: Path, servers: tuple[Holder, int, Holder, int]) -> Callable[..., None]:
    def change(**changes: Any) -> None:
        text = json.dumps([account_entry(servers[3], **changes)])
        accounts_file.write_text(text + " " * (len(changes) + 1), encoding="utf-8")

    return change


@pytest.fixture
def world(
    tmp_path: Path, accounts_file: Path, servers: tuple[Holder, int, Holder, int], clock: Clock, hook: Hook
) -> Iterator[World]:
    settings = Settings(
        database=tmp_path / "simulator.sqlite3",
        accounts_file=accounts_file,
        port=servers[1],
        clear_cookies=(Cookie("zj_session", "/h5"),),
        job_delay_s=JOB_DELAY_S,
    )
    made = build_world(settings, clock)
    made.accounts()
    servers[0].app = build_app(made)
    yield made
    made.close()


@pytest.fixture
def base(world: World) -> str:
    return world.settings.base_url


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@dataclass(frozen=True)
class Person:
    """One follower through the control API."""

    http: requests.Session
    base: str
    openid: str

    def post(self, deed: str, **body: Any) -> requests.Response:
        return self.http.post(
            f"{self.base}/simulator/api/demo/followers/{self.openid}/{deed}", json=body, timeout=20
        )

    def do(self, deed: str, **body: Any) -> dict[str, Any]:
        response = self.post(deed, **body)
        assert response.status_code == 200, response.text
        return response.json()

    def say(self, content: str) -> dict[str, Any]:
        return self.do("send", type="text", content=content)

    def phone(self, since: int = 0) -> list[dict[str, Any]]:
        path = f"{self.base}/simulator/api/demo/followers/{self.openid}/messages"
        return self.http.get(path, params={"since": since}, timeout=5).json()["messages"]


@pytest.fixture
def people(base: str, http: requests.Session) -> list[Person]:
    rows = http.get(f"{base}/simulator/api/demo/followers", timeout=5).json()
    return [Person(http, base, row["openid"]) for row in rows]


@pytest.fixture
def stranger(people: list[Person]) -> Person:
    return people[3]


@pytest.fixture
def person(people: list[Person], hook: Hook) -> Person:
    people[0].do("follow")
    hook.requests.clear()
    hook.messages.clear()
    return people[0]


class Redirect(HTTPAdapter):
    """Sends what is meant for the platform's host to the simulator; everything else about the client stays as it is."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: Any, **options: Any) -> Any:  # type: ignore[override]
        request.url = request.url.replace("https://api.weixin.qq.com", self._base)
        return super().send(request, **options)


@pytest.fixture
def wechat(base: str) -> Iterator[WeChatClient]:
    client = WeChatClient(APPID, SECRET, timeout=5, auto_retry=False)
    client._http.trust_env = False
    client._http.mount("https://api.weixin.qq.com", Redirect(base))
    yield client
    client._http.close()


@dataclass(frozen=True)
class Api:
    """Bare calls, for what wechatpy lacks."""

    http: requests.Session
    base: str
    token: str

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        response = self.http.get(self.base + path, params={"access_token": self.token, **params}, timeout=10)
        assert response.status_code == 200, response.text
        return response.json()

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        data = json.dumps(body, ensure_ascii=False).encode()
        response = self.http.post(
            self.base + path, params={"access_token": self.token}, data=data, timeout=10
        )
        assert response.status_code == 200, response.text
        return response.json()

    def code(self, path: str, **body: Any) -> int:
        return int(self.post(path, **body).get("errcode", 0))


def fetch_token(http: requests.Session, base: str) -> dict[str, Any]:
    params = {"grant_type": "client_credential", "appid": APPID, "secret": SECRET}
    return http.get(f"{base}/cgi-bin/token", params=params, timeout=5).json()


@pytest.fixture
def api(base: str, http: requests.Session) -> Api:
    return Api(http, base, fetch_token(http, base)["access_token"])


@pytest.fixture
def faults(base: str, http: requests.Session) -> Callable[..., dict[str, Any]]:
    def put(**changes: Any) -> dict[str, Any]:
        response = http.put(f"{base}/simulator/api/faults", json=changes, timeout=5)
        assert response.status_code == 200, response.text
        return response.json()

    return put


def wait_for(condition: Callable[[], Any], timeout_s: float = 3.0) -> Any:
    """The first true value of `condition`; fails when there is none in time."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    raise AssertionError("what was waited for did not happen")


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
JPG = b"\xff\xd8\xff\xe0" + b"\0" * 60
AMR = b"#!AMR\n" + b"\0" * 40
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 40
