"""Taking a turn: the hot path. Called by the draw's page.

What is scarce (a chance, the next slot, a prize) is taken by conditional statements, never by a look and a write. A turn is
its own unit of work, since on PostgreSQL it is one statement that commits itself.
"""

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.clock import SHANGHAI
from core.errors import DomainError, Invalid, NotAllowed
from members.ledger import Answered, Limit, mark_of
from members.staff_links.rules import follower_mark
from models.db import Database
from models.ledger import Person
from models.prizes import Draw, DrawTurn, Win
from prizes.outcome import TURNS, Asked, Result, answer, prize_at, tape_of
from prizes.rules import require_on
from prizes.turns_plain import take_plainly
from prizes.turns_postgres import keep_win, take_fast
from prizes.view import DrawView

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_CHUNK = 1000


def take_turn(db: Database, draw: DrawView, openid: str, now: datetime, key: str) -> Answered:
    """Draw once: spends a chance, gives the result as JSON (`turn`, `prize`, `win`), byte for byte the same for
    the same `key`.

    Raises Closed, NotAllowed (staff: on the draw's list, or linked), SoldOut (no chance, a limit), Conflict (the person's other turns come in
    between), Invalid.
    """
    if not _KEY.fullmatch(key):
        raise Invalid("bad_key", "这次提交不完整，请刷新页面再试。")
    staff_mark = follower_mark(draw.account_id, openid)
    asked = Asked(draw, mark_of(draw.scope, openid), staff_mark, key, now, _limits(draw, now))
    try:
        return _take(db, asked)
    except (DomainError, IntegrityError):
        # The first try of the same request may be why there is nothing left for this one.
        again = _answered_before(db, asked)
        if again is None:
            raise
        return again


def finish_turns(db: Database, draw: DrawView, since: int) -> int:
    """Keep the wins of a tape's turns from slot `since` on whose process died before it did; returns the next slot to
    begin from.

    A turn and its slot are there at once or not at all, so what lies below was looked at for good.
    """
    strip = tape_of(db, draw)
    where = (DrawTurn.account_id == draw.account_id, DrawTurn.draw_id == draw.id, DrawTurn.prize_id.is_(None))
    with db.read() as session:
        taken = session.scalar(
            select(Draw.next_slot).where(Draw.account_id == draw.account_id, Draw.id == draw.id)
        )
    end = min(taken or 0, draw.slots)
    winning = [slot for slot in range(since, end) if strip[slot]]
    for start in range(0, len(winning), _CHUNK):
        with db.read() as session:
            query = select(DrawTurn).where(*where, DrawTurn.slot.in_(winning[start : start + _CHUNK]))
            unkept = session.scalars(query).all()
        for turn in unkept:
            _finish(db, draw, turn)
    return end


def _take(db: Database, asked: Asked) -> Answered:
    require_on(asked.draw, asked.now)
    if asked.mark in asked.draw.excluded:
        raise NotAllowed("excluded", "您在这次抽奖的工作人员名单里，按规则不参加抽奖。")
    strip = tape_of(db, asked.draw)
    if db.is_sqlite:
        with db.work() as session:
            return take_plainly(session, asked, strip)
    return db.alone(lambda connection: take_fast(connection, asked, strip))


def _answered_before(db: Database, asked: Asked) -> Answered | None:
    """What this request was answered when it came first."""
    with db.read() as session:
        found = _find_turn(session, asked)
    if found is None:
        return None
    turn, win_id = found
    by_id = {one.id: one for one in asked.draw.prizes}
    prize = by_id.get(turn.prize_id or 0)
    if prize is None and turn.slot is not None:
        prize = prize_at(asked.draw, tape_of(db, asked.draw), turn.slot)
    if prize is not None and win_id is None:
        win_id = _finish(db, asked.draw, turn)
    return answer(Result(turn.public_id, win_id or "", prize))


def _find_turn(session: Session, asked: Asked) -> tuple[DrawTurn, str | None] | None:
    account_id = asked.draw.account_id
    query = (
        select(DrawTurn, Win.public_id)
        .join(Person, Person.id == DrawTurn.person_id)
        .outerjoin(Win, (Win.turn_id == DrawTurn.id) & (Win.account_id == account_id))
        .where(
            DrawTurn.account_id == account_id,
            Person.account_id == account_id,
            Person.scope == asked.draw.scope,
            Person.mark == asked.mark,
            DrawTurn.key == asked.key,
        )
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])


def _finish(db: Database, draw: DrawView, turn: DrawTurn) -> str:
    """Keep what a slot of the tape holds for the turn that took it; the win's public id."""
    prize = prize_at(draw, tape_of(db, draw), turn.slot)
    if prize is None:
        raise LookupError("a blank slot has nothing to keep")
    return db.alone(lambda connection: keep_win(connection, draw, turn.id, prize, turn.at))


def _limits(draw: DrawView, now: datetime) -> tuple[Limit, ...]:
    day = f"day:{now.astimezone(SHANGHAI):%Y-%m-%d}"
    return tuple(
        Limit(slot, most)
        for slot, most in ((day, draw.turns_per_day), (TURNS, draw.turns_per_person))
        if most
    )
