"""People in the ledgers of campaigns and draws, what they used up of limits, and requests that came twice.

A person of a `scope` is named by a keyed hash of their openid (see `models.ledger`). All verbs run in the caller's unit
of work; what is scarce is taken by one conditional statement, so that any number at once get no more than there is.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.ids import public_id
from models.ledger import Person, Request, Use
from models.upsert import count_rows, insert_for, insert_missing

_keys: dict[str, bytes] = {}
_AT_ONCE = 500


def use_key(key: bytes) -> None:
    """Set the process's key (`core.settings` derives it from SECRET_KEY)."""
    _keys["ledger"] = key


def mark_of(scope: str, value: str) -> str:
    """`value` (an openid, a telephone number, a code) as the ledger of `scope` knows it: 32 hex digits."""
    return hmac.digest(_keys["ledger"], f"{scope}\n{value}".encode(), "sha256").hex()[:32]


def find_person(session: Session, account_id: int, scope: str, openid: str) -> Person | None:
    """The person of this openid, without writing anything."""
    query = select(Person).where(
        Person.account_id == account_id, Person.scope == scope, Person.mark == mark_of(scope, openid)
    )
    return session.scalar(query)


def enter(session: Session, account_id: int, scope: str, openid: str, now: datetime) -> Person:
    """The person of this openid, who joins now if they never did. One who was erased comes back as the same person."""
    return enter_once(session, account_id, scope, openid, now)[0]


def enter_once(
    session: Session, account_id: int, scope: str, openid: str, now: datetime
) -> tuple[Person, bool]:
    """As `enter`, and whether they joined with this very call: of any number at once, one is told so."""
    new = 0
    person = find_person(session, account_id, scope, openid)
    if person is None:
        row = {
            "account_id": account_id,
            "public_id": public_id(),
            "scope": scope,
            "mark": mark_of(scope, openid),
            "openid": openid,
            "joined_at": now,
        }
        new = insert_missing(session, Person, [row])
        query = select(Person).where(Person.account_id == account_id, Person.scope == scope)
        person = session.scalars(query.where(Person.mark == mark_of(scope, openid))).one()
    if person.openid is None:
        person.openid = openid
    return person, new == 1


def enter_all(
    session: Session, account_id: int, scope: str, openids: Iterable[str], now: datetime
) -> dict[str, int]:
    """As `enter`, many at once: the person's id by openid."""
    marks = {mark_of(scope, one): one for one in openids}
    found = _find_all(session, account_id, scope, marks)
    new = [
        {
            "account_id": account_id,
            "public_id": public_id(),
            "scope": scope,
            "mark": mark,
            "openid": openid,
            "joined_at": now,
        }
        for mark, openid in marks.items()
        if openid not in found
    ]
    if insert_missing(session, Person, new):
        found = _find_all(session, account_id, scope, marks)
    return found


def _find_all(session: Session, account_id: int, scope: str, marks: Mapping[str, str]) -> dict[str, int]:
    """Who is there, by openid; who was erased gets it again."""
    found: dict[str, int] = {}
    wanted = list(marks)
    for start in range(0, len(wanted), _AT_ONCE):
        query = select(Person.id, Person.mark, Person.openid).where(
            Person.account_id == account_id,
            Person.scope == scope,
            Person.mark.in_(wanted[start : start + _AT_ONCE]),
        )
        for row in session.execute(query).all():
            found[marks[row.mark]] = row.id
            if row.openid is None:
                one = (Person.account_id == account_id, Person.id == row.id)
                session.execute(update(Person).where(*one).values(openid=marks[row.mark]))
    return found


def forget(session: Session, account_id: int, openid: str) -> int:
    """Take the openid and the name out of every ledger of the account; returns how many rows changed."""
    where = (Person.account_id == account_id, Person.openid == openid)
    return count_rows(session.execute(update(Person).where(*where).values(openid=None, name=None)))


class Limit(NamedTuple):
    """At most `most` of `slot` for `holder` (a person's id, 0 for all together)."""

    slot: str
    most: int
    holder: int = 0


def reserve(session: Session, account_id: int, scope: str, limit: Limit) -> bool:
    """Take one of what is limited; False when nothing is left, and nothing was taken."""
    if limit.most < 1:
        return False
    row = {"account_id": account_id, "scope": scope, "holder": limit.holder, "slot": limit.slot, "used": 1}
    statement = insert_for(session, Use).values(row)
    statement = statement.on_conflict_do_update(
        index_elements=["account_id", "scope", "holder", "slot"],
        set_={"used": Use.used + 1},
        where=Use.used < limit.most,
    )
    return count_rows(session.execute(statement.execution_options(preserve_rowcount=True))) == 1


def used(session: Session, account_id: int, scope: str, holder: int, slot: str) -> int:
    """How much was taken so far."""
    query = select(Use.used).where(
        Use.account_id == account_id, Use.scope == scope, Use.holder == holder, Use.slot == slot
    )
    return session.scalar(query) or 0


class Answered(NamedTuple):
    """What a request was answered: an HTTP status and the body, byte for byte."""

    status: int
    body: bytes


def once(
    session: Session, person: Person, key: str, asked: bytes, now: datetime, work: Callable[[], Answered]
) -> Answered:
    """Do `work` for the request called `key`, once: when it comes again, it gets the stored answer.

    Raises Conflict when the same key comes with something else asked. What `work` raises undoes all, so that the request
    may be tried again.
    """
    body = hashlib.sha256(asked).hexdigest()
    row = {"account_id": person.account_id, "person_id": person.id, "key": key, "body": body, "at": now}
    if insert_missing(session, Request, [row]) == 0:
        return answered_before(session, person.account_id, person.id, key, body)
    answered = work()
    where = (Request.account_id == person.account_id, Request.person_id == person.id, Request.key == key)
    session.execute(update(Request).where(*where).values(status=answered.status, answer=answered.body))
    return answered


def answered_before(session: Session, account_id: int, person_id: int, key: str, body: str) -> Answered:
    """What the request `key` of a person was answered; `body` is the SHA-256 of what is asked now. Raises Conflict."""
    query = select(Request).where(
        Request.account_id == account_id, Request.person_id == person_id, Request.key == key
    )
    request = session.scalars(query).one()
    if request.body != body:
        raise Conflict("key_reused", "这次提交和刚才的不一样，请刷新页面再试。")
    return Answered(request.status, request.answer)
