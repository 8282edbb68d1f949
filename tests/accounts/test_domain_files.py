"""The platform's check files: what is taken, whose it is, where it is served."""

import pytest

from accounts.domain_files import find_content, keep_file, list_files, remove_file
from accounts.service import add_account
from core.errors import Conflict, Invalid, NotFound
from models.db import Database
from tests.conftest import NOW, Home, new_account
from tests.neighbours import together

NAME = "MP_verify_AbCdEfGh12345678.txt"


@pytest.fixture
def other(db: Database, owner: int) -> int:
    with db.work() as session:
        return add_account(session, new_account("other"), NOW).id


def keep(db: Database, account_id: int, name: str = NAME, content: bytes = b"AbCdEfGh12345678") -> None:
    with db.work() as session:
        keep_file(session, account_id, name, content, NOW)


def content_of(db: Database, name: str = NAME) -> str | None:
    with db.read() as session:
        return find_content(session, name)


def test_a_file_is_kept_and_replaced_and_removed(db: Database, owner: int):
    keep(db, owner)
    keep(db, owner, content=b"changed1\n")
    assert content_of(db) == "changed1"
    with db.work() as session:
        assert [file.name for file in list_files(session, owner)] == [NAME]
        remove_file(session, owner, NAME)
    assert content_of(db) is None


@pytest.mark.parametrize(
    "name",
    [
        "",
        "MP_verify_short.txt",
        "MP_verify_AbCdEfGh12345678.html",
        "MP_verify_AbCdEfGh12345678.txt.txt",
        "../MP_verify_AbCdEfGh12345678.txt",
        "MP_verify_AbCdEfGh1234567工.txt",
        "MP_verify_AbCdEfGh12345678.txt\n",
    ],
)
def test_another_name_is_refused(sqlite_db: Database, name: str):
    with pytest.raises(Invalid, match="文件名"):
        keep(sqlite_db, 1, name)


@pytest.mark.parametrize("content", [b"", b"<script>", b"a b", b"a" * 33, "工".encode(), b"\xff", b"a\nb"])
def test_another_content_is_refused(sqlite_db: Database, content: bytes):
    with pytest.raises(Invalid, match="内容"):
        keep(sqlite_db, 1, content=content)


def test_a_file_of_another_account_is_neither_taken_over_nor_listed_nor_removed(
    db: Database, owner: int, other: int
):
    keep(db, owner)
    with pytest.raises(Conflict, match="另一个公众号"):
        keep(db, other, content=b"stolen")
    assert content_of(db) == "AbCdEfGh12345678"
    with db.work() as session:
        assert list_files(session, other) == []
        with pytest.raises(NotFound):
            remove_file(session, other, NAME)


def test_of_two_accounts_that_upload_one_file_at_once_one_has_it(postgres_db: Database):
    with postgres_db.work() as session:
        ids = [add_account(session, new_account(key), NOW).id for key in ("ours", "other")]
    results = together(2, lambda n: keep(postgres_db, ids[n]))
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "NoneType"]


def test_the_platform_finds_the_file_at_the_root(home: Home):
    with home.parts.db.work() as session:
        account_id = add_account(session, new_account("other"), NOW).id
    keep(home.parts.db, account_id)
    client = home.app.test_client()
    answer = client.get(f"/{NAME}")
    assert (answer.status_code, answer.text) == (200, "AbCdEfGh12345678")
    assert answer.content_type.startswith("text/plain")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for path in ("/MP_verify_0000000000000000.txt", "/MP_verify_x.txt", "/MP_verify_..%2f..%2fetcpasswd.txt"):
        assert client.get(path).status_code == 404
