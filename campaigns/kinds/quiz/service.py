"""Verbs of playing: begin, answer, hand in. Each in the caller's unit of work; what is scarce is taken by one statement."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Executable,
    Integer,
    String,
    bindparam,
    cast,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from campaigns.kinds.quiz import rules
from campaigns.kinds.quiz.config import AT_ONCE, QuizConfig, settings_of
from campaigns.kinds.quiz.frozen import get_set
from campaigns.kinds.quiz.paper import Asked, Paper, keep_paper
from campaigns.kinds.quiz.standings import recount
from campaigns.kinds.quiz.store import find_open, get_attempt, list_answers, list_attempts
from campaigns.kinds.quiz.tables import QuizAnswer, QuizAttempt
from campaigns.rules import require_on
from campaigns.view import CampaignView
from core.errors import Closed, Conflict, NotFound
from core.ids import public_id
from members.ledger import Limit, reserve
from models.ledger import Person
from models.types import UTCDateTime
from models.upsert import count_rows, insert_missing
from prizes.chances import earn


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer that is stored: how it was understood, in the letters that person sees, and whether it is right."""

    position: int
    shown: str
    right: bool
    asked: Asked


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


def answer(
    session: Session,
    campaign: CampaignView,
    paper: Paper,
    position: int,
    said: str,
    now: datetime,
    message_key: str | None = None,
) -> Saved:
    """Save the answer at a position, from 0, by one statement. Raises Invalid, Closed with why it can't be saved."""
    require_on(campaign, now)
    if not 0 <= position < len(paper.asked):
        raise NotFound("no_question", "没有这一题，请刷新页面再答。")
    asked = paper.asked[position]
    given = asked.read(said)
    saved = Saved(position, asked.shown(given), asked.is_right(given), asked)
    once = message_key is not None or settings_of(campaign).feedback == AT_ONCE
    # On the connection: the session's tenant guard works every statement out anew, which takes ten times as long as the
    # statement itself. A test shows this one to the guard.
    connection = session.connection()
    statement = SAVE[connection.dialect.name, once]
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
    if count_rows(connection.execute(statement, values)) == 0:
        _explain(session, paper, position, given, now)
    return saved


def _save_statement(insert: Any, *, once: bool) -> Executable:
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
            attempts.state == "open",
            or_(attempts.due_at.is_(None), attempts.due_at > bindparam("moment", type_=UTCDateTime)),
        )
        .with_for_update(read=True)
    )
    columns = ["account_id", "attempt_id", "position", "question", "given", "right", "at", "message_key"]
    statement = insert(QuizAnswer.__table__).from_select(columns, open_one)
    if once:
        return statement.on_conflict_do_nothing()  # type: ignore[no-any-return]
    changed = {name: statement.excluded[name] for name in ("given", "right", "at", "message_key")}
    return statement.on_conflict_do_update(index_elements=["attempt_id", "position"], set_=changed)  # type: ignore[no-any-return]


SAVE = {
    (name, once): _save_statement(insert, once=once).execution_options(preserve_rowcount=True)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
    for once in (True, False)
}


def _explain(session: Session, paper: Paper, position: int, given: str, now: datetime) -> None:
    """Why an answer was not saved; nothing where the very same one stands there already. Raises Closed."""
    row = get_attempt(session, paper)
    if row.state != "open":
        raise Closed("handed_in", "这份答卷已经交了，答案不能再改。")
    if is_over(row, now):
        raise Closed("too_late", "时间到了，这一题没有赶上；已经保存的答案都算数。")
    known = list_answers(session, paper.account_id, paper.id).get(position)
    if known is None or known.given != given:
        raise Closed("answered", "这一题已经答过，看过对错就不能再改了，请接着答下一题。")


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
        if not is_over(row, now):
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
    where = (QuizAttempt.account_id == row.account_id, QuizAttempt.id == row.id, QuizAttempt.state == "open")
    # The state first: it waits for answers on their way in, and lets none in any more.
    taken = update(QuizAttempt).where(*where).values(state="scored", ended_at=now, ended_by=message_key)
    if count_rows(session.execute(taken)) == 0:
        return False
    right = sum(one.right for one in list_answers(session, row.account_id, row.id).values())
    passed = right * 100 >= settings.pass_percent * row.total
    values = {
        "used_ms": rules.used_ms(row.started_at, now, row.due_at),
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
