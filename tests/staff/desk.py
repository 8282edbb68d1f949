"""People at the console, for tests: Anna is signed in where she has her roles, or stands before the door."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyotp
from sqlalchemy import select
from werkzeug.test import TestResponse

from house.current import EXTENSION
from models.accounts import Organisation
from models.db import Database
from models.staff import Staff
from staff import sessions
from staff.guard import COOKIE
from staff.roles import Role
from staff.service import NewStaff, add_staff, give_role
from staff.sessions import Browser, csrf_token
from tests.conftest import NOW, Home

PASSWORD = "correct-horse-battery-9"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OURS = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form that one of our own pages sends."""


def add_organisation(db: Database, key: str, parent: str | None = None) -> int:
    """A union named after its key; returns its id."""
    with db.work() as session:
        above = session.scalar(select(Organisation.id).where(Organisation.key == parent)) if parent else None
        organisation = Organisation(key=key, name=f"{key} 工会", parent_id=above)
        session.add(organisation)
        session.flush()
        return organisation.id


def add_person(
    home: Home, login: str = "anna", place: str = "ours", *roles: Role, email: str = "", factor: bool = False
) -> Staff:
    """Somebody with `roles` at the organisation `place` (its key), and with the second factor SECRET."""
    with home.parts.db.work() as session:
        staff = add_staff(session, NewStaff(login, f"{login} 同志", PASSWORD, email), NOW, must_change=False)
        if factor:
            staff.totp_secret = SECRET
        organisation_id = session.scalar(select(Organisation.id).where(Organisation.key == place))
        for role in roles:
            give_role(session, staff, organisation_id or 0, role, by="test", now=NOW)
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    return staff


class Desk:
    """Somebody with `roles` at the organisation `place` (its key), signed in with a browser of their own."""

    def __init__(self, home: Home, login: str = "anna", place: str = "ours", *roles: Role) -> None:
        self.staff_id = add_person(home, login, place, *roles, factor=Role.ADMIN in roles).id
        self.client = home.app.test_client()
        with home.parts.db.work() as session:
            staff = session.get_one(Staff, self.staff_id)
            self.token = sessions.start(session, staff, Browser("127.0.0.1", "test"), home.parts.clock())
        self.client.set_cookie(COOKIE, self.token, path="/console/")

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """A form as the page sends it: with its token, from our own pages."""
        sent = {"csrf": csrf_token(self.token), **(data or {})}
        return self.client.post(path, data=sent, headers=OURS, **options)


class Watch:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **passed: float) -> None:
        self.now += timedelta(**passed)

    def code(self, steps: int = 0) -> str:
        """What the authenticator with SECRET shows now, or so many steps of half a minute later."""
        return pyotp.TOTP(SECRET).generate_otp(int(self.now.timestamp()) // 30 + steps)


def set_watch(home: Home) -> Watch:
    """Lets a house go by a clock of the test's own."""
    watch = Watch()
    home.parts = home.app.extensions[EXTENSION] = replace(home.parts, clock=watch)
    return watch


class Door:
    """A browser that nobody has signed in with, at an address of its own."""

    def __init__(self, home: Home, address: str = "192.0.2.1") -> None:
        self.client = home.app.test_client()
        self._from = {"REMOTE_ADDR": address}

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, environ_base=self._from)

    def post(self, path: str, data: dict[str, str] | None = None) -> TestResponse:
        """A form of one of our pages; with the token of the session where there is one."""
        token = {"csrf": csrf_token(self.token)} if self.token else {}
        return self.client.post(path, data={**token, **(data or {})}, headers=OURS, environ_base=self._from)

    def sign_in(self, login: str = "anna", password: str = PASSWORD, **more: str) -> TestResponse:
        return self.post("/console/signin", {"login": login, "password": password, **more})

    def show_code(self, asked: TestResponse, code: str, **more: str) -> TestResponse:
        """Answers the page that asks for the second factor."""
        return self.post("/console/signin/code", {"pending": pending_of(asked), "code": code, **more})

    @property
    def token(self) -> str:
        """The cookie of the session; empty for none."""
        cookie = self.client.get_cookie(COOKIE, path="/console/")
        return cookie.value if cookie else ""

    def is_in(self) -> bool:
        return self.get("/console/me/sessions").status_code == 200


def pending_of(asked: TestResponse) -> str:
    """What the page that asks for a code carries from the first step to the second."""
    found = re.search(r'name="pending" value="([^"]+)"', asked.text)
    assert found, text_of(asked)
    return found[1]


def text_of(response: TestResponse) -> str:
    """What a person reads of a page: no tags, single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text))
