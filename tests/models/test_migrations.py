"""Migrations: from nothing to the newest schema and back, on both databases, in step with the models."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy import inspect, text

from commands.database import alembic_config, current_version, newest_version, upgrade_schema
from models import Base
from models.db import Database
from tests.conftest import Home


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database in which nothing is yet."""
    if request.param == "sqlite":
        db = Database(f"sqlite:///{tmp_path}/empty.sqlite3")
    else:
        url: str = request.getfixturevalue("postgres_url")
        server = Database(url)
        with server.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("DROP DATABASE IF EXISTS empty WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE empty TEMPLATE template0"))
        server.close()
        db = Database(url.rpartition("/")[0] + "/empty")
    yield db
    db.close()


@pytest.fixture
def db(empty: Database) -> Database:
    """A database that was upgraded from nothing."""
    upgrade_schema(empty)
    return empty


def tables(db: Database) -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_an_empty_database_gets_every_table_of_the_models(db: Database):
    assert tables(db) == set(Base.metadata.tables)
    assert current_version(db) == newest_version(db)


def test_upgrading_again_changes_nothing(db: Database):
    with db.work() as session:
        session.execute(text("INSERT INTO organisations (key, name) VALUES ('sea', '海湾')"))
    upgrade_schema(db)
    with db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM organisations")) == 1


def test_models_and_migrations_do_not_differ(db: Database):
    command.check(alembic_config(db))


def test_control_a_column_too_many_is_found(db: Database):
    with db.work() as session:
        session.execute(text("ALTER TABLE organisations ADD COLUMN motto VARCHAR(10)"))
    with pytest.raises(CommandError):
        command.check(alembic_config(db))


def test_down_to_nothing_and_up_again(db: Database):
    command.downgrade(alembic_config(db), "base")
    assert tables(db) == set()
    assert current_version(db) is None
    upgrade_schema(db)
    assert tables(db) == set(Base.metadata.tables)


def test_every_index_and_unique_constraint_of_the_models_is_in_the_database(db: Database):
    for name, table in Base.metadata.tables.items():
        found = {index["name"] for index in inspect(db.engine).get_indexes(name)}
        assert {index.name for index in table.indexes} <= found


def test_flask_db_check_is_content(home: Home):
    done = home.app.test_cli_runner().invoke(args=["db", "check"])
    assert done.exit_code == 0, done.output


def test_flask_db_check_tells_a_difference_in_one_line(home: Home):
    with home.parts.db.work() as session:
        session.execute(text("ALTER TABLE organisations ADD COLUMN motto VARCHAR(10)"))
    done = home.app.test_cli_runner().invoke(args=["db", "check"])
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1


def test_a_database_of_a_newer_program_is_told_in_one_line(home: Home):
    with home.parts.db.work() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'fffff0000001'"))
    done = home.app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
