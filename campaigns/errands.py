"""Errands: long work that staff asked for (a spreadsheet, a search through the ledger). A row each; the worker does them one
by one, tells how far it is, and they are dropped after a day.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from campaigns.view import CampaignView
from core.ids import public_id
from core.logs import get_logger
from house.parts import Parts
from models.campaigns import CampaignErrand
from models.upsert import count_rows

log = get_logger(__name__)

E = TypeVar("E", bound=CampaignErrand)
Progress = Callable[[int], None]
"""Told how many rows are done so far; says, too, that its worker lives."""

_KEPT = timedelta(days=1)
_SILENT = timedelta(minutes=5)
"""A worker that has not been heard of for so long is gone; another takes its errand over."""
_TRIES = 3
"""One that took so many workers with it is not begun again."""
_LISTED = 5


def ask(
    session: Session, table: type[E], campaign: CampaignView, by: str, now: datetime, **columns: Any
) -> E:
    """One more, for the worker. `columns`: what the table has of its own, and `all_rows`."""
    row = table(**columns)
    row.account_id, row.campaign_id, row.public_id = campaign.account_id, campaign.id, public_id()
    row.asked_by, row.asked_at, row.touched_at = by[:40], now, now
    session.add(row)
    session.flush()
    return row


def find(session: Session, table: type[E], campaign: CampaignView, errand_id: str) -> E | None:
    """By its public id; None for one that was dropped, or never was."""
    return session.scalar(_of_campaign(table, campaign).where(table.public_id == errand_id))


def find_under_way(session: Session, table: type[E], campaign: CampaignView) -> E | None:
    """One of the campaign's that is not done yet."""
    query = _of_campaign(table, campaign).where(table.state.in_(("waiting", "working")))
    return session.scalar(query.limit(1))


def latest(table: type[E], campaign: CampaignView) -> Select[E]:
    """The campaign's few latest, the newest first."""
    return _of_campaign(table, campaign).limit(_LISTED)


def claim(session: Session, table: type[E], now: datetime) -> E | None:
    """The one that waits longest, or that its worker left behind; taken by one worker."""
    open_ = or_(
        table.state == "waiting",
        and_(table.state == "working", table.touched_at < now - _SILENT),
    )
    query = select(table).where(open_).order_by(table.asked_at).limit(1)
    row = session.scalar(query.execution_options(all_tenants="the worker does errands of every account"))
    if row is None:
        return None
    taken = {"state": "working", "tries": row.tries + 1, "rows": 0, "touched_at": now}
    if count_rows(session.execute(update(table).where(*_this(row), open_).values(taken))) == 0:
        return None
    session.refresh(row)
    return row


def note(session: Session, row: CampaignErrand, now: datetime, **values: Any) -> None:
    """Write what came of it. A worker that others took for dead changes nothing of what they have finished."""
    where = (*_this(row), type(row).state == "working")
    session.execute(update(type(row)).where(*where).values(touched_at=now, **values))


def do_next(
    parts: Parts, table: type[E], work: Callable[[E, Progress], Mapping[str, Any]], failed: str
) -> int:
    """Do the errand that waits longest: `work` returns the columns of what came of it. Returns how many were done.

    One whose work breaks, or that took three workers with it, fails with the words `failed` for staff.
    """
    with parts.db.work() as session:
        row = claim(session, table, parts.clock())
    if row is None:
        return 0
    values = _done(parts, row, work) or {"state": "failed", "problem": failed}
    with parts.db.work() as session:
        note(session, row, parts.clock(), **values)
    return int(values["state"] == "done")


def drop_old(session: Session, table: type[E], now: datetime) -> list[E]:
    """Forget what was asked for a day ago; returns what is gone."""
    query = select(table).where(table.state.in_(("done", "failed")), table.asked_at < now - _KEPT)
    old = list(session.scalars(query.execution_options(all_tenants="errands of every account grow old")))
    for row in old:
        session.execute(delete(table).where(*_this(row)))
    return old


def _done(parts: Parts, row: E, work: Callable[[E, Progress], Mapping[str, Any]]) -> Mapping[str, Any] | None:
    def progress(rows: int) -> None:
        with parts.db.work() as session:
            note(session, row, parts.clock(), rows=rows)

    if row.tries > _TRIES:
        return None
    try:
        return {"state": "done", **work(row, progress)}
    except Exception as error:  # whatever broke: staff are told, and the other errands go on
        log.error("errand_failed", table=type(row).__name__, errand=row.public_id, exc_info=error)
        return None


def _of_campaign(table: type[E], campaign: CampaignView) -> Select[E]:
    return (
        select(table)
        .where(table.account_id == campaign.account_id, table.campaign_id == campaign.id)
        .order_by(table.asked_at.desc(), table.id.desc())
    )


def _this(row: CampaignErrand) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return type(row).account_id == row.account_id, type(row).id == row.id
