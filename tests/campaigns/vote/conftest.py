"""A vote on both databases in turn."""

import pytest

from models.db import Database
from tests.campaigns.vote.world import Vote, make_vote


@pytest.fixture
def vote(db: Database) -> Vote:
    return make_vote(db)
