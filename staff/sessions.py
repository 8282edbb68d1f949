"""Sessions of the console: a random token in the browser's cookie, its hash in SQL, so each can be listed and ended."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, lazyload

from core.ids import public_id
from models.staff import Staff, StaffSession
from models.upsert import count_rows

IDLE = timedelta(hours=8)
LONGEST = timedelta(days=7)
_SEEN_EVERY = timedelta(minutes=1)
_AGENT_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a request comes from."""

    address: str
    agent: str


def start(session: Session, staff: Staff, browser: Browser, now: datetime) -> str:
    """Sign somebody in; returns the token for the cookie. Always a new one: nobody can plant it beforehand."""
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(
            public_id=public_id(),
            token_hash=_hash(token),
            staff_id=staff.id,
            created_at=now,
            seen_at=now,
            address=browser.address[:45],
            agent=browser.agent[:_AGENT_LETTERS],
        )
    )
    staff.signed_in_at = now
    return token


def find(session: Session, token: str, now: datetime) -> StaffSession | None:
    """The session of a cookie; None where it ended, was idle too long, or its person was put out."""
    # Two small queries: the check of tenants takes milliseconds over a join, and this one comes before every page.
    query = select(StaffSession).where(StaffSession.token_hash == _hash(token))
    found = session.scalar(query.options(lazyload(StaffSession.staff)))
    if found is None or not found.staff.active:
        return None
    if now - found.seen_at > IDLE or now - found.created_at > LONGEST:
        return None
    return found


def is_stale(found: StaffSession, now: datetime) -> bool:
    """Is it time to note that the session was used? Not for every page."""
    return now - found.seen_at > _SEEN_EVERY


def touch(session: Session, session_id: int, now: datetime) -> None:
    session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now))


def list_of(session: Session, staff_id: int, now: datetime) -> list[StaffSession]:
    """Those that still are good, newest first."""
    good = (StaffSession.seen_at >= now - IDLE, StaffSession.created_at >= now - LONGEST)
    query = select(StaffSession).where(StaffSession.staff_id == staff_id, *good)
    return list(session.scalars(query.order_by(StaffSession.seen_at.desc())))


def end(session: Session, staff_id: int, *, one: str = "", keep: int | None = None) -> None:
    """End the session of public id `one`, or all of a person's but the one with the id `keep`."""
    query = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    if one:
        query = query.where(StaffSession.public_id == one)
    if keep is not None:
        query = query.where(StaffSession.id != keep)
    session.execute(query)


def forget_old(session: Session, now: datetime) -> int:
    """Delete those that are over; returns how many."""
    over = delete(StaffSession).where(
        (StaffSession.seen_at < now - IDLE) | (StaffSession.created_at < now - LONGEST)
    )
    return count_rows(session.execute(over))


def csrf_token(token: str) -> str:
    """What a form must send back: nobody can know it without the cookie."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
