"""The audit log: one chain whatever comes at once, and every way of changing it afterwards is found."""

from contextlib import suppress
from datetime import timedelta

import pytest
from click.testing import Result
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.selectable import Select

from accounts import audit
from accounts.audit import Act, list_acts, note, verify
from models.accounts import Organisation
from models.audit import AuditEntry, AuditHead
from models.db import Database
from tests.conftest import NOW, Home
from tests.neighbours import together

ACTS = 6


@pytest.fixture(autouse=True)
def _key() -> None:
    audit.use_key(b"a key that the database does not have")


def act(number: int = 0, **changes: object) -> Act:
    fields = {
        "actor": "安娜（anna）",
        "action": "entry_saved",
        "target": f"问答 {number}",
        "address": "192.0.2.1",
    }
    return Act(**{**fields, "facts": {"version": number, "words": ["押金", "加班"]}, **changes})


def noted(db: Database, count: int = 1, **changes: object) -> None:
    for number in range(count):
        with db.work() as session:
            note(session, act(number, **changes), NOW + timedelta(microseconds=number))


def findings(db: Database) -> list[str]:
    with db.read() as session:
        return list(verify(session))


@pytest.fixture
def chain(db: Database) -> Database:
    with db.work() as session:
        session.add(Organisation(id=1, key="ours", name="测试工会"))
    noted(db, ACTS, organisation_id=1, staff_id=7)
    assert findings(db) == []
    return db


def test_an_empty_log_is_whole(db: Database):
    assert findings(db) == []


def test_acts_are_numbered_without_a_gap_and_told_newest_first(chain: Database):
    with chain.read() as session:
        assert [row.number for row in list_acts(session, [1])] == [6, 5, 4, 3, 2, 1]
        assert [row.number for row in list_acts(session, [1], before=4, limit=2)] == [3, 2]
        assert list_acts(session, [2]) == []
        assert list_acts(session, []) == []


def test_what_was_noted_is_read_again_as_it_was(chain: Database):
    with chain.read() as session:
        row = list_acts(session, [1], limit=1)[0]
    assert (row.actor, row.target, row.facts) == (
        "安娜（anna）",
        "问答 5",
        {"version": 5, "words": ["押金", "加班"]},
    )
    assert row.at == NOW + timedelta(microseconds=5)


def test_several_acts_of_one_unit_of_work_are_one_chain(db: Database):
    with db.work() as session:
        for number in range(3):
            note(session, act(number), NOW)
    noted(db, 2)
    assert findings(db) == []


def test_an_act_of_a_failed_unit_of_work_leaves_no_trace(chain: Database):
    with suppress(ZeroDivisionError), chain.work() as session:
        note(session, act(), NOW)
        session.flush()
        _ = 1 / 0
    with suppress(IntegrityError), chain.work() as session:
        note(session, act(), NOW)
        session.add(Organisation(key="ours", name="再来一次"))
    noted(chain)
    assert findings(chain) == []
    with chain.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == ACTS + 1


def test_a_savepoint_that_is_undone_takes_no_act_with_it(chain: Database):
    """The act belongs to the whole unit of work; its number is taken at the very end."""
    with chain.work() as session:
        note(session, act(), NOW)
        with suppress(ZeroDivisionError), session.begin_nested():
            with session.begin_nested():
                session.add(Organisation(key="inner", name="inner"))
            _ = 1 / 0
        with session.begin_nested():
            session.add(Organisation(key="kept", name="kept"))
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == ACTS
    assert findings(chain) == []
    with chain.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == ACTS + 1


def test_what_is_longer_than_its_column_is_cut_and_stays_whole(db: Database):
    noted(db, 1, actor="名" * 200, target="物" * 500, action="a" * 90, address="f" * 90)
    assert findings(db) == []
    with db.read() as session:
        row = session.scalars(select(AuditEntry)).one()
    assert (len(row.actor), len(row.target), len(row.action), len(row.address)) == (80, 200, 40, 45)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "'2026-11-20 02:00:01'"),
        ("actor", "'卡尔（carl）'"),
        ("staff_id", "8"),
        ("staff_id", "NULL"),
        ("organisation_id", "NULL"),
        ("action", "'entry_seen'"),
        ("target", "'问答 99'"),
        ("target", "''"),
        ("facts", """'{"version": 4, "words": ["押金", "加班"]}'"""),
        ("facts", "'{}'"),
        ("address", "'192.0.2.2'"),
        ("chained", "'0000'"),
        ("number", "77"),
    ],
)
def test_an_edit_of_any_column_is_found(chain: Database, column: str, value: str):
    with chain.engine.begin() as thief:
        done = thief.execute(text(f"UPDATE audit_entries SET {column} = {value} WHERE number = 3"))
        assert done.rowcount == 1
    assert any("第 3 " in finding for finding in findings(chain))


