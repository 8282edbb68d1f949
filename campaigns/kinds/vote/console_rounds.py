"""晋级 in the console: who would go on by the settings, ties for a person to decide, confirming and taking back."""

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.rules import last_round, round_at
from campaigns.ballots.sealing import count_unsealed
from campaigns.ballots.totals import read_counts
from campaigns.desk import BASE, said, show
from campaigns.kinds.vote.advancing import confirm, find_heats, may_confirm, through
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.console_place import vote_here
from campaigns.kinds.vote.roll import read_roll
from campaigns.view import CampaignView
from core.errors import DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_SAID = {"confirmed": "晋级名单已确定，下一轮开始时生效。", "taken_back": "晋级名单已撤回。"}
pages = console_pages("vote_rounds", __name__)


@pages.get(f"{BASE}/rounds")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """The round that is on, or another one by `round`."""
    return _page(vote_here(public_id))


@pages.post(f"{BASE}/rounds")
@needs(Permission.CAMPAIGNS)
def decide(account_key: str, public_id: str) -> AnyResponse:
    """Confirm those that were ticked, or (`back`) take the list back."""
    campaign, back = vote_here(public_id), request.form.get("back") == "1"
    round_, by, now = request.form.get("round", 0, type=int), here().staff.name, parts().clock()
    try:
        numbers = set() if back else _ticked()
        act = "vote_round_taken_back" if back else "vote_round_confirmed"
        with acting(act, campaign.title, campaign=public_id, number=round_, count=len(numbers)) as session:
            confirm(session, campaign, round_, numbers, by, now)
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    done = "taken_back" if back else "confirmed"
    return redirect(
        url_for(".index", account_key=account_key, public_id=public_id, round=round_, said=done), 303
    )


def _ticked() -> set[int]:
    texts = request.form.getlist("number")
    if not texts:
        raise Invalid("nobody", "还没有勾选晋级的人。")
    if any(not (text.isascii() and text.isdigit() and len(text) <= 4) for text in texts):
        raise Invalid("bad_number", "提交的内容不完整，请刷新页面再试。")
    return set(map(int, texts))


def _page(campaign: CampaignView, *, problem: str = "", status: int = 200) -> Response:
    settings, now = settings_of(campaign), parts().clock()
    last = last_round(settings) - 1
    if last < 1:
        raise NotFound("no_rounds", "这个投票只有一轮，没有晋级。")
    chosen = request.values.get("round", 0, type=int) or round_at(campaign, now)
    round_ = max(1, min(chosen, last))
    with parts().db.read() as session:
        roll = read_roll(session, campaign)
        counts = read_counts(session, campaign)
        unsealed = count_unsealed(session, campaign)
    confirmed = through(roll, round_)
    ticked = {int(one) for one in request.form.getlist("number") if one.isdecimal() and len(one) < 5}
    return show(
        "vote/console_rounds.html",
        campaign,
        now_at="rounds",
        title="晋级",
        status=status,
        round_=round_,
        last=last,
        is_on=round_at(campaign, now) == round_,
        keep=settings.rounds[round_ - 1].keep,
        heats=find_heats(settings, roll, counts, round_),
        confirmed=confirmed,
        ticked=ticked,
        may=may_confirm(campaign, roll, round_, now),
        unsealed=unsealed,
        problem=problem,
        said=said(_SAID),
    )
