"""A turn in single statements, one unit of work: for SQLite, and whatever else can't write in a WITH."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.ids import public_id
from members.ledger import Answered, reserve
from members.staff_links.store import is_barred
from models.ledger import Person
from models.prizes import Chance, Draw, DrawTurn, Prize, Win
from models.upsert import count_rows
from prizes.outcome import (
    WINS,
    Asked,
    Result,
    answer,
    bad_commitment,
    barred,
    full,
    no_chance,
    over,
    prize_at,
    roll,
)
from prizes.service import deadline_of
from prizes.view import DrawView, PrizeView


def take_plainly(session: Session, asked: Asked, strip: bytes) -> Answered:
    """Raises NotAllowed, SoldOut, Closed, and IntegrityError where the same request was answered before."""
    draw = asked.draw
    if is_barred(session, draw.account_id, asked.staff_mark, draw.staff_since):
        raise barred()
    person_id = _find_person(session, asked)
    _require_free(session, asked, person_id)
    chance_id, slot = _spend(session, asked, person_id), _next_slot(session, draw)
    prize = prize_at(draw, strip, slot) if draw.mode == "tape" else roll(draw)
    if prize is not None and not _give(session, draw, prize):
        if draw.mode == "tape":
            raise bad_commitment()
        prize = None
    turn = DrawTurn(
        account_id=draw.account_id,
        public_id=public_id(),
        draw_id=draw.id,
        person_id=person_id,
        key=asked.key,
        chance_id=chance_id,
        slot=slot,
        prize_id=prize.id if prize else None,
        at=asked.now,
    )
    session.add(turn)
    session.flush()
    return answer(Result(turn.public_id, _keep_win(session, draw, turn) if prize else "", prize))


def _find_person(session: Session, asked: Asked) -> int:
    """Raises SoldOut: who is not in the draw's ledger has no chance."""
    where = (Person.account_id == asked.draw.account_id, Person.scope == asked.draw.scope)
    person_id = session.scalar(select(Person.id).where(*where, Person.mark == asked.mark))
    if person_id is None:
        raise no_chance()
    return person_id


def _require_free(session: Session, asked: Asked, person_id: int) -> None:
    """Raises SoldOut. On SQLite nobody wins in between: a unit of work that writes is alone."""
    draw = asked.draw
    won = select(func.count(Win.id)).where(
        Win.account_id == draw.account_id, Win.draw_id == draw.id, Win.person_id == person_id
    )
    if draw.wins_per_person and (session.scalar(won) or 0) >= draw.wins_per_person:
        raise full(WINS)
    for limit in asked.limits:
        if not reserve(session, draw.account_id, draw.scope, limit._replace(holder=person_id)):
            raise full(limit.slot)


def _spend(session: Session, asked: Asked, person_id: int) -> int:
    """The id of the chance. Raises SoldOut."""
    where = (
        Chance.account_id == asked.draw.account_id,
        Chance.draw_id == asked.draw.id,
        Chance.person_id == person_id,
        Chance.spent_at.is_(None),
    )
    oldest = select(Chance.id).where(*where).order_by(Chance.id).limit(1).scalar_subquery()
    spending = update(Chance).where(*where, Chance.id == oldest).values(spent_at=asked.now)
    spending = spending.returning(Chance.id).execution_options(synchronize_session=False)
    chance_id = session.execute(spending).scalar()
    if chance_id is None:
        raise no_chance()
    return chance_id


def _next_slot(session: Session, draw: DrawView) -> int | None:
    """None where there is no tape, or it is used up. Raises Closed."""
    where = (Draw.account_id == draw.account_id, Draw.id == draw.id, Draw.state == "open")
    if draw.mode == "odds":
        if session.scalar(select(Draw.id).where(*where)) is None:
            raise over()
        return None
    stepping = update(Draw).where(*where).values(next_slot=Draw.next_slot + 1).returning(Draw.next_slot)
    taken = session.execute(stepping.execution_options(synchronize_session=False)).scalar()
    if taken is None:
        raise over()
    return taken - 1 if taken <= draw.slots else None


def _give(session: Session, draw: DrawView, prize: PrizeView) -> bool:
    where = (Prize.account_id == draw.account_id, Prize.id == prize.id, Prize.given < Prize.stock)
    giving = update(Prize).where(*where).values(given=Prize.given + 1)
    return count_rows(session.execute(giving.execution_options(synchronize_session=False))) == 1


def _keep_win(session: Session, draw: DrawView, turn: DrawTurn) -> str:
    win = Win(
        account_id=draw.account_id,
        public_id=public_id(),
        draw_id=draw.id,
        prize_id=turn.prize_id,
        turn_id=turn.id,
        person_id=turn.person_id,
        won_at=turn.at,
        deadline=deadline_of(draw, turn.at),
    )
    session.add(win)
    session.flush()
    return win.public_id
