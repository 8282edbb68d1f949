"""Alembic's environment: run by `flask db …`, which hands over the database."""

from alembic import context
from sqlalchemy import Connection

from campaigns.jury import tables as _jury_tables  # noqa: F401 - not a kind's
from campaigns.registry import all_kinds
from models import Base
from models.db import Database

all_kinds()  # each brings its own tables
database: Database = context.config.attributes["database"]


def is_for_all(_: object, name: str | None, kind: str, *__: object) -> bool:
    """What only PostgreSQL has is in migrations alone: columns `letters`, and their indexes."""
    return not (kind in ("column", "index") and (name or "").endswith("letters"))


def run(connection: Connection) -> None:
    # SQLite can't alter a constraint in place; batch mode copies the table.
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=database.is_sqlite,
        include_object=is_for_all,
    )
    with context.begin_transaction():
        context.run_migrations()


def keep_children(connection: Connection, *, kept: bool) -> None:
    """On SQLite a copied table is dropped, which with foreign keys on deletes the rows that hang on it. Outside a transaction."""
    driver = connection.connection.driver_connection
    if database.is_sqlite and driver is not None:
        driver.execute(f"PRAGMA foreign_keys={'OFF' if kept else 'ON'}")


with database.engine.connect() as connection:
    keep_children(connection, kept=True)
    run(connection)
    connection.commit()
    keep_children(connection, kept=False)
