"""A juror's own pages: the rounds they judge in, and one work after the other, on a desk or on the phone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import said
from campaigns.jury import marking
from campaigns.jury.console_place import sent_number
from campaigns.jury.rounds import require_open
from campaigns.jury.scoring import METHODS
from campaigns.jury.store import (
    Progress,
    count_progress,
    get_own_round,
    list_own_rounds,
    list_tasks,
    part_of,
)
from campaigns.jury.tables import Juror, JuryRound, JuryTask
from campaigns.store import view_of
from campaigns.view import CampaignView
from core.errors import Conflict, DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from members.staff_links.store import list_links
from staff.guard import console_pages, here, needs

_BASE = "/a/<account_key>/judging"
_LAST = 5
_SAID = {
    "undone": "已撤销，请重新评。",
    "recused": "已回避，这件作品转给了别的评委。",
    "alone": "已回避。暂时没有别的评委可以接替，组织者会看到。",
    "back": "已撤销回避。",
    "ordered": "次序已保存；结束以前都可以再改。",
}
pages = console_pages("jury_judging", __name__)


@dataclass(frozen=True, slots=True)
class Seat:
    """A juror in a round of a campaign."""

    campaign: CampaignView
    round: JuryRound
    juror: Juror


@pages.get(_BASE)
@needs(Permission.JUDGE)
def index(account_key: str) -> Response:
    """My rounds: what is to be done first."""
    me = here()
    with parts().db.read() as session:
        found = list_own_rounds(session, me.official.id, me.staff.id)
        lines = []
        for campaign, round_, juror in found:
            progress = count_progress(session, view_of(campaign), round_)
            lines.append((campaign, round_, progress.get(juror.id, Progress())))
        linked = bool(list_links(session, me.official.id, me.staff.id))
    lines.sort(key=lambda line: line[1].state != "open")
    html = render_template("jury/judging.html", title="评审作品", lines=lines, methods=METHODS, linked=linked)
    return Response(html)


@pages.get(f"{_BASE}/<round_id>")
@needs(Permission.JUDGE)
def judge(account_key: str, round_id: str) -> Response:
    """One work (`n`), or the first that is still to be judged; a ranking shows all."""
    return _page(round_id)


@pages.post(f"{_BASE}/<round_id>/mark")
@needs(Permission.JUDGE)
def mark(account_key: str, round_id: str) -> AnyResponse:
    """Judge one, and on to the next."""
    number, value, seconds = sent_number("number"), sent_number("mark"), sent_number("seconds")

    def work(session: Session, seat: Seat) -> AnyResponse:
        marking.mark(session, seat.round, seat.juror, number, value, parts().clock(), seconds)
        onward = _next_open(list_tasks(session, seat.campaign, seat.round, seat.juror), number)
        return _to(round_id, n=onward) if onward is not None else _to(round_id)

    return _seated(round_id, work)


@pages.post(f"{_BASE}/<round_id>/undo")
@needs(Permission.JUDGE)
def undo(account_key: str, round_id: str) -> AnyResponse:
    number = sent_number("number")

    def work(session: Session, seat: Seat) -> AnyResponse:
        marking.unmark(session, seat.round, seat.juror, number, parts().clock())
        return _to(round_id, n=number, said="undone")

    return _seated(round_id, work)


@pages.post(f"{_BASE}/<round_id>/recuse")
@needs(Permission.JUDGE)
def recuse(account_key: str, round_id: str) -> AnyResponse:
    """「我认识作者，回避」"""
    number = sent_number("number")

    def work(session: Session, seat: Seat) -> AnyResponse:
        taken = marking.recuse(session, seat.campaign, seat.round, seat.juror, number, parts().clock())
        return _to(round_id, said="recused" if taken else "alone")

    return _seated(round_id, work)


@pages.post(f"{_BASE}/<round_id>/take-back")
@needs(Permission.JUDGE)
def take_back(account_key: str, round_id: str) -> AnyResponse:
    """Undo a recusal."""
    number = sent_number("number")

    def work(session: Session, seat: Seat) -> AnyResponse:
        marking.take_back(session, seat.round, seat.juror, number, parts().clock())
        return _to(round_id, n=number, said="back")

    return _seated(round_id, work)


@pages.post(f"{_BASE}/<round_id>/order")
@needs(Permission.JUDGE)
def order(account_key: str, round_id: str) -> AnyResponse:
    """A ranking, as places typed beside each work."""

    def work(session: Session, seat: Seat) -> AnyResponse:
        now = parts().clock()
        marking.put_in_order(session, seat.campaign, seat.round, seat.juror, _ordered(), now)
        return _to(round_id, said="ordered")

    return _seated(round_id, work)


def _ordered() -> list[int]:
    """Numbers by the places that were typed. Raises Invalid where two share one."""
    places = {
        int(name[6:]): sent_number(name)
        for name in request.form
        if name.startswith("place-") and name[6:].isdecimal() and len(name) < 16
    }
    if sorted(places.values()) != list(range(1, len(places) + 1)):
        raise Invalid("bad_places", f"名次要从 1 到 {len(places)} 各用一次。请检查有没有重复或者漏掉的。")
    return sorted(places, key=places.__getitem__)


def _seated(round_id: str, work: Callable[[Session, Seat], AnyResponse]) -> AnyResponse:
    """What a juror does in a round; what speaks against it is told on the page. Raises NotFound for who is no juror there."""
    try:
        with parts().db.work() as session:
            return work(session, _seat(session, round_id))
    except DomainError as error:
        return _refused(round_id, error)


def _seat(session: Session, round_id: str) -> Seat:
    """Raises NotFound for who is no juror there."""
    me = here()
    return Seat(*get_own_round(session, me.official.id, me.staff.id, round_id))


def _refused(round_id: str, error: DomainError) -> Response:
    if isinstance(error, NotFound) and error.code == "no_round":
        raise error
    return _page(round_id, problem=error.message, status=error.status)


def _page(round_id: str, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        seat = _seat(session, round_id)
        tasks = list_tasks(session, seat.campaign, seat.round, seat.juror)
        recused = list_tasks(session, seat.campaign, seat.round, seat.juror, recused=True)
        values = (
            _ranking(session, seat, tasks) if seat.round.method == "ranking" else _one(session, seat, tasks)
        )
    done = [one for one in tasks if one.state == "done"]
    html = render_template(
        "jury/judge_ranking.html" if seat.round.method == "ranking" else "jury/judge.html",
        title=seat.round.title,
        campaign=seat.campaign,
        round=seat.round,
        tasks=tasks,
        done=len(done),
        last=sorted(done, key=_when, reverse=True)[:_LAST],
        recused=recused,
        closed=_why_closed(seat.round),
        told=_told,
        problem=problem,
        said=said(_SAID),
        **values,
    )
    return Response(html, status)


def _one(session: Session, seat: Seat, tasks: Sequence[JuryTask]) -> dict[str, Any]:
    """The work that is looked at, with those before and behind it."""
    at = _place(tasks)
    if at is None:
        return {"task": None}
    task = tasks[at]
    return {
        "task": task,
        "at": at,
        "work": _work(session, seat, task.number),
        "before": tasks[at - 1].number if at else None,
        "behind": tasks[at + 1].number if at + 1 < len(tasks) else None,
        "onward": _next_open(tasks, task.number),
    }


def _ranking(session: Session, seat: Seat, tasks: Sequence[JuryTask]) -> dict[str, Any]:
    """All works, as they were put in order; as they were typed, where that was refused."""
    typed = {one.number: sent_number(f"place-{one.number}") for one in tasks}
    now = {one.number: one.mark or len(tasks) for one in tasks}
    places = typed if request.method == "POST" and any(n > 0 for n in typed.values()) else now
    ordered = sorted(tasks, key=lambda one: (places[one.number], one.id))
    return {"works": [(one, _work(session, seat, one.number)) for one in ordered]}


def _work(session: Session, seat: Seat, number: int) -> str:
    """Safe HTML of the work as its kind shows it; empty where it was withdrawn meanwhile."""
    part = part_of(seat.campaign)
    try:
        return part.show(session, seat.campaign, number, blind=seat.round.blind)
    except NotFound:
        return ""


def _place(tasks: Sequence[JuryTask]) -> int | None:
    """Which task is asked for, else the first open one; None where all is done."""
    number = request.args.get("n", type=int) or sent_number("number")
    asked = next((at for at, one in enumerate(tasks) if one.number == number), None)
    first = next((at for at, one in enumerate(tasks) if one.state == "open"), None)
    return asked if asked is not None else first


def _next_open(tasks: Sequence[JuryTask], number: int) -> int | None:
    """Behind this one, else from the beginning."""
    at = next((place for place, one in enumerate(tasks) if one.number == number), -1)
    around = [*tasks[at + 1 :], *tasks[: at + 1]]
    return next((one.number for one in around if one.state == "open" and one.number != number), None)


def _why_closed(round_: JuryRound) -> str:
    try:
        require_open(round_, parts().clock())
    except Conflict as error:
        return error.message
    return ""


def _told(method: str, value: int) -> str:
    """A mark as the juror gave it."""
    return ("通过" if value else "不通过") if method == "yes_no" else f"{value} 星"


def _when(task: JuryTask) -> float:
    return task.marked_at.timestamp() if task.marked_at else 0.0


def _to(round_id: str, **values: Any) -> AnyResponse:
    address = url_for(".judge", account_key=here().official.key, round_id=round_id, **values)
    return redirect(address, 303)
