"""异议 in the console: what was said against awards, and the answers."""

from flask import Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import BASE, said, sent, show
from campaigns.kinds.photo.console_place import photo_here
from campaigns.kinds.photo.objections import KINDS, STATES, answer, list_objections, objections_until
from campaigns.view import CampaignView
from core.errors import DomainError, Invalid
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_ACTS = {"upheld": "photo_objection_upheld", "rejected": "photo_objection_rejected"}
_SAID = {
    "upheld": "已答复：成立。奖项（或作品）已经撤下，写着原因。",
    "rejected": "已答复：不成立。",
}
pages = console_pages("photo_objections", __name__)


@pages.get(f"{BASE}/photo/objections")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """Open ones first."""
    return _page(photo_here(public_id))


@pages.post(f"{BASE}/photo/objections/<objection_id>")
@needs(Permission.CAMPAIGNS)
def reply(account_key: str, public_id: str, objection_id: str) -> AnyResponse:
    campaign, state, words = photo_here(public_id), sent("state"), sent("words", 600)
    account, by, now = here().official, here().staff.name, parts().clock()
    try:
        if state not in _ACTS:
            raise Invalid("bad_state", "请选「成立」或「不成立」。")
        with acting(_ACTS[state], campaign.title, campaign=public_id, code=objection_id) as session:
            upheld = state == "upheld"
            answer(session, campaign, account, objection_id, upheld=upheld, words=words, by=by, now=now)
    except DomainError as error:
        return _page(campaign, at=objection_id, problem=error.message, status=error.status)
    return redirect(url_for(".index", account_key=account_key, public_id=public_id, said=state), 303)


def _page(campaign: CampaignView, *, at: str = "", problem: str = "", status: int = 200) -> Response:
    """`at`: the objection whose answer was refused; what was typed stays."""
    with parts().db.read() as session:
        raised = list_objections(session, campaign)
    return show(
        "photo/console_objections.html",
        campaign,
        now_at="objections",
        title="异议",
        status=status,
        raised=raised,
        states=STATES,
        kinds=KINDS,
        until=objections_until(campaign),
        may_call=here().may(Permission.PERSONAL),
        at=at,
        words=sent("words", 600),
        problem=problem,
        said=said(_SAID),
    )
