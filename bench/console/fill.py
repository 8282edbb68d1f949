"""A province's database made for the bench: 154 unions, their accounts and staff, and what piles up over years.

`share` 1.0 is the full size, 0.01 the hundredth part of what piles up; unions, accounts and staff are the same in both. A
few rows of what is rare (drafts, entries that are over) are in both as well: every list has a full page.
"""

import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, delete, insert, select, text
from sqlalchemy.orm import Session

import app as application
from accounts import audit
from bench.console.contests import CONTESTS
from bench.console.statements import STATEMENTS
from commands.database import upgrade_schema
from core.clock import SHANGHAI
from core.ids import public_id
from core.settings import Settings
from faq.commands import make_shelf
from faq.gaps.lists import stale_accounts
from faq.gaps.nearest import compare_with
from faq.gaps.tasks import regroup
from house.current import EXTENSION
from house.parts import Parts
from models.accounts import Account, Organisation
from models.db import Database
from models.staff import Grant, Staff, StaffSession
from models.types import Sealed
from staff import sessions
from staff.roles import Role

PROVINCE, COUNTY = WALKED = "u000", "u150"
"""The walked places: the root of the tree, whose account is the largest, and a county's union below a city."""

FOLLOWERS = 2_300_000
_LARGEST = 600_000
_UNIONS = 154
_CITIES = 13
_INDUSTRIES = 10
_STAFF = 300
_ROLES = (Role.EDITOR, Role.FIRST, Role.FINAL, Role.SERVICE, Role.VIEWER, Role.ORGANISER, Role.AUDITOR)
_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_LEFT_OUT_INDEXES = ("members", "member_tags", "asked_questions")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in: `token` is their cookie, `place` the key of their union and of its account."""

    name: str
    place: str
    token: str


def fill(settings: Settings, share: float) -> None:
    """Make the schema and all rows in an empty PostgreSQL database."""
    use_keys(settings)
    db = Database(settings.database_url)
    try:
        upgrade_schema(db)
        _add_unions(db)
        _add_staff(db)
        _pile_up(db, share)
        with db.work() as session:
            for recount in application.REGISTRY.all_recounts():
                recount(session, datetime.now(UTC))
    finally:
        db.close()


def sign_in(settings: Settings) -> tuple[Person, Person]:
    """The province's administrator, who has twenty devices more, and the county's editor; in a database that was filled."""
    use_keys(settings)
    db = Database(settings.database_url)
    now = datetime.now(UTC)
    try:
        upgrade_schema(db)
        with db.work() as session:
            session.execute(delete(StaffSession))
            admin = _signed_in(session, 0, PROVINCE, now)
            editor = _signed_in(session, int(COUNTY[1:]), COUNTY, now)
            for _ in range(20):
                _signed_in(session, 0, PROVINCE, now)
        _group_gaps(settings, now)
        return admin, editor
    finally:
        db.close()


def use_keys(settings: Settings) -> None:
    """Of what is sealed and signed."""
    Sealed.use_key(urlsafe_b64encode(settings.derive_key("sealed-columns")))
    audit.use_key(settings.derive_key("audit-log"))


def _add_unions(db: Database) -> None:
    """A province, its cities and industries, counties and enterprises below the cities; an official account each."""
    now = datetime.now(UTC)
    with db.work() as session:
        session.execute(insert(Organisation), [_union(number) for number in range(_UNIONS)])
        session.execute(insert(Account), [_account(number, now) for number in range(_UNIONS)])
        session.execute(
            text("SELECT setval('organisations_id_seq', :n), setval('accounts_id_seq', :n)"), {"n": _UNIONS}
        )


def _union(number: int) -> dict[str, object]:
    """Ids begin at 1: the province, then cities, industries, counties and enterprises."""
    middle = 1 + _CITIES
    if number == 0:
        name, kind, parent = "省总工会", "province", None
    elif number < middle:
        name, kind, parent = f"第{number}市总工会", "city", 1
    elif number < middle + _INDUSTRIES:
        name, kind, parent = f"第{number}产业工会", "industry", 1
    else:
        county = number % 3 > 0 or number == int(COUNTY[1:])
        name = f"第{number}{'县总' if county else '企业'}工会"
        kind, parent = "county" if county else "enterprise", 2 + number % _CITIES
    return {
        "id": number + 1,
        "key": f"u{number:03d}",
        "name": name,
        "kind": kind,
        "parent_id": parent,
        "version": 0,
    }


def _account(number: int, now: datetime) -> dict[str, object]:
    return {
        "id": number + 1,
        "organisation_id": number + 1,
        "key": f"u{number:03d}",
        "name": f"公众号{number:03d}",
        "kind": "service",
        "verified": True,
        "demo": False,
        "appid": f"wx{number:016x}",
        "mode": "plain",
        "token": "benchtoken",
        "secret": "x" * 32,
        "aes_key": None,
        "profile": {},
        "version": 0,
        "created_at": now,
    }


def _add_staff(db: Database) -> None:
    now = datetime.now(UTC)
    with db.work() as session:
        session.execute(insert(Staff), [_person(number, now) for number in range(_STAFF)])
        session.execute(insert(Grant), [_grant(number, now) for number in range(_STAFF)])


def _person(number: int, now: datetime) -> dict[str, object]:
    return {
        "id": number + 1,
        "public_id": public_id(),
        "login": f"staff{number:03d}",
        "email": None,
        "name": f"工作人员{number:03d}",
        "password_hash": "-",
        "must_change_password": False,
        "totp_secret": _SECRET,
        "totp_used": 0,
        "active": True,
        "created_at": now,
        "signed_in_at": now,
    }


def _grant(number: int, now: datetime) -> dict[str, object]:
    """One at each union; then most of the others in the province's own office, the rest anywhere."""
    if number == 0:
        role = Role.ADMIN
    elif number == int(COUNTY[1:]):
        role = Role.EDITOR
    else:
        role = _ROLES[number % len(_ROLES)]
    beyond = 1 if number % 3 else 1 + number % _UNIONS
    return {
        "organisation_id": number + 1 if number < _UNIONS else beyond,
        "staff_id": number + 1,
        "role": role.value,
        "expires_at": None,
        "granted_by": "bench",
        "granted_at": now,
    }


