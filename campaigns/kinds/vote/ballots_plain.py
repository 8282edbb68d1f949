"""A ballot on SQLite, where one writer at a time makes a look and a write as good as one statement."""

from collections.abc import Sequence

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from campaigns.kinds.vote.ballot import Asked, Taken
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.tables import Vote, VoteBallot
from campaigns.rules import require_on
from campaigns.store import get_campaign
from members.ledger import find_person


def take(session: Session, asked: Asked) -> Taken | None:
    """As `ballots_postgres.take`. Raises Closed too."""
    ballot, campaign = asked.ballot, asked.ballot.campaign
    require_on(get_campaign(session, campaign.account_id, campaign.public_id), ballot.now)
    person = find_person(session, campaign.account_id, campaign.scope, ballot.openid)
    if person is None or person.openid is None:
        return None
    mine = _mine(session, asked, person.id)
    of_period = [row for row in mine if row.period == asked.period]
    number = max((row.number for row in of_period), default=0)
    used = max((row.used for row in of_period), default=0) + len(asked.choice)
    if used > settings_of(campaign).votes or any(row.key == ballot.key for row in mine):
        return None
    same = {
        "account_id": campaign.account_id,
        "campaign_id": campaign.id,
        "person_id": person.id,
        "period": asked.period,
        "round": asked.round,
    }
    ballot_id = _next_id(session, asked)
    row = {
        **same,
        "id": ballot_id,
        "number": number + 1,
        "used": used,
        "key": ballot.key,
        "at": ballot.now,
        "channel": ballot.origin.channel,
        "address": ballot.origin.address,
        "range": ballot.origin.range,
        "agent": ballot.origin.agent,
        "worked": ballot.origin.worked,
    }
    session.execute(insert(VoteBallot), [row])
    votes = [{**same, "candidate": chosen, "ballot_id": ballot_id} for chosen in asked.choice]
    session.execute(insert(Vote), votes)
    return Taken(ballot_id, used)


def _mine(session: Session, asked: Asked, person_id: int) -> Sequence[Row[int, int, int, str]]:
    campaign = asked.ballot.campaign
    query = select(VoteBallot.period, VoteBallot.number, VoteBallot.used, VoteBallot.key).where(
        VoteBallot.account_id == campaign.account_id,
        VoteBallot.campaign_id == campaign.id,
        VoteBallot.person_id == person_id,
    )
    return session.execute(query).all()


def _next_id(session: Session, asked: Asked) -> int:
    campaign = asked.ballot.campaign
    # By the end of the key: max() would read every ballot, as the account is not in it.
    query = (
        select(VoteBallot.id)
        .where(VoteBallot.account_id == campaign.account_id, VoteBallot.campaign_id == campaign.id)
        .order_by(VoteBallot.id.desc())
        .limit(1)
    )
    return (session.scalar(query) or 0) + 1
