"""Spreadsheets that staff asked for: errands of the worker, with a file each."""

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from campaigns import errands
from campaigns.store import count_people
from campaigns.view import CampaignView
from core.errors import Conflict, Invalid, NotFound
from models.campaigns import CampaignExport

SUFFIXES = ("xlsx", "csv")


def ask_export(
    session: Session, campaign: CampaignView, suffix: str, by: str, now: datetime
) -> CampaignExport:
    """One more, unless one is under way. Raises Invalid, Conflict."""
    if suffix not in SUFFIXES:
        raise Invalid("bad_suffix", "只能导出 .xlsx 或 .csv。")
    if errands.find_under_way(session, CampaignExport, campaign) is not None:
        raise Conflict("under_way", "这个活动正在导出，请等它完成。")
    people = count_people(session, campaign.account_id, [campaign.scope]).get(campaign.scope, 0)
    return errands.ask(session, CampaignExport, campaign, by, now, all_rows=people, suffix=suffix)


def get_export(session: Session, campaign: CampaignView, export_id: str) -> CampaignExport:
    """Raises NotFound."""
    found = errands.find(session, CampaignExport, campaign, export_id)
    if found is None:
        raise NotFound("no_export", "没有这份表格，可能超过一天已经清理。请重新导出。")
    return found


def list_exports(session: Session, campaign: CampaignView) -> list[CampaignExport]:
    """The newest first."""
    return list(session.scalars(errands.latest(CampaignExport, campaign)))


def drop_old(session: Session, folder: Path, now: datetime) -> int:
    """Forget what was asked for a day ago, with its file."""
    old = errands.drop_old(session, CampaignExport, now)
    for row in old:
        path_of(folder, row).unlink(missing_ok=True)
    return len(old)


def path_of(folder: Path, row: CampaignExport) -> Path:
    return folder / f"{row.public_id}.{row.suffix}"
