"""What the worker does: close campaigns whose time is up, write spreadsheets that staff asked for."""

from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.errands import Progress, do_next
from campaigns.export import write_rows
from campaigns.exports import drop_old, path_of
from campaigns.service import close
from campaigns.store import readable_view, view_of
from house.parts import Parts
from models.campaigns import Campaign, CampaignExport

_FAILED = "没有写成，请再导出一次；还不行请联系系统管理员。"


def close_due(parts: Parts) -> int:
    """Close each campaign that is over, in a unit of work of its own; returns how many."""
    now = parts.clock()
    closed = 0
    for account_id, campaign_id in _due(parts, now):
        with parts.db.work() as session:
            campaign = readable_view(_row(session, account_id, campaign_id))
            closed += campaign is not None and close(session, campaign, now)
    return closed


def export_due(parts: Parts) -> int:
    """Write the spreadsheet that waits longest; returns how many were written."""
    with parts.db.work() as session:
        drop_old(session, exports_folder(parts), parts.clock())
    return do_next(parts, CampaignExport, partial(_write, parts), _FAILED)


def exports_folder(parts: Parts) -> Path:
    return parts.settings.var_dir / "exports"


def _write(parts: Parts, row: CampaignExport, progress: Progress) -> dict[str, int]:
    """Under a name of its own first: what stands under the right name is whole."""
    path = path_of(exports_folder(parts), row)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"part-{path.name}")
    with parts.db.read() as session:
        campaign = view_of(_row(session, row.account_id, row.campaign_id))
        rows = write_rows(session, campaign, unfinished, progress)
    unfinished.replace(path)
    return {"rows": rows}


def _row(session: Session, account_id: int, campaign_id: int) -> Campaign:
    query = select(Campaign).where(Campaign.account_id == account_id, Campaign.id == campaign_id)
    return session.scalars(query).one()


def _due(parts: Parts, now: datetime) -> list[tuple[int, int]]:
    query = (
        select(Campaign.account_id, Campaign.id)
        .where(Campaign.state == "live", Campaign.closed_at.is_(None), Campaign.closes_at <= now)
        .execution_options(all_tenants="campaigns of every account end by the clock")
    )
    with parts.db.read() as session:
        return [(account, campaign) for account, campaign in session.execute(query)]
