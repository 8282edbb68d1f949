"""The tree: adding, renaming, moving, removing; what two people do at once."""

import pytest
from alembic import command
from sqlalchemy import select, text, update

from accounts.directory import STAMP
from accounts.organisations import (
    NewOrganisation,
    add_organisation,
    change_organisation,
    import_organisations,
    list_tree,
    remove_organisation,
)
from commands.database import alembic_config
from core.errors import Conflict, Invalid, NotFound
from models import Entry, Organisation
from models.db import Database
from models.stamps import read_stamps
from tests.conftest import NOW
from tests.neighbours import together


def add(db: Database, key: str, parent: str | None = None, **changes: str) -> int:
    with db.work() as session:
        return add_organisation(
            session,
            NewOrganisation(key, changes.get("name", f"{key} 工会"), changes.get("kind", "other"), parent),
        ).id


def move(db: Database, organisation_id: int, parent_id: int | None, version: int = 0) -> None:
    with db.work() as session:
        organisation = session.get_one(Organisation, organisation_id)
        change_organisation(
            session, organisation_id, version, name=organisation.name, kind="city", parent_id=parent_id
        )


def shape(db: Database, below: int | None = None) -> list[tuple[str, int]]:
    with db.read() as session:
        return [(node.key, node.depth) for node in list_tree(session, below)]


def test_the_tree_lists_parents_before_their_children_by_name(db: Database):
    add(db, "province")
    west = add(db, "west", "province")
    add(db, "east", "province")
    add(db, "mill", "west")
    assert shape(db) == [("province", 0), ("east", 1), ("west", 1), ("mill", 2)]
    assert shape(db, west) == [("west", 1), ("mill", 2)]


def test_an_addition_raises_the_stamp_so_that_all_processes_hear_of_it(db: Database):
    add(db, "province")
    with db.read() as session:
        assert read_stamps(session) == {STAMP: 1}


@pytest.mark.parametrize(
    ("new", "error", "told"),
    [
        (NewOrganisation("West", "西"), Invalid, "小写"),
        (NewOrganisation("west", "  "), Invalid, "名称"),
        (NewOrganisation("west", "字" * 101), Invalid, "100"),
        (NewOrganisation("west", "西", "planet"), Invalid, "planet"),
        (NewOrganisation("west", "西", "city", "nowhere"), NotFound, "nowhere"),
        (NewOrganisation("province", "西"), Conflict, "province 工会"),
    ],
)
def test_what_is_wrong_with_a_new_one_is_told(
    sqlite_db: Database, new: NewOrganisation, error: type, told: str
):
    add(sqlite_db, "province")
    with pytest.raises(error, match=told), sqlite_db.work() as session:
        add_organisation(session, new)


def test_nothing_is_moved_below_itself(db: Database):
    top = add(db, "top")
    middle = add(db, "middle", "top")
    low = add(db, "low", "middle")
    for parent in (top, middle, low):
        with pytest.raises(Conflict, match="自己"):
            move(db, top, parent)
    move(db, low, top)
    assert shape(db) == [("top", 0), ("low", 1), ("middle", 1)]


def test_the_second_of_two_who_edit_is_told(db: Database):
    top, low = add(db, "top"), add(db, "low", "top")
    move(db, low, top)
    with pytest.raises(Conflict, match="别人改过"):
        move(db, low, top)


def test_two_moves_at_once_never_make_a_circle(postgres_db: Database):
    add(postgres_db, "root")
    one, two = add(postgres_db, "one", "root"), add(postgres_db, "two", "root")
    for _ in range(5):
        results = together(2, lambda n: move(postgres_db, *((one, two) if n == 0 else (two, one))))
        assert sum(isinstance(result, Conflict) for result in results) == 1, results
        assert [depth for _, depth in shape(postgres_db)] == [0, 1, 2]
        with postgres_db.work() as session:
            root = session.scalar(select(Organisation.id).where(Organisation.key == "root"))
            session.execute(
                update(Organisation).where(Organisation.id.in_([one, two])).values(parent_id=root, version=0)
            )


def test_only_an_empty_one_is_removed(db: Database):
    add(db, "top")
    low = add(db, "low", "top")
    with pytest.raises(Conflict, match="下级组织"), db.work() as session:
        top = session.scalar(select(Organisation.id).where(Organisation.key == "top"))
        remove_organisation(session, top)
    with db.work() as session:
        session.add(
            Entry(public_id="p", code="c", question="问", answer="答", organisation_id=low, updated_at=NOW)
        )
    with pytest.raises(Conflict, match="问答"), db.work() as session:
        remove_organisation(session, low)
    with db.work() as session:
        session.execute(text("DELETE FROM entries"))
        remove_organisation(session, low)
    assert shape(db) == [("top", 0)]
    with pytest.raises(NotFound), db.work() as session:
        remove_organisation(session, low)


def test_many_are_brought_in_at_once_in_any_order_and_twice_changes_nothing(db: Database):
    rows = [
        NewOrganisation("mill", "纺织厂工会", "enterprise", "west"),
        NewOrganisation("west", "西市总工会", "city", "province"),
        NewOrganisation("province", "省总工会", "province"),
    ]
    for expected in ((3, 0), (0, 0)):
        with db.work() as session:
            assert import_organisations(session, rows) == expected
    assert shape(db) == [("province", 0), ("west", 1), ("mill", 2)]
    with db.work() as session:
        moved = [NewOrganisation("mill", "纺织厂工会", "enterprise", "province")]
        assert import_organisations(session, moved) == (0, 1)
    assert shape(db) == [("province", 0), ("mill", 1), ("west", 1)]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([NewOrganisation("a", "甲", parent="b"), NewOrganisation("b", "乙", parent="a")], "下级"),
        ([NewOrganisation("a", "甲", parent="nowhere")], "nowhere"),
        ([NewOrganisation("a", "甲"), NewOrganisation("a", "乙")], "重复"),
    ],
)
def test_a_list_that_makes_no_tree_is_refused_as_a_whole(
    db: Database, rows: list[NewOrganisation], told: str
):
    with pytest.raises((Conflict, NotFound, Invalid), match=told), db.work() as session:
        import_organisations(session, rows)
    assert shape(db) == []


def test_the_migration_up_and_down_keeps_what_belongs_to_organisations_and_accounts(sqlite_db: Database):
    """On SQLite a table that is copied and dropped would take all that refers to it along."""
    with sqlite_db.work() as session:
        session.execute(text("INSERT INTO organisations (id, key, name) VALUES (1, 'sea', '海湾')"))
        session.execute(
            text(
                "INSERT INTO accounts (id, organisation_id, key, name, kind, verified, demo, appid, mode, token, secret,"
                " profile, created_at) VALUES (1, 1, 'sea', '海湾', 'service', 1, 0, 'wx', 'plain', '', '', '{}', '2026-01-01')"
            )
        )
        session.execute(text("INSERT INTO synonyms (written, meant, organisation_id) VALUES ('a', 'b', 1)"))
        session.execute(
            text("INSERT INTO quota_uses (what, period, used, account_id) VALUES ('x', '2026-01-01', 1, 1)")
        )
    for revision in ("c4a000000003", "head"):
        step = command.downgrade if revision != "head" else command.upgrade
        step(alembic_config(sqlite_db), revision)
        with sqlite_db.read() as session:
            for table in ("organisations", "accounts", "synonyms", "quota_uses"):
                assert session.scalar(text(f"SELECT count(*) FROM {table}")) == 1, (revision, table)
