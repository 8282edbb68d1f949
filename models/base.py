"""The declarative base, naming rules for constraints, and the mixins that say whose a row is."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from models.types import UTCDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables. Datetimes are aware UTC."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: UTCDateTime}  # noqa: RUF012 - SQLAlchemy's own name and form


TENANT_COLUMNS: dict[str, str] = {}
"""The column that says whose a row is, by table; filled as the tables below declare themselves."""


class OfAccount:
    """A row that belongs to one official account; a query that names no account is refused (`models.tenancy`).

    `abstract`: columns for several tables, none itself.
    """

    def __init_subclass__(cls, *, abstract: bool = False, **options: Any) -> None:
        super().__init_subclass__(**options)
        if abstract:
            return
        TENANT_COLUMNS[cls.__dict__["__tablename__"]] = "account_id"
        _make_findable(cls, "account_id")

    @declared_attr
    def account_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))


class OfOrganisation:
    """A row that belongs to one union organisation; a query that names none is refused (`models.tenancy`)."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        TENANT_COLUMNS[cls.__dict__["__tablename__"]] = "organisation_id"
        _make_findable(cls, "organisation_id")

    @declared_attr
    def organisation_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"))


def _make_findable(table_class: Any, owner: str) -> None:
    """An index on the owner, unless another begins with it: PostgreSQL may take the shorter one for a query that the longer
    one answers, and walk through all rows of the account. A table that declares the column itself decides for itself.
    """
    table: Table = table_class.__table__
    declared = table_class.__dict__.get("__annotations__", {})
    if owner not in declared and not any(columns[:1] == [owner] for columns in _looked_up(table)):
        Index(None, table.c[owner])


def _looked_up(table: Table) -> list[list[str]]:
    """The columns of each index that holds all rows."""
    keys = [one for one in table.constraints if isinstance(one, UniqueConstraint | PrimaryKeyConstraint)]
    whole = [one for one in table.indexes if one.dialect_options["postgresql"]["where"] is None]
    return [list(one.columns.keys()) for one in (*keys, *whole)]
