"""票数和账本 in the console: live totals, ballots by the hour, the daily roots' texts, counting anew."""

from collections.abc import Sequence

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.console_place import ballots_here
from campaigns.ballots.figures import RECOUNTED, read_figures, read_hours
from campaigns.ballots.recount import Counted, recount
from campaigns.ballots.roots import list_roots, text_of
from campaigns.ballots.rules import last_round, round_at, rules_of
from campaigns.ballots.store import sum_blocks
from campaigns.charts import draw
from campaigns.desk import BASE, show
from campaigns.registry import ballots_of
from campaigns.view import CampaignView
from core.errors import Closed, DomainError
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_SHOWN = 2000
"""Lines of one group."""
pages = console_pages("ballot_figures", __name__)


@pages.get(f"{BASE}/votes")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """Of the round that is on, or of another one by `round`."""
    return _page(ballots_here(public_id))


@pages.post(f"{BASE}/votes/recount")
@needs(Permission.CAMPAIGNS)
def count_anew(account_key: str, public_id: str) -> AnyResponse:
    """Every sealed vote from its row, beside the totals; of a small vote, since somebody waits for it."""
    campaign = ballots_here(public_id)
    try:
        _refuse_big(campaign)
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    with parts().db.read() as session:
        counted = recount(session, campaign)
    wrong = sum(one.difference for one in counted)
    with acting("vote_recounted", campaign.title, campaign=public_id, note=f"差异 {wrong}"):
        pass
    return _page(campaign, counted=counted)


def _refuse_big(campaign: CampaignView) -> None:
    with parts().db.read() as session:
        _, _, votes = sum_blocks(session, campaign)
    if votes > RECOUNTED:
        raise Closed(
            "too_many",
            f"有 {votes:,} 票，在网页上重新点票太久。请管理员在服务器上运行：flask votes recount {campaign.public_id}",
        )


def _page(
    campaign: CampaignView, *, counted: Sequence[Counted] | None = None, problem: str = "", status: int = 200
) -> Response:
    part, now = ballots_of(campaign), parts().clock()
    chosen = request.args.get("round", 0, type=int) or round_at(campaign, now)
    round_ = max(1, min(chosen, last_round(rules_of(campaign))))
    account_key = here().official.key
    with parts().db.read() as session:
        figures = read_figures(session, campaign, part, round_)
        hours = draw(read_hours(session, campaign, now))
        roots = [(root, text_of(campaign, root)) for root in list_roots(session, campaign)]
    return show(
        "ballots/console_figures.html",
        campaign,
        now_at="figures",
        title="票数和账本",
        status=status,
        figures=figures,
        scored=part.caveat(campaign.settings) != "",
        desk_of=lambda one: part.desk(account_key, campaign, one),
        shown=_SHOWN,
        hours=hours,
        roots=roots,
        round_=round_,
        counted=counted,
        wrong=[one for one in counted or () if one.difference],
        difference=sum(one.difference for one in counted or ()),
        recounted=RECOUNTED,
        now=now,
        problem=problem,
    )
