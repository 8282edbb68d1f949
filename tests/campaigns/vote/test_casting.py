"""Ballots: what counts, what is refused, what a retry gets, and how the quota holds under many hands."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select, text

from campaigns import service
from campaigns.ballots import casting_postgres
from campaigns.ballots.ballot import CHAT, Asked, Ballot, values_of
from campaigns.ballots.casting import cast_ballot, cast_within
from campaigns.ballots.receipts import ballot_of, receipt_of
from campaigns.ballots.rules import period_at
from campaigns.ballots.store import get_ballot, list_ballots
from campaigns.ballots.tables import Vote as VoteRow
from campaigns.ballots.tables import VoteBallot
from campaigns.store import get_row
from core.errors import Closed, Conflict, DomainError, Invalid, NotFound, SoldOut
from members.ledger import find_person
from models.db import Database
from models.straight import send
from tests.campaigns.vote.world import DURING, OPENS, Vote, by, make_vote

DAY = timedelta(days=1)


def votes_of(vote: Vote, openid: str) -> list[int]:
    with vote.db.read() as session:
        person = find_person(session, vote.account_id, vote.campaign.scope, openid)
        assert person is not None
        return [one for line in list_ballots(session, vote.campaign, person.id) for one in line.candidates]


def test_a_ballot_stands_in_the_ledger_with_its_receipt(vote: Vote):
    done = vote.cast("o-anna", 3, 1)
    assert (done.choice, done.left, done.again) == ((1, 3), 3, False)
    with vote.db.read() as session:
        line = get_ballot(session, vote.campaign, ballot_of(vote.campaign, done.receipt.lower()))
    assert (list(line.candidates), line.number, line.used, line.channel) == ([1, 3], 1, 2, "chat")


def test_the_quota_of_a_day_adds_up_over_ballots_and_comes_back_tomorrow(vote: Vote):
    vote.cast("o-anna", 1, 2, 3)
    assert vote.cast("o-anna", 4).left == 1
    with pytest.raises(SoldOut, match="还剩 1 票"):
        vote.cast("o-anna", 5, 6)
    assert vote.cast("o-anna", 5).left == 0
    with pytest.raises(SoldOut, match="已经投完"):
        vote.cast("o-anna", 6)
    assert vote.cast("o-anna", 1, now=DURING + DAY).left == 4
    assert vote.cast("o-bob", 1, 2, 3).left == 2


def test_a_second_vote_for_the_same_candidate_on_one_day_is_refused(vote: Vote):
    vote.cast("o-anna", 1)
    with pytest.raises(Conflict, match="已经投过 1 号"):
        vote.cast("o-anna", 2, 1)
    assert votes_of(vote, "o-anna") == [1]


def test_a_retry_gets_the_same_receipt_even_the_next_day_and_when_all_is_over(vote: Vote):
    first = vote.cast("o-anna", 1, 2, key="the-same-key")
    again = vote.cast("o-anna", 2, 1, key="the-same-key")
    late = vote.cast("o-anna", 1, 2, key="the-same-key", now=DURING + DAY)
    over = vote.cast("o-anna", 1, 2, key="the-same-key", now=vote.campaign.closes_at)
    assert first.receipt == again.receipt == late.receipt == over.receipt
    assert again.again and again.left == first.left
    with pytest.raises(Conflict, match="不一样"):
        vote.cast("o-anna", 3, key="the-same-key")
    assert votes_of(vote, "o-anna") == [1, 2]


@pytest.mark.parametrize("choice", [(), (1, 2, 3, 4), (1, 1), (7,), (0,)])
def test_what_is_no_ballot_changes_nothing(vote: Vote, choice: tuple[int, ...]):
    with pytest.raises(Invalid):
        vote.cast("o-anna", *choice)
    with vote.db.read() as session:
        assert session.scalar(select(func.count()).where(VoteBallot.account_id == vote.account_id)) == 0


def test_before_and_after_its_time_nothing_is_taken(vote: Vote):
    for moment in (OPENS - timedelta(seconds=1), vote.campaign.closes_at):
        with pytest.raises(Closed):
            vote.cast("o-anna", 1, now=moment)


def test_who_comes_with_an_old_picture_of_a_frozen_vote_is_refused(vote: Vote):
    with vote.db.work() as session:
        row = get_row(session, vote.account_id, vote.campaign.public_id)
        service.freeze(session, vote.account_id, vote.campaign.public_id, row.version, "核查", by())
    with pytest.raises(Closed):
        vote.cast("o-anna", 1)


def test_a_receipt_of_another_or_a_made_up_one_is_none(vote: Vote):
    receipt = vote.cast("o-anna", 1).receipt
    number = ballot_of(vote.campaign, receipt)
    other = receipt_of(vote.campaign, number + 1)
    with vote.db.read() as session, pytest.raises(NotFound):
        get_ballot(session, vote.campaign, ballot_of(vote.campaign, other))
    for bad in ("", "abc", receipt[:-1] + ("2" if receipt[-1] != "2" else "3"), "2" * 400 + "-2222222"):
        with pytest.raises(NotFound):
            ballot_of(vote.campaign, bad)


def race(vote: Vote, many: int, openid: str) -> list[object]:
    """`many` ballots of one person at the same moment, each for one of five candidates."""
    barrier = Barrier(many)

    def one(n: int) -> object:
        barrier.wait()
        try:
            return vote.cast(openid, n % 5 + 1)
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def count(db: Database, vote: Vote) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).where(VoteRow.account_id == vote.account_id)) or 0


def test_twenty_at_once_by_one_person_take_no_more_than_the_quota(postgres_db: Database):
    vote = make_vote(postgres_db, {"choose_most": 1, "votes": 3})
    for attempt in range(5):
        race(vote, 20, f"o-{attempt}")
        given = votes_of(vote, f"o-{attempt}")
        assert len(given) == len(set(given)) == 3


def test_without_the_numbers_of_ballots_the_quota_would_not_hold(postgres_db: Database):
    """The control: the very test above can fail."""
    vote = make_vote(postgres_db, {"choose_most": 1, "votes": 3})
    name = "uq_vote_ballots_person_id_period_number"
    columns = "(person_id, period, number)"
    with postgres_db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE vote_ballots DROP CONSTRAINT {name}"))
        connection.execute(text(f"CREATE UNIQUE INDEX loose ON vote_ballots {columns[:-1]}, id)"))
    try:
        taking = casting_postgres.TAKE
        casting_postgres.TAKE = taking.replace("ON CONFLICT (person_id, period, number) DO NOTHING", "")
        for attempt in range(20):
            race(vote, 20, f"o-{attempt}")
        most = max(len(votes_of(vote, f"o-{attempt}")) for attempt in range(20))
    finally:
        casting_postgres.TAKE = taking
        with postgres_db.engine.begin() as connection:
            connection.execute(text("TRUNCATE vote_ballots, votes"))
            connection.execute(text("DROP INDEX loose"))
            connection.execute(text(f"ALTER TABLE vote_ballots ADD CONSTRAINT {name} UNIQUE {columns}"))
    assert most > 3


def test_a_ballot_is_found_room_for_by_its_person_whatever_else_the_ledger_holds(postgres_db: Database):
    """A plan that was made while tables were empty stays with its connection: there must be no other index to take."""
    vote = make_vote(postgres_db, {"choose_most": 1, "votes": 3})
    vote.cast("o-anna", 1)
    ballot = Ballot(vote.campaign, "o-anna", (2,), frozenset({2}), "key-of-plan", CHAT, DURING)
    asked = Asked(ballot, (2,), 1, period_at(vote.campaign, DURING))
    values = {**values_of(asked), "at": DURING, "choice": [2]}
    plan = postgres_db.alone(
        lambda connection: "\n".join(
            line for (line,) in send(connection, f"EXPLAIN {casting_postgres.TAKE}", values)
        )
    )
    assert "Index Scan using uq_vote_ballots_person_id_period_number" in plan
    assert "pk_vote_ballots" not in plan and "Seq Scan" not in plan


def test_a_first_ballot_within_a_unit_of_work_that_is_rolled_back_leaves_the_way_in_open(sqlite_db: Database):
    vote = make_vote(sqlite_db, {"choose_most": 1, "votes": 3})
    ballot = Ballot(vote.campaign, "o-anna", (1,), frozenset({1}), "key-in-chat", CHAT, DURING)
    with pytest.raises(ZeroDivisionError), sqlite_db.work() as session:
        cast_within(session, ballot)
        raise ZeroDivisionError
    assert count(sqlite_db, vote) == 0
    assert cast_ballot(sqlite_db, ballot).left == 2
    with sqlite_db.work() as session:
        assert cast_within(session, ballot).again


def test_the_same_request_forty_times_at_once_counts_once(postgres_db: Database):
    vote = make_vote(postgres_db, {"choose_most": 1, "votes": 5})
    vote.cast("o-bob", 1)
    barrier = Barrier(40)

    def one(_: int) -> str:
        barrier.wait()
        return vote.cast("o-anna", 2, key="one-and-the-same").receipt

    with ThreadPoolExecutor(40) as pool:
        receipts = set(pool.map(one, range(40)))
    assert len(receipts) == 1
    assert votes_of(vote, "o-anna") == [2]
    assert count(postgres_db, vote) == 2
