"""Alembic's environment: run by `flask db …`, which hands over the database."""

from alembic import context
from sqlalchemy import Connection

from models import Base
from models.db import Database

database: Database = context.config.attributes["database"]


def run(connection: Connection) -> None:
    # SQLite can't alter a constraint in place; batch mode copies the table.
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=database.is_sqlite
    )
    with context.begin_transaction():
        context.run_migrations()


with database.engine.connect() as connection:
    run(connection)
    connection.commit()
