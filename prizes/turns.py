"""Taking a turn: the hot path. Called by the draw's page, in one unit of work.

What is scarce (a chance, the next slot, a prize) is taken by conditional statements, never by a look and a write. On
PostgreSQL a turn is one statement, and one more where something was won. The row that everybody wants, the draw's own, is
locked last.
"""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import SHANGHAI
from core.errors import DomainError, Invalid, NotAllowed
from members import ledger
from members.ledger import Answered, Limit, answered_before, find_person, mark_of
from models.ledger import Request
from prizes.outcome import TURNS, WINS, Asked, no_chance
from prizes.rules import require_on
from prizes.turns_plain import take_plainly
from prizes.turns_postgres import take_fast
from prizes.view import DrawView


def take_turn(
    session: Session, draw: DrawView, openid: str, now: datetime, key: str, asked: bytes = b""
) -> Answered:
    """Draw once: spends a chance, gives the result as JSON (`turn`, `prize`, `win`), byte for byte the same for
    the same `key`.

    Raises Closed, NotAllowed (staff of the draw), SoldOut (no chance, a limit), Conflict (the key came with something
    else asked), Invalid. Whoever catches one has to roll back.
    """
    if not 8 <= len(key) <= 64:
        raise Invalid("bad_key", "这次提交不完整，请刷新页面再试。")
    mark = mark_of(draw.scope, openid)
    body = hashlib.sha256(asked).hexdigest()
    try:
        require_on(draw, now)
        if mark in draw.excluded:
            raise NotAllowed("excluded", "您是本次抽奖的工作人员，按规则不参加抽奖。")
    except DomainError:
        again = _answered_before(session, draw, openid, key, body)
        if again is None:
            raise
        return again
    request = Asked(draw, mark, openid, key, body, asked, now, _limits(draw, now))
    if session.get_bind().dialect.name == "postgresql":
        return take_fast(session, request)
    person = find_person(session, draw.account_id, draw.scope, openid)
    if person is None:
        raise no_chance()
    return ledger.once(session, person, key, asked, now, lambda: take_plainly(session, request, person.id))


def _answered_before(session: Session, draw: DrawView, openid: str, key: str, body: str) -> Answered | None:
    """What a turn of before was answered: a late retry is told, too."""
    person = find_person(session, draw.account_id, draw.scope, openid)
    if person is None:
        return None
    known = select(Request.id).where(
        Request.account_id == draw.account_id, Request.person_id == person.id, Request.key == key
    )
    if session.scalar(known) is None:
        return None
    return answered_before(session, draw.account_id, person.id, key, body)


def _limits(draw: DrawView, now: datetime) -> tuple[Limit, ...]:
    day = f"day:{now.astimezone(SHANGHAI):%Y-%m-%d}"
    wanted = ((day, draw.turns_per_day), (TURNS, draw.turns_per_person), (WINS, draw.wins_per_person))
    return tuple(Limit(slot, most) for slot, most in wanted if most)
