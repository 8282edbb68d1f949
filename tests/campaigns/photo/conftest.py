"""A contest on both databases in turn, and one behind the web's pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.db import Database
from tests.campaigns.houses import two_accounts
from tests.campaigns.photo.phones import Web, make_web
from tests.campaigns.photo.world import Contest, make_contest
from tests.conftest import Home


@pytest.fixture
def contest(db: Database) -> Contest:
    return make_contest(db)


@pytest.fixture
def house(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Home]:
    """The web with the accounts `ours` and `others`."""
    with two_accounts(tmp_path, valkey_url, sqlite_template) as home:
        yield home


@pytest.fixture
def web(house: Home) -> Web:
    return make_web(house)
