"""Column types: times are aware, secrets are unreadable in the file, and a changed key is said in Chinese."""

from datetime import datetime, timedelta, timezone

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from accounts.service import add_account
from core.errors import ConfigError
from models import Account
from models.db import Database
from models.types import Sealed
from tests.conftest import AES_KEY, NOW, TOKEN, new_account


@pytest.fixture
def account(db: Database) -> Account:
    with db.work() as session:
        return add_account(session, new_account(), NOW)


def test_a_naive_time_is_refused(db: Database, account: Account):
    with pytest.raises(StatementError, match="naive"), db.work() as session:
        session.get_one(Account, account.id).created_at = datetime(2026, 1, 1, 9)  # noqa: DTZ001


def test_a_time_comes_back_as_the_same_moment_in_utc(db: Database, account: Account):
    shanghai = datetime(2026, 12, 1, 7, 30, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with db.work() as session:
        session.get_one(Account, account.id).created_at = shanghai
    with db.read() as session:
        found = session.scalars(select(Account.created_at)).one()
    assert found == shanghai
    assert found.utcoffset() == timedelta(0)
    assert found.hour == 23


def test_secrets_are_encrypted_at_rest(db: Database, account: Account):
    with db.read() as session:
        raw = session.execute(text("SELECT token, secret, aes_key FROM accounts")).one()
    assert not any(
        word in bytes(cell) for cell in raw for word in (TOKEN.encode(), b"s3cret", AES_KEY.encode())
    )
    with db.read() as session:
        stored = session.get_one(Account, account.id)
    assert (stored.token, stored.aes_key) == (TOKEN, AES_KEY)


def test_no_byte_of_a_secret_stands_in_the_database_file(sqlite_db: Database, tmp_path):
    with sqlite_db.work() as session:
        add_account(session, new_account(), NOW)
    for path in tmp_path.glob("test.sqlite3*"):
        assert TOKEN.encode() not in path.read_bytes()


def test_the_same_secret_twice_looks_different(db: Database, account: Account):
    with db.work() as session:
        add_account(session, new_account("second"), NOW)
    with db.read() as session:
        first, second = session.scalars(text("SELECT secret FROM accounts ORDER BY id"))
    assert bytes(first) != bytes(second)


def test_a_changed_key_is_said_in_chinese_and_the_old_key_opens_it_again(db: Database, account: Account):
    known = Sealed._fernet
    Sealed.use_key(Fernet.generate_key())
    try:
        with pytest.raises(ConfigError) as caught, db.read() as session:
            session.get_one(Account, account.id)
        assert "SECRET_KEY" in str(caught.value)
        assert "恢复" in str(caught.value)
    finally:
        Sealed._fernet = known
    with db.read() as session:
        assert session.get_one(Account, account.id).token == TOKEN


def test_an_empty_secret_column_stays_empty(db: Database):
    with db.work() as session:
        plain = add_account(session, new_account("plain", aes_key=None), NOW)
    with db.read() as session:
        assert session.get_one(Account, plain.id).aes_key is None
