"""The real process: starts on loopback, serves, ends cleanly; refuses what would be dangerous."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from simulator.__main__ import read_settings
from simulator.accounts import AccountBook, read_accounts
from simulator.database import Database
from simulator.settings import Cookie, SettingsError

from .conftest import account_entry, wait_for

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps([account_entry(9)]), encoding="utf-8")
    return path


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def process(tmp_path: Path, accounts: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "simulator", "--port", str(port), "--db", str(tmp_path / "s.sqlite3")]
    running = subprocess.Popen([*command, "--accounts", str(accounts)], cwd=ROOT, stderr=subprocess.PIPE)
    yield running
    if running.poll() is None:
        running.kill()
    running.communicate(timeout=10)


def is_up(session: requests.Session, port: int) -> bool:
    try:
        return session.get(f"http://127.0.0.1:{port}/simulator/", timeout=1).ok
    except requests.RequestException:
        return False


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_ends_cleanly(
    process: subprocess.Popen[bytes], port: int, ending: signal.Signals
) -> None:
    with requests.Session() as session:
        session.trust_env = False
        wait_for(lambda: is_up(session, port), timeout_s=15)
        assert session.get(f"http://127.0.0.1:{port}/simulator/api/demo/followers", timeout=5).json()
    process.send_signal(ending)
    assert process.wait(timeout=10) == 0


def test_no_worker_is_left_behind_when_its_parent_is_killed(
    process: subprocess.Popen[bytes], port: int
) -> None:
    with requests.Session() as session:
        session.trust_env = False
        wait_for(lambda: is_up(session, port), timeout_s=15)
        process.kill()
        wait_for(lambda: not is_up(session, port), timeout_s=10)


def test_a_taken_port_is_said_in_one_line(accounts: Path, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command = [sys.executable, "-m", "simulator", "--port", str(taken.getsockname()[1])]
        done = subprocess.run(
            [*command, "--db", str(tmp_path / "s.sqlite3"), "--accounts", str(accounts)],
            cwd=ROOT,
            capture_output=True,
            timeout=20,
            check=False,
        )
    assert done.returncode == 2
    assert len(done.stderr.decode().strip().splitlines()) == 1


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.com"])
def test_only_loopback(host: str, accounts: Path) -> None:
    with pytest.raises(SettingsError):
        read_settings(["--host", host, "--accounts", str(accounts)])


def test_cookies_to_clear(accounts: Path) -> None:
    settings = read_settings(["--accounts", str(accounts), "--clear-cookies", "a@/h5, b"])

    assert settings.clear_cookies == (Cookie("a", "/h5"), Cookie("b", "/"))
    with pytest.raises(SettingsError):
        read_settings(["--accounts", str(accounts), "--clear-cookies", "a@h5"])


@pytest.mark.parametrize(
    "change",
    [
        {"webhook_url": "https://real.example.com/wechat/demo"},
        {"webhook_url": "http://10.0.0.7/wechat/demo"},
        {"aes_key": "short"},
        {"mode": "both"},
        {"kind": "robot"},
        {"secret": None},
    ],
)
def test_accounts_that_are_refused(accounts: Path, change: dict[str, str | None]) -> None:
    entry = {name: value for name, value in account_entry(9, **change).items() if value is not None}
    accounts.write_text(json.dumps([entry]), encoding="utf-8")

    with pytest.raises(SettingsError):
        read_accounts(accounts)


def test_two_accounts_with_one_appid_are_refused(accounts: Path) -> None:
    accounts.write_text(json.dumps([account_entry(9), account_entry(9, key="two")]), encoding="utf-8")

    with pytest.raises(SettingsError):
        read_accounts(accounts)


def test_the_book_follows_the_file_and_survives_a_broken_one(accounts: Path) -> None:
    book = AccountBook(accounts)
    assert [account.key for account in book.all()] == ["demo"]
    accounts.write_text(json.dumps([account_entry(9, key="county", appid="wx2")]), encoding="utf-8")
    assert [account.key for account in book.all()] == ["county"]
    accounts.write_text("{broken", encoding="utf-8")
    assert [account.key for account in book.all()] == ["county"]
    accounts.unlink()
    assert [account.key for account in book.all()] == ["county"]


def test_a_database_of_another_version_is_emptied(tmp_path: Path) -> None:
    first = Database(tmp_path / "s.sqlite3")
    first.run("INSERT INTO kept VALUES ('a', 'b')")
    first.run("PRAGMA user_version=99")
    first.close()
    second = Database(tmp_path / "s.sqlite3")
    assert second.value("SELECT COUNT(*) FROM kept") == 0
    second.close()
