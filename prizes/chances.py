"""Chances to draw: earned once by a source, spent once. Called by whatever gives chances (campaigns), in its unit of work."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from members.ledger import enter, enter_all, find_person
from models.prizes import Chance, Draw
from models.upsert import insert_missing
from prizes.view import scope_of


def earn(session: Session, account_id: int, draw_id: int, openid: str, source: str, now: datetime) -> bool:
    """A chance for what `source` names (`quiz:<attempt>`); False when it had earned before, or the draw is over.

    Raises NotFound for a draw that is not there.
    """
    draw = _draw(session, account_id, draw_id)
    if draw.state not in ("draft", "open"):
        return False
    person = enter(session, account_id, scope_of(draw.public_id), openid, now)
    row = {
        "account_id": account_id,
        "draw_id": draw_id,
        "person_id": person.id,
        "source": source[:64],
        "earned_at": now,
    }
    return insert_missing(session, Chance, [row]) == 1


def earn_all(
    session: Session, account_id: int, draw_id: int, earned: Mapping[str, str], now: datetime
) -> int:
    """As `earn`, many at once: who (openid) by source. Returns how many were new."""
    draw = _draw(session, account_id, draw_id)
    if draw.state not in ("draft", "open"):
        return 0
    people = enter_all(session, account_id, scope_of(draw.public_id), earned.values(), now)
    rows = [
        {
            "account_id": account_id,
            "draw_id": draw_id,
            "person_id": people[openid],
            "source": source[:64],
            "earned_at": now,
        }
        for source, openid in earned.items()
    ]
    return insert_missing(session, Chance, rows)


def count_unspent(session: Session, account_id: int, draw_id: int, openid: str) -> int:
    """How many chances somebody has left."""
    draw = _draw(session, account_id, draw_id)
    person = find_person(session, account_id, scope_of(draw.public_id), openid)
    return 0 if person is None else count_unspent_of(session, account_id, draw_id, person.id)


def count_unspent_of(session: Session, account_id: int, draw_id: int, person_id: int) -> int:
    """As `count_unspent`, of somebody in the draw's ledger."""
    query = select(func.count(Chance.id)).where(
        Chance.account_id == account_id,
        Chance.draw_id == draw_id,
        Chance.person_id == person_id,
        Chance.spent_at.is_(None),
    )
    return session.scalar(query) or 0


def _draw(session: Session, account_id: int, draw_id: int) -> Draw:
    where = (Draw.account_id == account_id, Draw.id == draw_id)
    draw = session.scalar(select(Draw).where(*where))
    if draw is not None and draw.mode == "final":
        # Its list is frozen as it closes: nobody may slip in behind.
        draw = session.scalar(
            select(Draw).where(*where).with_for_update(read=True).execution_options(populate_existing=True)
        )
    if draw is None:
        raise NotFound("no_draw", "没有这个抽奖，可能已被删除。")
    return draw
