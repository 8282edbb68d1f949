"""The doctor names what is wrong, and what to do."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from flask import Flask as Application
from sqlalchemy import text, update
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from commands.doctor import examine
from core.settings import WeChatSettings
from faq.service import import_entries
from house.parts import Parts
from jobs.outbox import post
from models import Account, OutboxItem
from tests.commands.conftest import Flask
from tests.conftest import NOW, Home, make_settings, new_account
from tests.faq.entries import row
from tests.neighbours import parts_of
from tools.postgres import free_port


def findings(parts: Parts) -> dict[str, bool]:
    return {finding.text: finding.good for finding in examine(parts)}


def bad(parts: Parts) -> str:
    return "\n".join(text for text, good in findings(parts).items() if not good)


@pytest.fixture
def sound(home: Home) -> Home:
    """A house with which only the platform is missing."""
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    with home.parts.db.work() as session:
        import_entries(session, home.parts.directory.get("ours").organisation_id, [row("a", "问")], NOW)
    return home


@pytest.fixture
def platform_clock() -> Iterator[Callable[[str], str]]:
    """Starts a platform that says a certain Date, and gives its address."""
    servers = []

    def start(date: str) -> str:
        class Handler(WSGIRequestHandler):
            def log(self, type: str, message: str, *args: object) -> None:
                pass

            def date_time_string(self, timestamp: float | None = None) -> str:
                return date

        server = make_server(
            "127.0.0.1", 0, Application("clock").wsgi_app, threaded=True, request_handler=Handler
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join(5)


def at(home: Home, url: str) -> Parts:
    """The same house, with its platform at `url`."""
    wechat = WeChatSettings(api_url=url)
    settings = home.parts.settings.model_copy(update={"wechat": wechat})
    return Parts(
        settings=settings,
        db=home.parts.db,
        clock=home.parts.clock,
        directory=home.parts.directory,
        platform=home.parts.platform,
        redis=home.parts.redis,
    )


def nowhere(home: Home) -> Parts:
    return at(home, f"http://127.0.0.1:{free_port()}")


def test_a_sound_house_is_called_sound(sound: Home, platform_clock):
    parts = at(sound, platform_clock(formatdate(time.time(), usegmt=True)))
    assert bad(parts) == ""
    assert "1 个公众号" in findings(parts)


@pytest.mark.parametrize("skew_s", [60, -60, 4000])
def test_a_wrong_clock_is_found(sound: Home, platform_clock, skew_s: float):
    parts = at(sound, platform_clock(formatdate(time.time() + skew_s, usegmt=True)))
    assert "NTP" in bad(parts)
    (told,) = re.findall(r"微信平台相差 ([+-][\d.]+) 秒", bad(parts))
    assert abs(float(told) - skew_s) < 3


@pytest.mark.parametrize("date", ["", "rubbish", "Mon, 99 Foo 9999 99:99:99 GMT", "0"])
def test_a_platform_without_a_usable_clock_is_no_crash(sound: Home, platform_clock, date: str):
    assert "没能核对时钟" in bad(at(sound, platform_clock(date)))


def test_a_platform_that_is_away_is_told(sound: Home):
    assert "没能核对时钟" in bad(nowhere(sound))


def test_an_old_schema_is_told_with_what_to_run(sound: Home):
    with sound.parts.db.work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'old'"))
    assert "flask db upgrade" in bad(nowhere(sound))


def test_a_database_without_tables_is_told(tmp_path: Path, valkey_url: str, redis):
    app = create_app(make_settings(tmp_path, valkey_url))
    assert "flask db upgrade" in bad(parts_of(app))
    parts_of(app).db.close()


def test_no_account_and_no_entries_are_told(home: Home):
    with home.parts.db.work() as session:
        session.execute(text("DELETE FROM accounts"))
    told = bad(nowhere(home))
    assert "还没有公众号" in told
    assert "还没有问答" in told


def test_a_plaintext_account_is_told(sound: Home):
    sound.add_account(new_account("paper", aes_key=None))
    assert "公众号 paper 用明文模式" in bad(nowhere(sound))


def test_dead_deliveries_are_told(sound: Home):
    with sound.parts.db.work() as session:
        post(session, sound.parts.directory.get("ours").id, "letter", "k", {}, NOW)
        session.execute(update(OutboxItem).values(state="dead").execution_options(all_tenants="a test"))
    assert "1 件多次失败" in bad(nowhere(sound))


def test_records_that_were_put_aside_are_told(sound: Home):
    folder = sound.parts.settings.journal_dir
    folder.mkdir(parents=True)
    (folder / "rejected.txt").write_text("{}")
    assert "rejected.txt" in bad(nowhere(sound))


def test_a_redis_that_is_away_is_told_and_the_rest_is_looked_at(tmp_path: Path, sqlite_template: Path):
    (tmp_path / "test.sqlite3").write_bytes(sqlite_template.read_bytes())
    app = create_app(make_settings(tmp_path, "redis://:hunter2@127.0.0.1:9/0"))
    told = bad(parts_of(app))
    assert "Redis 连不上" in told
    assert "还没有公众号" in told
    assert "hunter2" not in told
    parts_of(app).db.close()


def test_a_database_that_is_away_is_told_without_its_password(tmp_path: Path, valkey_url: str, redis):
    url = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/d"
    app = create_app(make_settings(tmp_path, valkey_url, database_url=url))
    told = bad(parts_of(app))
    assert "DATABASE_URL" in told
    assert "hunter2" not in told
    parts_of(app).db.close()


def test_the_command_ends_with_one_and_a_count_when_something_is_wrong(flask: Flask, home: Home):
    object.__setattr__(home.parts.settings, "wechat", WeChatSettings(api_url="http://127.0.0.1:9"))
    done = flask("doctor")
    assert done.exit_code == 1
    assert "✗ 还没有问答" in done.stdout
    assert "✓ 1 个公众号" in done.stdout
    assert done.stderr == "Error: 2 处需要处理\n"


def test_a_damaged_account_is_told(sound: Home):
    with sound.parts.db.work() as session:
        session.execute(update(Account).values(aes_key="damaged"))
    assert "公众号 ours 不能使用" in bad(nowhere(sound))


def test_one_account_is_looked_at_more_closely(flask: Flask, home: Home):
    object.__setattr__(home.parts.settings, "wechat", WeChatSettings(api_url="http://127.0.0.1:9"))
    done = flask("doctor", "--account", "ours")
    assert "✗ 连接微信接口：" in done.stdout
    assert "✓ 收到过微信的消息：" in done.stdout
    assert flask("doctor", "--account", "nobody").exit_code == 1
