"""Casting a ballot: the hot path. Called by the page's view as the edge of its own unit of work, and by the chat within one.

On PostgreSQL a ballot is one statement that is its own transaction: it finds the person, looks how many votes they have used,
takes the next number and appends the ballot and its votes (who votes for the first time: two more). Nothing that two people share is written, so nobody waits for
anybody. Requests are told apart by their key, within a period and the one before: a phone asks again after seconds, not days.
Two constraints hold what is scarce: a person's ballots of a period are numbered, and a vote's key is person, period
and candidate. Where the statement takes nothing, `_explain` says why, or finds the ballot that the same request cast before.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from campaigns.ballots import casting_plain, casting_postgres
from campaigns.ballots.ballot import Asked, Ballot, Cast, Taken
from campaigns.ballots.receipts import receipt_of
from campaigns.ballots.rules import check_choice, check_quota, period_at, round_at, rules_of, span_of
from campaigns.ballots.tables import Vote, VoteBallot
from campaigns.joining import asks_nothing, join, may_join_at_once
from campaigns.rules import require_on
from core.errors import Closed, Conflict, DomainError, Invalid
from members.ledger import find_person
from models.db import Database

_TRIES = 5
_Work = Callable[[], AbstractContextManager[Session]]
_Take = Callable[[Asked], Taken | None]


def cast_ballot(db: Database, ballot: Ballot) -> Cast:
    """Cast one, durably. The same `key` again gets the same receipt, whatever has happened since (for two periods, while the
    vote is on).

    Raises Closed, Invalid, NotAllowed (not eligible; "asks": something has to be told first), SoldOut (quota), Conflict (a
    candidate has this person's vote in the period, or the key came with another choice).
    """

    return _cast(ballot, db.work, lambda asked: db.alone(lambda connection: _take_on(connection, asked)))


def cast_within(session: Session, ballot: Ballot) -> Cast:
    """The same in the caller's unit of work, which decides whether it stays."""

    def take(asked: Asked) -> Taken | None:
        with session.begin_nested():
            return _take_on(session.connection(), asked)

    return _cast(ballot, lambda: nullcontext(session), take)


def _take_on(connection: Connection, asked: Asked) -> Taken | None:
    """Who never took part joins first where the campaign asks for nothing."""
    of = casting_postgres if connection.dialect.name == "postgresql" else casting_plain
    taken: Taken | None = of.take(connection, asked)
    if taken is None and may_join_at_once(asked.ballot.campaign.eligibility) and of.join(connection, asked):
        taken = of.take(connection, asked)
    return taken


def _cast(ballot: Ballot, work: _Work, take: _Take) -> Cast:
    if not 8 <= len(ballot.key) <= 64:
        raise Invalid("bad_key", "这次提交不完整，请刷新页面再试。")
    campaign, now = ballot.campaign, ballot.now
    asked = Asked(ballot, tuple(sorted(ballot.choice)), round_at(campaign, now), period_at(campaign, now))
    try:
        require_on(campaign, now)
        check_choice(rules_of(campaign), ballot.choice, ballot.standing)
        if not asks_nothing(campaign.eligibility):
            with work() as session:
                join(session, campaign, ballot.openid, now)
    except DomainError:
        with work() as session:
            before = _find_cast(session, asked)
        if before is None:
            raise
        return before
    return _take(asked, work, take)


def _take(asked: Asked, work: _Work, take: _Take) -> Cast:
    campaign = asked.ballot.campaign
    for _ in range(_TRIES):
        try:
            taken = take(asked)
        except IntegrityError:
            taken = None
        if taken is not None:
            left = rules_of(campaign).votes - taken.used
            return Cast(taken.ballot_id, receipt_of(campaign, taken.ballot_id), asked.choice, left)
        with work() as session:
            before = _explain(session, asked)
        if before is not None:
            return before
    words = rules_of(campaign).words
    raise Closed("busy", f"现在{words.act}的人太多，这一{words.unit}还没有记上，请过几秒再{words.verb}一次。")


def _explain(session: Session, asked: Asked) -> Cast | None:
    """Why nothing was taken: the ballot this very request cast before; or None where it is worth trying again.

    Raises what the person has to be told.
    """
    # Its own ballot is looked for last: what stands in the way may be this very request, a moment ago.
    try:
        _refuse(session, asked)
    except DomainError:
        before = _find_cast(session, asked)
        if before is None:
            raise
        return before
    return _find_cast(session, asked)


def _refuse(session: Session, asked: Asked) -> None:
    campaign = asked.ballot.campaign
    person = join(session, campaign, asked.ballot.openid, asked.ballot.now)
    query = select(VoteBallot.used).where(*_ballots_of(asked, person.id), VoteBallot.period == asked.period)
    check_quota(rules_of(campaign), max(session.scalars(query), default=0), len(asked.choice))
    _refuse_twice(session, asked, person.id)


def _find_cast(session: Session, asked: Asked) -> Cast | None:
    """The ballot of this request, if it was cast before. Raises Conflict when that had another choice."""
    campaign = asked.ballot.campaign
    person = find_person(session, campaign.account_id, campaign.scope, asked.ballot.openid)
    if person is None:
        return None
    # A person has few ballots: the index that numbers them finds them all.
    query = select(VoteBallot.id, VoteBallot.period, VoteBallot.used, VoteBallot.key)
    rows = session.execute(query.where(*_ballots_of(asked, person.id))).all()
    same = next((row for row in rows if row.key == asked.ballot.key), None)
    if same is None:
        return None
    given = select(Vote.candidate).where(
        *_votes_of(asked, person.id), Vote.period == same.period, Vote.ballot_id == same.id
    )
    choice = tuple(sorted(session.scalars(given)))
    if choice != asked.choice:
        raise Conflict("key_reused", "这次提交和刚才的不一样，请刷新页面再试。")
    used = max(row.used for row in rows if row.period == same.period)
    left = rules_of(campaign).votes - used
    return Cast(same.id, receipt_of(campaign, same.id), choice, left, again=True)


def _refuse_twice(session: Session, asked: Asked, person_id: int) -> None:
    query = select(Vote.candidate).where(
        *_votes_of(asked, person_id), Vote.period == asked.period, Vote.candidate.in_(asked.choice)
    )
    if given := sorted(session.scalars(query)):
        rules = rules_of(asked.ballot.campaign)
        numbers, verb = "、".join(map(str, given)), rules.words.verb
        raise Conflict("voted", f"您{span_of(rules)}已经{verb}过 {numbers} 号，不能重复{verb}。")


def _ballots_of(asked: Asked, person_id: int) -> Sequence[ColumnElement[bool]]:
    campaign = asked.ballot.campaign
    return (
        VoteBallot.account_id == campaign.account_id,
        VoteBallot.campaign_id == campaign.id,
        VoteBallot.person_id == person_id,
    )


def _votes_of(asked: Asked, person_id: int) -> Sequence[ColumnElement[bool]]:
    campaign = asked.ballot.campaign
    return (
        Vote.account_id == campaign.account_id,
        Vote.campaign_id == campaign.id,
        Vote.person_id == person_id,
    )
