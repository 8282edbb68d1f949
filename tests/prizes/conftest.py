"""A running house with draws, its account's key `ours`."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import app as application
from core.settings import Settings
from house.current import EXTENSION
from house.parts import Parts
from tests.conftest import Home, new_account
from tests.prizes.players import House
from tests.staff.desk import set_watch


@pytest.fixture
def house(settings: Settings, tmp_path: Path, sqlite_template: Path, redis: object) -> Iterator[House]:
    """The web application, its draws in memory, at the tests' own time."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    app = application.create_app(settings)
    parts: Parts = app.extensions[EXTENSION]
    home = Home(app, parts)
    owner = home.add_account(new_account())
    with parts.db.read() as session:
        parts.directory.reload(session)
    made = House(home, owner, set_watch(home))
    yield made
    parts.db.close()
