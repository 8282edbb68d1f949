"""A quiz on both databases in turn, and one behind the web's pages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.store import STAMP
from models.db import Database
from models.stamps import raise_stamp
from tests.campaigns.quiz.phones import Web, set_watch
from tests.campaigns.quiz.world import Quiz, make_quiz
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import open_web, parts_of


@pytest.fixture
def quiz(db: Database) -> Quiz:
    return make_quiz(db)


@pytest.fixture
def house(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Home]:
    """The web with the accounts `ours` and `others`."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    with open_web(make_settings(tmp_path, valkey_url)) as app:
        home = Home(app, parts_of(app))
        for key in ("ours", "others"):
            home.add_account(new_account(key))
        yield home


@pytest.fixture
def web(house: Home) -> Web:
    return make_web(house)


def make_web(
    house: Home, settings: dict[str, object] | None = None, key: str = "ours", **changes: object
) -> Web:
    house.app.extensions["zhijia.runtime"].shelves.refresh()
    account_id = house.parts.directory.get(key).id
    quiz = make_quiz(house.parts.db, settings, account_id, **changes)
    with house.parts.db.work() as session:
        raise_stamp(session, STAMP)
    made = Web(house, quiz, key, set_watch(house))
    made.refresh()
    return made
