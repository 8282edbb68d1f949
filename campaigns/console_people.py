"""微活动: who took part, by their number, and the spreadsheet of everything."""

from pathlib import Path

from flask import Response, redirect, render_template, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.exports import ask_export, get_export, list_exports, path_of
from campaigns.registry import kind_of
from campaigns.store import count_people, find_by_number, get_campaign, list_people
from campaigns.tasks import exports_folder
from campaigns.view import CampaignView
from core.errors import Closed, DomainError, NotFound
from house.current import parts
from house.permissions import Permission
from prizes.rules import mask_name
from staff.guard import acting, console_pages, here, needs

_PAGE = 50
pages = console_pages("campaign_people", __name__)


@pages.get("/a/<account_key>/campaigns/<public_id>/people")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """Latest first; with `number`, what is kept of one."""
    return _page(public_id)


@pages.post("/a/<account_key>/campaigns/<public_id>/exports")
@needs(Permission.CAMPAIGNS)
def ask(account_key: str, public_id: str) -> AnyResponse:
    """The worker writes it; the page shows how far it is."""
    suffix = request.form.get("suffix", "xlsx")
    try:
        with parts().db.read() as session:
            campaign = _campaign(session, public_id)
        with acting("campaign_exported", campaign.title, campaign=public_id, suffix=suffix[:5]) as session:
            ask_export(session, campaign, suffix, here().staff.name, parts().clock())
    except NotFound:
        raise
    except DomainError as error:
        return _page(public_id, problem=error.message, status=error.status)
    return redirect(url_for(".index", account_key=account_key, public_id=public_id, _anchor="exports"))


@pages.get("/a/<account_key>/campaigns/<public_id>/exports")
@needs(Permission.CAMPAIGNS)
def progress(account_key: str, public_id: str) -> Response:
    """How far the exports are; the page asks again while one is under way."""
    with parts().db.read() as session:
        campaign = _campaign(session, public_id)
        rows = list_exports(session, campaign)
    return Response(render_template("campaigns/console_exports.html", campaign=campaign, exports=rows))


@pages.get("/a/<account_key>/campaigns/<public_id>/exports/<code>")
@needs(Permission.CAMPAIGNS)
def download(account_key: str, public_id: str, code: str) -> Response:
    with parts().db.read() as session:
        campaign = _campaign(session, public_id)
        row = get_export(session, campaign, code)
    path: Path = path_of(exports_folder(parts()), row)
    if row.state != "done" or not path.exists():
        raise Closed("not_ready", "这份表格还没有写好，或者在另一台机器上。请过一会儿再试，或重新导出。")
    name = f"{campaign.title}-{row.asked_at:%Y%m%d}.{row.suffix}"
    return send_file(path, as_attachment=True, download_name=name)


def _page(public_id: str, *, problem: str = "", status: int = 200) -> Response:
    number = request.args.get("number", "").strip().lower()
    with parts().db.read() as session:
        campaign = _campaign(session, public_id)
        kind = kind_of(campaign.kind)
        people = list_people(session, campaign, before=request.args.get("before", type=int), most=_PAGE + 1)
        found = find_by_number(session, campaign, number) if number else None
        kept = kind.kept(session, campaign, found) if found is not None else {}
        total = count_people(session, campaign.account_id, [campaign.scope]).get(campaign.scope, 0)
        exports = list_exports(session, campaign)
    html = render_template(
        "campaigns/console_people.html",
        title=f"{campaign.title}：参与者",
        campaign=campaign,
        people=people[:_PAGE],
        more=people[_PAGE - 1].id if len(people) > _PAGE else None,
        number=number,
        found=found,
        kept=kept,
        total=total,
        exports=exports,
        mask=mask_name,
        problem=problem,
    )
    return Response(html, status)


def _campaign(session: Session, public_id: str) -> CampaignView:
    return get_campaign(session, here().official.id, public_id)
