"""A row of every table that belongs to a tenant, made from the models themselves: a new table is taken up by itself.

Every text carries the tenant's mark, so that it can be told whose it is wherever it comes out.
"""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    insert,
    select,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON, Date, Time

from models import Base
from models.base import TENANT_COLUMNS
from models.types import Sealed, UTCDateTime

_MADE_APART = frozenset({"grants", "staff_links"})
"""They say something of people, who are no tenant's."""
_PEOPLE = "ledger_people"
_KINDS = {("campaigns", "kind"): "quiz"}
"""Columns that name a part of the code."""
_BEST_STATES = ("live", "on", "scheduled", "text", "contains", "handed_off")
_CHOICES = re.compile(r"(\w+) in \(([^)]*)\)", re.IGNORECASE)


def add_rows(session: Session, values: Mapping[str, Any], mark: str, now: datetime) -> dict[str, Any]:
    """A row of every tenant's table. `values`: what columns of a name hold (account_id, code, public_id …). Returns the
    new ids by table."""
    ids: dict[str, Any] = {}
    # People of ledgers first: tables that only grow name them without a foreign key.
    for table in sorted(Base.metadata.sorted_tables, key=lambda one: one.name != _PEOPLE):
        if table.name in TENANT_COLUMNS and table.name not in _MADE_APART:
            made = {**values, "person_id": ids.get(_PEOPLE), **_ids_below(table, ids)}
            row = make_row(table, made, mark, now)
            key = next(iter(table.primary_key.columns))
            ids[table.name] = session.execute(insert(table).values(row).returning(key)).scalar_one()
    return ids


def fingerprint(session: Session, values: Mapping[str, Any]) -> dict[str, str]:
    """Everything that a tenant has, by table: the same again if nobody touched it."""
    found: dict[str, str] = {}
    for table in Base.metadata.sorted_tables:
        column = TENANT_COLUMNS.get(table.name)
        if column is not None:
            rows = session.execute(select(table).where(table.c[column] == values[column]))
            found[table.name] = "\n".join(sorted(repr(tuple(row)) for row in rows))
    return found


def _ids_below(table: Table, ids: Mapping[str, Any]) -> dict[str, Any]:
    """Foreign keys to rows that were made before."""
    return {
        column.name: ids[key.column.table.name]
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in ids
    }


def make_row(table: Table, values: Mapping[str, Any], mark: str, now: datetime) -> dict[str, Any]:
    """A row whose columns hold `values` by their names, and else what goes with their type."""
    choices = choices_of(table)
    row: dict[str, Any] = {}
    for column in table.columns:
        if column.name in values:
            row[column.name] = values[column.name]
        elif (table.name, column.name) in _KINDS:
            row[column.name] = _KINDS[table.name, column.name]
        elif column.name in choices:
            row[column.name] = choices[column.name]
        elif column is not table.autoincrement_column and (value := _value(column, mark, now)) is not None:
            row[column.name] = value
    return row


def choices_of(table: Table) -> dict[str, str]:
    """A value for each column whose values are listed by a constraint."""
    found: dict[str, str] = {}
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint):
            for name, listed in _CHOICES.findall(str(constraint.sqltext)):
                allowed = re.findall(r"'([^']*)'", listed)
                found[name] = next((one for one in _BEST_STATES if one in allowed), allowed[0])
    return found


def _value(column: Column[Any], mark: str, now: datetime) -> Any:
    if column.nullable and not isinstance(column.type, Sealed):
        return None
    # The worker leaves alone what is not due.
    moment = now + timedelta(days=1) if column.name == "due_at" else now
    by_type: tuple[tuple[type, Any], ...] = (
        (JSON, _json(column.name, mark)),
        (Boolean, column.default is None or bool(getattr(column.default, "arg", True))),
        (Integer, 1),
        (Numeric, 1),
        (Float, 1.0),
        (UTCDateTime, moment),
        (Date, now.date()),
        (Time, time(9)),
        (LargeBinary, mark.encode()),
    )
    found = [value for kind, value in by_type if isinstance(column.type, kind)]
    return found[0] if found and not isinstance(column.type, Sealed) else _text(column, mark)


def _text(column: Column[Any], mark: str) -> str:
    special = {
        "openid": f"o{mark}",
        "link": f"https://{mark}.example/",
        "url": f"https://{mark}.example/",
        "cover": "",
        "fill_group": "",
    }
    length = getattr(column.type, "length", None) or 1000
    return special.get(column.name, f"{mark} {column.name}"[:length] if length >= len(mark) else "")


def _question(mark: str) -> dict[str, Any]:
    """A question of a quiz as it stands in an upload and in a frozen set."""
    texts = ("code", "subject", "question", "explanation", "entry", "picture", "picture_text")
    return {
        **dict.fromkeys(texts, mark),
        "level": 1,
        "kind": "judge",
        "options": [],
        "answer": "对",
        "citations": [mark],
    }


def _json(name: str, mark: str) -> Any:
    """What columns of a name must look like to be read again; others hold a list of words."""
    entry = {
        "id": mark,
        **dict.fromkeys(("topic", "category", "question", "answer", "details", "region"), mark),
        "alternates": [mark],
        "citations": [mark],
        **dict.fromkeys(("valid_from", "valid_until", "checked_on")),
    }
    shapes: dict[str, Any] = {
        "row": entry,
        "rows": [entry],
        "basis": {mark: 1},
        "tree": [{"name": mark, "key": mark, "reply": {"text": mark}}],
        "reply": {"text": mark},
        "payload": {"text": mark},
        "media": [],
        "eligibility": {},
        "settings": {},
        "rules": {"who": mark},
        "rule": {},
        **{name: [] for name in ("candidates", "counts", "votes", "hours", "examples")},
        "questions": [_question(mark)],
        "content": {"questions": [_question(mark)], "pools": [[[0]]]},
        "contact": dict.fromkeys(("district", "department", "phone", "address"), mark),
    }
    return shapes.get(name, [mark])
