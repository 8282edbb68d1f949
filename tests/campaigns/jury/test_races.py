"""Two at once, on PostgreSQL: recusals, a close while a mark is on its way, marks of one phone, the last seat."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from accounts.service import add_account
from campaigns.jury import live, marking, rounds
from campaigns.jury.tables import JuryDay, JuryLiveMark, JurySeat
from core.errors import Conflict, SoldOut
from members import ledger
from models.db import Database
from tests.campaigns.desk import Campaigns
from tests.campaigns.jury.panel import NOW, Panel, make_panel
from tests.conftest import new_account


@pytest.fixture
def panel(postgres_db: Database, tiny_kind: None) -> Panel:
    ledger.use_key(b"a-ledger-key-for-tests")
    with postgres_db.work() as session:
        account_id = add_account(session, new_account(), NOW).id
    return make_panel(Campaigns(postgres_db, account_id))


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each returned or raised; all begin together."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_two_who_recuse_themselves_from_one_work_are_replaced_by_two(panel: Panel):
    panel.name(*((f"juror{number}", "") for number in range(6)))
    panel.works.fill(3)
    round_ = panel.open(quorum=2)
    for number in (1, 2, 3):
        one, other = panel.holders(round_, number)
        told = at_once(
            lambda login=one, n=number: panel.recuse(round_, login, n),
            lambda login=other, n=number: panel.recuse(round_, login, n),
        )
        assert told == [True, True]
        holders = panel.holders(round_, number)
        assert len(holders) == len(set(holders)) == 2
        assert not {one, other} & set(holders)


def test_the_same_mark_sent_five_times_is_one(panel: Panel):
    panel.name(("a.one", ""))
    panel.works.fill(1)
    round_ = panel.open(quorum=1)
    told = at_once(*[lambda: panel.mark(round_, "a.one", 1, 4)] * 5)
    assert told == [None] * 5
    assert [one.mark for one in panel.tasks(round_, "a.one")] == [4]


def test_a_round_that_closes_waits_for_a_mark_on_its_way_and_counts_it(panel: Panel):
    panel.name(("a.one", ""))
    panel.works.fill(1)
    round_ = panel.open(quorum=1)
    marked, closing = threading.Event(), threading.Event()

    def slow_mark() -> None:
        with panel.db.work() as session:
            marking.mark(session, round_, panel.jurors["a.one"], 1, 5, NOW)
            marked.set()
            closing.wait(5)
            threading.Event().wait(0.3)

    with ThreadPoolExecutor(2) as pool:
        waiting = pool.submit(slow_mark)
        marked.wait(5)
        closed = pool.submit(panel.close, round_)
        closing.set()
        waiting.result(10)
        (ranked,) = closed.result(10)
    assert (ranked.place, ranked.score) == (1, 5.0)


def test_without_the_hold_the_mark_would_be_lost(panel: Panel, monkeypatch: pytest.MonkeyPatch):
    """The control of the test above: with nothing held, the close does not wait and misses the mark."""
    panel.name(("a.one", ""))
    panel.works.fill(1)
    round_ = panel.open(quorum=1)
    monkeypatch.setattr(marking, "hold_round", lambda _session, one, **_: one)
    with panel.db.work() as session:
        marking.mark(session, round_, panel.jurors["a.one"], 1, 5, NOW)
        (ranked,) = panel.close(round_)
    assert ranked.place == 0
    assert [one.mark for one in panel.tasks(round_, "a.one")] == [5]


def test_after_the_close_no_mark_comes_in(panel: Panel):
    panel.name(("a.one", ""))
    panel.works.fill(1)
    round_ = panel.open(quorum=1)
    told = at_once(
        lambda: panel.mark(round_, "a.one", 1, 5),
        lambda: panel.close(round_),
    )
    counted = told[1][0].place == 1
    assert counted == (told[0] is None)
    assert counted or isinstance(told[0], Conflict)


def day_of(panel: Panel) -> live.Live:
    round_ = panel.open("yes_no", live=True)
    with panel.db.read() as session:
        return live.find_live(session, panel.campaign.account_id, JuryDay.round_id == round_.id)


def test_the_last_seat_is_taken_once(panel: Panel):
    panel.works.fill(1)
    day = day_of(panel)
    with panel.db.work() as session:
        live.set_room(session, day, 3, door=True)

    def sit(openid: str) -> object:
        with panel.db.work() as session:
            return live.take_seat(session, day, openid, NOW).id

    told = at_once(*(lambda openid=f"o{number}": sit(openid) for number in range(12)))
    assert sum(isinstance(one, SoldOut) for one in told) == 9
    with panel.db.read() as session:
        of = JurySeat.account_id == panel.campaign.account_id
        assert session.scalar(select(func.count()).select_from(JurySeat).where(of)) == 3


def test_one_person_has_one_mark_and_none_arrives_after_the_result(panel: Panel):
    panel.works.fill(2)
    day = day_of(panel)
    with panel.db.work() as session:
        people = [live.take_seat(session, day, f"o{number}", NOW) for number in range(8)]
        live.move(session, day, "next", 1, NOW)
    shown: list[int] = []

    def vote(who: int, value: int) -> None:
        with panel.db.work() as session:
            live.cast(session, day, people[who], 1, value, NOW)

    def show() -> None:
        with panel.db.work() as session:
            live.move(session, day, "show", 2, NOW)
        with panel.db.read() as session:
            now = live.find_live(session, day.day.account_id, JuryDay.round_id == day.round.id)
            shown.append(live.count_marks(session, now))

    told = at_once(*(lambda who=n % 8, v=n % 2: vote(who, v) for n in range(16)), show)
    assert all(one is None or isinstance(one, Conflict) for one in told)
    with panel.db.read() as session:
        of = JuryLiveMark.account_id == panel.campaign.account_id
        people_who = session.scalars(select(JuryLiveMark.person_id).where(of)).all()
    assert len(people_who) == len(set(people_who)) == shown[0]


def test_a_double_click_goes_one_entry_on(panel: Panel):
    panel.works.fill(5)
    day = day_of(panel)

    def onward() -> None:
        with panel.db.work() as session:
            live.move(session, day, "next", 1, NOW)

    told = at_once(onward, onward, onward)
    assert sum(isinstance(one, Conflict) for one in told) == 2
    with panel.db.read() as session:
        now = live.find_live(session, day.day.account_id, JuryDay.round_id == day.round.id)
    assert now.day.number == 1


def test_opening_twice_allocates_once(panel: Panel):
    panel.name(("a.one", ""), ("b.two", ""))
    panel.works.fill(4)
    made = panel.draft(quorum=1)

    def open_() -> None:
        with panel.db.work() as session:
            rounds.open_round(session, panel.campaign, made, made.version, "anna", NOW)

    told = at_once(open_, open_)
    assert sum(isinstance(one, Conflict) for one in told) == 1
    assert sum(len(panel.numbers(made, login)) for login in panel.jurors) == 4
