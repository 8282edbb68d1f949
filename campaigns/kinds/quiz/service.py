"""Verbs of playing: begin, hand in (answers: `saving`). Each in the caller's unit of work; what is scarce is taken by one
statement.
"""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaigns.kinds.quiz import rules
from campaigns.kinds.quiz.config import QuizConfig, settings_of
from campaigns.kinds.quiz.frozen import get_set
from campaigns.kinds.quiz.paper import Paper, keep_paper
from campaigns.kinds.quiz.standings import recount
from campaigns.kinds.quiz.store import find_open, get_attempt, list_answers, list_attempts
from campaigns.kinds.quiz.tables import QuizAttempt
from campaigns.rules import require_on
from campaigns.view import CampaignView
from core.errors import Conflict, NotFound
from core.ids import public_id
from members.ledger import Limit, reserve
from models.ledger import Person
from models.upsert import count_rows, insert_missing
from prizes.chances import earn


def start(
    session: Session,
    campaign: CampaignView,
    person: Person,
    gate: int,
    now: datetime,
    message_key: str | None = None,
) -> Paper:
    """Begin an attempt, or go on with the one under way. Raises Closed, SoldOut, NotFound."""
    settings = settings_of(campaign)
    require_on(campaign, now)
    passed_before = not (settings.in_order and gate > 0) or _has_passed(session, campaign, person, gate - 1)
    rules.require_gate(settings, gate, campaign.opens_at, passed_before, now)
    row = _open(session, campaign, person, gate, now, message_key)
    if row is None:
        row = find_open(session, campaign, person.id, gate)
        if row is not None and is_over(row, now):
            finish(session, campaign, row, person, now)
            row = _open(session, campaign, person, gate, now, message_key)
    if row is None:
        raise Conflict("finished_meanwhile", "刚才那份答卷已经交了，请刷新页面再开始。")
    return keep_paper(campaign, get_set(session, campaign), row, person.mark)


def _open(
    session: Session,
    campaign: CampaignView,
    person: Person,
    gate: int,
    now: datetime,
    message_key: str | None,
) -> QuizAttempt | None:
    """A new attempt, with its try taken off the limits; None while one is under way (nothing is taken then)."""
    settings = settings_of(campaign)
    values = {
        "account_id": campaign.account_id,
        "public_id": public_id(),
        "campaign_id": campaign.id,
        "person_id": person.id,
        "gate": gate,
        "seed": secrets.token_hex(16),
        "total": settings.total_of(gate),
        "state": "open",
        "started_at": now,
        "due_at": now + timedelta(minutes=settings.minutes) if settings.minutes else None,
        "began_by": message_key,
    }
    if insert_missing(session, QuizAttempt, [values]) == 0:
        return None
    _take_a_try(session, campaign, settings, person, gate, now)
    query = select(QuizAttempt).where(
        QuizAttempt.account_id == campaign.account_id, QuizAttempt.public_id == values["public_id"]
    )
    return session.scalars(query).one()


def _take_a_try(
    session: Session,
    campaign: CampaignView,
    settings: QuizConfig,
    person: Person,
    gate: int,
    now: datetime,
) -> None:
    """Raises SoldOut, which undoes the attempt as well."""
    if settings.tries_a_day:
        limit = Limit(f"g{gate}:{rules.day_of(now)}", settings.tries_a_day, person.id)
        if not reserve(session, campaign.account_id, campaign.scope, limit):
            raise rules.no_more(settings, today=True)
    if settings.tries:
        limit = Limit(f"g{gate}", settings.tries, person.id)
        if not reserve(session, campaign.account_id, campaign.scope, limit):
            raise rules.no_more(settings, today=False)


def submit(
    session: Session,
    campaign: CampaignView,
    paper: Paper,
    person: Person,
    now: datetime,
    message_key: str | None = None,
) -> QuizAttempt:
    """Hand in; what was handed in before stays as it is. Raises Closed outside the campaign's time."""
    row = get_attempt(session, paper)
    if row.state == "open":
        if not is_over(row, rules.clock_of(campaign, now)):
            require_on(campaign, now)
        finish(session, campaign, row, person, now, message_key)
        session.refresh(row)
    return row


def finish(
    session: Session,
    campaign: CampaignView,
    row: QuizAttempt,
    person: Person,
    now: datetime,
    message_key: str | None = None,
) -> bool:
    """Score what was saved, once; False when somebody else did it before. A pass earns its chance with it."""
    settings = settings_of(campaign)
    # The state first: it waits for answers on their way in, and lets none in any more.
    if not _take_attempt(session, row, {"state": "scored", "ended_at": now, "ended_by": message_key}):
        return False
    right = sum(one.right for one in list_answers(session, row.account_id, row.id).values())
    passed = right * 100 >= settings.pass_percent * row.total
    values = {
        "used_ms": rules.used_ms(row.started_at, now, row.due_at, settings.minutes),
        "right": right,
        "points": right * settings.points,
        "passed": passed,
        "timed_out": is_over(row, now),
    }
    scored = (QuizAttempt.account_id == row.account_id, QuizAttempt.id == row.id)
    session.execute(update(QuizAttempt).where(*scored).values(values))
    recount(session, campaign, person)
    if passed:
        _earn_chance(session, campaign, person, row.public_id, now)
    return True


def _take_attempt(session: Session, row: QuizAttempt, values: dict[str, Any]) -> bool:
    """Of all who hand in one attempt at once, the first."""
    where = (QuizAttempt.account_id == row.account_id, QuizAttempt.id == row.id, QuizAttempt.state == "open")
    return count_rows(session.execute(update(QuizAttempt).where(*where).values(values))) == 1


def _earn_chance(
    session: Session, campaign: CampaignView, person: Person, attempt_id: str, now: datetime
) -> None:
    """A result counts even where its draw was taken away."""
    if campaign.draw_id is not None and person.openid is not None:
        with suppress(NotFound):
            earn(session, campaign.account_id, campaign.draw_id, person.openid, f"quiz:{attempt_id}", now)


def is_over(row: QuizAttempt, now: datetime) -> bool:
    """Has its time run out?"""
    return row.due_at is not None and now >= row.due_at


def _has_passed(session: Session, campaign: CampaignView, person: Person, gate: int) -> bool:
    return any(one.passed for one in list_attempts(session, campaign, person.id) if one.gate == gate)
