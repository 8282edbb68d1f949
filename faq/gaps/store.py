"""Queries on what was asked."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, cast, func, literal_column, select
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
    newest = (
        select(AskedQuestion.id, AskedQuestion.asked_at, AskedQuestion.outcome, AskedQuestion.text)
        .where(*_open(account_id))
        .order_by(AskedQuestion.id.desc())
        .limit(MOST)
    )
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


def count_outcomes(session: Session, account_id: int, since: datetime) -> list[tuple[date, str, int]]:
    """(day in Shanghai, outcome, how often) of all that was asked or told since."""
    if session.get_bind().dialect.name == "sqlite":
        day: ColumnElement[Any] = func.date(AskedQuestion.asked_at, "+8 hours")
    else:
        day = cast(func.timezone("Asia/Shanghai", AskedQuestion.asked_at), Date)
    day = day.label("day")
    query = (
        select(day, AskedQuestion.outcome, func.count())
        .where(AskedQuestion.account_id == account_id, AskedQuestion.asked_at >= since)
        .group_by(day, AskedQuestion.outcome)
    )
    return [(date.fromisoformat(str(row[0])), row[1], row[2]) for row in session.execute(query).all()]


def open_mark(session: Session, account_id: int) -> tuple[int, ...]:
    """Another one whenever the open questions of an account are others."""
    query = select(func.count(), func.sum(AskedQuestion.id), func.max(AskedQuestion.id)).where(
        *_open(account_id)
    )
    return tuple(int(number or 0) for number in session.execute(query).one())


def gap_code(account_id: int, row_id: int) -> str:
    """The public id of the gap whose central question has this row id: ten hexadecimal digits, the same for ever."""
    return hashlib.blake2s(f"{account_id}:{row_id}".encode(), digest_size=5, person=b"gap").hexdigest()


def batches(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    """`ids` in parts that a statement can name."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def _open(account_id: int) -> tuple[ColumnElement[bool], ...]:
    """As the index `ix_asked_questions_open` says it."""
    has_text = AskedQuestion.text != literal_column("''")
    return AskedQuestion.account_id == account_id, has_text, AskedQuestion.done_at.is_(None)
