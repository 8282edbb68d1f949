"""What several test folders need beside the fixtures: a crowd of threads, a small web server, and a platform to talk to."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

import app as application
from accounts.service import NewAccount
from core.settings import Settings
from house.current import EXTENSION
from house.parts import Parts
from simulator.app import build_app
from simulator.settings import Settings as SimulatorProcess
from simulator.world import World, build_world
from tools.postgres import free_port

T = TypeVar("T")


def together(count: int, work: Callable[[int], T]) -> list[T | Exception]:
    """`work(0)` … `work(count - 1)`, each in a thread of its own, all begun at the same moment; results or exceptions."""
    gate = threading.Barrier(count)

    def one(number: int) -> T | Exception:
        gate.wait(20)
        try:
            return work(number)
        except Exception as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@contextmanager
def served(app: Callable[..., Any], port: int = 0) -> Iterator[str]:
    """A WSGI application on a port of this machine; gives its address."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


@dataclass(frozen=True)
class Platform:
    """A WeChat of the test's own: the simulator in a thread. `world` is its inside, for looking."""

    url: str
    world: World

    def people(self, account_key: str) -> list[str]:
        """Openids of the persons who hold a phone."""
        return [person.openid for person in self.world.followers.list_all(account_key)]

    def do(self, account_key: str, openid: str, deed: str, **body: Any) -> None:
        path = f"{self.url}/simulator/api/{account_key}/followers/{openid}/{deed}"
        requests.post(path, json=body, timeout=20).raise_for_status()

    def phone(self, account_key: str, openid: str) -> list[dict[str, Any]]:
        """What stands in a person's chat."""
        return self.world.chat.since(account_key, openid, 0)


@contextmanager
def running_platform(folder: Path, accounts: list[NewAccount], webhook: str = "") -> Iterator[Platform]:
    """The platform, knowing `accounts`; asynchronous work ends after a moment. `webhook` is our own address."""
    port = free_port()
    rows = [
        {
            "key": account.key,
            "name": account.name,
            "appid": account.appid,
            "secret": account.secret,
            "token": account.token,
            "aes_key": account.aes_key,
            "webhook_url": f"{webhook or 'http://127.0.0.1:9'}/wechat/{account.key}",
            "mode": "aes",
            "kind": account.kind,
            "verified": account.verified,
            "h5_hosts": [],
        }
        for account in accounts
    ]
    path = folder / "platform-accounts.json"
    path.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    world = build_world(
        SimulatorProcess(folder / "platform.sqlite3", path, port=port, job_delay_s=0.05), clock=time.time
    )
    world.accounts()
    app: Flask = build_app(world)
    with served(app, port) as url:
        try:
            yield Platform(url, world)
        finally:
            world.close()


@contextmanager
def open_web(settings: Settings) -> Iterator[Flask]:
    """The application as the web server runs it, over a migrated database."""
    app = application.create_web(settings)
    try:
        yield app
    finally:
        app.extensions["zhijia.runtime"].shelves.close()
        parts_of(app).db.close()


def parts_of(app: Flask) -> Parts:
    parts: Parts = app.extensions[EXTENSION]
    return parts
