"""Draws without their guard: the stock is looked at and written afterwards. Taken away from outside; the product has no
switch for it.
"""

import time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from members.ledger import Answered
from models.db import Database
from models.prizes import Prize
from prizes import turns, turns_plain
from prizes.outcome import Asked, tape_of
from prizes.view import DrawView, PrizeView

_THINKING_S = 0.2


def remove_guard() -> None:
    """Raises AttributeError where there is nothing to take away any more."""
    for module, name, part in ((turns_plain, "_give", _give), (turns, "_take", _take)):
        if not hasattr(module, name):
            raise AttributeError(f"{module} has no {name} any more: the control removes nothing")
        setattr(module, name, part)


def _give(session: Session, draw: DrawView, prize: PrizeView) -> bool:
    where = (Prize.account_id == draw.account_id, Prize.id == prize.id)
    seen = session.scalar(select(Prize.given).where(*where)) or 0
    if seen >= prize.stock:
        return False
    time.sleep(_THINKING_S)
    session.execute(update(Prize).where(*where).values(given=seen + 1))
    return True


def _take(db: Database, asked: Asked) -> Answered:
    with db.work() as session:
        return turns_plain.take_plainly(session, asked, tape_of(db, asked.draw))
