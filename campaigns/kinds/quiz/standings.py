"""How people stand: recounted with every attempt that is scored, shown as boards and ranks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from campaigns.kinds.quiz.config import settings_of
from campaigns.kinds.quiz.rules import Scored, best_of
from campaigns.kinds.quiz.store import find_standing, list_attempts
from campaigns.kinds.quiz.tables import QuizAttempt, QuizStanding
from campaigns.view import CampaignView
from core.fresh import Fresh
from core.ids import public_id
from models.ledger import Person
from models.upsert import insert_for
from prizes.rules import mask_name

Group = Literal["region", "unit", "trade"]
GROUPS: dict[Group, str] = {"region": "地区", "unit": "单位", "trade": "行业"}
_SHOWN = 50
_FRESH_S = 5.0


@dataclass(frozen=True, slots=True)
class BoardLine:
    """Somebody on the board; `name` masked, empty for who gave none."""

    rank: int
    person_id: int
    name: str
    unit: str
    points: int
    used_ms: int


@dataclass(frozen=True, slots=True)
class GroupLine:
    """A district, organisation or industry: how many took part, and what they reached on average."""

    rank: int
    name: str
    people: int
    average: float


class Mine(NamedTuple):
    """Somebody's own place, of so many."""

    rank: int
    people: int


_leaders: Fresh[tuple[str, int], list[BoardLine]] = Fresh(_FRESH_S)
_groups: Fresh[tuple[str, Group, int], list[GroupLine]] = Fresh(_FRESH_S)
_people: Fresh[str, int] = Fresh(_FRESH_S)


def scored_of(rows: Sequence[QuizAttempt]) -> list[Scored]:
    return [
        Scored(one.gate, one.points, one.used_ms, one.ended_at, one.passed)
        for one in rows
        if one.state == "scored" and one.ended_at is not None
    ]


def recount(session: Session, campaign: CampaignView, person: Person) -> None:
    """Bring a person's standing up to date after an attempt was scored."""
    who = {"account_id": campaign.account_id, "campaign_id": campaign.id, "person_id": person.id}
    # The upsert comes first: it holds the row, so that of two levels scored at once each sees the other.
    about = {"region": person.region, "unit": person.unit, "trade": person.trade}
    added = insert_for(session, QuizStanding).values(
        {
            **who,
            **about,
            "public_id": public_id(),
            "points": 0,
            "used_ms": 0,
            "gates": 0,
            "reached_at": person.joined_at,
        }
    )
    session.execute(added.on_conflict_do_update(index_elements=["campaign_id", "person_id"], set_=about))
    best = best_of(scored_of(list_attempts(session, campaign, person.id))).values()
    if not best:
        return
    values = {
        "points": sum(one.points for one in best),
        "used_ms": sum(one.used_ms for one in best),
        "reached_at": max(one.ended_at for one in best),
        "gates": sum(one.passed for one in best),
    }
    where = (
        QuizStanding.account_id == campaign.account_id,
        QuizStanding.campaign_id == campaign.id,
        QuizStanding.person_id == person.id,
    )
    session.execute(update(QuizStanding).where(*where).values(values))


def list_leaders(session: Session, campaign: CampaignView, most: int = _SHOWN) -> list[BoardLine]:
    """The board of persons: more points, then less time, then earlier."""
    return _leaders.get((campaign.public_id, most), lambda: _read_leaders(session, campaign, most))


def _read_leaders(session: Session, campaign: CampaignView, most: int) -> list[BoardLine]:
    query = (
        select(QuizStanding.person_id, QuizStanding.points, QuizStanding.used_ms)
        .where(
            QuizStanding.account_id == campaign.account_id,
            QuizStanding.campaign_id == campaign.id,
            QuizStanding.points > 0,
        )
        .order_by(
            QuizStanding.points.desc(), QuizStanding.used_ms, QuizStanding.reached_at, QuizStanding.person_id
        )
        .limit(most)
    )
    rows = session.execute(query).all()
    people = select(Person).where(
        Person.account_id == campaign.account_id, Person.id.in_([row.person_id for row in rows])
    )
    known = {person.id: person for person in session.scalars(people)}
    return [
        BoardLine(
            rank,
            row.person_id,
            _masked(known.get(row.person_id)),
            _unit(known.get(row.person_id)),
            row.points,
            row.used_ms,
        )
        for rank, row in enumerate(rows, 1)
    ]


def _masked(person: Person | None) -> str:
    return mask_name(person.name) if person is not None and person.name else ""


def _unit(person: Person | None) -> str:
    """Somebody without a name on the board is not told apart by their workplace either."""
    return person.unit if person is not None and person.name else ""


def list_groups(
    session: Session, campaign: CampaignView, group: Group, most: int = _SHOWN
) -> list[GroupLine]:
    """Districts, organisations or industries by average, those with too few people left out."""
    return _groups.get(
        (campaign.public_id, group, most), lambda: _read_groups(session, campaign, group, most)
    )


def _read_groups(session: Session, campaign: CampaignView, group: Group, most: int) -> list[GroupLine]:
    column = getattr(QuizStanding, group)
    average = func.avg(QuizStanding.points)
    query = (
        select(column.label("name"), func.count().label("people"), average.label("average"))
        .where(
            QuizStanding.account_id == campaign.account_id,
            QuizStanding.campaign_id == campaign.id,
            column != "",
        )
        .group_by(column)
        .having(func.count() >= settings_of(campaign).board_least)
        .order_by(average.desc(), func.count().desc(), column)
        .limit(most)
    )
    return [
        GroupLine(rank, row.name, row.people, float(row.average))
        for rank, row in enumerate(session.execute(query), 1)
    ]


def find_mine(session: Session, campaign: CampaignView, person_id: int) -> Mine | None:
    """Somebody's own rank; None before they have any points."""
    own = find_standing(session, campaign, person_id)
    if own is None or not own.points:
        return None
    of_campaign = (QuizStanding.account_id == campaign.account_id, QuizStanding.campaign_id == campaign.id)
    same = QuizStanding.points == own.points
    before = or_(
        QuizStanding.points > own.points,
        and_(same, QuizStanding.used_ms < own.used_ms),
        and_(same, QuizStanding.used_ms == own.used_ms, QuizStanding.reached_at < own.reached_at),
    )
    better = session.scalar(select(func.count()).select_from(QuizStanding).where(*of_campaign, before)) or 0
    people = _people.get(
        campaign.public_id,
        lambda: session.scalar(select(func.count()).select_from(QuizStanding).where(*of_campaign)) or 0,
    )
    return Mine(better + 1, max(people, better + 1))
