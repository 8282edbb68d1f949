"""Our own Redis: which program, where its socket is, and that it keeps what it was told."""

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from core.errors import ConfigError
from serving import own_redis


def program(folder: Path, name: str, version: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{version}'\n")
    path.chmod(0o755)


def test_the_command_opens_no_port_writes_a_log_and_evicts_nothing(tmp_path: Path):
    command = own_redis.command(tmp_path)
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert options["--port"] == "0"
    assert options["--unixsocket"] == str(tmp_path / "redis.sock")
    assert options["--unixsocketperm"] == "700"
    assert options["--appendonly"] == "yes"
    assert options["--appendfsync"] == "everysec"
    assert options["--maxmemory-policy"] == "noeviction"
    assert Path(options["--dir"]) == tmp_path / "redis"
    assert stat.S_IMODE((tmp_path / "redis").stat().st_mode) == 0o700
    assert os.access(command[0], os.X_OK)


def test_a_server_on_the_path_is_taken_when_it_is_new_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "redis-server", "Redis server v=6.2.6 sha=0")
    assert own_redis.find_server() != str(tmp_path / "redis-server")
    program(tmp_path, "valkey-server", "Valkey server v=8.0.1 sha=0")
    assert own_redis.find_server() == str(tmp_path / "valkey-server")
    program(tmp_path, "redis-server", "Redis server v=7.4.0 sha=0")
    assert own_redis.find_server() == str(tmp_path / "redis-server")


@pytest.mark.parametrize("told", ["", "nonsense", "v=", "v=x"])
def test_a_server_that_does_not_say_its_version_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
):
    monkeypatch.setenv("PATH", str(tmp_path))
    program(tmp_path, "redis-server", told)
    assert own_redis.find_server() != str(tmp_path / "redis-server")


def test_without_any_server_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(own_redis, "get_binary_path", None)
    with pytest.raises(ConfigError, match="REDIS_URL"):
        own_redis.find_server()


def test_a_path_too_long_for_a_socket_gets_a_short_one_of_its_own(tmp_path: Path):
    deep, other = tmp_path / ("d" * 60) / ("e" * 60), tmp_path / ("d" * 60) / ("f" * 60)
    assert len(str(own_redis.socket_path(deep)).encode()) <= 100
    assert own_redis.socket_path(deep) == own_redis.socket_path(deep)
    assert own_redis.socket_path(deep) != own_redis.socket_path(other)
    assert own_redis.socket_path(Path("/a/b")) == Path("/a/b/redis.sock")


def test_a_server_that_was_not_started_has_no_address(tmp_path: Path):
    assert own_redis.running_url(tmp_path) is None


def ready(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


def test_it_runs_for_nobody_else_and_remembers_over_a_restart(tmp_path: Path):
    for expected in (None, b"kept"):
        own_redis.socket_path(tmp_path).unlink(missing_ok=True)
        server = subprocess.Popen(own_redis.command(tmp_path), stdout=subprocess.DEVNULL)
        client = Redis.from_url(own_redis.url_of(tmp_path), socket_timeout=2, retry=Retry(NoBackoff(), 0))
        try:
            until = time.monotonic() + 10
            while not ready(client) and time.monotonic() < until:
                time.sleep(0.02)
            assert own_redis.running_url(tmp_path) == own_redis.url_of(tmp_path)
            assert stat.S_IMODE(own_redis.socket_path(tmp_path).stat().st_mode) == 0o700
            assert client.get("key") == expected
            client.set("key", "kept")
            assert client.config_get("maxmemory-policy") == {b"maxmemory-policy": b"noeviction"} or (
                client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
            )
        finally:
            client.close()
            server.terminate()
            server.wait(10)
