"""A turn in single statements: for SQLite, and whatever else can't write in a WITH."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.ids import public_id
from members import ledger
from members.ledger import Answered, Limit, reserve
from models.prizes import Chance, Draw, DrawTurn, Prize, Win
from models.upsert import count_rows
from prizes.outcome import WINS, Asked, Result, Taken, answer, candidate, full, no_chance, over
from prizes.service import deadline_of
from prizes.view import DrawView, PrizeView


def take_plainly(session: Session, asked: Asked, person_id: int) -> Answered:
    draw = asked.draw
    for limit in asked.limits:
        mine = limit._replace(holder=person_id)
        free = (
            ledger.used(session, draw.account_id, draw.scope, person_id, WINS) < limit.most
            if limit.slot == WINS
            else reserve(session, draw.account_id, draw.scope, mine)
        )
        if not free:
            raise full(limit.slot)
    taken = Taken(person_id, _spend(session, draw, person_id, asked.now), _next_slot(session, draw))
    prize = candidate(session, draw, taken.slot)
    if prize is not None and not _give(session, draw, prize):
        prize = None
    result = Result(public_id(), public_id(), prize)
    turn = keep_turn(session, asked, taken, result)
    if prize is not None:
        _keep_win(session, asked, turn, result)
    return Answered(200, answer(result))


def keep_turn(session: Session, asked: Asked, taken: Taken, result: Result) -> DrawTurn:
    turn = DrawTurn(
        account_id=asked.draw.account_id,
        public_id=result.turn_id,
        draw_id=asked.draw.id,
        person_id=taken.person_id,
        chance_id=taken.chance_id,
        slot=taken.slot,
        prize_id=result.prize.id if result.prize else None,
        at=asked.now,
    )
    session.add(turn)
    session.flush()
    return turn


def _spend(session: Session, draw: DrawView, person_id: int, now: datetime) -> int:
    """Raises SoldOut."""
    where = (
        Chance.account_id == draw.account_id,
        Chance.draw_id == draw.id,
        Chance.person_id == person_id,
        Chance.spent_at.is_(None),
    )
    oldest = select(Chance.id).where(*where).order_by(Chance.id).limit(1).scalar_subquery()
    spending = update(Chance).where(*where, Chance.id == oldest).values(spent_at=now).returning(Chance.id)
    chance = session.execute(spending.execution_options(synchronize_session=False)).scalar()
    if chance is None:
        raise no_chance()
    return chance


def _next_slot(session: Session, draw: DrawView) -> int | None:
    """None where there is no tape, or it is used up. Raises Closed."""
    where = (Draw.account_id == draw.account_id, Draw.id == draw.id)
    if draw.mode == "tape":
        stepping = update(Draw).where(*where, Draw.state == "open", Draw.next_slot < Draw.slots)
        stepping = stepping.values(next_slot=Draw.next_slot + 1).returning(Draw.next_slot)
        after = session.execute(stepping.execution_options(synchronize_session=False)).scalar()
        if after is not None:
            return after - 1
    if session.scalar(select(Draw.state).where(*where)) != "open":
        raise over()
    return None


def _give(session: Session, draw: DrawView, prize: PrizeView) -> bool:
    where = (Prize.account_id == draw.account_id, Prize.id == prize.id, Prize.given < Prize.stock)
    giving = update(Prize).where(*where).values(given=Prize.given + 1)
    return count_rows(session.execute(giving.execution_options(synchronize_session=False))) == 1


def _keep_win(session: Session, asked: Asked, turn: DrawTurn, result: Result) -> None:
    draw = asked.draw
    win = Win(
        account_id=draw.account_id,
        public_id=result.win_id,
        draw_id=draw.id,
        prize_id=turn.prize_id,
        turn_id=turn.id,
        person_id=turn.person_id,
        won_at=asked.now,
        deadline=deadline_of(draw, asked.now),
    )
    session.add(win)
    if draw.wins_per_person:
        reserve(session, draw.account_id, draw.scope, Limit(WINS, draw.wins_per_person, turn.person_id))
    session.flush()
