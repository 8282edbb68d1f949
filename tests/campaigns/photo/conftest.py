"""A contest on both databases in turn."""

import pytest

from models.db import Database
from tests.campaigns.photo.world import Contest, make_contest


@pytest.fixture
def contest(db: Database) -> Contest:
    return make_contest(db)
