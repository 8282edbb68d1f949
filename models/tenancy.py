"""The guard that makes a query without a tenant fail loudly.

Every ORM statement on rows of an account or organisation must compare `account_id` / `organisation_id` (or the primary
key it was given by a row it already had). Jobs that serve all tenants say so with
`execution_options(all_tenants="why")`.
"""

from typing import Any

from sqlalchemy import Select, event
from sqlalchemy.orm import Mapper, ORMExecuteState, Session
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import Delete, Update
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, ColumnElement
from sqlalchemy.sql.operators import eq, in_op

from core.errors import TenantMissing
from models.base import OfAccount, OfOrganisation

_TENANT_COLUMNS = {OfAccount: "account_id", OfOrganisation: "organisation_id"}


def guard(session_class: type[Session] | Any) -> None:
    """Check every ORM statement of these sessions."""
    event.listen(session_class, "do_orm_execute", _check)


def _check(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load or state.execution_options.get("all_tenants"):
        return
    statement = state.statement
    if not isinstance(statement, Select | Update | Delete):
        return
    named = _compared_columns(statement.whereclause)
    if isinstance(statement, Select):
        for from_ in statement.get_final_froms():
            named |= _compared_columns(getattr(from_, "onclause", None))
    for mapper in state.all_mappers:
        missing = _missing_tenant(mapper, named)
        if missing:
            raise TenantMissing(f"a query on {mapper.class_.__name__} names no {missing}")


def _missing_tenant(mapper: Mapper[Any], named: set[tuple[str, str]]) -> str | None:
    table = mapper.local_table.name  # type: ignore[attr-defined]
    for mixin, column in _TENANT_COLUMNS.items():
        if issubclass(mapper.class_, mixin):
            # The own primary key is as narrow as a tenant only when a row of the tenant supplied it.
            return None if (table, column) in named else column
    return None


def _compared_columns(clause: ColumnElement[Any] | None) -> set[tuple[str, str]]:
    """(table, column) of every `column = …` and `column IN …` in `clause`."""
    found: set[tuple[str, str]] = set()
    if clause is None:
        return found
    for element in visitors.iterate(clause):
        if isinstance(element, BinaryExpression) and element.operator in (eq, in_op):
            for side in (element.left, element.right):
                table = getattr(side, "table", None)
                if table is not None and not isinstance(side, BindParameter):
                    found.add((getattr(table, "name", ""), side.name))
    return found
