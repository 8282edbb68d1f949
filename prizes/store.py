"""Queries on draws and prizes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from models.prizes import Draw, Prize


def get_draw(session: Session, account_id: int, public_id: str) -> Draw:
    """Raises NotFound."""
    draw = session.scalar(select(Draw).where(Draw.account_id == account_id, Draw.public_id == public_id))
    if draw is None:
        raise NotFound("no_draw", "没有这个抽奖，可能已被删除。")
    return draw


def list_prizes(session: Session, account_id: int, draw_id: int) -> list[Prize]:
    """In the order staff gave them."""
    query = select(Prize).where(Prize.account_id == account_id, Prize.draw_id == draw_id)
    return list(session.scalars(query.order_by(Prize.position)))
