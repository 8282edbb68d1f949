"""The quiz without its reservations: what is scarce is looked at and written afterwards. Taken away from outside, in the web
processes of the proof; the product has no switch for it.
"""

import time
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import Connection, select, text, update
from sqlalchemy.orm import Session

import app as application
from campaigns.kinds.quiz import h5, service
from campaigns.kinds.quiz.tables import QuizAttempt
from members.ledger import Answered, Limit, used
from models.ledger import Use
from models.upsert import insert_missing

TARGET = "proofs.quiz.control:create_web"
_THINKING_S = 0.1


def create_web() -> Flask:
    """The application of the product without its guards. Raises AttributeError where there is none any more."""
    for module, name, part in (
        (service, "reserve", _reserve),
        (service, "_take_attempt", _take_attempt),
        (h5, "once", _once),
    ):
        if not hasattr(module, name):
            raise AttributeError(f"{module} has no {name} any more: the control removes nothing")
        setattr(module, name, part)
    return application.create_web()


def drop_constraints(connection: Connection) -> None:
    """A second paper under way is let in."""
    connection.execute(text("DROP INDEX uq_quiz_attempts_open"))


def _reserve(session: Session, account_id: int, scope: str, limit: Limit) -> bool:
    seen = used(session, account_id, scope, limit.holder, limit.slot)
    if seen >= limit.most:
        return False
    time.sleep(_THINKING_S)
    row = {"account_id": account_id, "scope": scope, "holder": limit.holder, "slot": limit.slot, "used": 0}
    insert_missing(session, Use, [row])
    where = (Use.account_id == account_id, Use.scope == scope, Use.holder == limit.holder)
    session.execute(update(Use).where(*where, Use.slot == limit.slot).values(used=seen + 1))
    return True


def _take_attempt(session: Session, row: QuizAttempt, values: dict[str, Any]) -> bool:
    where = (QuizAttempt.account_id == row.account_id, QuizAttempt.id == row.id)
    if session.scalar(select(QuizAttempt.state).where(*where)) != "open":
        return False
    time.sleep(_THINKING_S)
    session.execute(update(QuizAttempt).where(*where).values(values))
    return True


def _once(*given: Any) -> Answered:
    work: Callable[[], Answered] = given[-1]
    return work()
