"""Queries on what was asked, and on the lists of gaps."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple, TypeVar

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from models.gaps import AskedQuestion, GapLine, GapList, QuestionDay

_T = TypeVar("_T")

MOST = 20_000
"""Open questions that are looked at, newest first: grouping them takes seconds."""


NEWEST = 2000
"""Open questions that are compared with an entry while somebody writes it."""


_MARK = (func.count(), func.sum(AskedQuestion.id), func.max(AskedQuestion.id))
_IS_OPEN = (AskedQuestion.text != literal_column("''"), AskedQuestion.done_at.is_(None))
"""As the index `ix_asked_questions_open` says it."""


class Asked(NamedTuple):
    """A question nobody answered (handed_off) or whose answer was of no use (useless); its text is masked. `gap`: the code of
    the gap it was put to; empty before."""

    id: int
    asked_at: datetime
    outcome: str
    text: str
    gap: str


_ASKED = (
    AskedQuestion.id,
    AskedQuestion.asked_at,
    AskedQuestion.outcome,
    AskedQuestion.text,
    AskedQuestion.gap,
)


def list_open(session: Session, account_id: int) -> list[Asked]:
    """An account's questions that belong to no settled gap, oldest first; at most the newest MOST."""
    newest = select(*_ASKED).where(*_open(account_id)).order_by(AskedQuestion.id.desc()).limit(MOST)
    return [Asked(*row) for row in session.execute(newest)][::-1]


def list_grouped(session: Session, account_id: int) -> list[Asked]:
    """Those of them that were put to a gap, oldest first."""
    query = select(*_ASKED).where(*_open(account_id), AskedQuestion.gap != "")
    return [Asked(*row) for row in session.execute(query.order_by(AskedQuestion.id))]


def list_of_gap(session: Session, account_id: int, code: str) -> list[Asked]:
    """The open questions of one gap, oldest first."""
    query = select(*_ASKED).where(*_open(account_id), AskedQuestion.gap == code)
    return [Asked(*row) for row in session.execute(query.order_by(AskedQuestion.id))]


def find_gap_now(session: Session, account_id: int, code: str) -> str:
    """The gap to which the question went that was the middle of `code`; empty where there is none."""
    query = select(AskedQuestion.id, AskedQuestion.gap).where(*_open(account_id), AskedQuestion.gap != "")
    return next((gap for row_id, gap in session.execute(query) if gap_code(account_id, row_id) == code), "")


def list_open_gaps(session: Session, account_id: int) -> set[str]:
    """The codes of gaps that have open questions."""
    query = select(AskedQuestion.gap).where(*_open(account_id), AskedQuestion.gap != "").distinct()
    return set(session.scalars(query))


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


def list_settled(session: Session, account_id: int, code: str) -> list[tuple[int, datetime]]:
    """(row id, when it was settled) of the settled questions of a gap."""
    query = select(AskedQuestion.id, AskedQuestion.done_at).where(
        AskedQuestion.account_id == account_id,
        AskedQuestion.gap == code,
        AskedQuestion.text != literal_column("''"),
        AskedQuestion.done_at.is_not(None),
    )
    return [(row_id, done_at) for row_id, done_at in session.execute(query) if done_at is not None]


def list_outcomes(session: Session, account_id: int, first: date) -> list[tuple[date, str, int]]:
    """(day in Shanghai, outcome, how often) from the day `first` on."""
    query = select(QuestionDay.day, QuestionDay.outcome, QuestionDay.number).where(
        QuestionDay.account_id == account_id, QuestionDay.day >= first
    )
    return [(day, outcome, number) for day, outcome, number in session.execute(query)]


def open_mark(session: Session, account_id: int) -> str:
    """Another one whenever the open questions of an account are others."""
    query = select(*_MARK).where(*_open(account_id))
    return ":".join(str(number or 0) for number in session.execute(query).one())


def open_marks(session: Session) -> dict[int, str]:
    """The `open_mark` of every account that has open questions."""
    query = (
        select(AskedQuestion.account_id, *_MARK)
        .where(*_IS_OPEN)
        .group_by(AskedQuestion.account_id)
        .execution_options(all_tenants="the worker looks after every account")
    )
    return {account_id: ":".join(map(str, numbers)) for account_id, *numbers in session.execute(query)}


def list_marks(session: Session) -> dict[int, str]:
    """What the lists of every account were made of."""
    query = (
        select(GapList.account_id, func.min(GapList.mark))
        .group_by(GapList.account_id)
        .execution_options(all_tenants="the worker looks after every account")
    )
    return dict(session.execute(query).all())


def get_list(session: Session, account_id: int, days: int) -> GapList | None:
    """None before the worker made it."""
    query = select(GapList).where(GapList.account_id == account_id, GapList.days == days)
    return session.scalar(query)


def list_lines(session: Session, account_id: int, days: int, after: int, limit: int) -> list[GapLine]:
    """The lines of a list that are not settled, those behind the rank `after`."""
    query = select(GapLine).where(
        GapLine.account_id == account_id,
        GapLine.days == days,
        GapLine.rank > after,
        GapLine.shown.is_(True),
    )
    return list(session.scalars(query.order_by(GapLine.rank).limit(limit)))


def gap_code(account_id: int, row_id: int) -> str:
    """The public id of the gap whose central question has this row id: ten hexadecimal digits, the same for ever."""
    return hashlib.blake2s(f"{account_id}:{row_id}".encode(), digest_size=5, person=b"gap").hexdigest()


def batches(values: Sequence[_T], size: int = 500) -> Iterator[Sequence[_T]]:
    """`values` in parts that a statement can name."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _open(account_id: int) -> tuple[ColumnElement[bool], ...]:
    return AskedQuestion.account_id == account_id, *_IS_OPEN
