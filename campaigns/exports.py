"""Spreadsheets that staff asked for: a row each, written by the worker, told how far it is, dropped after a day."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from campaigns.store import count_people
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid, NotFound
from core.ids import public_id
from models.campaigns import CampaignExport
from models.upsert import count_rows

SUFFIXES = ("xlsx", "csv")
_KEPT = timedelta(days=1)
_SILENT = timedelta(minutes=5)
"""A worker that has not been heard of for so long is gone; another takes its export over."""


def ask_export(
    session: Session, campaign: CampaignView, suffix: str, by: str, now: datetime
) -> CampaignExport:
    """One more, unless one is under way. Raises Invalid, Conflict."""
    if suffix not in SUFFIXES:
        raise Invalid("bad_suffix", "只能导出 .xlsx 或 .csv。")
    under_way = select(CampaignExport.id).where(
        CampaignExport.account_id == campaign.account_id,
        CampaignExport.campaign_id == campaign.id,
        CampaignExport.state.in_(("waiting", "working")),
    )
    if session.scalar(under_way.limit(1)) is not None:
        raise Conflict("under_way", "这个活动正在导出，请等它完成。")
    people = count_people(session, campaign.account_id, [campaign.scope]).get(campaign.scope, 0)
    row = CampaignExport(
        account_id=campaign.account_id,
        public_id=public_id(),
        campaign_id=campaign.id,
        suffix=suffix,
        people=people,
        asked_by=by[:40],
        asked_at=now,
        touched_at=now,
    )
    session.add(row)
    session.flush()
    return row


def get_export(session: Session, campaign: CampaignView, export_id: str) -> CampaignExport:
    """Raises NotFound."""
    query = select(CampaignExport).where(
        CampaignExport.account_id == campaign.account_id,
        CampaignExport.campaign_id == campaign.id,
        CampaignExport.public_id == export_id,
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound("no_export", "没有这份表格，可能超过一天已经清理。请重新导出。")
    return found


def list_exports(session: Session, campaign: CampaignView) -> list[CampaignExport]:
    """The newest first."""
    query = select(CampaignExport).where(
        CampaignExport.account_id == campaign.account_id, CampaignExport.campaign_id == campaign.id
    )
    return list(session.scalars(query.order_by(CampaignExport.asked_at.desc()).limit(5)))


def claim_export(session: Session, now: datetime) -> CampaignExport | None:
    """The one that waits longest, or that its worker left behind; taken by one worker."""
    open_ = or_(
        CampaignExport.state == "waiting",
        and_(CampaignExport.state == "working", CampaignExport.touched_at < now - _SILENT),
    )
    query = select(CampaignExport).where(open_).order_by(CampaignExport.asked_at).limit(1)
    row = session.scalar(query.execution_options(all_tenants="the worker writes exports of every account"))
    if row is None:
        return None
    where = (CampaignExport.account_id == row.account_id, CampaignExport.id == row.id)
    taken = update(CampaignExport).where(*where, open_).values(state="working", rows=0, touched_at=now)
    if count_rows(session.execute(taken)) == 0:
        return None
    session.refresh(row)
    return row


def note_progress(
    session: Session,
    account_id: int,
    export_id: int,
    rows: int,
    now: datetime,
    state: str = "working",
    problem: str = "",
) -> None:
    where = (CampaignExport.account_id == account_id, CampaignExport.id == export_id)
    values = {"rows": rows, "touched_at": now, "state": state, "problem": problem[:200]}
    session.execute(update(CampaignExport).where(*where).values(**values))


def drop_old(session: Session, folder: Path, now: datetime) -> int:
    """Forget what was asked for a day ago, with its file."""
    query = select(CampaignExport).where(
        CampaignExport.state.in_(("done", "failed")), CampaignExport.asked_at < now - _KEPT
    )
    old = session.scalars(query.execution_options(all_tenants="exports of every account grow old")).all()
    for row in old:
        path_of(folder, row).unlink(missing_ok=True)
        where = (CampaignExport.account_id == row.account_id, CampaignExport.id == row.id)
        session.execute(delete(CampaignExport).where(*where))
    return len(old)


def path_of(folder: Path, row: CampaignExport) -> Path:
    return folder / f"{row.public_id}.{row.suffix}"
