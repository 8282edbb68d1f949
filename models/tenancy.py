"""The guard that makes a query without a tenant fail loudly.

Every statement on rows of an account or organisation, subqueries and unions included, must compare `account_id` /
`organisation_id` of each such table with a value, or with the same column of a table that is compared with one. A
comparison below an OR or NOT does not count. Jobs that serve all tenants say so with
`execution_options(all_tenants="why")`.
"""

from collections.abc import Iterator
from typing import Any, cast

from sqlalchemy import Delete, Insert, Select, Update, event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ColumnClause, Grouping
from sqlalchemy.sql.operators import and_, eq, in_op
from sqlalchemy.sql.schema import Table
from sqlalchemy.sql.selectable import Alias, Join

from core.errors import TenantMissing
from models.base import TENANT_COLUMNS

_NAMES_OF_TENANTS = {
    ("accounts", "key"): ("accounts", "id"),
    ("accounts", "appid"): ("accounts", "id"),
    ("organisations", "key"): ("organisations", "id"),
}
"""Unique columns that are as good as the id they stand beside."""

_Column = tuple[str, str]
"""Table (or alias) and column."""

_MOST_PASSED = 5000
_passed: set[Any] = set()
"""The shapes of statements (without their values) that were found in order: to look at a joined one takes milliseconds."""


def guard(session_class: type[Session] | Any) -> None:
    """Check every statement of these sessions."""
    event.listen(session_class, "do_orm_execute", _check)


def _check(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load or state.execution_options.get("all_tenants"):
        return
    statement = state.statement
    if isinstance(statement, Insert) and statement.select is None:
        return
    # What SQLAlchemy knows compiled statements by; its documented recipe for caches of results uses it too.
    shape = cast(Any, statement)._generate_cache_key()
    if shape is not None and shape.key in _passed:
        return
    outer = _named_columns(statement, frozenset())
    for part in visitors.iterate(cast(Any, statement)):
        if isinstance(part, Select | Update | Delete):
            _check_part(part, outer)
    if shape is not None:
        if len(_passed) >= _MOST_PASSED:
            _passed.clear()
        _passed.add(shape.key)


def _check_part(statement: Any, outer: frozenset[_Column]) -> None:
    named = _named_columns(statement, outer)
    for name, table in _tables(statement):
        column = TENANT_COLUMNS.get(table)
        if column is not None and (name, column) not in named:
            raise TenantMissing(f"a query on {table} names no {column}")


def _tables(statement: Any) -> Iterator[tuple[str, str]]:
    """(name in the statement, name of the table) of what a statement itself reads or changes."""
    for source in statement.get_final_froms() if isinstance(statement, Select) else [statement.table]:
        yield from _tables_in(source)


def _tables_in(source: Any) -> Iterator[tuple[str, str]]:
    if isinstance(source, Join):
        yield from _tables_in(source.left)
        yield from _tables_in(source.right)
    elif isinstance(source, Table):
        yield source.name, source.name
    elif isinstance(source, Alias) and isinstance(source.element, Table):
        yield source.name, source.element.name


def _named_columns(statement: Any, outer: frozenset[_Column]) -> frozenset[_Column]:
    """Columns that a statement compares with a value, directly or through other columns."""
    named = set(outer)
    follows: set[tuple[_Column, _Column]] = set()  # the second is named when the first is
    for condition, reach in _conditions(statement):
        left, right = _column(condition.left), _column(condition.right)
        for this, that in ((left, right), (right, left)):
            if this is None or (reach is not None and this[0] not in reach):
                continue
            if that is None:
                named.add(this)
            else:
                follows.add((that, this))
    while True:
        more = {_NAMES_OF_TENANTS[column] for column in named & _NAMES_OF_TENANTS.keys()}
        more |= {second for first, second in follows if first in named}
        if more <= named:
            return frozenset(named)
        named |= more


def _conditions(statement: Any) -> Iterator[tuple[BinaryExpression[Any], frozenset[str] | None]]:
    """Every `a = b` and `a IN b` that holds for all rows of the result, and of which tables (None: of all)."""
    if not isinstance(statement, Select | Update | Delete):
        return
    yield from ((condition, None) for condition in _all_of(statement.whereclause))
    if isinstance(statement, Select):
        for source in statement.get_final_froms():
            yield from _join_conditions(source)


def _join_conditions(source: Any) -> Iterator[tuple[BinaryExpression[Any], frozenset[str] | None]]:
    if not isinstance(source, Join):
        return
    yield from _join_conditions(source.left)
    yield from _join_conditions(source.right)
    if not source.full:
        # The left side of an outer join keeps rows that do not meet its condition.
        reach = frozenset(name for name, _ in _tables_in(source.right)) if source.isouter else None
        yield from ((condition, reach) for condition in _all_of(source.onclause))


def _all_of(clause: Any) -> Iterator[BinaryExpression[Any]]:
    """The comparisons of a condition that hold whenever it does."""
    if isinstance(clause, Grouping):
        yield from _all_of(clause.element)
    elif isinstance(clause, BooleanClauseList) and clause.operator is and_:
        for part in clause.clauses:
            yield from _all_of(part)
    elif isinstance(clause, BinaryExpression) and clause.operator in (eq, in_op):
        yield clause


def _column(side: Any) -> _Column | None:
    table = getattr(side, "table", None)
    return (table.name, side.name) if isinstance(side, ColumnClause) and table is not None else None
