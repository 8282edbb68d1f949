"""What scene codes brought: sums that stand with each code, so that no list adds up the days of years.

A scan raises them in the transaction that counts it; once a day the worker takes off what is no more of the last thirty
days.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.clock import SHANGHAI
from models.members import Scene, SceneDay
from models.upsert import count_rows

DAYS = 30
_EVERY_CODE = "the sums of every account's codes"


@dataclass(frozen=True, slots=True)
class Figures:
    """Scans and follows by them: of the last days, and ever."""

    scans: int = 0
    followed: int = 0
    scans_ever: int = 0
    followed_ever: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.scans + other.scans,
            self.followed + other.followed,
            self.scans_ever + other.scans_ever,
            self.followed_ever + other.followed_ever,
        )


def first_day(now: datetime) -> date:
    """The first of the last DAYS days in China, today included."""
    return now.astimezone(SHANGHAI).date() - timedelta(days=DAYS - 1)


def figures_by_district(session: Session, account_id: int) -> dict[str, Figures]:
    """By district; scenes without one are under ""."""
    sums = (Scene.recent_scans, Scene.recent_followed, Scene.scans, Scene.followed)
    query = (
        select(Scene.district, *map(func.sum, sums))
        .where(Scene.account_id == account_id)
        .group_by(Scene.district)
        .order_by(Scene.district)
    )
    return {district: Figures(*map(int, numbers)) for district, *numbers in session.execute(query)}


def add_scan(session: Session, account_id: int, scene: str, followed: int) -> None:
    """After its day was counted. A scene of which no code was made here has days only."""
    session.execute(
        update(Scene)
        .where(Scene.account_id == account_id, Scene.scene == scene)
        .values(
            scans=Scene.scans + 1,
            followed=Scene.followed + followed,
            recent_scans=Scene.recent_scans + 1,
            recent_followed=Scene.recent_followed + followed,
        )
        .execution_options(synchronize_session=False)
    )


def recount_old(session: Session, now: datetime) -> int:
    """Count those anew whose last thirty days were counted on an earlier day; returns how many."""
    since = first_day(now)
    return _recount(session, since, or_(Scene.recent_since.is_(None), Scene.recent_since < since))


def recount_all(session: Session, now: datetime) -> int:
    """Count every code anew; returns how many."""
    return _recount(session, first_day(now), Scene.id > 0)


def recount_one(session: Session, scene: Scene, now: datetime) -> None:
    """Of a new code: its scene may have been scanned before."""
    _recount(session, first_day(now), Scene.id == scene.id)


def _recount(session: Session, since: date, which: ColumnElement[bool]) -> int:
    # First the locks, then a statement that sees all that was counted before: a scan counts its day, then its code.
    locked = select(Scene.id).where(which).order_by(Scene.id).with_for_update()
    session.execute(locked.execution_options(all_tenants=_EVERY_CODE))
    recent = SceneDay.day >= since
    counted = (
        update(Scene)
        .where(which)
        .values(
            scans=_sum_of(SceneDay.scans),
            followed=_sum_of(SceneDay.followed),
            recent_scans=_sum_of(SceneDay.scans, recent),
            recent_followed=_sum_of(SceneDay.followed, recent),
            recent_since=since,
        )
    )
    return count_rows(
        session.execute(counted.execution_options(all_tenants=_EVERY_CODE, synchronize_session=False))
    )


def _sum_of(column: InstrumentedAttribute[int], *only: ColumnElement[bool]) -> ScalarSelect[Any]:
    return (
        select(func.coalesce(func.sum(column), 0))
        .where(SceneDay.account_id == Scene.account_id, SceneDay.scene == Scene.scene, *only)
        .correlate(Scene)
        .scalar_subquery()
    )
