"""Where campaigns show up on others' pages: as targets of menus, and on a worker's 「我的」."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.registry import all_kinds
from campaigns.store import scope_of
from core.clock import local_text
from house.links import Line, Part, Target, Targets
from models.campaigns import Campaign
from models.ledger import Person

_SHOWN = ("live", "frozen", "publicised")
_MOST = 20


def list_targets(session: Session, account_id: int) -> Sequence[Target]:
    """All campaigns together, then each that phones show."""
    query = select(Campaign.title, Campaign.public_id).where(
        Campaign.account_id == account_id, Campaign.state.in_(_SHOWN)
    )
    rows = session.execute(query.order_by(Campaign.opens_at.desc(), Campaign.id.desc())).all()
    return [
        Target("活动（全部）", "/c"),
        *(Target(f"活动：{title}", f"/c/{public_id}") for title, public_id in rows),
    ]


TARGETS = Targets("campaign_pages.front", list_targets)


def mine(session: Session, account_id: int, openid: str) -> Part | None:
    """A `house.links.Mine`: the campaigns somebody took part in, the latest first."""
    joined = session.execute(
        select(Person.scope, Person.joined_at)
        .where(Person.account_id == account_id, Person.openid == openid, Person.scope.startswith("c:"))
        .order_by(Person.id.desc())
        .limit(_MOST)
    ).all()
    query = select(Campaign).where(
        Campaign.account_id == account_id,
        Campaign.public_id.in_([scope.removeprefix("c:") for scope, _ in joined]),
        Campaign.state.in_(_SHOWN),
    )
    known = {scope_of(row.public_id): row for row in session.scalars(query) if row.kind in all_kinds()}
    lines = [
        Line(
            known[scope].title,
            f"{local_text(joined_at)} 参加；{local_text(known[scope].closes_at)} 结束",
            f"/c/{known[scope].public_id}",
        )
        for scope, joined_at in joined
        if scope in known
    ]
    return Part("我的活动", lines) if lines else None
