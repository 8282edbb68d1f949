"""Searches for stuffed ballots: asked for, done by one worker, taken over, struck once, forgotten after a day."""

from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from types import SimpleNamespace

import pytest

from campaigns import errands
from campaigns.ballots import searching, tasks
from campaigns.ballots.chain import Runs, write_runs
from campaigns.ballots.guard import Found, loading, rule_from
from campaigns.ballots.searching import (
    ask_search,
    columns_of,
    count_struck,
    found_of,
    get_search,
    list_searches,
    rule_of,
    strike_found,
)
from campaigns.ballots.strikes import Why, list_strikes
from campaigns.ballots.tables import VoteSearch
from campaigns.ballots.tasks import drop_searches, search_due
from campaigns.ballots.totals import read_counts
from core.errors import Conflict, Invalid, NotFound
from models.db import Database
from tests.campaigns.vote.test_guard import LOW, POOL, look, stuffed
from tests.campaigns.vote.world import DURING, Vote, make_vote
from tests.neighbours import together

MINUTE = timedelta(minutes=1)
WHY = Why({"key": "address"}, "同一地址集中投票", "一个地址四十张", "anna", DURING)


def ask(vote: Vote, key: str = "address", now: datetime = DURING, **figures: int) -> VoteSearch:
    with vote.db.work() as session:
        return ask_search(session, vote.campaign, rule_from(key, figures or LOW), "anna", now)


def work(vote: Vote, now: datetime = DURING) -> int:
    return search_due(SimpleNamespace(db=vote.db, clock=lambda: now))


def claim(vote: Vote, now: datetime) -> VoteSearch | None:
    with vote.db.work() as session:
        return errands.claim(session, VoteSearch, now)


def read(vote: Vote, row: VoteSearch) -> VoteSearch:
    with vote.db.read() as session:
        return get_search(session, vote.campaign, row.public_id)


def strike_it(vote: Vote, row: VoteSearch, why: Why = WHY) -> int:
    with vote.db.work() as session:
        return strike_found(session, vote.campaign, row, why).ballots


def as_told(found: Found) -> tuple[object, ...]:
    return found.ballots.tolist(), found.votes, found.hours, list(found.examples), found.up_to, found.rule


def test_what_the_worker_keeps_is_what_the_rule_finds(vote: Vote):
    stuffed(vote).seal()
    row = ask(vote)
    assert (row.state, row.all_rows) == ("waiting", 102)
    assert (work(vote), work(vote)) == (1, 0)
    done = read(vote, row)
    assert (done.state, done.found, done.rows) == ("done", 40, 102)
    assert as_told(found_of(done)) == as_told(look(vote, **LOW))
    assert len(done.ids) < 40


def test_how_far_it_is_is_told_as_it_reads(vote: Vote, monkeypatch: pytest.MonkeyPatch):
    stuffed(vote).seal()
    monkeypatch.setattr(loading, "_CHUNK", 20)
    told: list[int] = []
    with vote.db.read() as session:
        loading.load(session, vote.campaign, told.append)
    assert told == [20, 40, 51, 71, 91, 102]


def test_the_same_rule_asked_twice_is_one_search_and_another_one_waits(vote: Vote):
    row = ask(vote)
    assert ask(vote).id == row.id
    for figures in ({"ballots": 41}, {"ballots": 40, "share": 80}):
        with pytest.raises(Conflict, match="同一地址集中投票"):
            ask(vote, **figures)
    work(vote)
    assert ask(vote).id != row.id


def test_ballots_that_come_after_the_search_are_not_struck(vote: Vote):
    stuffed(vote).seal()
    row = ask(vote)
    work(vote)
    vote.cast("o-late", 2, origin=POOL)
    vote.seal()
    assert strike_it(vote, read(vote, row)) == 40
    with vote.db.read() as session:
        assert read_counts(session, vote.campaign)[1, 2] == (44, 40)


def test_what_was_struck_meanwhile_is_told_and_nothing_is_struck_again(vote: Vote):
    stuffed(vote).seal()
    row = ask(vote)
    with pytest.raises(Conflict, match="还没有查完"):
        strike_it(vote, read(vote, row))
    work(vote)
    done = read(vote, row)
    with pytest.raises(Invalid):
        strike_it(vote, done, replace(WHY, reason=" "))
    assert strike_it(vote, done) == 40
    with pytest.raises(Conflict, match="您看过以后"):
        strike_it(vote, done)
    with vote.db.read() as session:
        assert count_struck(session, vote.campaign, found_of(done)) == 40
        assert len(list_strikes(session, vote.campaign)) == 1


