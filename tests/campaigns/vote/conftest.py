"""A vote on both databases in turn, and one behind the web's pages."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from campaigns.store import STAMP
from models.db import Database
from models.stamps import raise_stamp
from tests.campaigns.houses import two_accounts
from tests.campaigns.vote.phones import Web
from tests.campaigns.vote.world import PEOPLE, Vote, make_vote
from tests.conftest import Home
from tests.staff.desk import set_watch


@pytest.fixture
def vote(db: Database) -> Vote:
    return make_vote(db)


@pytest.fixture
def house(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Home]:
    """The web with the accounts `ours` and `others`."""
    with two_accounts(tmp_path, valkey_url, sqlite_template) as home:
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
