"""Menu changes at a time, where several workers and people are at it at once: SQLite and PostgreSQL."""

from datetime import timedelta

from sqlalchemy import func, select

from core.errors import Conflict
from menus import changes, store
from menus.rules import check_menu
from models.db import Database
from models.jobs import OutboxItem
from models.menus import MenuChange
from tests.conftest import NOW
from tests.menus.console import TREE
from tests.neighbours import together

LATER = NOW + timedelta(hours=1)


def schedule(db: Database, owner: int, hours: float = 1) -> MenuChange:
    with db.work() as session:
        due_at = NOW + timedelta(hours=hours)
        return changes.schedule_change(session, owner, check_menu(TREE, "x"), due_at, by="anna", now=NOW)


def state(db: Database, change: MenuChange) -> str:
    with db.read() as session:
        return store.get_change(session, change.account_id, change.public_id).state


def begin(db: Database, change: MenuChange) -> bool:
    with db.work() as session:
        return changes.begin_change(session, change.account_id, change.id, LATER)


def posted(db: Database, owner: int) -> int:
    with db.read() as session:
        query = select(func.count()).select_from(OutboxItem).where(OutboxItem.account_id == owner)
        return session.scalar(query) or 0


def test_of_many_workers_one_begins_a_change(db: Database, owner: int):
    change = schedule(db, owner)
    assert sorted(together(8, lambda _n: begin(db, change))) == [False] * 7 + [True]
    assert posted(db, owner) == 1
    assert state(db, change) == "publishing"


def test_a_change_is_begun_or_cancelled_never_both(db: Database, owner: int):
    def cancel_or_begin(number: int) -> bool:
        if number % 2:
            return begin(db, change)
        with db.work() as session:
            changes.cancel_change(session, change, LATER)
        return True

    for _ in range(5):
        change, before = schedule(db, owner), posted(db, owner)
        outcome = together(4, cancel_or_begin)
        assert outcome.count(True) == 1
        assert all(one is False or isinstance(one, Conflict) for one in outcome if one is not True)
        assert posted(db, owner) - before == (state(db, change) == "publishing")


def test_only_what_is_due_is_taken_the_earliest_first(db: Database, owner: int):
    second, first, _later = (schedule(db, owner, hours) for hours in (0.9, 0.5, 2))
    with db.read() as session:
        assert store.list_due_changes(session, LATER) == [(owner, first.id), (owner, second.id)]


def test_a_delivery_that_was_given_up_is_a_failure_that_says_why(db: Database, owner: int):
    change, waiting = schedule(db, owner), schedule(db, owner)
    begin(db, change)
    begin(db, waiting)
    with db.work() as session:
        query = select(OutboxItem).where(OutboxItem.account_id == owner)
        item = session.scalars(query.where(OutboxItem.key == f"menu_change:{change.id}")).one()
        item.state, item.error = "dead", "微信没有回应"
    with db.work() as session:
        assert changes.fail_undelivered(session, LATER) == 1
    with db.read() as session:
        assert store.get_change(session, owner, change.public_id).error == "微信没有回应"
    assert state(db, change) == "failed"
    assert state(db, waiting) == "publishing"


def test_closing_twice_keeps_the_first_outcome(db: Database, owner: int):
    change = schedule(db, owner)
    begin(db, change)
    for error in ("", "太晚了"):
        with db.work() as session:
            changes.close_change(session, change, LATER, error=error)
    assert state(db, change) == "published"


def test_a_change_is_begun_for_its_own_account_only(db: Database, owner: int):
    change = schedule(db, owner)
    with db.read() as session:
        assert changes.get_begun(session, owner + 1, change.id) is None
    with db.work() as session:
        assert not changes.begin_change(session, owner + 1, change.id, LATER)
    assert state(db, change) == "scheduled"
