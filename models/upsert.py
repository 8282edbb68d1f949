"""INSERT … ON CONFLICT for the databases we run on."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import CursorResult, Result
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.base import Base


def insert_for(session: Session, table: type[Base]) -> Any:
    """The dialect's own INSERT, which knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    dialect = session.get_bind().dialect.name
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def insert_missing(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert `rows`, leaving out those that break a unique constraint. Returns how many were new."""
    if not rows:
        return 0
    # Without preserve_rowcount SQLAlchemy forgets how many rows an INSERT made, and PostgreSQL would always say none.
    statement = insert_for(session, table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    new = 0
    for start in range(0, len(rows), 200):
        new += count_rows(session.execute(statement.values(list(rows[start : start + 200]))))
    return new


def count_rows(result: Result[Any]) -> int:
    """How many rows an INSERT, UPDATE or DELETE changed."""
    return max(0, cast("CursorResult[Any]", result).rowcount)
