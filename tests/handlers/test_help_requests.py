"""One row of help_requests a message, whatever the number of threads: on PostgreSQL, with the race shown to be real."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext

import pytest
from sqlalchemy import event, inspect, text

from accounts.service import add_account
from models.messages import MessageLog
from models.upsert import insert_missing
from models.wall import HelpRequest
from tests.conftest import NOW, new_account
from tests.handlers.conftest import ANNA, EVERYBODY
from wall.service import request_help

THREADS = 8


@pytest.fixture
def account_id(postgres_db):
    with postgres_db.work() as session:
        return add_account(session, new_account(), NOW).id


@pytest.fixture
def meeting(postgres_db):
    """Every thread's first INSERT waits for the others: all have looked before any writes."""
    barrier, met = threading.Barrier(THREADS), threading.local()

    def wait(_connection, _cursor, statement, *_args):
        if statement.startswith("INSERT INTO help_requests") and not getattr(met, "once", False):
            met.once = True
            barrier.wait(10)

    event.listen(postgres_db.engine, "before_cursor_execute", wait)
    yield
    event.remove(postgres_db.engine, "before_cursor_execute", wait)


@contextmanager
def without_uniqueness(db, table):
    """The table without its unique constraints; afterwards it is empty and has them again."""
    constraints = inspect(db.engine).get_unique_constraints(table)
    assert constraints
    with db.engine.begin() as connection:
        for constraint in constraints:
            connection.execute(text(f'ALTER TABLE {table} DROP CONSTRAINT "{constraint["name"]}"'))
    try:
        yield
    finally:
        with db.engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {table}"))
            for constraint in constraints:
                columns = ", ".join(constraint["column_names"])
                add = f'ALTER TABLE {table} ADD CONSTRAINT "{constraint["name"]}" UNIQUE ({columns})'
                connection.execute(text(add))


def ask_from_all_threads(db, account_id, keys):
    def ask(key):
        with db.work() as session:
            request = request_help(session, account_id, openid=ANNA, message_key=key, text="", now=NOW)
            return request.number

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(ask, keys))


def rows(db):
    with db.read() as session:
        return session.query(HelpRequest).execution_options(**EVERYBODY).all()


def test_eight_threads_with_one_message_store_one_request(postgres_db, account_id, meeting):
    numbers = ask_from_all_threads(postgres_db, account_id, ["k"] * THREADS)
    assert numbers == [1] * THREADS
    assert len(rows(postgres_db)) == 1


def test_without_the_unique_constraint_the_same_threads_store_many(postgres_db, account_id, meeting):
    """The control: it is the constraint that keeps them apart, and the race really happens."""
    with without_uniqueness(postgres_db, "help_requests"):
        ask_from_all_threads(postgres_db, account_id, ["k"] * THREADS)
        assert len(rows(postgres_db)) == THREADS


def test_eight_threads_with_eight_messages_get_eight_numbers(postgres_db, account_id, meeting):
    numbers = ask_from_all_threads(postgres_db, account_id, [f"k{n}" for n in range(THREADS)])
    assert sorted(numbers) == list(range(1, THREADS + 1))
    assert len(rows(postgres_db)) == THREADS


def test_numbers_are_counted_for_each_account(postgres_db, account_id):
    with postgres_db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
        for account in (account_id, other, account_id):
            request_help(session, account, openid=ANNA, message_key=f"k{account}", text="", now=NOW)
    assert sorted((row.account_id, row.number) for row in rows(postgres_db)) == [(account_id, 1), (other, 1)]


@pytest.mark.parametrize("unique", [True, False], ids=["as it is", "without the constraint"])
def test_one_log_row_a_message_from_eight_shippers(postgres_db, account_id, unique):
    row = {
        "account_id": account_id,
        "message_key": "k",
        "openid": ANNA,
        "kind": "text",
        "content": "",
        "handler": "",
        "outcome": "reply",
        "reply": "",
        "took_ms": 1,
        "trace": "",
        "received_at": NOW,
    }

    def ship(_n):
        with postgres_db.work() as session:
            return insert_missing(session, MessageLog, [row])

    control = nullcontext() if unique else without_uniqueness(postgres_db, "message_log")
    with control, ThreadPoolExecutor(THREADS) as pool:
        stored = sum(pool.map(ship, range(THREADS)))
    assert stored == (1 if unique else THREADS)
