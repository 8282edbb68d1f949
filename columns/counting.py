"""How many items a column has, live ones and drafts: kept with it, so that no list counts thousands."""

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select, update
from sqlalchemy.orm import Session

from models.columns import Column, ColumnItem
from models.upsert import count_rows

_EVERY_COLUMN = "the columns of every union are counted anew"


def count_items(session: Session, column: Column, *, live: int = 0, drafts: int = 0) -> None:
    """Its items became more or fewer by so many."""
    session.execute(
        update(Column)
        .where(Column.organisation_id == column.organisation_id, Column.id == column.id)
        .values(live_items=Column.live_items + live, draft_items=Column.draft_items + drafts)
        .execution_options(synchronize_session=False)
    )


def recount(session: Session, _now: datetime) -> int:
    """A `house.feature.Recount`."""
    # First the locks, then a statement that sees what was changed before.
    every = {"all_tenants": _EVERY_COLUMN, "synchronize_session": False}
    session.execute(select(Column.id).order_by(Column.id).with_for_update().execution_options(**every))
    counted = update(Column).values(live_items=_number("live"), draft_items=_number("draft"))
    return count_rows(session.execute(counted.execution_options(**every)))


def _number(state: str) -> ScalarSelect[Any]:
    return (
        select(func.count())
        .where(ColumnItem.column_id == Column.id, ColumnItem.state == state)
        .correlate(Column)
        .scalar_subquery()
    )
