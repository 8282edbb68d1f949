"""What the worker does: hand in papers whose time is up."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.kinds.quiz.service import finish
from campaigns.kinds.quiz.tables import QuizAttempt
from campaigns.store import view_of
from house.parts import Parts
from jobs.ticker import Job
from models.campaigns import Campaign
from models.ledger import Person

_BATCH = 200


def jobs(parts: Parts) -> list[Job]:
    return [Job("quiz_overdue", 5.0, lambda: finish_overdue(parts))]


def finish_overdue(parts: Parts) -> int:
    """Score papers whose time is up with what was saved, each in a unit of work of its own; returns how many.

    While a campaign is frozen its papers wait: who comes back sees the result then.
    """
    now = parts.clock()
    done = 0
    for account_id, attempt_id in _overdue(parts, now):
        with parts.db.work() as session:
            done += _finish_one(session, account_id, attempt_id, now)
    return done


def _overdue(parts: Parts, now: datetime) -> list[tuple[int, int]]:
    query = (
        select(QuizAttempt.account_id, QuizAttempt.id)
        .join(Campaign, Campaign.id == QuizAttempt.campaign_id)
        .where(QuizAttempt.state == "open", QuizAttempt.due_at <= now, Campaign.state == "live")
        .order_by(QuizAttempt.due_at)
        .limit(_BATCH)
        .execution_options(all_tenants="papers of every account end by the clock")
    )
    with parts.db.read() as session:
        return [(account, attempt) for account, attempt in session.execute(query)]


def _finish_one(session: Session, account_id: int, attempt_id: int, now: datetime) -> bool:
    query = (
        select(QuizAttempt, Campaign, Person)
        .join(Campaign, Campaign.id == QuizAttempt.campaign_id)
        .join(Person, Person.id == QuizAttempt.person_id)
        .where(
            QuizAttempt.account_id == account_id,
            Campaign.account_id == account_id,
            Person.account_id == account_id,
            QuizAttempt.id == attempt_id,
        )
    )
    row, campaign, person = session.execute(query).one()
    return finish(session, view_of(campaign), row, person, now)
