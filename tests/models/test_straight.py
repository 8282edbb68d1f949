"""Statements straight to the driver: their rows, and that their errors are SQLAlchemy's."""

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from models.db import Database
from models.straight import send

_INSERT = {
    "sqlite": "INSERT INTO content_stamps (kind, stamp) VALUES (:kind, 1) RETURNING kind, stamp",
    "postgresql": "INSERT INTO content_stamps (kind, stamp) VALUES (%(kind)s, 1) RETURNING kind, stamp",
}


def insert(connection: Connection, kind: str) -> tuple[str, int]:
    row: tuple[str, int] = send(connection, _INSERT[connection.dialect.name], {"kind": kind}).fetchone()
    return row


def test_a_row_comes_as_a_tuple_and_stays(db: Database):
    assert db.alone(lambda connection: insert(connection, "faq")) == ("faq", 1)
    with db.read() as session:
        assert session.scalar(text("SELECT kind FROM content_stamps")) == "faq"


def test_it_is_part_of_the_session_it_is_sent_in(db: Database):
    with pytest.raises(ZeroDivisionError), db.work() as session:
        insert(session.connection(), "faq")
        raise ZeroDivisionError
    with db.read() as session:
        assert session.scalar(text("SELECT count(*) FROM content_stamps")) == 0


def test_errors_are_sqlalchemys_and_hold_no_values(db: Database):
    db.alone(lambda connection: insert(connection, "faq-secret"))
    with pytest.raises(IntegrityError) as caught:
        db.alone(lambda connection: insert(connection, "faq-secret"))
    assert caught.value.params is None


def test_a_statement_that_cannot_be_is_told(postgres_db: Database):
    with pytest.raises(ProgrammingError):
        postgres_db.alone(lambda connection: send(connection, "SELEC 1", {}))


def test_a_connection_that_died_is_taken_again(postgres_db: Database):
    def whose(connection: Connection) -> int:
        found: int = send(connection, "SELECT pg_backend_pid()", {}).fetchone()[0]
        return found

    first = postgres_db.alone(whose)
    with postgres_db.work() as session:
        session.execute(text("SELECT pg_terminate_backend(:it, 5000)"), {"it": first})
    assert postgres_db.alone(whose) != first
