"""A province with a city and a mill below it, another province, and people who administer them."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from models.accounts import Organisation
from staff.roles import Role
from tests.conftest import Home, new_account
from tests.staff.desk import Desk, add_organisation


def reload(home: Home) -> None:
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)


@pytest.fixture
def tree(home: Home) -> Home:
    """province → city → mill; elsewhere; the account `ours` belongs to the organisation `ours` below the province."""
    add_organisation(home.parts.db, "province")
    add_organisation(home.parts.db, "city", "province")
    add_organisation(home.parts.db, "mill", "city")
    home.add_account(new_account("elsewhere"))
    with home.parts.db.work() as session:
        province = session.scalar(select(Organisation.id).where(Organisation.key == "province"))
        session.execute(update(Organisation).where(Organisation.key == "ours").values(parent_id=province))
    reload(home)
    return home


@pytest.fixture
def anna(tree: Home) -> Desk:
    """Administers the province and all below it."""
    return Desk(tree, "anna", "province", Role.ADMIN)


@pytest.fixture
def bob(tree: Home) -> Desk:
    """Edits in the province; may not change organisations and accounts."""
    return Desk(tree, "bob", "province", Role.EDITOR)


@pytest.fixture
def charlie(tree: Home) -> Desk:
    """Administers another union."""
    return Desk(tree, "charlie", "elsewhere", Role.ADMIN)


@pytest.fixture
def nobody(tree: Home) -> FlaskClient:
    return tree.app.test_client()
