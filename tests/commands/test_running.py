"""What `flask serve`, `worker` and `simulate` refuse, and that all of it starts and ends cleanly."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from app import create_app
from core.errors import ConfigError
from core.settings import ROOT, Settings, SimulatorSettings
from tests.commands.conftest import Flask, clean_environment, one_line
from tests.conftest import Home, make_settings, new_account
from tools.postgres import free_port


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str) -> Settings:
    return _settings(tmp_path, valkey_url)


def _settings(tmp_path: Path, valkey_url: str, **changes: object) -> Settings:
    simulator = SimulatorSettings(enabled=True, port=free_port())
    made = make_settings(tmp_path, valkey_url, simulator=simulator, **changes)
    return made.model_copy(update={"server": made.server.model_copy(update={"port": free_port()})})


@pytest.mark.parametrize("which", ["server", "simulator"])
def test_a_port_that_is_taken_is_told_before_anything_starts(flask: Flask, settings: Settings, which: str):
    port = getattr(settings, which).port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        line = one_line(flask("serve"))
    assert f"端口 {port} 已被占用" in line
    assert ("SIMULATOR_PORT" in line) == (which == "simulator")


def test_the_simulator_does_not_start_beside_a_real_account(flask: Flask, home: Home):
    home.add_account(new_account("real", appid="wx0123456789abcdef"))
    line = one_line(flask("serve"))
    assert "real" in line
    assert "simulator.enabled: false" in line
    assert not (home.parts.settings.var_dir / "simulator-accounts.json").exists()


class TestProduction:
    @pytest.fixture
    def settings(self, tmp_path: Path, valkey_url: str) -> Settings:
        return _settings(tmp_path, valkey_url, production=True)

    def test_the_simulator_does_not_start_in_production(self, settings: Settings):
        with pytest.raises(ConfigError, match="生产环境"):
            create_app(settings)


class TestWithoutSimulator:
    @pytest.fixture
    def settings(self, tmp_path: Path, valkey_url: str) -> Settings:
        return make_settings(tmp_path, valkey_url)

    def test_no_traffic_without_a_simulator(self, flask: Flask):
        assert "模拟器没有开启" in one_line(flask("simulate", "--messages", "1"))


def test_no_traffic_before_the_first_start(flask: Flask):
    assert "make run" in one_line(flask("simulate", "--messages", "1"))


@pytest.mark.parametrize("args", [("--messages", "0"), ("--followers", "x"), ("--concurrency", "65")])
def test_wrong_numbers_are_wrong_usage(flask: Flask, args: tuple[str, str]):
    assert flask("simulate", *args).exit_code == 2


def processes_of(var_dir: Path) -> list[str]:
    """Command lines of processes that work for this home."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            environment = (folder / "environ").read_bytes()
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if words and str(var_dir).encode() in environment + words.encode():
            found.append(words)
    return found


@pytest.mark.timeout(300)
def test_everything_starts_answers_and_ends_without_a_trace(tmp_path: Path):
    """`flask serve` with a Redis of its own: web, worker, simulator; then SIGTERM. The first start learns the demo's
    questions, which beside other tests may take a minute."""
    var, port = tmp_path / "var", free_port()
    env = clean_environment(var, PORT=str(port), SIMULATOR_PORT=str(free_port()))
    serving = subprocess.Popen(
        [sys.executable, "-m", "flask", "serve"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 200
        ready = False
        while not ready and time.monotonic() < until and serving.poll() is None:
            try:
                ready = requests.get(f"{url}/readyz", timeout=2).json() == {"database": "ok", "redis": "ok"}
            except requests.RequestException:
                time.sleep(0.1)
        assert ready, serving.communicate(timeout=20)
        while serving.stdout.readline() != f"  手机模拟器   {url}/simulator/\n":
            assert time.monotonic() < until
        assert requests.get(f"{url}/simulator/api/accounts", timeout=5).json()[0]["key"] == "demo"
        assert "静静有问题" in requests.get(f"{url}/h5/demo/faq", timeout=5).text
        path = var / "simulator-accounts.json"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert json.loads(path.read_text())[0]["webhook_url"] == f"{url}/wechat/demo"
        assert len(processes_of(var)) >= 6
    finally:
        os.kill(serving.pid, signal.SIGTERM)
        _, err = serving.communicate(timeout=60)
    assert serving.returncode == 0, err
    assert "Traceback" not in err
    assert processes_of(var) == []
