"""评委 in the console: who judges, how far each is, and where somebody's work goes who can't come."""

from collections.abc import Callable

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import said, sent, show
from campaigns.jury import jurors
from campaigns.jury.console_place import BASE, campaign_here, campaign_in, to
from campaigns.jury.store import Progress, count_progress, get_juror, list_jurors, list_rounds, sum_up
from campaigns.view import CampaignView
from core.errors import DomainError, NotFound
from house.current import parts
from house.permissions import Permission
from members.staff_links.store import find_linked
from staff.guard import acting, console_pages, here, needs

_SAID = {
    "named": "评委名单已保存。",
    "away": "已记为缺席，没评的作品已经分给其他评委；评过的都保留。",
    "back": "已归队，之后的轮次和回避会再分到他。",
    "dropped": "已移出名单。",
}
pages = console_pages("jury_jurors", __name__)


@pages.get(f"{BASE}/jurors")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    return _page(campaign_here(public_id))


@pages.post(f"{BASE}/jurors")
@needs(Permission.CAMPAIGNS)
def add(account_key: str, public_id: str) -> AnyResponse:
    """Those that were ticked, and those of the list."""
    campaign, account = campaign_here(public_id), here().official
    try:
        units = request.form.getlist("unit")
        logins = request.form.getlist("login")
        ticked = set(request.form.getlist("chosen"))
        named = [(login, unit) for login, unit in zip(logins, units, strict=False) if login in ticked]
        named += jurors.read_list(request.form.get("list", "")[:100_000])
        with acting("jurors_named", campaign.title, campaign=public_id, count=len(named)) as session:
            jurors.add_jurors(
                session, campaign, account.organisation_ids, named, here().staff.name, parts().clock()
            )
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return to(".index", campaign, said="named")


@pages.get(f"{BASE}/jurors/<juror_id>")
@needs(Permission.CAMPAIGNS)
def one(account_key: str, public_id: str, juror_id: str) -> Response:
    """A juror, and who would get how much of their open tasks."""
    return _juror(public_id, juror_id)


@pages.post(f"{BASE}/jurors/<juror_id>/away")
@needs(Permission.CAMPAIGNS)
def away(account_key: str, public_id: str, juror_id: str) -> AnyResponse:
    return _change(public_id, juror_id, "away", jurors.send_away, why=sent("why"))


@pages.post(f"{BASE}/jurors/<juror_id>/back")
@needs(Permission.CAMPAIGNS)
def back(account_key: str, public_id: str, juror_id: str) -> AnyResponse:
    return _change(public_id, juror_id, "back", jurors.call_back)


@pages.post(f"{BASE}/jurors/<juror_id>/drop")
@needs(Permission.CAMPAIGNS)
def drop(account_key: str, public_id: str, juror_id: str) -> AnyResponse:
    """Somebody who was named by mistake and has judged nothing."""
    return _change(public_id, juror_id, "dropped", jurors.drop_juror)


def _change(
    public_id: str,
    juror_id: str,
    what: str,
    verb: Callable[[Session, CampaignView, str], object],
    **facts: str,
) -> AnyResponse:
    """A verb on a juror, as an act; what speaks against it is told on the juror's page. Raises NotFound."""
    campaign = campaign_here(public_id)
    try:
        with acting(f"juror_{what}", _name(campaign, juror_id), campaign=public_id, **facts) as session:
            verb(session, campaign, juror_id)
    except NotFound:
        raise
    except DomainError as error:
        return _juror(public_id, juror_id, problem=error.message, status=error.status)
    return to(".index", campaign, said=what)


def _page(campaign: CampaignView, *, problem: str = "", status: int = 200) -> Response:
    account = here().official
    with parts().db.read() as session:
        named = list_jurors(session, campaign)
        eligible = jurors.list_eligible(session, campaign, account.organisation_ids, parts().clock())
        on = [one for one in list_rounds(session, campaign) if one.state == "open" and not one.live]
        progress = [count_progress(session, campaign, one) for one in on]
        linked = find_linked(session, account.id)
    lines = [
        (one, sum_up(of.get(one.juror.id, Progress()) for of in progress), one.staff.id in linked)
        for one in named
    ]
    return show(
        "jury/console_jurors.html",
        campaign,
        now_at="jurors",
        title="评委",
        status=status,
        lines=lines,
        rounds=on,
        eligible=eligible,
        typed=request.form.get("list", ""),
        ticked=set(request.form.getlist("chosen")),
        problem=problem,
        said=said(_SAID),
    )


def _juror(public_id: str, juror_id: str, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        campaign = campaign_in(session, public_id)
        found = get_juror(session, campaign, juror_id)
        plans = jurors.plan_handover(session, campaign, found.juror) if found.juror.state == "active" else []
        names = {one.juror.id: one.staff.name for one in list_jurors(session, campaign)}
    return show(
        "jury/console_juror.html",
        campaign,
        now_at="jurors",
        title=f"评委：{found.staff.name}",
        status=status,
        one=found,
        plans=plans,
        names=names,
        problem=problem,
    )


def _name(campaign: CampaignView, juror_id: str) -> str:
    with parts().db.read() as session:
        return get_juror(session, campaign, juror_id).staff.name