@pytest.mark.parametrize("number", range(1, ACTS + 1))
def test_a_deletion_is_found_wherever_it_is(chain: Database, number: int):
    with chain.engine.begin() as thief:
        thief.execute(text(f"DELETE FROM audit_entries WHERE number = {number}"))
    assert findings(chain) != []


def test_it_is_told_which_records_are_missing(chain: Database):
    with chain.engine.begin() as thief:
        thief.execute(text("DELETE FROM audit_entries WHERE number IN (2, 3)"))
    assert "缺少第 2 至 3 条记录（被删除）" in findings(chain)


def test_records_that_were_deleted_and_numbered_anew_are_found(chain: Database):
    with chain.engine.begin() as thief:
        thief.execute(text("DELETE FROM audit_entries WHERE number = 3"))
        for number in range(4, ACTS + 1):
            thief.execute(text(f"UPDATE audit_entries SET number = {number - 1} WHERE number = {number}"))
        thief.execute(text(f"UPDATE audit_head SET number = {ACTS - 1}"))
    assert any("第 3 条" in finding for finding in findings(chain))


def test_two_records_that_changed_places_are_found(chain: Database):
    with chain.engine.begin() as thief:
        for old, new in ((2, 99), (5, 2), (99, 5)):
            thief.execute(text(f"UPDATE audit_entries SET number = {new} WHERE number = {old}"))
    found = findings(chain)
    assert any("第 2 条" in one for one in found)
    assert any("第 5 条" in one for one in found)


COPY = (
    "INSERT INTO audit_entries SELECT {number}, at, actor, staff_id, organisation_id, action, target, facts, address, "
    "chained FROM audit_entries WHERE number = {like}"
)


def test_an_inserted_record_is_found(chain: Database):
    with chain.engine.begin() as thief:
        thief.execute(text(COPY.format(number=ACTS + 1, like=ACTS)))
    assert any(f"第 {ACTS + 1} 条" in one for one in findings(chain))


def test_an_inserted_record_is_found_with_the_head_made_to_fit(chain: Database):
    with chain.engine.begin() as thief:
        thief.execute(text(COPY.format(number=ACTS + 1, like=ACTS)))
        thief.execute(text(f"UPDATE audit_head SET number = {ACTS + 1}"))
    assert any(f"第 {ACTS + 1} 条" in one for one in findings(chain))


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM audit_head",
        "DELETE FROM audit_entries",
        "UPDATE audit_head SET number = 5",
        "UPDATE audit_head SET chained = 'x'",
    ],
)
def test_a_damaged_end_is_found(chain: Database, change: str):
    with chain.engine.begin() as thief:
        thief.execute(text(change))
    assert findings(chain) != []


def test_a_chain_under_another_key_is_none(chain: Database):
    audit.use_key(b"a key that somebody made up")
    assert len(findings(chain)) == ACTS


def test_the_log_is_read_in_pieces(chain: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit, "_CHUNK", 2)
    assert findings(chain) == []
    with chain.engine.begin() as thief:
        thief.execute(text("UPDATE audit_entries SET target = 'x' WHERE number IN (2, 5)"))
    assert len(findings(chain)) == 2


def test_two_hundred_acts_of_eight_at_once_are_one_unbroken_chain(postgres_db: Database):
    together(8, lambda _number: noted(postgres_db, 25))
    assert findings(postgres_db) == []
    with postgres_db.read() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 200
        assert session.get_one(AuditHead, 1).number == 200


def test_without_the_lock_on_the_head_acts_at_once_would_be_lost(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
):
    noted(postgres_db)
    monkeypatch.setattr(Select, "with_for_update", lambda self, **_options: self)
    told = together(8, lambda _number: noted(postgres_db, 25))
    assert any(isinstance(one, Exception) for one in told) or findings(postgres_db) != []


def test_a_log_that_grows_while_it_is_read_is_whole(chain: Database, monkeypatch: pytest.MonkeyPatch):
    rows_after = audit._rows_after

    def read_and_let_others_write(session: object, number: int) -> list[AuditEntry]:
        rows = rows_after(session, number)
        if not rows:
            noted(chain, 2)
        return rows

    monkeypatch.setattr(audit, "_rows_after", read_and_let_others_write)
    assert findings(chain) == []


def verified(home: Home) -> Result:
    return home.app.test_cli_runner().invoke(args=["audit", "verify"])


def test_the_command_says_that_the_log_is_whole(home: Home):
    noted(home.parts.db, 2)
    told = verified(home)
    assert (told.exit_code, told.output) == (0, "操作记录完整，没有被改动、删除或调换\n")


def test_the_command_names_what_is_wrong_and_ends_with_1(home: Home):
    noted(home.parts.db, 3)
    with home.parts.db.engine.begin() as thief:
        thief.execute(text("UPDATE audit_entries SET actor = 'x' WHERE number = 2"))
    told = verified(home)
    assert told.exit_code == 1
    assert "第 2 条记录与签名不符" in told.stderr
    assert "操作记录不完整：发现 1 处" in told.stderr
