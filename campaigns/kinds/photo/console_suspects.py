"""疑似重复 in the console: pairs side by side; a person says whether they are the same, and what becomes of the later work."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import BASE, said, sent, show
from campaigns.kinds.photo.console_place import photo_here
from campaigns.kinds.photo.judging import SAME_AS_ANOTHERS, SAME_AS_OWN, Picked, decide
from campaigns.kinds.photo.suspects import STATES, Judgement, Pair, count_pairs, judge_pair, list_pairs
from campaigns.view import CampaignView
from core.errors import Conflict, DomainError, Invalid
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_PAGE = 20
_SAID = {
    "cleared": "已标记为不一样。",
    "alike": "已标记为一样。作品还在原处，评审时可以按这一条筛出来。",
    "refused": "已标记为一样，后交的那件已退回，作者会收到原因。",
}
pages = console_pages("photo_suspects", __name__)


@pages.get(f"{BASE}/photo/suspects")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """Those that nobody has looked at; with `state`, what was said of others."""
    return _page(photo_here(public_id))


@pages.post(f"{BASE}/photo/suspects")
@needs(Permission.CAMPAIGNS)
def judge(account_key: str, public_id: str) -> AnyResponse:
    """One pair, by its two pictures. `refused`: alike, and the later work is refused in the same step."""
    campaign, did = photo_here(public_id), sent("judgement")
    by, now = here().staff.name, parts().clock()
    judgement: Judgement = "cleared" if did == "cleared" else "alike"
    numbers: list[int] = []
    try:
        if did not in _SAID:
            raise Invalid("bad_judgement", "请选「不一样」或「一样」。")
        with acting(f"photo_{judgement}", campaign.title, campaign=public_id, works=numbers) as session:
            pair = judge_pair(session, campaign, sent("picture"), sent("other"), judgement, by, now)
            numbers += [pair.first.work.number or 0, pair.later.work.number or 0]
            if did == "refused":
                picked = Picked(pair.later.work.public_id, request.form.get("version", 0, type=int))
                outcome = decide(session, campaign, [picked], "refused", _reason(pair), by, now)
                if outcome.refused:
                    raise Conflict("changed", outcome.refused[0][1])
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return redirect(url_for(".index", account_key=account_key, public_id=public_id, said=did), 303)


def _reason(pair: Pair) -> str:
    return SAME_AS_OWN if pair.one_person else f"{SAME_AS_ANOTHERS}（{pair.first.work.number} 号）"


def _page(campaign: CampaignView, *, problem: str = "", status: int = 200) -> Response:
    state = request.args.get("state", "open")
    state = state if state in STATES else "open"
    after = min(max(0, request.args.get("after", 0, type=int)), 2**63 - 1)
    with parts().db.read() as session:
        pairs = list_pairs(session, campaign, state=state, after=after, most=_PAGE + 1)
        counts = {one: count_pairs(session, campaign, one) for one in STATES}
    return show(
        "photo/console_suspects.html",
        campaign,
        now_at="suspects",
        title="疑似重复",
        status=status,
        pairs=pairs[:_PAGE],
        more=pairs[_PAGE - 1].suspect.id if len(pairs) > _PAGE else 0,
        counts=counts,
        states=STATES,
        state=state,
        problem=problem,
        said=said(_SAID),
    )
