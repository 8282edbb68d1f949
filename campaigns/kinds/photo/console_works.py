"""作品审核 in the console: a grid to look through by keyboard or finger; decisions about one work or many, taken back in one step."""

from collections.abc import Callable, Sequence
from typing import cast, get_args

from flask import Response, jsonify, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import BASE, sent, show
from campaigns.kinds.photo.console_place import photo_here
from campaigns.kinds.photo.grid import ALL, STATES, count_states, list_page, read_wanted
from campaigns.kinds.photo.judging import REASONS, Judged, Outcome, Picked, Verdict, decide, undo
from campaigns.view import CampaignView
from core.errors import Conflict, DomainError, Invalid
from core.ids import row_number
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

ACTS: dict[Verdict, str] = {
    "shown": "photo_let_through",
    "refused": "photo_refused",
    "waiting": "photo_taken_off",
}
_DONE = {"shown": "已通过", "refused": "已退回", "waiting": "已放回等待审核", "undone": "已撤销"}
_PAGE = 48
_MOST = 200
"""Works of one decision."""
pages = console_pages("photo_works", __name__)


@pages.get(f"{BASE}/photo/works")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """By number, 48 a page; those that wait, unless others are asked for."""
    return _page(photo_here(public_id))


@pages.post(f"{BASE}/photo/works/decide")
@needs(Permission.CAMPAIGNS)
def judge(account_key: str, public_id: str) -> AnyResponse:
    """Let through, refuse, take off the wall or put back: all that were picked."""
    campaign, verdict, why = photo_here(public_id), cast(Verdict, sent("verdict")), reason_sent()
    by, now = here().staff.name, parts().clock()

    def work(session: Session) -> Outcome:
        if verdict not in get_args(Verdict):
            raise Invalid("bad_verdict", "请选通过或退回。")
        return decide(session, campaign, picked_here(), verdict, why, by, now)

    return _answer(campaign, verdict, ACTS.get(verdict, ""), work, why=why)


@pages.post(f"{BASE}/photo/works/undo")
@needs(Permission.CAMPAIGNS)
def take_back(account_key: str, public_id: str) -> AnyResponse:
    """The last decision about what was picked."""
    campaign, by, now = photo_here(public_id), here().staff.name, parts().clock()
    return _answer(
        campaign,
        "undone",
        "photo_undone",
        lambda session: undo(session, campaign, picked_here(), by, now),
    )


def picked_here() -> Sequence[Picked]:
    """`<id>.<version>` of each. Raises Invalid."""
    found = []
    for text in request.form.getlist("work")[:_MOST]:
        work_id, _, version = text.partition(".")
        try:
            found.append(Picked(work_id[:16], row_number(version)))
        except ValueError:
            raise Invalid("bad_work", "页面已经旧了，请刷新再试。") from None
    if not found:
        raise Invalid("nothing", "请先选中作品：点它左上角的方框，或用方向键移到它上面。")
    return found


def reason_sent() -> str:
    """What was typed, before a ready one that was chosen."""
    return sent("why") or sent("reason")


def told_outcome(did: str, outcome: Outcome) -> str:
    """In a sentence: how many went on, which did not and why."""
    parts_ = []
    if outcome.done:
        numbers = "、".join(map(str, outcome.numbers[:12])) + (" 等" if len(outcome.done) > 12 else "")
        parts_.append(f"{_DONE[did]} {len(outcome.done)} 件：{numbers} 号。")
    parts_ += [f"{number} 号没有办成：{why}" if number else why for number, why in outcome.refused]
    return "".join(parts_)


def _answer(
    campaign: CampaignView,
    did: str,
    act: str,
    work: Callable[[Session], Outcome],
    **facts: str,
) -> AnyResponse:
    """One act for all; for the page's script as data, else as a page."""
    numbers: list[int] = []
    outcome = Outcome()
    try:
        with acting(act, campaign.title, campaign=campaign.public_id, works=numbers, **facts) as session:
            outcome = work(session)
            numbers += outcome.numbers
            if not numbers:
                raise Conflict("none", told_outcome(did, outcome))
    except DomainError as error:
        if _is_script():
            return _data(outcome.done, error.message, error.status)
        return _page(campaign, problem=error.message, status=error.status)
    if _is_script():
        return _data(outcome.done, told_outcome(did, outcome), 200)
    if outcome.refused:
        return _page(campaign, problem=told_outcome(did, outcome), undoable=_marks(outcome.done), status=409)
    return _page(campaign, said=told_outcome(did, outcome), undoable=_marks(outcome.done))


def _data(done: Sequence[Judged], told: str, status: int) -> Response:
    lines = [{"id": one.work_id, "version": one.version, "state": one.state} for one in done]
    response = jsonify(done=lines, told=told)
    response.status_code = status
    return response


def _is_script() -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _marks(done: Sequence[Judged]) -> list[str]:
    return [f"{one.work_id}.{one.version}" for one in done]


def _page(
    campaign: CampaignView,
    *,
    problem: str = "",
    said: str = "",
    undoable: Sequence[str] = (),
    status: int = 200,
) -> Response:
    wanted = read_wanted(request.args)
    after = min(max(0, request.args.get("after", 0, type=int)), 2**31 - 1)
    with parts().db.read() as session:
        page = list_page(session, campaign, wanted, after=after, most=_PAGE)
        counts = count_states(session, campaign)
    return show(
        "photo/console_works.html",
        campaign,
        now_at="works",
        title="作品审核",
        status=status,
        page=page,
        wanted=wanted,
        all_states=ALL,
        counts=counts,
        total=sum(counts.values()),
        states=STATES,
        reasons=REASONS,
        after=after,
        undoable=undoable,
        problem=problem,
        said=said,
    )


def to_work(public_id: str, work_id: str, done: str) -> AnyResponse:
    """Back to a work's own page."""
    return redirect(
        url_for(
            "photo_work.index",
            account_key=here().official.key,
            public_id=public_id,
            work_id=work_id,
            said=done,
        ),
        303,
    )
