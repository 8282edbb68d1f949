"""The declarative base, naming rules for constraints, and the mixins that say whose a row is."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, MetaData
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
    """A row that belongs to one official account; a query that names no account is refused (`models.tenancy`)."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        TENANT_COLUMNS[cls.__dict__["__tablename__"]] = "account_id"

    @declared_attr
    def account_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"), index=True)


class OfOrganisation:
    """A row that belongs to one union organisation; a query that names none is refused (`models.tenancy`)."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        TENANT_COLUMNS[cls.__dict__["__tablename__"]] = "organisation_id"

    @declared_attr
    def organisation_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), index=True)
