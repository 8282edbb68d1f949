"""Queries on campaigns."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import cast

from pydantic import ValidationError
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from campaigns.actions import ACTIONS
from campaigns.ballots.actions import ACTIONS as BALLOT_ACTIONS
from campaigns.eligibility import Eligibility
from campaigns.jury.actions import ACTIONS as JURY_ACTIONS
from campaigns.registry import kind_of
from campaigns.view import CampaignView, Rules, State
from core.errors import NotFound
from core.logs import get_logger
from models.audit import AuditEntry
from models.campaigns import Campaign
from models.ledger import Person

log = get_logger(__name__)

STAMP = "campaigns"
"""Raised whenever what phones see of a campaign changed."""


def scope_of(public_id: str) -> str:
    """A campaign's name in the ledgers (`members.ledger`)."""
    return f"c:{public_id}"


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
        frozen_at=row.frozen_at,
        extended_from=row.extended_from,
        extended_why=row.extended_why,
        draw_hash=row.draw_hash,
        publicised_at=row.publicised_at,
    )


def readable_view(row: Campaign) -> CampaignView | None:
    """None for a damaged one, which stops no other."""
    try:
        return view_of(row)
    except (NotFound, ValidationError) as error:
        log.error("campaign_unreadable", campaign=row.public_id, error=type(error).__name__)
        return None


def get_row(session: Session, account_id: int, public_id: str) -> Campaign:
    """Raises NotFound, for a deleted one too."""
    row = _find(session, account_id, public_id)
    if row is None or row.state == "deleted":
        raise NotFound("no_campaign", "没有这个活动，可能已被删除。")
    return row


def get_deleted(session: Session, account_id: int, public_id: str) -> Campaign:
    """Raises NotFound for one that is not deleted."""
    row = _find(session, account_id, public_id)
    if row is None or row.state != "deleted":
        raise NotFound("no_campaign", "没有这个删除了的活动，可能已经恢复。")
    return row


def _find(session: Session, account_id: int, public_id: str) -> Campaign | None:
    return session.scalar(
        select(Campaign).where(Campaign.account_id == account_id, Campaign.public_id == public_id)
    )


def get_campaign(session: Session, account_id: int, public_id: str) -> CampaignView:
    """Raises NotFound."""
    return view_of(get_row(session, account_id, public_id))


def list_campaigns(
    session: Session, account_id: int, *, before: tuple[datetime, int] | None = None, most: int = 30
) -> list[Campaign]:
    """Newest first, after the one at `before` (when it opens, id)."""
    query = select(Campaign).where(Campaign.account_id == account_id, Campaign.state != "deleted")
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


def count_people(session: Session, account_id: int, scopes: Sequence[str]) -> dict[str, int]:
    """How many took part, by scope; a scope without anybody is absent."""
    query = (
        select(Person.scope, func.count())
        .where(Person.account_id == account_id, Person.scope.in_(scopes))
        .group_by(Person.scope)
    )
    return dict(session.execute(query).all())


def list_people(
    session: Session, campaign: CampaignView, *, before: int | None = None, most: int = 50
) -> list[Person]:
    """Who took part, latest first, of those before the row `before`."""
    query = select(Person).where(Person.account_id == campaign.account_id, Person.scope == campaign.scope)
    if before is not None:
        query = query.where(Person.id < before)
    return list(session.scalars(query.order_by(Person.id.desc()).limit(most)))


def find_by_number(session: Session, campaign: CampaignView, number: str) -> Person | None:
    """The person with this number in the campaign."""
    query = select(Person).where(Person.account_id == campaign.account_id, Person.scope == campaign.scope)
    return session.scalar(query.where(Person.public_id == number))


def actions_of(kind: str) -> Mapping[str, str]:
    """What is done with campaigns of a kind, and what it is called."""
    declared = kind_of(kind)
    found = dict(ACTIONS)
    if declared.ballots is not None:
        found |= BALLOT_ACTIONS
    if declared.entries is not None:
        found |= JURY_ACTIONS
    return found | dict(declared.console.actions if declared.console is not None else {})


def list_history(
    session: Session, organisation_ids: Sequence[int], campaign: CampaignView, most: int = 100
) -> list[AuditEntry]:
    """What staff did with a campaign, newest first."""
    query = select(AuditEntry).where(
        AuditEntry.organisation_id.in_(organisation_ids),
        AuditEntry.action.in_(actions_of(campaign.kind)),
        AuditEntry.facts["campaign"].as_string() == campaign.public_id,
    )
    return list(session.scalars(query.order_by(AuditEntry.number.desc()).limit(most)))


def media_names(session: Session) -> Iterator[str]:
    """Files that campaigns of all accounts refer to."""
    covers = select(Campaign.cover).where(Campaign.cover != "")
    yield from session.scalars(covers.execution_options(all_tenants="one folder holds everybody's files"))
