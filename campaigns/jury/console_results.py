"""What came of a round, in the console: how far jurors agree, and the tables to take away."""

from flask import Response
from sqlalchemy.orm import Session

from campaigns.desk import show
from campaigns.jury.agreement import agree
from campaigns.jury.console_place import BASE, round_here
from campaigns.jury.results import list_marks, standings_of
from campaigns.jury.scoring import SCORES
from campaigns.jury.store import count_progress, list_entries, list_entries_of, list_jurors
from campaigns.jury.tables import JuryRound
from campaigns.view import CampaignView
from core.errors import Conflict, NotFound
from faq.files import table_bytes
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, needs

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
pages = console_pages("jury_results", __name__)


@pages.get(f"{BASE}/rounds/<round_id>/agreement")
@needs(Permission.CAMPAIGNS)
def agreement(account_key: str, public_id: str, round_id: str) -> Response:
    """How far jurors agree, while a round is open, too."""
    campaign, round_ = round_here(public_id, round_id)
    if round_.state == "draft":
        raise NotFound("not_begun", "这一轮还没有开始，没有评审统计。")
    with parts().db.read() as session:
        found = agree(list_marks(session, campaign, round_), interval=round_.method != "yes_no")
        names = {one.juror.id: one.staff.name for one in list_jurors(session, campaign)}
        progress = count_progress(session, campaign, round_)
        entries = {one.number: one for one in list_entries(session, campaign)}
    return show(
        "jury/console_agreement.html",
        campaign,
        now_at="jury_rounds",
        title=f"{round_.title}：评审统计",
        round=round_,
        found=found,
        names=names,
        progress=progress,
        entries=entries,
    )


@pages.get(f"{BASE}/rounds/<round_id>/results.<suffix>")
@needs(Permission.CAMPAIGNS)
def export(account_key: str, public_id: str, round_id: str, suffix: str) -> Response:
    """The order with scores; people and units are not in it."""
    if suffix not in _TYPES:
        raise NotFound("no_kind", "只能导出为 csv 或 xlsx 文件。")
    campaign, round_ = round_here(public_id, round_id)
    if round_.state != "closed":
        raise Conflict("not_closed", "这一轮还没有结束，没有结果可以导出。")
    with acting("jury_exported", round_.title, campaign=public_id, suffix=suffix) as session:
        rows = _rows(session, campaign, round_)
    data = table_bytes(f"results.{suffix}", rows, _columns(round_))
    headers = {"Content-Disposition": f'attachment; filename="jury-{round_id}.{suffix}"'}
    return Response(data, mimetype=_TYPES[suffix], headers=headers)


def _columns(round_: JuryRound) -> tuple[str, ...]:
    return "组别", "名次", "编号", "作品", SCORES[round_.method], "评了几次"


def _rows(session: Session, campaign: CampaignView, round_: JuryRound) -> list[dict[str, str | int | float]]:
    titles = {one.number: one.title for one in list_entries(session, campaign)}
    marks = {one.number: one.marks for one in list_entries_of(session, round_)}
    return [
        dict(
            zip(
                _columns(round_),
                (
                    one.group,
                    one.place or "",
                    one.number,
                    titles.get(one.number, ""),
                    round(one.score, 4) if one.place else "",
                    marks[one.number],
                ),
                strict=True,
            )
        )
        for one in standings_of(session, campaign, round_)
    ]
