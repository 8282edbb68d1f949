"""A vote on both databases in turn, and one behind the web's pages."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from campaigns.store import STAMP
from models.db import Database
from models.stamps import raise_stamp
from tests.campaigns.quiz.phones import set_watch
from tests.campaigns.vote.phones import Web
from tests.campaigns.vote.world import PEOPLE, Vote, make_vote
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import open_web, parts_of


@pytest.fixture
def vote(db: Database) -> Vote:
    return make_vote(db)


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
    house: Home,
    settings: dict[str, object] | None = None,
    key: str = "ours",
    names: Sequence[str] = PEOPLE,
    **changes: object,
) -> Web:
    house.app.extensions["zhijia.runtime"].shelves.refresh()
    account_id = house.parts.directory.get(key).id
    vote = make_vote(house.parts.db, settings, account_id, names, **changes)
    with house.parts.db.work() as session:
        raise_stamp(session, STAMP)
    made = Web(house, vote, key, set_watch(house))
    made.watch.now = vote.now
    made.refresh()
    return made
