"""Queries on campaigns."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from campaigns.eligibility import Eligibility
from campaigns.registry import kind_of
from campaigns.view import CampaignView, Rules, State
from core.errors import NotFound
from models.campaigns import Campaign

STAMP = "campaigns"
"""Raised whenever what phones see of a campaign changed."""


def view_of(row: Campaign) -> CampaignView:
    """Raises NotFound for a kind that is not there any more."""
    return CampaignView(
        id=row.id,
        account_id=row.account_id,
        public_id=row.public_id,
        kind=row.kind,
        title=row.title,
        summary=row.summary,
        word=row.word or kind_of(row.kind).verb,
        cover=row.cover,
        state=cast(State, row.state),
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        closed_at=row.closed_at,
        frozen_why=row.frozen_why,
        eligibility=Eligibility.model_validate(row.eligibility),
        settings=kind_of(row.kind).config.model_validate(row.settings),
        rules=Rules.model_validate(row.rules),
        rules_hash=row.rules_hash,
        draw_id=row.draw_id,
        version=row.version,
    )


def get_row(session: Session, account_id: int, public_id: str) -> Campaign:
    """Raises NotFound."""
    row = session.scalar(
        select(Campaign).where(Campaign.account_id == account_id, Campaign.public_id == public_id)
    )
    if row is None:
        raise NotFound("no_campaign", "没有这个活动，可能已被删除。")
    return row


def get_campaign(session: Session, account_id: int, public_id: str) -> CampaignView:
    """Raises NotFound."""
    return view_of(get_row(session, account_id, public_id))


def list_campaigns(
    session: Session, account_id: int, *, before: tuple[datetime, int] | None = None, most: int = 30
) -> list[Campaign]:
    """Newest first, after the one at `before` (when it opens, id)."""
    query = select(Campaign).where(Campaign.account_id == account_id)
    if before is not None:
        opens_at, last = before
        query = query.where(
            or_(Campaign.opens_at < opens_at, and_(Campaign.opens_at == opens_at, Campaign.id < last))
        )
    return list(session.scalars(query.order_by(Campaign.opens_at.desc(), Campaign.id.desc()).limit(most)))


def list_open(session: Session) -> Sequence[Campaign]:
    """Of all accounts, what workers may see: for the shelf."""
    query = (
        select(Campaign)
        .where(Campaign.state.in_(("live", "frozen", "publicised")))
        .order_by(Campaign.account_id, Campaign.opens_at.desc(), Campaign.id.desc())
        .execution_options(all_tenants="the shelf holds the campaigns of every account")
    )
    return session.scalars(query).all()
