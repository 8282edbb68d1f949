"""People at the console, for tests: Anna is signed in where she has her roles."""

import re
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from models.accounts import Organisation
from models.db import Database
from staff import sessions
from staff.guard import COOKIE
from staff.roles import Role
from staff.service import NewStaff, add_staff, give_role
from staff.sessions import Browser, csrf_token
from tests.conftest import NOW, Home

PASSWORD = "correct-horse-battery-9"


def add_organisation(db: Database, key: str, parent: str | None = None) -> int:
    """A union named after its key; returns its id."""
    with db.work() as session:
        above = session.scalar(select(Organisation.id).where(Organisation.key == parent)) if parent else None
        organisation = Organisation(key=key, name=f"{key} 工会", parent_id=above)
        session.add(organisation)
        session.flush()
        return organisation.id


class Desk:
    """Somebody with `roles` at the organisation `place` (its key), signed in with a browser of their own."""

    def __init__(self, home: Home, login: str = "anna", place: str = "ours", *roles: Role) -> None:
        self.client = home.app.test_client()
        with home.parts.db.work() as session:
            staff = add_staff(session, NewStaff(login, f"{login} 同志", PASSWORD), NOW, must_change=False)
            if Role.ADMIN in roles:
                staff.totp_secret = "JBSWY3DPEHPK3PXP"
            organisation_id = session.scalar(select(Organisation.id).where(Organisation.key == place))
            for role in roles:
                give_role(session, staff, organisation_id or 0, role, by="test", now=NOW)
            self.token = sessions.start(session, staff, Browser("127.0.0.1", "test"), home.parts.clock())
            self.staff_id = staff.id
        self.client.set_cookie(COOKIE, self.token, path="/console/")
        with home.parts.db.read() as session:
            home.parts.directory.reload(session)

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """A form as the page sends it: with its token, from our own pages."""
        sent = {"csrf": csrf_token(self.token), **(data or {})}
        return self.client.post(path, data=sent, headers={"Sec-Fetch-Site": "same-origin"}, **options)


def text_of(response: TestResponse) -> str:
    """What a person reads of a page: no tags, single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))
