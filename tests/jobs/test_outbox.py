"""The outbox: stored once, delivered once, tried again, given up, and taken over from the dead."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from accounts.service import add_account
from jobs.outbox import CLAIM, Outbox, Parcel, list_dead, post, revive
from models import OutboxItem
from models.db import Database
from tests.conftest import NOW, new_account
from tests.neighbours import together

ALL = {"all_tenants": "a test"}


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


class Permanent(Exception):
    permanent = True


@pytest.fixture
def clock() -> Clock:
    return Clock()


def put(db: Database, owner: int, key: str = "k", kind: str = "letter") -> bool:
    with db.work() as session:
        return post(session, owner, kind, key, {"to": key}, NOW)


def outbox(
    db: Database, clock: Clock, deliver: Callable[[Parcel], None], kind: type[Outbox] = Outbox
) -> Outbox:
    return kind(db, {"letter": deliver}, clock, batch=100, keep_trying=timedelta(hours=1))


def item(db: Database) -> OutboxItem:
    with db.read() as session:
        return session.scalars(select(OutboxItem).execution_options(**ALL)).one()


def failing(error: BaseException) -> Callable[[Parcel], None]:
    def deliver(_parcel: Parcel) -> None:
        raise error

    return deliver


def test_the_same_key_twice_is_stored_and_delivered_once(db: Database, owner: int, clock: Clock):
    assert [put(db, owner), put(db, owner)] == [True, False]
    seen: list[Parcel] = []
    box = outbox(db, clock, seen.append)
    assert [box.deliver_due(), box.deliver_due()] == [1, 0]
    assert [(p.account_id, p.key, p.payload, p.attempts) for p in seen] == [(owner, "k", {"to": "k"}, 1)]
    assert put(db, owner) is False  # also after its delivery


def test_two_accounts_may_use_one_key(db: Database, owner: int, clock: Clock):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    assert put(db, owner)
    assert put(db, other)
    assert outbox(db, clock, lambda _parcel: None).deliver_due() == 2


def test_work_that_failed_posted_nothing(db: Database, owner: int, clock: Clock):
    with pytest.raises(ZeroDivisionError), db.work() as session:
        post(session, owner, "letter", "k", {}, NOW)
        raise ZeroDivisionError
    assert outbox(db, clock, lambda _parcel: None).deliver_due() == 0


def test_a_crowd_that_posts_one_key_stores_it_once(db: Database, owner: int):
    assert Counter(together(8, lambda _n: put(db, owner))) == {True: 1, False: 7}


def test_what_was_delivered_keeps_no_payload(db: Database, owner: int, clock: Clock):
    put(db, owner)
    outbox(db, clock, lambda _parcel: None).deliver_due()
    done = item(db)
    assert (done.state, done.payload, done.done_at, done.claimed_until) == ("done", {}, NOW, None)


def test_due_items_wait_for_their_time(db: Database, owner: int, clock: Clock):
    with db.work() as session:
        post(session, owner, "letter", "later", {}, NOW + timedelta(minutes=1))
    box = outbox(db, clock, lambda _parcel: None)
    assert box.deliver_due() == 0
    clock.move(minutes=1)
    assert box.deliver_due() == 1


def test_many_deliverers_at_once_deliver_each_item_once(db: Database, owner: int, clock: Clock):
    for number in range(40):
        put(db, owner, f"k{number}")
    seen: Counter[str] = Counter()
    lock = threading.Lock()

    def deliver(parcel: Parcel) -> None:
        with lock:
            seen[parcel.key] += 1

    assert sum(together(8, lambda _n: outbox(db, clock, deliver).deliver_due())) == 40
    assert seen == Counter(f"k{number}" for number in range(40))


def test_control_without_the_conditional_claim_items_are_delivered_twice(postgres_db: Database):
    clock = Clock()
    with postgres_db.work() as session:
        owner = add_account(session, new_account(), NOW).id
    put(postgres_db, owner)
    all_have_read = threading.Barrier(4)

    class Careless(Outbox):
        def _claim(self, item_id: int) -> tuple[str, Parcel] | None:
            with self._db.work() as session:
                found = session.scalars(
                    select(OutboxItem).where(OutboxItem.id == item_id).execution_options(**ALL)
                ).one()
                all_have_read.wait(10)
                found.state, found.attempts = "claimed", found.attempts + 1
            return found.kind, Parcel(
                found.id, found.account_id, found.key, found.payload, found.attempts, found.created_at
            )

    seen: list[str] = []
    together(4, lambda _n: outbox(postgres_db, clock, lambda p: seen.append(p.key), Careless).deliver_due())
    assert len(seen) > 1


def test_a_failure_is_tried_again_with_growing_pauses(db: Database, owner: int, clock: Clock):
    put(db, owner)
    box = outbox(db, clock, failing(RuntimeError("line is down")))
    for attempt, pause_s in ((1, 2), (2, 4), (3, 8)):
        assert box.deliver_due() == 0
        waiting = item(db)
        assert (waiting.state, waiting.attempts) == ("waiting", attempt)
        assert waiting.due_at == clock.now + timedelta(seconds=pause_s)
        assert "line is down" in waiting.error
        clock.move(seconds=pause_s - 1)
        box.deliver_due()
        assert item(db).attempts == attempt  # not before its time
        clock.move(seconds=1)


def test_what_fails_for_too_long_is_given_up(db: Database, owner: int, clock: Clock):
    put(db, owner)
    box = outbox(db, clock, failing(RuntimeError("line is down")))
    clock.move(hours=1)
    box.deliver_due()
    assert item(db).state == "waiting"
    clock.move(seconds=3)
    box.deliver_due()
    assert item(db).state == "dead"
    clock.move(days=1)
    box.deliver_due()
    assert item(db).attempts == 2


def test_the_dead_are_listed_and_may_be_revived(db: Database, owner: int, clock: Clock):
    with db.work() as session:
        other = add_account(session, new_account("other"), NOW).id
    for account in (owner, other):
        put(db, account)
    outbox(db, clock, failing(Permanent("unknown follower"))).deliver_due()
    with db.work() as session:
        assert [dead.account_id for dead in list_dead(session, owner)] == [owner]
        assert revive(session, owner, clock()) == 1
        assert list_dead(session, owner) == []
        assert len(list_dead(session, other)) == 1
    assert outbox(db, clock, lambda _parcel: None).deliver_due() == 1


@pytest.mark.parametrize("attempts", [11, 5000])
def test_pauses_grow_to_ten_minutes_and_no_further(db: Database, owner: int, clock: Clock, attempts: int):
    put(db, owner)
    with db.work() as session:
        session.execute(update(OutboxItem).where(OutboxItem.account_id == owner).values(attempts=attempts))
    outbox(db, clock, failing(RuntimeError())).deliver_due()
    assert item(db).due_at == NOW + timedelta(minutes=10)


def test_what_recovers_is_delivered_and_its_error_forgotten(db: Database, owner: int, clock: Clock):
    put(db, owner)
    outbox(db, clock, failing(RuntimeError("line is down"))).deliver_due()
    clock.move(seconds=2)
    assert outbox(db, clock, lambda _parcel: None).deliver_due() == 1
    assert (item(db).state, item(db).error) == ("done", "")


def test_a_permanent_error_ends_the_item_at_once(db: Database, owner: int, clock: Clock):
    put(db, owner)
    outbox(db, clock, failing(Permanent("unknown follower"))).deliver_due()
    assert (item(db).state, item(db).attempts) == ("dead", 1)


def test_one_failing_item_does_not_hold_up_the_others(db: Database, owner: int, clock: Clock):
    for key in ("bad", "good", "fine"):
        put(db, owner, key)

    def deliver(parcel: Parcel) -> None:
        if parcel.key == "bad":
            raise RuntimeError

    assert outbox(db, clock, deliver).deliver_due() == 2


def test_an_item_of_a_kind_nobody_delivers_waits_for_its_courier(db: Database, owner: int, clock: Clock):
    put(db, owner, kind="parcel")
    assert outbox(db, clock, lambda _parcel: None).deliver_due() == 0
    assert item(db).state == "waiting"


def test_secrets_do_not_stand_in_the_stored_error(db: Database, owner: int, clock: Clock):
    put(db, owner)
    error = RuntimeError("GET /cgi-bin/x?access_token=hunter2hunter2 for " + "o" + "A" * 27)
    outbox(db, clock, failing(error)).deliver_due()
    assert "hunter2" not in item(db).error
    assert "AAAA" not in item(db).error


def test_what_a_dead_worker_had_claimed_is_taken_over_after_its_lease(db: Database, owner: int, clock: Clock):
    class Killed(BaseException):
        pass

    put(db, owner)
    with pytest.raises(Killed):
        outbox(db, clock, failing(Killed())).deliver_due()
    assert item(db).state == "claimed"
    seen: list[Parcel] = []
    heir = outbox(db, clock, seen.append)
    clock.now = NOW + CLAIM
    assert heir.deliver_due() == 0
    clock.move(seconds=1)
    assert heir.deliver_due() == 1
    assert [parcel.attempts for parcel in seen] == [2]


def test_a_failure_after_the_lease_does_not_send_again_what_another_delivered(
    db: Database, owner: int, clock: Clock
):
    put(db, owner)
    seen: list[str] = []

    def slow_and_fails(parcel: Parcel) -> None:
        clock.move(minutes=3)
        assert outbox(db, clock, lambda p: seen.append(p.key)).deliver_due() == 1
        raise RuntimeError("time-out")

    outbox(db, clock, slow_and_fails).deliver_due()
    clock.move(days=1)
    outbox(db, clock, lambda p: seen.append(p.key)).deliver_due()
    assert seen == ["k"]
    assert item(db).state == "done"
