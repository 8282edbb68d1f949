"""What the worker does for contests by the clock: forgets what nobody finished, gives up what never came, drops unused originals."""

from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, select, update
from sqlalchemy.orm import Session

from campaigns.kinds.photo.fetching import fail
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.offers import drop_old_offers
from campaigns.kinds.photo.suspects import compare_due
from campaigns.kinds.photo.tables import PhotoPicture, PhotoWork
from campaigns.kinds.photo.telling import tell_due
from house.parts import Parts
from jobs.ticker import Job
from models.upsert import count_rows

_UNUSED = timedelta(days=7)
_UNTOUCHED = timedelta(days=60)
_PLATFORM_KEEPS = timedelta(days=3, hours=1)
_BATCH = 200


def jobs(parts: Parts) -> list[Job]:
    return [
        Job("photo_suspects", 10.0, lambda: compare_due(parts)),
        Job("photo_decisions", 60.0, lambda: tell_due(parts)),
        Job("photo_offers", 600.0, lambda: forget_offers(parts)),
        Job("photo_lost", 600.0, lambda: give_up_lost(parts)),
        Job("photo_drafts", 86_400.0, lambda: drop_drafts(parts)),
        Job("photo_originals", 86_400.0, lambda: drop_originals(parts)),
    ]


def forget_offers(parts: Parts) -> int:
    """Pictures of the chat that nobody said a word about for a day; how many."""
    with parts.db.work() as session:
        return drop_old_offers(session, parts.clock())


def give_up_lost(parts: Parts) -> int:
    """Pictures that were not fetched while the platform had them; how many."""
    query = (
        select(PhotoPicture.account_id, PhotoPicture.id)
        .where(PhotoPicture.state == "fetching", PhotoPicture.created_at <= parts.clock() - _PLATFORM_KEEPS)
        .limit(_BATCH)
        .execution_options(all_tenants="what was lost is lost for every account")
    )
    with parts.db.read() as session:
        lost = session.execute(query).all()
    for account_id, picture_id in lost:
        fail(parts, account_id, picture_id, "三天里都没能从微信取到，请重新发一次。")
    return len(lost)


def drop_drafts(parts: Parts) -> int:
    """Drafts that nobody touched for 60 days; how many. One that has its number is taken back, the others leave no trace."""
    now = parts.clock()
    with parts.db.work() as session:
        return _take_back(session, now) + _delete(session, now)


def drop_originals(parts: Parts) -> int:
    """Sealed originals that no row refers to any more, or never did; how many."""
    before = parts.clock() - _UNUSED
    query = select(PhotoPicture.original).where(PhotoPicture.original != "")
    with parts.db.read() as session:
        everybody = query.execution_options(all_tenants="one vault holds everybody's originals")
        used = set(session.scalars(everybody))
    return Keeper.of(parts).drop_unused(before, used)


def _take_back(session: Session, now: datetime) -> int:
    values = {"state": "withdrawn", "slot": None, "version": PhotoWork.version + 1, "updated_at": now}
    old = update(PhotoWork).where(
        PhotoWork.state == "draft", PhotoWork.updated_at <= now - _UNTOUCHED, PhotoWork.number.is_not(None)
    )
    return _of_everybody(session, old.values(values))


def _delete(session: Session, now: datetime) -> int:
    old = delete(PhotoWork).where(
        PhotoWork.state == "draft", PhotoWork.updated_at <= now - _UNTOUCHED, PhotoWork.number.is_(None)
    )
    return _of_everybody(session, old)


def _of_everybody(session: Session, statement: Update | Delete) -> int:
    options = {"all_tenants": "drafts of every account end by the clock", "synchronize_session": False}
    return count_rows(session.execute(statement.execution_options(**options)))