def _signed_in(session: Session, number: int, place: str, now: datetime) -> Person:
    staff = session.scalars(select(Staff).where(Staff.login == f"staff{number:03d}")).one()
    token = sessions.start(session, staff, sessions.Browser("127.0.0.1", "bench"), now)
    return Person("省管理员" if place == PROVINCE else "县编辑", place, token)


def sizes(share: float) -> list[int]:
    """Followers of each account, the largest first, then by rank as cities go."""
    weights = [1 / rank for rank in range(2, _UNIONS + 1)]
    rest = (FOLLOWERS - _LARGEST) / sum(weights)
    return [round(share * size) for size in (_LARGEST, *(rest * weight for weight in weights))]


def _pile_up(db: Database, share: float) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("SELECT setseed(0.5)"))
        connection.execute(text("CREATE TEMP TABLE sizes (account_id int, followers int)"))
        connection.execute(
            text("INSERT INTO sizes VALUES (:account, :followers)"),
            [{"account": number + 1, "followers": size} for number, size in enumerate(sizes(share))],
        )
        indexes = _drop_indexes(connection, _LEFT_OUT_INDEXES)
        for what, statement in (*STATEMENTS, *CONTESTS):
            _run(connection, what, statement, share)
        for definition in indexes:
            _run(connection, definition.split()[2], definition, None)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        _run(connection, "analyze", "VACUUM ANALYZE", None)


def _group_gaps(settings: Settings, now: datetime) -> None:
    """What the worker does for the walked accounts: their lists of gaps, where they are no more those of today."""
    parts: Parts = application.create_app(settings).extensions[EXTENSION]
    with parts.db.read() as session:
        parts.directory.reload(session)
        shelf = make_shelf(parts)
        shelf.load(session)
        keys = {one.id: one.key for one in parts.directory.all() if one.key in WALKED}
        marks = {account_id: shelf.mark(key) for account_id, key in keys.items()}
        stale = [one for one in stale_accounts(session, now, marks) if one in keys]
    for account_id in stale:
        regroup(
            parts.db, account_id, now, compare_with(shelf, keys[account_id], now.astimezone(SHANGHAI).date())
        )
    parts.db.close()


def _drop_indexes(connection: Connection, tables: Sequence[str]) -> list[str]:
    """What makes them again: rows come in several times as fast without."""
    query = text(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables) AND indexname LIKE 'ix%'"
    )
    found = connection.execute(query, {"tables": list(tables)}).all()
    for name, _ in found:
        connection.execute(text(f"DROP INDEX {name}"))
    return [str(definition) for _, definition in found]


def _run(connection: Connection, what: str, statement: str, share: float | None) -> None:
    began = time.perf_counter()
    rows = connection.execute(text(statement), {"share": share} if ":share" in statement else {}).rowcount
    took = time.perf_counter() - began
    if took > 1:
        print(f"  {what}: {max(rows, 0)} 行，{took:.0f} 秒", file=sys.stderr)