def test_of_many_who_strike_the_same_search_at_once_one_does(vote: Vote):
    stuffed(vote).seal()
    row = ask(vote)
    work(vote)
    done = read(vote, row)
    told = together(4, lambda _n: strike_it(vote, done))
    assert sorted(str(one) for one in told if one == 40) == ["40"]
    assert sum(isinstance(one, Conflict) for one in told) == 3
    with vote.db.read() as session:
        assert read_counts(session, vote.campaign)[1, 2] == (43, 40)


def test_of_many_workers_one_takes_a_search(vote: Vote):
    ask(vote)
    taken = together(6, lambda _n: claim(vote, DURING) is not None)
    assert sum(one is True for one in taken) == 1
    assert not any(isinstance(one, Exception) for one in taken)


def test_a_search_whose_worker_died_is_taken_up_again_but_not_for_ever(vote: Vote):
    stuffed(vote).seal()
    row = ask(vote)
    now = DURING
    assert claim(vote, now) is not None
    assert claim(vote, now + MINUTE) is None
    now += 6 * MINUTE
    assert work(vote, now) == 1
    assert read(vote, row).state == "done"
    row = ask(vote, now=now)
    for _ in range(3):
        assert claim(vote, now) is not None
        now += 6 * MINUTE
    assert work(vote, now) == 0
    failed = read(vote, row)
    assert (failed.state, failed.problem[:4]) == ("failed", "没有查成")


def test_a_worker_that_is_alive_keeps_its_search(vote: Vote):
    row = ask(vote)
    claim(vote, DURING)
    with vote.db.work() as session:
        errands.note(session, row, DURING + 4 * MINUTE, rows=50)
    assert claim(vote, DURING + 6 * MINUTE) is None
    assert read(vote, row).rows == 50


def test_a_worker_that_was_taken_for_dead_undoes_nothing(vote: Vote):
    stuffed(vote).seal()
    row = ask(vote)
    late = claim(vote, DURING)
    work(vote, DURING + 6 * MINUTE)
    with vote.db.work() as session:
        for values in ({"state": "failed"}, {"rows": 1}, columns_of(look(vote, ballots=1000))):
            errands.note(session, late, DURING + 7 * MINUTE, **values)
    done = read(vote, row)
    assert (done.state, done.found, done.rows) == ("done", 40, 102)


def test_one_that_breaks_says_so_and_can_be_asked_for_again(vote: Vote, monkeypatch: pytest.MonkeyPatch):
    row = ask(vote)
    with monkeypatch.context() as broken:
        broken.setattr(tasks, "find", lambda *_a: 1 / 0)
        assert work(vote) == 0
    assert read(vote, row).state == "failed"
    assert ask(vote).state == "waiting"


def test_a_day_later_it_is_forgotten(vote: Vote):
    row = ask(vote)
    work(vote)
    parts = SimpleNamespace(db=vote.db, clock=lambda: DURING + timedelta(hours=23))
    assert drop_searches(parts) == 0
    parts.clock = lambda: DURING + timedelta(hours=25)
    assert drop_searches(parts) == 1
    with pytest.raises(NotFound, match="一天"):
        read(vote, row)


def test_the_latest_five_are_listed(vote: Vote):
    for n in range(6):
        ask(vote, ballots=50 + n)
        work(vote)
    with vote.db.read() as session:
        rows = list_searches(session, vote.campaign)
        assert [rule_of(one).figures["ballots"] for one in rows] == [55, 54, 53, 52, 51]


@pytest.mark.parametrize(
    ("ids", "text"), [([], ""), ([5], "5"), ([5, 8, 9, 10, 12], "5,8-10,12"), ([1, 2], "1-2")]
)
def test_ids_are_kept_in_runs(ids: list[int], text: str):
    assert write_runs(ids) == text
    assert list(Runs([text])) == ids


def test_without_holding_the_books_it_would_be_struck_twice(
    postgres_db: Database, monkeypatch: pytest.MonkeyPatch
):
    """The control of the race above: all look before anybody strikes."""
    vote = stuffed(make_vote(postgres_db))
    vote.seal()
    row = ask(vote)
    work(vote)
    done, looked = read(vote, row), Barrier(2)

    def look_together(*_: object) -> int:
        looked.wait(10)
        return 0

    monkeypatch.setattr(searching, "hold_books", lambda *_: None)
    monkeypatch.setattr(searching, "count_struck", look_together)
    assert together(2, lambda _n: strike_it(vote, done)) == [40, 40]
