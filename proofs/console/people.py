"""The people of the proof: made in SQL with a role each, as many as the stories ask for."""

import itertools
from dataclasses import dataclass

import pyotp
from sqlalchemy import select

from core.clock import system_clock
from models.accounts import Account, Organisation
from models.db import Database
from staff.roles import TITLES, Role
from staff.service import NewStaff, add_staff, give_role

PASSWORD = "correct-horse-battery-9"
NEW_PASSWORD = "shallow-river-lantern-7"
ELSEWHERE = "elsewhere"
"""A union that has nothing to do with the demonstration's."""
_STEP_S = 30


@dataclass(frozen=True, slots=True)
class Person:
    """`secret`: of the second factor; empty for none yet."""

    login: str
    name: str
    password: str = PASSWORD
    secret: str = ""


class People:
    """Makes people at the demonstration's union, or elsewhere."""

    def __init__(self, db: Database, account_key: str) -> None:
        self._db = db
        self._numbers = itertools.count(1)
        with db.work() as session:
            home = session.scalars(
                select(Organisation)
                .join(Account, Account.organisation_id == Organisation.id)
                .where(Account.key == account_key)
                .execution_options(all_tenants="the proof looks for the demonstration's union")
            ).one()
            elsewhere = Organisation(key=ELSEWHERE, name="别处工会")
            session.add(elsewhere)
            session.flush()
            self.home = home.key
            self._places = {home.key: home.id, ELSEWHERE: elsewhere.id}

    def add(
        self, *roles: Role, place: str = "", must_change: bool = False, factor: bool | None = None
    ) -> Person:
        """Somebody new. `factor`: whether they have a second factor already; administrators have, if not said otherwise."""
        number = next(self._numbers)
        factor = Role.ADMIN in roles if factor is None else factor
        title = TITLES[roles[0]] if roles else "新人"
        secret = pyotp.random_base32() if factor else ""
        person = Person(f"officer-{number}", f"{title}{number}号", secret=secret)
        now = system_clock()
        with self._db.work() as session:
            new = NewStaff(person.login, person.name, person.password)
            staff = add_staff(session, new, now, must_change=must_change)
            staff.totp_secret = secret or None
            for role in roles:
                give_role(session, staff, self._places[place or self.home], role, by="proof", now=now)
        return person


def code_of(secret: str, at_s: float, steps: int = 0) -> str:
    """What an authenticator shows at a time (seconds since 1970), or so many steps of half a minute later."""
    return pyotp.TOTP(secret).generate_otp(int(at_s) // _STEP_S + steps)
