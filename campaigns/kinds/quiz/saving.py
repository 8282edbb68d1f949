"""Saving one answer, the hot path of a quiz: one statement that finds the paper open and keeps what was said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Integer,
    String,
    bindparam,
    cast,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects import postgresql, registry, sqlite
from sqlalchemy.sql.dml import Insert

from campaigns.kinds.quiz.config import AT_ONCE, settings_of
from campaigns.kinds.quiz.paper import Asked, Paper
from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt
from campaigns.rules import require_on
from campaigns.view import CampaignView
from core.errors import Closed, NotFound
from models.types import UTCDateTime
from models.upsert import count_rows


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer that is stored: how it was understood, in the letters that person sees, and whether it is right."""

    position: int
    shown: str
    right: bool
    asked: Asked


def answer(
    connection: Connection,
    campaign: CampaignView,
    paper: Paper,
    position: int,
    said: str,
    now: datetime,
    message_key: str | None = None,
) -> Saved:
    """Save the answer at a position, from 0, by one statement; the same again changes nothing. Raises Invalid, Closed with
    why it can't be saved.
    """
    require_on(campaign, now)
    if not 0 <= position < len(paper.asked):
        raise NotFound("no_question", "没有这一题，请刷新页面再答。")
    asked = paper.asked[position]
    given = asked.read(said)
    saved = Saved(position, asked.shown(given), asked.is_right(given), asked)
    once = message_key is not None or settings_of(campaign).feedback == AT_ONCE
    values = {
        "account": paper.account_id,
        "attempt": paper.id,
        "place": position,
        "index": asked.index,
        "said": given,
        "correct": saved.right,
        "moment": now,
        "message": message_key,
    }
    if _save(connection, values, once=once) == 0:
        _explain(connection, paper, position, given, now)
    return saved


def _save(connection: Connection, values: dict[str, Any], *, once: bool) -> int:
    """Past sessions, and on PostgreSQL past the compiler: both take longer than the statement. Returns 1, or 0 where nothing
    was saved. A test shows the statement to the guard of tenants.
    """
    if connection.dialect.name == "postgresql":
        return count_rows(connection.exec_driver_sql(_POSTGRES[once], values))
    return count_rows(connection.execute(SAVE[connection.dialect.name, once], values))


def _save_statement(insert: Any, *, once: bool) -> Insert:
    """INSERT … SELECT from the attempt while it is open: whoever hands in at the same moment waits, or came first."""
    attempts = QuizAttempt.__table__.c
    open_one = (
        select(
            attempts.account_id,
            attempts.id,
            bindparam("place", type_=Integer),
            bindparam("index", type_=Integer),
            cast(bindparam("said"), String(60)),
            bindparam("correct", type_=Boolean),
            bindparam("moment", type_=UTCDateTime),
            cast(bindparam("message"), String(32)),
        )
        .where(
            attempts.account_id == bindparam("account"),
            attempts.id == bindparam("attempt", type_=BigInteger),
            attempts.state == literal_column("'open'"),
            or_(attempts.due_at.is_(None), attempts.due_at > bindparam("moment", type_=UTCDateTime)),
        )
        .with_for_update(read=True)
    )
    columns = ["account_id", "attempt_id", "position", "question", "given", "right", "at", "message_key"]
    statement = insert(QuizAnswer.__table__).from_select(columns, open_one)
    changed = {name: statement.excluded[name] for name in ("given", "right", "at", "message_key")}
    saving: Insert = (
        statement.on_conflict_do_nothing()
        if once
        else statement.on_conflict_do_update(index_elements=["attempt_id", "position"], set_=changed)
    )
    return saving


SAVE = {
    (name, once): _save_statement(insert, once=once).execution_options(preserve_rowcount=True)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    for once in (True, False)
}


_PSYCOPG = registry.load("postgresql.psycopg")()
_POSTGRES = {once: str(SAVE["postgresql", once].compile(dialect=_PSYCOPG)) for once in (True, False)}


def _explain(connection: Connection, paper: Paper, position: int, given: str, now: datetime) -> None:
    """Why an answer was not saved; nothing where the very same one stands there already. Raises Closed."""
    state, due_at = connection.execute(
        select(QuizAttempt.state, QuizAttempt.due_at).where(
            QuizAttempt.account_id == paper.account_id, QuizAttempt.id == paper.id
        )
    ).one()
    if state != "open":
        raise Closed("handed_in", "这份答卷已经交了，答案不能再改。")
    if due_at is not None and now >= due_at:
        raise Closed("too_late", "时间到了，这一题没有赶上；已经保存的答案都算数。")
    stands = connection.scalar(
        select(QuizAnswer.given).where(
            QuizAnswer.account_id == paper.account_id,
            QuizAnswer.attempt_id == paper.id,
            QuizAnswer.position == position,
        )
    )
    if stands != given:
        raise Closed("answered", "这一题已经答过，看过对错就不能再改了，请接着答下一题。")
