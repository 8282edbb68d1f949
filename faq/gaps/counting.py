"""How often what came out on a day, counted anew from the questions; the listener keeps the counts as it goes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, cast, delete, func, insert, select, text
from sqlalchemy.orm import Session

from models.gaps import AskedQuestion, QuestionDay
from models.upsert import count_rows

_EVERYBODY = {"all_tenants": "the figures of every account are counted anew", "synchronize_session": False}


def recount(session: Session, _now: datetime) -> int:
    """Make all counts of days anew; returns how many there are. What is heard meanwhile is counted once."""
    if session.get_bind().dialect.name == "postgresql":
        # Waits for listeners who have counted and not committed yet, and lets no other count before we are done.
        session.execute(text("LOCK TABLE question_days IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(delete(QuestionDay).execution_options(**_EVERYBODY))
    day = _day_of(session)
    counted = select(AskedQuestion.account_id, day, AskedQuestion.outcome, func.count()).group_by(
        AskedQuestion.account_id, day, AskedQuestion.outcome
    )
    made = insert(QuestionDay).from_select(["account_id", "day", "outcome", "number"], counted)
    return count_rows(session.execute(made.execution_options(**_EVERYBODY, preserve_rowcount=True)))


def _day_of(session: Session) -> ColumnElement[Any]:
    """The day in Shanghai on which a question was asked."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(AskedQuestion.asked_at, "+8 hours")
    return cast(func.timezone("Asia/Shanghai", AskedQuestion.asked_at), Date)
