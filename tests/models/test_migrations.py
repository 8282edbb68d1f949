"""Migrations: from nothing to the newest schema and back, on both databases, in step with the models."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.util.exc import CommandError
from sqlalchemy import bindparam, inspect, text

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


def test_sums_are_made_of_the_rows_that_were_there(db: Database):
    command.downgrade(alembic_config(db), "c5a000000002")
    today = datetime.now(UTC)
    with db.work() as session:
        for statement in (
            "INSERT INTO organisations (key, name) VALUES ('sea', '海湾')",
            "INSERT INTO accounts (organisation_id, key, name, kind, verified, demo, appid, mode, token, secret, profile, "
            "version, created_at) VALUES (1, 'sea', '海湾', 'service', true, false, 'wx1', 'plain', 't', 's', '{}', 0, :now)",
            "INSERT INTO scenes (account_id, public_id, scene, label, district, url, version, created_at) "
            "VALUES (1, 's', 'gate', '门口', '', 'u', 0, :now)",
            "INSERT INTO scene_days (account_id, scene, day, scans, followed) "
            "VALUES (1, 'gate', :today, 3, 2), (1, 'gate', '2020-01-01', 4, 1)",
            "INSERT INTO asked_questions (account_id, message_key, asked_at, outcome, entry_code, text) "
            "VALUES (1, 'a', '2026-11-19 16:00:00', 'answered', '', ''), (1, 'b', '2026-11-19 15:59:59', 'answered', '', '')",
            "INSERT INTO brand_columns (organisation_id, code, title, description, cover, words, position, shown, version, "
            "updated_at, updated_by) VALUES (1, 'c', '甲', '', '', '[]', 1, true, 1, :now, '')",
            "INSERT INTO column_items (organisation_id, column_id, public_id, number, kind, title, digest, cover, body, "
            "entry_code, media, state, version, updated_at, updated_by) "
            "VALUES (1, 1, 'i', 1, 'text', '一', '', '', '', '', '[]', 'live', 1, :now, '')",
        ):
            values = {"now": today.replace(tzinfo=None) if db.is_sqlite else today, "today": today.date()}
            session.execute(
                text(statement).bindparams(
                    *(bindparam(name, value) for name, value in values.items() if f":{name}" in statement)
                )
            )
    upgrade_schema(db)
    with db.read() as session:
        sums = "SELECT scans, followed, recent_scans, recent_followed FROM scenes"
        assert tuple(session.execute(text(sums)).one()) == (7, 3, 3, 2)
        days = session.execute(text("SELECT day, number FROM question_days ORDER BY day")).all()
        assert [(str(day), number) for day, number in days] == [("2026-11-19", 1), ("2026-11-20", 1)]
        items = "SELECT live_items, draft_items FROM brand_columns"
        assert tuple(session.execute(text(items)).one()) == (1, 0)


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
