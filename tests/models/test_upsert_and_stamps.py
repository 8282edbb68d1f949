"""INSERT … ON CONFLICT and the stamps, alone and in a crowd."""

import pytest
from sqlalchemy.exc import IntegrityError

from accounts.service import add_account
from models import Organisation, OutboxItem
from models.db import Database
from models.stamps import raise_stamp, read_stamps
from models.upsert import insert_missing
from tests.conftest import NOW, new_account
from tests.neighbours import together


def organisations(first: int, last: int) -> list[dict[str, object]]:
    return [{"key": f"city{n}", "name": f"第 {n} 市"} for n in range(first, last)]


def test_only_missing_rows_are_inserted_and_counted_over_several_batches(db: Database):
    with db.work() as session:
        assert insert_missing(session, Organisation, organisations(0, 300)) == 300
    with db.work() as session:
        assert insert_missing(session, Organisation, organisations(100, 750)) == 450
        assert insert_missing(session, Organisation, []) == 0


def test_a_row_twice_in_one_call_is_inserted_once(db: Database):
    with db.work() as session:
        assert insert_missing(session, Organisation, organisations(0, 1) * 3) == 1


def test_a_crowd_that_inserts_the_same_rows_inserts_each_once(db: Database):
    def insert(_number: int) -> int:
        with db.work() as session:
            return insert_missing(session, Organisation, organisations(0, 50))

    assert sum(together(8, insert)) == 50


def test_a_constraint_other_than_uniqueness_still_fails(db: Database):
    with db.work() as session:
        owner = add_account(session, new_account(), NOW).id
    row = {"account_id": owner, "kind": "k", "key": "1", "payload": {}, "due_at": NOW, "created_at": NOW}
    with pytest.raises(IntegrityError), db.work() as session:
        insert_missing(session, OutboxItem, [{**row, "state": "lost"}])


def test_stamps_rise_one_by_one_and_unknown_kinds_are_absent(db: Database):
    for expected in (1, 2, 3):
        with db.work() as session:
            raise_stamp(session, "faq")
        with db.read() as session:
            assert read_stamps(session) == {"faq": expected}


def test_a_stamp_raised_in_work_that_failed_was_never_raised(db: Database):
    with pytest.raises(ZeroDivisionError), db.work() as session:
        raise_stamp(session, "faq")
        raise ZeroDivisionError
    with db.read() as session:
        assert read_stamps(session) == {}


def test_a_crowd_that_raises_a_new_stamp_loses_none(db: Database):
    def raise_it(_number: int) -> None:
        with db.work() as session:
            raise_stamp(session, "faq")

    assert together(8, raise_it) == [None] * 8
    with db.read() as session:
        assert read_stamps(session) == {"faq": 8}
