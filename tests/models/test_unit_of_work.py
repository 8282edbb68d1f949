"""The unit of work: what commits, what rolls back, and that writers on SQLite wait for each other instead of failing."""

import threading

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import sessionmaker

from core.errors import ConfigError
from models import Account, ContentStamp, Organisation
from models.db import Database
from models.stamps import raise_stamp, read_stamps
from tests.conftest import NOW
from tests.neighbours import together

WRITERS, TURNS = 16, 10


def stamp_of(db: Database, kind: str) -> int | None:
    with db.read() as session:
        return read_stamps(session).get(kind)


def test_work_is_committed_at_its_end(db: Database):
    with db.work() as session:
        raise_stamp(session, "faq")
    assert stamp_of(db, "faq") == 1


def test_an_exception_takes_back_everything_the_work_did(db: Database):
    with pytest.raises(ZeroDivisionError), db.work() as session:
        raise_stamp(session, "faq")
        session.add(Organisation(key="sea", name="海湾"))
        session.flush()
        raise ZeroDivisionError
    with db.read() as session:
        assert read_stamps(session) == {}
        assert session.scalar(select(Organisation.id)) is None


def test_what_a_reader_changes_is_not_kept_and_what_it_read_stays_usable(db: Database):
    with db.work() as session:
        session.add(Organisation(key="sea", name="海湾"))
    with db.read() as session:
        organisation = session.scalars(select(Organisation)).one()
        organisation.name = "改了"
        session.flush()
        session.refresh(organisation)
    assert organisation.name == "改了"
    with db.read() as session:
        assert session.scalars(select(Organisation.name)).one() == "海湾"


def test_sixteen_writers_on_sqlite_that_read_first_never_fail_and_lose_nothing(sqlite_db: Database):
    with sqlite_db.work() as session:
        session.add(ContentStamp(kind="count", stamp=0))

    def count_up(_number: int) -> None:
        for _ in range(TURNS):
            with sqlite_db.work() as session:
                seen = session.scalar(select(ContentStamp.stamp).where(ContentStamp.kind == "count"))
                session.execute(update(ContentStamp).values(stamp=seen + 1))

    assert together(WRITERS, count_up) == [None] * WRITERS
    assert stamp_of(sqlite_db, "count") == WRITERS * TURNS


def test_control_without_begin_immediate_the_same_writers_do_fail(sqlite_db: Database):
    with sqlite_db.work() as session:
        session.add(ContentStamp(kind="count", stamp=0))
    deferred = sessionmaker(sqlite_db.engine)
    all_have_read = threading.Barrier(4)

    def count_up(_number: int) -> None:
        with deferred() as session, session.begin():
            seen = session.scalar(select(ContentStamp.stamp).where(ContentStamp.kind == "count"))
            all_have_read.wait(10)
            session.execute(update(ContentStamp).values(stamp=seen + 1))

    failures = [result for result in together(4, count_up) if result is not None]
    assert len(failures) == 3
    assert all(isinstance(failure, OperationalError) for failure in failures)


def test_sqlite_runs_with_the_pragmas_we_stand_on(sqlite_db: Database):
    with sqlite_db.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 15_000, "synchronous": 1}


def test_an_account_of_an_organisation_that_does_not_exist_is_refused(db: Database):
    with pytest.raises(IntegrityError), db.work() as session:
        session.add(
            Account(organisation_id=99, key="a", name="a", appid="wx", token="t", secret="s", created_at=NOW)
        )


@pytest.mark.parametrize("url", ["foo", "", "oracle+none://u:hunter2@h/d", "mysql://u:hunter2@h/d"])
def test_a_database_url_that_cannot_be_used_is_told_without_its_password(url: str):
    with pytest.raises(ConfigError) as caught:
        Database(url)
    assert "DATABASE_URL" in str(caught.value)
    assert "hunter2" not in repr(caught.value)


def test_the_folder_of_a_sqlite_file_is_made(tmp_path):
    db = Database(f"sqlite:///{tmp_path}/deep/er/x.sqlite3")
    with db.read() as session:
        assert session.scalar(text("SELECT 1")) == 1
    db.close()


def test_one_statement_alone_is_committed_by_itself(db: Database):
    db.alone(lambda connection: connection.execute(insert(ContentStamp).values(kind="faq", stamp=1)))
    assert stamp_of(db, "faq") == 1


def test_one_statement_alone_is_sent_again_where_its_connection_had_died(postgres_db: Database):
    served: list[int] = []

    def write(connection: Connection) -> None:
        served.append(connection.scalar(text("SELECT pg_backend_pid()")) or 0)
        connection.execute(insert(ContentStamp).values(kind=f"faq{len(served)}", stamp=1))

    postgres_db.alone(write)
    with postgres_db.work() as session:
        session.execute(text("SELECT pg_terminate_backend(:it, 5000)"), {"it": served[0]})
    postgres_db.alone(write)
    assert len(set(served)) == 2
    assert stamp_of(postgres_db, "faq2") == 1


def test_a_refused_statement_alone_is_not_sent_again(db: Database):
    db.alone(lambda connection: connection.execute(insert(ContentStamp).values(kind="faq", stamp=1)))
    tried: list[int] = []

    def write(connection: Connection) -> None:
        tried.append(1)
        connection.execute(insert(ContentStamp).values(kind="faq", stamp=2))

    with pytest.raises(IntegrityError):
        db.alone(write)
    assert (len(tried), stamp_of(db, "faq")) == (1, 1)
