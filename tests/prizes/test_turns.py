"""Turns: what is scarce is never given twice, what comes twice is answered once."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, event, func, select, update
from sqlalchemy.exc import DBAPIError

from accounts.service import add_account
from core.errors import Closed, DomainError, Invalid, NotAllowed, SoldOut
from models.db import Database
from models.prizes import Chance, Draw, DrawTurn, Prize, Win
from prizes import outcome, tape, turns, turns_plain, turns_postgres
from prizes.chances import count_unspent, earn
from prizes.outcome import tape_of
from prizes.rules import PrizeDraft
from prizes.service import close_draw, exclude
from prizes.store import get_draw
from prizes.turns import finish_turns
from prizes.verify import verify
from prizes.view import DrawView
from tests.conftest import NOW, new_account
from tests.members.people import add_follower
from tests.prizes.draws import CREDIT, MUG, a_draft, give_chances, open_one, take, view


def at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """All at the same moment; what each gives or raises."""
    gate = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return work()
        except DomainError as error:
            return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def rows(db: Database, table: type) -> int:
    with db.read() as session:
        return session.scalar(
            select(func.count()).select_from(table).execution_options(all_tenants="a test counts")
        )


def given(db: Database, draw: DrawView) -> list[int]:
    with db.read() as session:
        query = select(Prize.given).where(Prize.account_id == draw.account_id, Prize.draw_id == draw.id)
        return list(session.scalars(query.order_by(Prize.position)))


def slots(db: Database, draw: DrawView) -> list[int | None]:
    """In the order of the turns."""
    with db.read() as session:
        query = select(DrawTurn.slot).where(DrawTurn.account_id == draw.account_id)
        return list(session.scalars(query.order_by(DrawTurn.id)))


def test_a_turn_spends_a_chance_takes_the_next_slot_and_gives_what_the_tape_says(db: Database, owner: int):
    draw = open_one(db, owner, a_draft(CREDIT, MUG))
    give_chances(db, draw, count=20)
    expected = tape_of(db, draw)
    told = [json.loads(take(db, draw, key=f"key-{n:08}")) for n in range(20)]
    assert slots(db, draw) == list(range(20))
    names = ["", CREDIT.name, MUG.name]
    assert [one["prize"]["name"] if one["prize"] else "" for one in told] == [names[n] for n in expected]
    assert given(db, draw) == [5, 3]
    assert rows(db, Win) == 8
    with db.read() as session:
        assert count_unspent(session, owner, draw.id, "oworker") == 0


def test_a_source_earns_once(db: Database, owner: int):
    draw = open_one(db, owner)
    with db.work() as session:
        assert earn(session, owner, draw.id, "oworker", "quiz:1", NOW)
        assert not earn(session, owner, draw.id, "oworker", "quiz:1", NOW)
        assert not earn(session, owner, draw.id, "oanother", "quiz:1", NOW)
        assert count_unspent(session, owner, draw.id, "oworker") == 1
        assert count_unspent(session, owner, draw.id, "oanother") == 0


def test_without_a_chance_nothing_is_drawn(db: Database, owner: int):
    draw = open_one(db, owner)
    with pytest.raises(SoldOut, match="没有抽奖机会"):
        take(db, draw, "ostranger")
    give_chances(db, draw)
    take(db, draw)
    with pytest.raises(SoldOut, match="没有抽奖机会"):
        take(db, draw, key="key-00000002")
    assert rows(db, DrawTurn) == 1


def test_the_same_key_gives_the_same_bytes_and_spends_nothing_more(db: Database, owner: int):
    draw = open_one(db, owner)
    give_chances(db, draw, count=3)
    first = take(db, draw)
    assert take(db, draw) == first
    assert rows(db, DrawTurn) == 1


def test_the_same_key_is_answered_even_when_nothing_is_left_and_after_the_end(db: Database, owner: int):
    draw = open_one(db, owner, a_draft(CREDIT, slots=5, wins_per_person=1, turns_per_day=1))
    give_chances(db, draw)
    first = take(db, draw)
    assert take(db, draw) == first
    with db.work() as session:
        assert close_draw(session, owner, draw.public_id, "安娜", NOW)
    assert take(db, view(db, draw)) == first
    assert rows(db, DrawTurn) == 1


def test_after_the_last_slot_turns_are_blanks(db: Database, owner: int):
    draw = open_one(db, owner, a_draft(CREDIT, slots=5))
    give_chances(db, draw, count=7)
    told = [json.loads(take(db, draw, key=f"key-{n:08}")) for n in range(7)]
    assert slots(db, draw) == [0, 1, 2, 3, 4, None, None]
    assert [bool(one["prize"]) for one in told] == [True] * 5 + [False] * 2


def test_certain_odds_win_until_the_stock_is_gone(db: Database, owner: int):
    draw = open_one(db, owner, a_draft(PrizeDraft("茶杯", "goods", 3, 100, "1"), mode="odds"))
    give_chances(db, draw, count=5)
    told = [json.loads(take(db, draw, key=f"key-{n:08}")) for n in range(5)]
    assert [bool(one["prize"]) for one in told] == [True] * 3 + [False] * 2
    assert given(db, draw) == [3]


def test_odds_are_exact(db: Database, owner: int, monkeypatch: pytest.MonkeyPatch):
    draw = open_one(
        db,
        owner,
        a_draft(PrizeDraft("头奖", "goods", 9, 100, "0.0001"), replace(MUG, odds="0.5"), mode="odds"),
    )
    give_chances(db, draw, count=4)
    rolls = iter([0, 1, 5000, 5001])
    scales = []
    monkeypatch.setattr(outcome.secrets, "randbelow", lambda scale: scales.append(scale) or next(rolls))
    told = [json.loads(take(db, draw, key=f"key-{n:08}")) for n in range(4)]
    assert [one["prize"] and one["prize"]["name"] for one in told] == ["头奖", "搪瓷杯", "搪瓷杯", None]
    assert scales == [10_000] * 4


def test_the_days_turns_and_all_turns_are_limited(db: Database, owner: int):
    draw = open_one(db, owner, a_draft(turns_per_day=2, turns_per_person=3))
    give_chances(db, draw, count=9)
    for n in range(2):
        take(db, draw, key=f"key-{n:08}")
    with pytest.raises(SoldOut, match="今天"):
        take(db, draw, key="key-00000009")
    take(db, draw, key="key-00000010", now=NOW + timedelta(days=1))
    with pytest.raises(SoldOut, match="用完"):
        take(db, draw, key="key-00000011", now=NOW + timedelta(days=1))
    assert rows(db, DrawTurn) == 3
    with db.read() as session:
        assert count_unspent(session, owner, draw.id, "oworker") == 6


def test_who_has_won_leaves_chances_to_others(db: Database, owner: int):
    draw = open_one(db, owner, a_draft(CREDIT, slots=5, wins_per_person=1))
    give_chances(db, draw, count=3)
    take(db, draw)
    with pytest.raises(SoldOut, match="已经中过奖"):
        take(db, draw, key="key-00000002")
    assert (rows(db, Win), rows(db, DrawTurn)) == (1, 1)


def test_staff_on_the_list_cannot_draw(db: Database, owner: int):
    draw = open_one(db, owner)
    number = add_follower(db, owner, "ostaff")
    give_chances(db, draw, "ostaff")
    with db.work() as session:
        assert exclude(session, owner, draw.public_id, [number], "试玩") == 1
    with pytest.raises(NotAllowed, match="工作人员"):
        take(db, view(db, draw), "ostaff")


@pytest.mark.parametrize(
    ("moment", "told"), [(timedelta(days=-1), "还没开始"), (timedelta(days=11), "已经结束")]
)
def test_outside_its_time_nothing_is_drawn(db: Database, owner: int, moment: timedelta, told: str):
    draw = open_one(db, owner)
    give_chances(db, draw)
    with pytest.raises(Closed, match=told):
        take(db, draw, now=NOW + moment)


@pytest.mark.parametrize("mode", ["tape", "odds"])
def test_a_draw_that_was_just_closed_gives_nothing_even_to_who_does_not_know_yet(
    db: Database, owner: int, mode: str
):
    draw = open_one(db, owner, a_draft(replace(CREDIT, odds="1"), mode=mode))
    give_chances(db, draw)
    with db.work() as session:
        assert close_draw(session, owner, draw.public_id, "安娜", NOW)
    with pytest.raises(Closed):
        take(db, draw)
    assert (rows(db, DrawTurn), rows(db, Win)) == (0, 0)
    with db.read() as session:
        assert count_unspent(session, owner, draw.id, "oworker") == 1


def test_a_short_key_is_refused(db: Database, owner: int):
    draw = open_one(db, owner)
    give_chances(db, draw)
    with pytest.raises(Invalid):
        take(db, draw, key="k")


def test_a_prize_that_was_moved_behind_our_back_stops_the_draw(db: Database, owner: int):
    draw = open_one(db, owner, a_draft(CREDIT, slots=5))
    give_chances(db, draw)
    with db.work() as session:
        session.execute(update(Prize).where(Prize.account_id == owner).values(stock=50))
    moved = view(db, draw)
    with pytest.raises(Closed, match="不一致"):
        take(db, moved)


def test_a_turn_is_few_statements(postgres_db: Database):
    owner = _owner(postgres_db)
    draft = a_draft(replace(CREDIT, stock=1), slots=2, turns_per_day=9, turns_per_person=9)
    draw = open_one(postgres_db, owner, draft)
    give_chances(postgres_db, draw, count=2)
    tape_of(postgres_db, draw)
    said: list[str] = []

    def note(*told: object) -> None:
        said.append(str(told[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for n in range(2):
            said.clear()
            won = json.loads(take(postgres_db, draw, key=f"key-{n:08}"))["win"]
            assert len(said) == (2 if won else 1)
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def _owner(db: Database) -> int:
    with db.work() as session:
        return add_account(session, new_account(), NOW).id


@pytest.mark.parametrize(("stock", "people"), [(1, 100), (10, 300)])
@pytest.mark.parametrize("mode", ["tape", "odds"])
def test_never_oversold(db: Database, owner: int, mode: str, stock: int, people: int):
    """Everybody at once, more than there is."""
    prize = PrizeDraft("水壶", "goods", stock, 100, "1")
    draw = open_one(db, owner, a_draft(prize, mode=mode, slots=people))
    for n in range(people):
        give_chances(db, draw, f"oworker{n}")
    lanes = 16

    def lane(number: int) -> list[bytes]:
        return [take(db, draw, f"oworker{n}") for n in range(number, people, lanes)]

    at_once([lambda number=number: lane(number) for number in range(lanes)])
    assert given(db, draw) == [stock]
    assert rows(db, Win) == stock
    assert rows(db, DrawTurn) == people
    if mode == "tape":
        assert sorted(slots(db, draw)) == list(range(people))


def test_control_a_look_and_a_write_oversells(postgres_db: Database, monkeypatch: pytest.MonkeyPatch):
    """The same with the guard removed: the stock is looked at first and counted up afterwards."""
    owner = _owner(postgres_db)
    draw = open_one(
        postgres_db, owner, a_draft(PrizeDraft("水壶", "goods", 1, 100, "1"), mode="odds", slots=0)
    )
    for n in range(16):
        give_chances(postgres_db, draw, f"oworker{n}")
    gate = Barrier(16)

    def look_then_write(session, draw, prize):
        query = select(Prize.given).where(Prize.account_id == draw.account_id, Prize.id == prize.id)
        seen = session.scalar(query)
        gate.wait(10)
        if seen >= prize.stock:
            return False
        session.execute(
            update(Prize)
            .where(Prize.account_id == draw.account_id, Prize.id == prize.id)
            .values(given=seen + 1)
        )
        return True

    monkeypatch.setattr(turns_plain, "_give", look_then_write)
    monkeypatch.setattr(turns, "_take", _plainly)
    at_once([lambda n=n: take(postgres_db, draw, f"oworker{n}") for n in range(16)])
    assert rows(postgres_db, Win) > 1


def _plainly(db, asked):
    with db.work() as session:
        return turns_plain.take_plainly(session, asked, b"")


def test_fifty_parallel_takes_with_one_key_count_once(db: Database, owner: int):
    draw = open_one(db, owner)
    give_chances(db, draw, count=3)
    told = at_once([lambda: take(db, draw)] * 50)
    assert len(set(told)) == 1
    assert rows(db, DrawTurn) == 1
    with db.read() as session:
        assert count_unspent(session, owner, draw.id, "oworker") == 2


def test_one_chance_is_spent_once_by_many_keys_at_once(db: Database, owner: int):
    draw = open_one(db, owner)
    give_chances(db, draw)
    told = at_once([lambda n=n: take(db, draw, key=f"key-{n:08}") for n in range(30)])
    assert sum(isinstance(one, bytes) for one in told) == 1
    assert rows(db, DrawTurn) == 1


def test_a_limit_of_wins_holds_against_many_at_once(db: Database, owner: int):
    draw = open_one(db, owner, a_draft(replace(CREDIT, stock=20), slots=20, wins_per_person=2))
    give_chances(db, draw, count=20)
    at_once([lambda n=n: take(db, draw, key=f"key-{n:08}") for n in range(20)])
    assert rows(db, Win) == rows(db, DrawTurn) == 2
    assert given(db, draw) == [2]


def test_the_day_s_limit_holds_against_many_at_once_and_refused_turns_cost_nothing(db: Database, owner: int):
    draw = open_one(db, owner, a_draft(turns_per_day=3, turns_per_person=4))
    give_chances(db, draw, count=20)
    told = at_once([lambda n=n: take(db, draw, key=f"key-{n:08}") for n in range(20)])
    assert sum(isinstance(one, bytes) for one in told) == rows(db, DrawTurn) == 3
    take(db, draw, key="key-00000030", now=NOW + timedelta(days=1))
    with db.read() as session:
        assert count_unspent(session, owner, draw.id, "oworker") == 16


def test_who_dies_between_the_slot_and_the_win_is_told_what_the_slot_held(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
):
    owner = _owner(postgres_db)
    draw = open_one(postgres_db, owner, a_draft(CREDIT, slots=5, wins_per_person=1))
    give_chances(postgres_db, draw, count=2)
    _die_before_the_win(postgres_db, draw, monkeypatch)
    assert (rows(postgres_db, DrawTurn), rows(postgres_db, Win)) == (1, 0)
    with pytest.raises(SoldOut, match="已经中过奖"):
        take(postgres_db, draw, key="key-00000002")
    told = at_once([lambda: take(postgres_db, draw)] * 8)
    assert len(set(told)) == 1
    assert json.loads(told[0])["prize"]["name"] == CREDIT.name
    assert (rows(postgres_db, DrawTurn), rows(postgres_db, Win)) == (1, 1)
    assert given(postgres_db, draw) == [1]


def test_the_worker_keeps_the_win_of_a_turn_that_was_cut_short(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
):
    owner = _owner(postgres_db)
    draw = open_one(postgres_db, owner, a_draft(CREDIT, slots=5))
    give_chances(postgres_db, draw, count=5)
    take(postgres_db, draw)
    _die_before_the_win(postgres_db, draw, monkeypatch, key="key-00000002")
    assert finish_turns(postgres_db, draw, since=0) == 2
    assert finish_turns(postgres_db, draw, since=0) == 2
    assert (rows(postgres_db, DrawTurn), rows(postgres_db, Win)) == (2, 2)
    assert given(postgres_db, draw) == [2]
    with postgres_db.read() as session:
        assert list(verify(session, owner, get_draw(session, owner, draw.public_id))) == []


def _die_before_the_win(
    db: Database, draw: DrawView, monkeypatch: pytest.MonkeyPatch, key: str = "key-00000001"
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(turns_postgres, "keep_win", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            take(db, draw, key=key)


def test_a_failed_turn_leaves_no_gap(db: Database, owner: int, monkeypatch: pytest.MonkeyPatch):
    draw = open_one(db, owner)
    give_chances(db, draw, count=2)
    with monkeypatch.context() as patched:
        patched.setattr(turns_plain, "prize_at", lambda *_: 1 / 0)
        patched.setattr(turns_postgres, "public_id", lambda: "much too long for what is kept")
        with pytest.raises((ZeroDivisionError, DBAPIError)):
            take(db, draw)
    assert rows(db, DrawTurn) == 0
    take(db, draw)
    assert slots(db, draw) == [0]
    with db.read() as session:
        assert session.scalar(select(Draw.next_slot).where(Draw.account_id == owner)) == 1
        spent = select(func.count(Chance.id)).where(Chance.account_id == owner, Chance.spent_at.is_not(None))
        assert session.scalar(spent) == 1


def test_a_million_slots_are_shuffled_in_less_than_two_seconds():
    import time

    started = time.process_time()
    made = tape.shuffle(tape.new_seed(), [1, 10, 1000], 1_000_000)
    assert time.process_time() - started < 2
    assert [made.count(number) for number in (1, 2, 3)] == [1, 10, 1000]
