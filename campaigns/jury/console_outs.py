"""取消资格 in the console: which entries the kind's rules would put out and why, before anything is done; all of it reversible."""

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import said, sent, show
from campaigns.jury import outs
from campaigns.jury.console_place import BASE, campaign_here, sent_number, to
from campaigns.jury.store import list_entries, part_of
from campaigns.view import CampaignView
from core.errors import DomainError
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_SAID = {"out": "已取消资格，作品不再参加评审。随时可以恢复。", "in": "已恢复资格，评过的重新计算。"}
pages = console_pages("jury_outs", __name__)


@pages.get(f"{BASE}/outs")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """Those that are out; with `rule` (several), which would be."""
    return _page(campaign_here(public_id))


@pages.post(f"{BASE}/outs")
@needs(Permission.CAMPAIGNS)
def put_out(account_key: str, public_id: str) -> AnyResponse:
    """Those of the preview that are ticked."""
    campaign, by, now = campaign_here(public_id), here().staff.name, parts().clock()
    rules = set(request.form.getlist("rule"))
    texts = request.form.getlist("number")
    numbers = {int(one) for one in texts if one.isascii() and one.isdigit() and len(one) < 10}
    told = "、".join(title for key, title in part_of(campaign).rules.items() if key in rules)
    try:
        with acting("entries_put_out", told, campaign=public_id, rows=len(numbers)) as session:
            outs.put_out(session, campaign, rules, numbers, by, now)
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return to(".index", campaign, said="out")


@pages.post(f"{BASE}/outs/one")
@needs(Permission.CAMPAIGNS)
def put_one_out(account_key: str, public_id: str) -> AnyResponse:
    """By hand, with a reason."""
    campaign, number, why = campaign_here(public_id), sent_number("number"), sent("why")
    try:
        with acting("entries_put_out", f"{number} 号", campaign=public_id, why=why) as session:
            outs.put_out_by_hand(session, campaign, number, why, here().staff.name, parts().clock())
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return to(".index", campaign, said="out")


@pages.post(f"{BASE}/outs/back")
@needs(Permission.CAMPAIGNS)
def take_in(account_key: str, public_id: str) -> AnyResponse:
    campaign, number = campaign_here(public_id), sent_number("number")
    try:
        with acting("entry_taken_in", f"{number} 号", campaign=public_id) as session:
            outs.take_in(session, campaign, number)
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return to(".index", campaign, said="in")


def _page(campaign: CampaignView, *, problem: str = "", status: int = 200) -> Response:
    rules = part_of(campaign).rules
    chosen = [key for key in rules if key in request.values.getlist("rule")]
    with parts().db.read() as session:
        faults = outs.list_faults(session, campaign, chosen)
        out = outs.list_outs(session, campaign)
        titles = {one.number: one.title for one in list_entries(session, campaign, all_too=True)}
        begun = outs.is_begun(session, campaign)
    return show(
        "jury/console_outs.html",
        campaign,
        now_at="jury_outs",
        title="取消资格",
        status=status,
        rules={**rules, outs.BY_HAND: "人工决定"},
        known=rules,
        chosen=chosen,
        faults=faults,
        out=out,
        titles=titles,
        begun=begun,
        problem=problem,
        said=said(_SAID),
    )
