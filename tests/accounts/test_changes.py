"""What a form changes of an account, and what two people do at once."""

import pytest
from sqlalchemy import select

from accounts.service import AccountChanges, add_account, changed_fields, save_account
from core.errors import Conflict, Invalid
from models import Account
from models.db import Database
from tests.conftest import AES_KEY, NOW, TOKEN, new_account
from tests.neighbours import together

SAME = {"name": "测试工会", "kind": "service", "verified": True, "appid": "wxtest000000000001"}


def save(db: Database, account_id: int, version: int = 0, **changes: object) -> None:
    with db.work() as session:
        save_account(session, account_id, version, AccountChanges(**{**SAME, **changes}))


def stored(db: Database, account_id: int) -> Account:
    with db.read() as session:
        return session.get_one(Account, account_id)


def test_what_is_left_empty_stays_as_it_is(db: Database, owner: int):
    save(db, owner, name="新名", secret="n" * 32)
    account = stored(db, owner)
    assert (account.name, account.token, account.secret, account.aes_key) == (
        "新名",
        TOKEN,
        "n" * 32,
        AES_KEY,
    )
    assert account.version == 1


def test_an_aes_key_switches_a_plaintext_account_to_safe_mode(db: Database):
    with db.work() as session:
        account_id = add_account(session, new_account(aes_key=None), NOW).id
    save(db, account_id, aes_key=AES_KEY)
    assert stored(db, account_id).mode == "aes"


def test_secrets_are_encrypted_where_they_lie(db: Database, owner: int):
    save(db, owner, secret="plainlyvisible000000000000000000")
    with db.engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT token, secret, aes_key FROM accounts").one()
    for value in row:
        assert b"plainlyvisible" not in bytes(value)
        assert TOKEN.encode() not in bytes(value)


def test_the_second_of_two_who_save_is_told_and_changes_nothing(db: Database, owner: int):
    save(db, owner, name="甲")
    with pytest.raises(Conflict, match="别人改过"):
        save(db, owner, name="乙")
    assert stored(db, owner).name == "甲"


def test_of_two_who_save_at_the_same_moment_one_wins(postgres_db: Database):
    with postgres_db.work() as session:
        account_id = add_account(session, new_account(), NOW).id
    results = together(6, lambda n: save(postgres_db, account_id, name=f"第 {n} 个"))
    assert sum(result is None for result in results) == 1, results
    assert stored(postgres_db, account_id).version == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"token": "!"}, "Token"),
        ({"aes_key": "short"}, "EncodingAESKey"),
        ({"name": ""}, "不能为空"),
        ({"kind": "x"}, "类型"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(sqlite_db: Database, changes: dict[str, str], told: str):
    with sqlite_db.work() as session:
        account_id = add_account(session, new_account(), NOW).id
    with pytest.raises(Invalid, match=told):
        save(sqlite_db, account_id, **changes)
    assert stored(sqlite_db, account_id).version == 0


def test_an_appid_of_another_account_is_refused(db: Database, owner: int):
    with db.work() as session:
        add_account(session, new_account("other"), NOW)
    with pytest.raises(Conflict, match="登记过"):
        save(db, owner, appid="wxtestother")
    with db.read() as session:
        assert session.scalar(select(Account.version).where(Account.id == owner)) == 0


def test_the_audit_log_is_told_which_fields_changed_and_never_their_values(db: Database, owner: int):
    changes = AccountChanges(**{**SAME, "name": "新名", "secret": "n" * 32})
    assert changed_fields(stored(db, owner), changes) == ["名称", "AppSecret"]
