"""The console on both databases."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

import app as application
from house.current import EXTENSION
from models.db import Database
from staff import passwords
from tests.conftest import Home, make_settings, new_account


@pytest.fixture(autouse=True)
def _cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Real ones cost a tenth of a second each, by design."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


def open_home(folder: Path, database_url: str) -> Home:
    app = application.create_app(make_settings(folder, database_url=database_url))
    home = Home(app, app.extensions[EXTENSION])
    home.add_account(new_account())
    return home


@pytest.fixture
def sqlite_home(tmp_path: Path, sqlite_template: Path) -> Iterator[Home]:
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    home = open_home(tmp_path, f"sqlite:///{tmp_path}/test.sqlite3")
    yield home
    home.parts.db.close()


@pytest.fixture
def postgres_home(tmp_path: Path, migrated_postgres_url: str, postgres_db: Database) -> Iterator[Home]:
    home = open_home(tmp_path, migrated_postgres_url)
    yield home
    home.parts.db.close()


@pytest.fixture(params=["sqlite", "postgres"])
def house(request: pytest.FixtureRequest) -> Home:
    """The application with the account `ours`, on either database."""
    return request.getfixturevalue(f"{request.param}_home")
