"""A quiz on both databases in turn, and one behind the web's pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from campaigns.store import STAMP
from models.db import Database
from models.stamps import raise_stamp
from tests.campaigns.houses import two_accounts
from tests.campaigns.quiz.phones import Web
from tests.campaigns.quiz.world import Quiz, make_quiz
from tests.conftest import Home
from tests.staff.desk import set_watch


@pytest.fixture
def quiz(db: Database) -> Quiz:
    return make_quiz(db)


@pytest.fixture
def house(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Home]:
    """The web with the accounts `ours` and `others`."""
    with two_accounts(tmp_path, valkey_url, sqlite_template) as home:
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
