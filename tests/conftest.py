"""What all tests stand on: real servers (Valkey, PostgreSQL), a migrated database, an application with one account."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError

import app as application
from accounts.service import NewAccount, add_account
from commands.database import upgrade_schema
from core.settings import Settings, SimulatorSettings
from faq import samples
from house.current import EXTENSION
from house.parts import Parts
from models import Base
from models.db import Database
from models.types import Sealed
from serving import own_redis
from tools.postgres import running_postgres

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""A Friday, ten in the morning in Shanghai."""

TOKEN = "testtoken123"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
APPID = "wxtest000000000001"

Sealed.use_key(b"0123456789abcdef0123456789abcdef0123456789A=")


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Redis-protocol server on a unix socket, for the whole run (of one xdist worker)."""
    folder = tmp_path_factory.mktemp("valkey")
    server = subprocess.Popen(own_redis.command(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = own_redis.url_of(folder)
    client = Redis.from_url(url, socket_timeout=2)
    for _ in range(100):
        try:
            client.ping()
            break
        except RedisError:
            time.sleep(0.05)
    yield url
    client.close()
    server.terminate()
    server.wait(10)


@pytest.fixture
def redis(valkey_url: str) -> Iterator["Redis"]:
    """The server, flushed."""
    client = Redis.from_url(valkey_url, socket_timeout=2)
    client.flushall()
    yield client
    client.close()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A private PostgreSQL for the whole run (of one xdist worker)."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file, to be copied: migrating each time would be most of a test's time."""
    path = tmp_path_factory.mktemp("template") / "migrated.sqlite3"
    db = Database(f"sqlite:///{path}")
    upgrade_schema(db)
    db.close()
    return path


@pytest.fixture
def sqlite_db(tmp_path: Path, sqlite_template: Path) -> Iterator[Database]:
    """A migrated SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    db = Database(f"sqlite:///{tmp_path}/test.sqlite3")
    yield db
    db.close()


@pytest.fixture(scope="session")
def migrated_postgres_url(postgres_url: str) -> str:
    """A migrated PostgreSQL database that all tests share."""
    db = Database(postgres_url)
    upgrade_schema(db)
    db.close()
    return postgres_url


@pytest.fixture
def postgres_db(migrated_postgres_url: str) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database; ids go on counting from test to test."""
    db = Database(migrated_postgres_url, pool_size=40)
    with db.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
    yield db
    db.close()


@pytest.fixture(params=["sqlite", "postgres"])
def db(request: pytest.FixtureRequest) -> Database:
    """Both databases in turn."""
    return request.getfixturevalue(f"{request.param}_db")


def new_account(key: str = "ours", **changes: object) -> NewAccount:
    """An account in safe mode (AES) with known credentials."""
    fields = {
        "key": key,
        "name": "测试工会",
        "appid": APPID if key == "ours" else f"wxtest{key}",
        "token": TOKEN,
        "secret": "s3cretS3cretS3cretS3cretS3cret00",
        "aes_key": AES_KEY,
        "kind": "service",
        "verified": True,
    }
    return NewAccount(**{**fields, **changes})


@dataclass
class Home:
    """A running house in a test: the Flask application and its parts."""

    app: Flask
    parts: Parts

    def add_account(self, new: NewAccount) -> int:
        with self.parts.db.work() as session:
            return add_account(session, new, NOW).id


def make_settings(tmp_path: Path, redis_url: str = "", **changes: object) -> Settings:
    """Settings of a test: everything under `tmp_path`, no simulator."""
    fields: dict[str, object] = {
        "database_url": f"sqlite:///{tmp_path}/test.sqlite3",
        "redis_url": redis_url,
        "var_dir": tmp_path / "var",
        "secret_key": "a-test-key-of-thirty-two-characters!",
        "simulator": SimulatorSettings(enabled=False),
        "log_level": "WARNING",
    }
    return Settings(**{**fields, **changes})


@pytest.fixture
def owner(db: Database) -> int:
    """The id of an account."""
    with db.work() as session:
        return add_account(session, new_account(), NOW).id


@pytest.fixture
def few_questions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A handful of training questions instead of the shipped thousands, which take many seconds to learn."""
    (tmp_path / "training").mkdir()
    text = "topic,question\nbackground,离婚孩子归谁\nbackground,今天天气\ndeposit,交了风险金能退吗\ninjury,摔断了腿\n"
    (tmp_path / "training" / "few.csv").write_text(text, "utf-8")
    monkeypatch.setattr(samples, "FOLDER", tmp_path / "training")
    for cached in (samples.shipped_questions, samples._shipped_digest):
        cached.cache_clear()
    yield
    for cached in (samples.shipped_questions, samples._shipped_digest):
        cached.cache_clear()


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str) -> Settings:
    return make_settings(tmp_path, valkey_url)


@pytest.fixture
def home(settings: Settings, tmp_path: Path, sqlite_template: Path, redis: "Redis") -> Iterator[Home]:
    """The application for commands and jobs, with the account `ours`; content is not loaded."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    app = application.create_app(settings)
    parts: Parts = app.extensions[EXTENSION]
    home = Home(app, parts)
    home.add_account(new_account())
    yield home
    parts.db.close()
