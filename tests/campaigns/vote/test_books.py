"""The books: blocks, totals, strikes, roots; and every way of touching the ledger is found."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from campaigns.ballots.chain import Runs, gaps
from campaigns.ballots.recount import rebuild, recount
from campaigns.ballots.roots import due_day, list_roots, publish_root, read_texts, text_of
from campaigns.ballots.sealing import count_unsealed, seal
from campaigns.ballots.store import find_block_of
from campaigns.ballots.strikes import Why, list_strikes, restore, strike
from campaigns.ballots.tables import VoteRoot
from campaigns.ballots.totals import read_counts
from campaigns.ballots.verify import verify
from core.errors import Conflict, Invalid
from models.db import Database
from tests.campaigns.vote.world import DURING, Vote, make_vote

LATER = DURING + timedelta(hours=1)
WHY = {
    "rule": {"name": "night"},
    "title": "夜间集中投票",
    "reason": "一小时内 300 张选票",
    "by": "anna",
    "now": LATER,
}


def faults(vote: Vote, published: str = "", now: datetime = LATER) -> list[str]:
    with vote.db.read() as session:
        return list(verify(session, vote.campaign, read_texts(published), now))


def counts(vote: Vote) -> dict[tuple[int, int], tuple[int, int]]:
    with vote.db.read() as session:
        return dict(read_counts(session, vote.campaign))


def differences(vote: Vote) -> int:
    with vote.db.read() as session:
        return sum(one.difference for one in recount(session, vote.campaign))


def filled(vote: Vote, people: int = 12) -> Vote:
    """Three blocks, the last one still unsealed."""
    for part in range(3):
        for n in range(people // 3):
            vote.cast(f"o-{part}-{n}", n % 5 + 1, 6)
        if part < 2:
            vote.seal()
    return vote


def publish(vote: Vote) -> str:
    with vote.db.work() as session:
        assert publish_root(
            session, vote.campaign, due_day(vote.campaign, LATER + timedelta(days=1)) or 0, LATER
        )
    with vote.db.read() as session:
        return text_of(vote.campaign, list_roots(session, vote.campaign)[0])


def test_gaps_and_runs_say_the_same():
    assert gaps(0, 12, [1, 2, 5, 6, 7, 12]) == "3-4,8-11"
    assert gaps(10, 10, []) == ""
    runs = Runs(["3-4,8-11", "", "20"])
    assert list(runs) == [3, 4, 8, 9, 10, 11, 20]
    assert 9 in runs and 12 not in runs and 2 not in runs


def test_sealed_votes_are_counted_and_the_rest_is_told(vote: Vote):
    filled(vote)
    assert counts(vote)[1, 6] == (8, 0)
    with vote.db.read() as session:
        assert count_unsealed(session, vote.campaign) == 4
    assert differences(vote) == 0
    vote.seal()
    assert counts(vote)[1, 6] == (12, 0)
    assert faults(vote) == [] and differences(vote) == 0


def test_every_ballot_says_in_which_block_it_is(vote: Vote):
    filled(vote)
    with vote.db.read() as session:
        found = [find_block_of(session, vote.campaign, n) for n in ids(vote)]
    assert [block.number if block else None for block in found] == [1] * 4 + [2] * 4 + [None] * 4


def ids(vote: Vote) -> list[int]:
    with vote.db.engine.connect() as connection:
        return list(connection.execute(text("SELECT id FROM vote_ballots ORDER BY id")).scalars())


def test_a_ballot_that_commits_late_is_sealed_in_a_later_block(postgres_db: Database):
    vote = make_vote(postgres_db)
    vote.cast("o-early", 1)
    with postgres_db.engine.connect() as slow:
        # The late one's id is given before the others', its commit comes after they were sealed.
        slow.execute(
            text(
                "INSERT INTO vote_ballots (account_id, campaign_id, person_id, period, number, used, round, key, at, channel,"
                " address, range, agent, worked) SELECT account_id, campaign_id, 999, period, 1, 1, 1, 'late-late', at,"
                " 'chat', '', '', '', false FROM vote_ballots"
            )
        )
        slow.execute(
            text(
                "INSERT INTO votes (account_id, campaign_id, person_id, period, candidate, round, ballot_id)"
                " SELECT account_id, campaign_id, person_id, period, 2, 1, id FROM vote_ballots WHERE key = 'late-late'"
            )
        )
        vote.cast("o-other", 3)
        assert vote.seal() == 2
        slow.commit()
    assert faults(vote, now=DURING + timedelta(seconds=30)) == []
    assert faults(vote) != []  # nobody sealed for an hour, though somebody should have
    with postgres_db.work() as session:
        assert seal(session, vote.campaign, DURING + timedelta(seconds=30)) == 1
    assert faults(vote) == [] and differences(vote) == 0
    assert counts(vote)[1, 2] == (1, 0)
    with postgres_db.read() as session:
        block = find_block_of(session, vote.campaign, ids(vote)[1])
    assert block is not None and block.number == 2 and block.late == str(ids(vote)[1])


def test_struck_ballots_do_not_count_and_come_back(vote: Vote):
    filled(vote)
    with vote.db.work() as session:
        first = strike(session, vote.campaign, ids(vote)[:3], Why(**WHY))
        assert (first.ballots, first.votes) == (3, 6)
    with vote.db.work() as session:
        second = strike(session, vote.campaign, ids(vote)[2:6], Why(**WHY))
        assert (second.ballots, second.votes) == (4, 6)
    assert counts(vote)[1, 6] == (8, 6) and differences(vote) == 0
    with vote.db.work() as session:
        restore(session, vote.campaign, first.public_id, "查实是班车下班", "bob", LATER)
    assert counts(vote)[1, 6] == (8, 4) and differences(vote) == 0
    with vote.db.work() as session, pytest.raises(Conflict):
        restore(session, vote.campaign, first.public_id, "再来", "bob", LATER)
    with vote.db.work() as session:
        restore(session, vote.campaign, second.public_id, "误伤", "bob", LATER)
        assert [one.restored_by for one in list_strikes(session, vote.campaign)] == ["bob", "bob"]
    assert counts(vote)[1, 6] == (8, 0) and differences(vote) == 0
    assert faults(vote) == []


def test_who_strikes_says_why_and_only_what_is_sealed(vote: Vote):
    filled(vote)
    with vote.db.work() as session, pytest.raises(Invalid):
        strike(session, vote.campaign, ids(vote)[:1], Why(**{**WHY, "reason": " "}))
    with vote.db.work() as session, pytest.raises(Conflict):
        strike(session, vote.campaign, ids(vote)[-2:], Why(**WHY))


def test_totals_that_were_changed_are_found_and_restored(vote: Vote):
    filled(vote)
    change(vote, "UPDATE vote_totals SET votes = votes + 100 WHERE candidate = 6")
    change(vote, "DELETE FROM vote_totals WHERE candidate = 2")
    assert differences(vote) == 100 + 2
    with vote.db.work() as session:
        assert len(rebuild(session, vote.campaign)) == 2
    assert differences(vote) == 0


def test_a_day_has_one_root_and_its_text_can_be_read_back(vote: Vote):
    filled(vote)
    published = publish(vote)
    with vote.db.work() as session:
        root = list_roots(session, vote.campaign)[0]
        assert not publish_root(session, vote.campaign, root.day, LATER)
        assert read_texts(published) == [(root.block, root.hash)]
        assert (root.ballots, root.votes) == (12, 24)
    assert due_day(vote.campaign, vote.campaign.opens_at - timedelta(days=2)) is None


def change(vote: Vote, *statements: str) -> None:
    with vote.db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


FIRST = "(SELECT min(id) FROM vote_ballots)"
FORGERIES: dict[str, tuple[str, ...]] = {
    "a vote goes to another": (
        f"UPDATE votes SET candidate = 5 WHERE candidate = 1 AND ballot_id = {FIRST}",
    ),
    "a vote is taken away": (f"DELETE FROM votes WHERE candidate = 1 AND ballot_id = {FIRST}",),
    "a vote is added to a ballot": (
        "INSERT INTO votes (account_id, campaign_id, person_id, period, candidate, round, ballot_id)"
        f" SELECT account_id, campaign_id, person_id, period, 4, 1, id FROM vote_ballots WHERE id = {FIRST}",
    ),
    "a vote without a ballot": (
        "INSERT INTO votes (account_id, campaign_id, person_id, period, candidate, round, ballot_id)"
        f" SELECT account_id, campaign_id, 4711, period, 4, 1, id FROM vote_ballots WHERE id = {FIRST}",
    ),
    "a ballot is taken away": (
        f"DELETE FROM votes WHERE ballot_id = {FIRST}",
        f"DELETE FROM vote_ballots WHERE id = {FIRST}",
    ),
    "a ballot is given to somebody else": (
        f"UPDATE votes SET person_id = 4711 WHERE ballot_id = {FIRST}",
        f"UPDATE vote_ballots SET person_id = 4711 WHERE id = {FIRST}",
    ),
    "a ballot's time is changed": (f"UPDATE vote_ballots SET at = '2026-01-01' WHERE id = {FIRST}",),
    "where a ballot came from is changed": (f"UPDATE vote_ballots SET address = 'x' WHERE id = {FIRST}",),
    "two ballots are swapped": (
        f"UPDATE vote_ballots SET key = CASE id WHEN {FIRST} THEN (SELECT key FROM vote_ballots WHERE id = {FIRST} + 1)"
        f" ELSE (SELECT key FROM vote_ballots WHERE id = {FIRST}) END WHERE id IN ({FIRST}, {FIRST} + 1)",
    ),
    "a block's hash is changed": (
        "UPDATE vote_blocks SET hash = substr(hash, 2) || substr(hash, 1, 1) WHERE number = 1",
    ),
    "a block in the middle is taken away": ("DELETE FROM vote_blocks WHERE number = 2",),
    "the tail is cut off": (
        "DELETE FROM votes WHERE ballot_id > (SELECT after_id FROM vote_blocks WHERE number = 3)",
        "DELETE FROM vote_ballots WHERE id > (SELECT after_id FROM vote_blocks WHERE number = 3)",
        "DELETE FROM vote_blocks WHERE number = 3",
    ),
    "the root is taken away": ("DELETE FROM vote_roots",),
    "the root is changed": ("UPDATE vote_roots SET hash = substr(hash, 2) || substr(hash, 1, 1)",),
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES)
def test_whoever_touches_the_ledger_is_found(vote: Vote, forgery: tuple[str, ...]):
    published = publish(filled(vote))
    assert faults(vote) == [] == faults(vote, published)
    change(vote, *forgery)
    assert faults(vote, published) != []


def test_a_ballot_put_into_an_old_gap_is_found(postgres_db: Database):
    vote = make_vote(postgres_db)
    vote.cast("o-anna", 1)
    with pytest.raises(Conflict):
        vote.cast("o-anna", 1)  # uses up an id
    vote.cast("o-bob", 1)
    vote.seal()
    first = ids(vote)[0]
    change(
        vote,
        "INSERT INTO vote_ballots (id, account_id, campaign_id, person_id, period, number, used, round, key, at, channel,"
        f" address, range, agent, worked) OVERRIDING SYSTEM VALUE SELECT id + 1, account_id, campaign_id, 4711, period, 1, 1,"
        f" 1, 'forged-one', at, 'chat', '', '', '', false FROM vote_ballots WHERE id = {first}",
    )
    assert any("插入" in one for one in faults(vote))


def test_a_chain_made_anew_after_a_forgery_is_given_away_by_what_was_published(vote: Vote):
    """Whoever can write everything can make the books fit; not the text that others have kept, nor the audit log."""
    published = publish(filled(vote))
    change(
        vote,
        f"UPDATE votes SET candidate = 5 WHERE candidate = 1 AND ballot_id = {FIRST}",
        "DELETE FROM vote_blocks",
        "DELETE FROM vote_totals",
        "DELETE FROM vote_roots",
    )
    vote.seal()
    assert differences(vote) == 0
    assert any("公示" in one for one in faults(vote))
    assert any("与公示的不同" in one or "末尾" in one for one in faults(vote, published))
    with vote.db.read() as session:
        assert session.query(VoteRoot).filter_by(account_id=vote.account_id).count() == 0
