"""What campaigns keep of one follower: told, and forgotten; the ledgers stay, without a name."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.registry import kind_of
from campaigns.store import readable_view, scope_of
from core.clock import local_text
from house.personal import Kept
from members import ledger
from models.campaigns import Campaign
from models.ledger import Person


def export(session: Session, account_id: int, openid: str) -> Sequence[Kept]:
    """A `house.personal.Exporter`: a row for each campaign they took part in."""
    taken = [(readable_view(row), person) for row, person in _taken_part(session, account_id, openid)]
    rows = [
        {
            "活动": campaign.title,
            "参加时间": local_text(person.joined_at),
            "姓名": person.name or "没有填写",
            "地区、单位、行业": "、".join(filter(None, (person.region, person.unit, person.trade)))
            or "没有填写",
            **kind_of(campaign.kind).kept(session, campaign, person),
        }
        for campaign, person in taken
        if campaign is not None
    ]
    return [Kept("参加过的活动", "记录您的成绩和名次，防止重复参加", rows)] if rows else []


def erase(session: Session, account_id: int, openid: str) -> int:
    """A `house.personal.Eraser`."""
    erased = sum(
        kind_of(row.kind).erase_person(session, account_id, person.id)
        for row, person in _taken_part(session, account_id, openid)
    )
    return erased + ledger.forget(session, account_id, openid)


def _taken_part(session: Session, account_id: int, openid: str) -> Iterator[tuple[Campaign, Person]]:
    people = session.scalars(
        select(Person).where(Person.account_id == account_id, Person.openid == openid).order_by(Person.id)
    ).all()
    by_scope = {person.scope: person for person in people}
    ids = [scope.removeprefix("c:") for scope in by_scope if scope.startswith("c:")]
    campaigns = session.scalars(
        select(Campaign).where(Campaign.account_id == account_id, Campaign.public_id.in_(ids))
    )
    for row in campaigns.all():
        yield row, by_scope[scope_of(row.public_id)]
