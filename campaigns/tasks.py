"""What the worker does: close campaigns whose time is up."""

from datetime import datetime

from sqlalchemy import select

from campaigns.service import close
from campaigns.store import view_of
from house.parts import Parts
from models.campaigns import Campaign


def close_due(parts: Parts) -> int:
    """Close each campaign that is over, in a unit of work of its own; returns how many."""
    now = parts.clock()
    closed = 0
    for account_id, campaign_id in _due(parts, now):
        with parts.db.work() as session:
            query = select(Campaign).where(Campaign.account_id == account_id, Campaign.id == campaign_id)
            closed += close(session, view_of(session.scalars(query).one()), now)
    return closed


def _due(parts: Parts, now: datetime) -> list[tuple[int, int]]:
    query = (
        select(Campaign.account_id, Campaign.id)
        .where(Campaign.state == "live", Campaign.closed_at.is_(None), Campaign.closes_at <= now)
        .execution_options(all_tenants="campaigns of every account end by the clock")
    )
    with parts.db.read() as session:
        return [(account, campaign) for account, campaign in session.execute(query)]
