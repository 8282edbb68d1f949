"""Verbs on people of the console: add, change, give and take roles, sign in."""

import hashlib
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, Invalid, NotFound
from core.ids import public_id
from models.staff import Grant, SignInTries, Staff, StaffSession
from models.upsert import count_rows, insert_for
from staff.passwords import check_strength, hash_password
from staff.roles import Held, Role

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,60}\.[^@\s.]{2,20}")
_NAME_LETTERS = 40
_TRIES = 5
_LOCKED = timedelta(minutes=15)
_FORGOTTEN = timedelta(hours=1)
"""Failed tries older than that no longer count."""


@dataclass(frozen=True, slots=True)
class NewStaff:
    """What is entered for a new person. The password is their first one, to be changed at the first sign-in."""

    login: str
    name: str
    password: str = field(repr=False)
    email: str = ""


def add_staff(session: Session, new: NewStaff, now: datetime, *, must_change: bool = True) -> Staff:
    """Raises Invalid (a field's form, a weak password) or Conflict (name or address taken)."""
    login, email, name = new.login.strip().lower(), new.email.strip().lower(), new.name.strip()
    if not _LOGIN.fullmatch(login):
        raise Invalid("bad_login", "用户名用 3 至 40 位小写字母、数字、点、横线，以字母或数字开头")
    if email and not _EMAIL.fullmatch(email):
        raise Invalid("bad_email", "邮箱写得不对，例如 name@example.cn；没有可以不填")
    if not 1 <= len(name) <= _NAME_LETTERS:
        raise Invalid("bad_name", f"姓名要填，最多 {_NAME_LETTERS} 个字")
    check_strength(new.password, (login, name, email))
    same = or_(Staff.login == login, Staff.email == email) if email else Staff.login == login
    if session.scalar(select(Staff.id).where(same)) is not None:
        raise _taken(login)
    staff = Staff(
        public_id=public_id(),
        login=login,
        email=email or None,
        name=name,
        password_hash=hash_password(new.password),
        must_change_password=must_change,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(staff)
    except IntegrityError:  # somebody else was quicker
        raise _taken(login) from None
    return staff


def _taken(login: str) -> Conflict:
    return Conflict("staff_taken", f"用户名「{login}」或邮箱已经有人用了")


def get_staff(session: Session, login: str) -> Staff:
    """By user name or e-mail. Raises NotFound."""
    staff = find_staff(session, login)
    if staff is None:
        raise NotFound("no_staff", f"没有用户名或邮箱为「{login}」的人员")
    return staff


def find_staff(session: Session, login: str) -> Staff | None:
    login = login.strip().lower()
    return session.scalar(select(Staff).where(or_(Staff.login == login, Staff.email == login)))


def change_password(session: Session, staff: Staff, password: str, *, must_change: bool = False) -> None:
    """Also ends all of the person's sessions. Raises Invalid for a weak password."""
    check_strength(password, (staff.login, staff.name, staff.email or ""))
    staff.password_hash = hash_password(password)
    staff.must_change_password = must_change
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))


def give_role(
    session: Session,
    staff: Staff,
    organisation_id: int,
    role: Role,
    *,
    by: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> None:
    """Or change until when it is held. Raises Invalid where that is past already."""
    if expires_at is not None and expires_at <= now:
        raise Invalid("expired", "到期日不能早于今天")
    row = {
        "organisation_id": organisation_id,
        "staff_id": staff.id,
        "role": role.value,
        "expires_at": expires_at,
        "granted_by": by,
        "granted_at": now,
    }
    changed = {name: row[name] for name in ("expires_at", "granted_by", "granted_at")}
    session.execute(
        insert_for(session, Grant)
        .values(row)
        .on_conflict_do_update(index_elements=["organisation_id", "staff_id", "role"], set_=changed)
    )


def take_role(session: Session, organisation_id: int, staff_id: int, role: Role) -> None:
    """Taking what is not held changes nothing."""
    session.execute(
        delete(Grant).where(
            Grant.organisation_id == organisation_id, Grant.staff_id == staff_id, Grant.role == role.value
        )
    )


def held_by(session: Session, staff_id: int) -> list[Held]:
    """All grants of a person, expired ones too."""
    query = (
        select(Grant.organisation_id, Grant.role, Grant.expires_at)
        .where(Grant.staff_id == staff_id)
        .execution_options(all_tenants="a person's own grants decide what they may see")
    )
    return [Held(row.organisation_id, Role(row.role), row.expires_at) for row in session.execute(query)]


def list_grants(session: Session, organisation_ids: Collection[int]) -> list[Grant]:
    """The grants at these organisations, by name."""
    query = (
        select(Grant)
        .join(Staff)
        .where(Grant.organisation_id.in_(organisation_ids))
        .order_by(Staff.name, Staff.id, Grant.role)
    )
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Locked:
    """How long nobody may try any more; `fresh` with the try that locked it."""

    left: timedelta
    fresh: bool


@dataclass(frozen=True, slots=True)
class Turnstile:
    """Lets nobody try more than five times in a row: by name and address, whichever kind of code is tried."""

    key: bytes = field(repr=False)

    def enter(self, session: Session, name: str, address: str, now: datetime) -> Locked | None:
        """Count a try before it is made, so that many at once do not slip through; None lets it through. To be committed before the try."""
        who = self._who(name, address)
        counted = insert_for(session, SignInTries).values(who=who, failed=1, last_at=now)
        over = or_(SignInTries.locked_until <= now, SignInTries.last_at < now - _FORGOTTEN)
        counted = counted.on_conflict_do_update(
            index_elements=["who"],
            set_={
                "failed": case((over, 1), else_=SignInTries.failed + 1),
                "locked_until": case((over, None), else_=SignInTries.locked_until),
                "last_at": now,
            },
        ).returning(SignInTries.failed, SignInTries.locked_until)
        row = session.execute(counted).one()
        failed: int = row.failed
        locked_until: datetime | None = row.locked_until
        if failed <= _TRIES:
            return None
        fresh = locked_until is None
        if locked_until is None:
            locked_until = now + _LOCKED
            session.execute(
                update(SignInTries).where(SignInTries.who == who).values(locked_until=locked_until)
            )
        return Locked(max(locked_until - now, timedelta(0)), fresh)

    def passed(self, session: Session, name: str, address: str) -> None:
        """The try was right: forget those before."""
        session.execute(delete(SignInTries).where(SignInTries.who == self._who(name, address)))

    def _who(self, name: str, address: str) -> str:
        said = f"{name.strip().lower()}\n{address}"
        return hmac.new(self.key, said.encode(errors="replace"), hashlib.sha256).hexdigest()


def forget_tries(session: Session, now: datetime) -> int:
    """Delete what no longer counts; returns how many."""
    old = delete(SignInTries).where(SignInTries.last_at < now - _FORGOTTEN)
    return count_rows(session.execute(old))
