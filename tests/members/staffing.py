"""People of the console who link their own WeChat, for tests."""

from datetime import datetime

from sqlalchemy import select

from accounts import audit
from accounts.chains import chain_of_account
from members.ledger import use_key
from members.staff_links import service
from models.accounts import Account
from models.db import Database
from staff.roles import Role
from staff.service import NewStaff, add_staff, give_role
from tests.conftest import NOW
from tests.staff.desk import PASSWORD

use_key(b"a key of the tests' own: thirty-two")
audit.use_key(b"another key of the tests' own: 32..")
OPENID = "oANNA0123456789abcdefghijkl"


def add_anna(db: Database, owner: int, role: Role | None = Role.ORGANISER, login: str = "anna") -> int:
    """Somebody of the console with a role at the account's organisation; her id."""
    with db.work() as session:
        staff = add_staff(session, NewStaff(login, "王芳", PASSWORD), NOW, must_change=False)
        if role is not None:
            organisation = session.scalars(select(Account.organisation_id).where(Account.id == owner)).one()
            give_role(session, staff, organisation, role, by="test", now=NOW)
        return staff.id


def new_code(db: Database, owner: int, staff_id: int, now: datetime = NOW) -> str:
    with db.work() as session:
        return service.make_code(session, owner, staff_id, now)


def send(db: Database, owner: int, code: str, openid: str = OPENID, now: datetime = NOW) -> bool:
    """Was it taken?"""
    with db.work() as session:
        chain = chain_of_account(session, owner)
        return service.link(session, owner, chain, openid, code, now) is not None
