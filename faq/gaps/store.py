"""Queries on what was asked."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.gaps import AskedQuestion

MOST = 20_000
"""Open questions that are looked at, newest first: grouping them takes seconds."""


NEWEST = 2000
"""Open questions that are compared with an entry while somebody writes it."""


class Asked(NamedTuple):
    """A question nobody answered (handed_off) or whose answer was of no use (useless); its text is masked."""

    id: int
    asked_at: datetime
    outcome: str
    text: str


def list_open(session: Session, account_id: int) -> list[Asked]:
    """An account's questions that belong to no settled gap, oldest first; at most the newest MOST."""
    newest = _texts(account_id).where(AskedQuestion.done_at.is_(None)).limit(MOST)
    found = [Asked(row_id, at, outcome, text) for row_id, at, outcome, text in session.execute(newest)]
    return found[::-1]


def list_open_texts(session: Session, account_ids: Sequence[int]) -> Sequence[str]:
    """The newest open questions of several accounts."""
    query = (
        select(AskedQuestion.text)
        .where(
            AskedQuestion.account_id.in_(account_ids),
            AskedQuestion.text != "",
            AskedQuestion.done_at.is_(None),
        )
        .order_by(AskedQuestion.id.desc())
    )
    return session.scalars(query.limit(NEWEST)).all()


def list_settled(session: Session, account_id: int) -> list[tuple[int, datetime]]:
    """(row id, when it was settled) of an account's settled questions."""
    query = select(AskedQuestion.id, AskedQuestion.done_at).where(
        AskedQuestion.account_id == account_id, AskedQuestion.done_at.is_not(None)
    )
    return [(row_id, done_at) for row_id, done_at in session.execute(query) if done_at is not None]


def list_outcomes(session: Session, account_id: int, since: datetime) -> Sequence[tuple[datetime, str]]:
    """(when, outcome) of all that was asked or told since."""
    query = select(AskedQuestion.asked_at, AskedQuestion.outcome).where(
        AskedQuestion.account_id == account_id, AskedQuestion.asked_at >= since
    )
    return [(at, outcome) for at, outcome in session.execute(query)]


def gap_code(account_id: int, row_id: int) -> str:
    """The public id of the gap whose central question has this row id: ten hexadecimal digits, the same for ever."""
    return hashlib.blake2s(f"{account_id}:{row_id}".encode(), digest_size=5, person=b"gap").hexdigest()


def batches(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    """`ids` in parts that a statement can name."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _texts(account_id: int) -> Select[int, datetime, str, str]:
    return (
        select(AskedQuestion.id, AskedQuestion.asked_at, AskedQuestion.outcome, AskedQuestion.text)
        .where(AskedQuestion.account_id == account_id, AskedQuestion.text != "")
        .order_by(AskedQuestion.id.desc())
    )
