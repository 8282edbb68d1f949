"""A province with a city below it, another union, and people who look after their calendars."""

import pytest
from sqlalchemy import update

from models.accounts import Organisation
from staff.roles import Role
from tests.conftest import Home, new_account
from tests.staff.desk import Desk, add_organisation


@pytest.fixture
def tree(home: Home) -> Home:
    """province → city → ours (which has the account `ours`); elsewhere."""
    add_organisation(home.parts.db, "province")
    city = add_organisation(home.parts.db, "city", "province")
    home.add_account(new_account("elsewhere"))
    with home.parts.db.work() as session:
        session.execute(update(Organisation).where(Organisation.key == "ours").values(parent_id=city))
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    return home


@pytest.fixture
def anna(tree: Home) -> Desk:
    """Administers the province and all below it."""
    return Desk(tree, "anna", "province", Role.ADMIN)


@pytest.fixture
def bob(tree: Home) -> Desk:
    """Edits in the province; may look at calendars only."""
    return Desk(tree, "bob", "province", Role.EDITOR)


@pytest.fixture
def charlie(tree: Home) -> Desk:
    """Administers another union."""
    return Desk(tree, "charlie", "elsewhere", Role.ADMIN)


def chain_of(home: Home, key: str) -> tuple[int, ...]:
    found = home.parts.directory.find_organisation(key)
    assert found is not None
    return found.chain
