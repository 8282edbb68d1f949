"""评审 in the console: the rounds, one round with its preview, its progress, and its result."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.console_form import form_time, read_time
from campaigns.desk import said, sent, show
from campaigns.jury import jurors, rounds
from campaigns.jury.console_place import BASE, campaign_here, campaign_in, round_here, sent_number, to
from campaigns.jury.planning import plan_round
from campaigns.jury.results import standings_of
from campaigns.jury.rounds import TAKES, RoundDraft
from campaigns.jury.scoring import METHODS, SCORES
from campaigns.jury.store import (
    count_progress,
    find_short,
    get_round,
    list_entries,
    list_entries_of,
    list_jurors,
    list_rounds,
    sum_up,
)
from campaigns.jury.tables import JuryRound
from campaigns.view import CampaignView
from core.errors import DomainError, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

STATES = {"draft": "还没开始", "open": "评审中", "closed": "已结束"}
_SAID = {
    "added": "这一轮已建好。看一看分配，没有问题就开始。",
    "saved": "已保存。",
    "dropped": "这一轮已删除。",
    "opened": "评审已开始，评委登录后台就能评。",
    "filled": "缺评委的作品已经分出去了。",
    "put_off": "截止时间已改。",
    "closed": "这一轮已结束，结果如下。",
    "reopened": "这一轮已重新开放，评过的都在。",
}
pages = console_pages("jury_rounds", __name__)


@pages.get(BASE)
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """All rounds, and a form for one more."""
    return _list(campaign_here(public_id))


@pages.post(BASE)
@needs(Permission.CAMPAIGNS)
def add(account_key: str, public_id: str) -> AnyResponse:
    campaign = campaign_here(public_id)
    try:
        draft = _draft()
        with acting("jury_round_added", draft.title, campaign=public_id) as session:
            made = rounds.add_round(session, campaign, draft, here().staff.name, parts().clock())
    except DomainError as error:
        return _list(campaign, problem=error.message, status=error.status)
    return to(".one", campaign, round_id=made.public_id, said="added")


@pages.get(f"{BASE}/rounds/<round_id>")
@needs(Permission.CAMPAIGNS)
def one(account_key: str, public_id: str, round_id: str) -> Response:
    """A draft with its preview, an open round with its progress, a closed one with its result."""
    return _round(public_id, round_id)


@pages.post(f"{BASE}/rounds/<round_id>/change")
@needs(Permission.CAMPAIGNS)
def change(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    def save(session: Session, round_: JuryRound, by: str, now: datetime) -> None:
        rounds.change_round(session, round_, _version(), _draft(), by, now)

    return _step(public_id, round_id, "jury_round_changed", save, "saved")


@pages.post(f"{BASE}/rounds/<round_id>/drop")
@needs(Permission.CAMPAIGNS)
def drop(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    campaign, round_ = round_here(public_id, round_id)
    try:
        with acting("jury_round_dropped", round_.title, campaign=public_id) as session:
            rounds.drop_round(session, round_, _version())
    except DomainError as error:
        return _round(public_id, round_id, problem=error.message, status=error.status)
    return to(".index", campaign, said="dropped")


@pages.post(f"{BASE}/rounds/<round_id>/open")
@needs(Permission.CAMPAIGNS)
def begin(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    campaign = campaign_here(public_id)

    def open_(session: Session, round_: JuryRound, by: str, now: datetime) -> None:
        rounds.open_round(session, campaign, round_, _version(), by, now)

    return _step(public_id, round_id, "jury_round_opened", open_, "opened")


@pages.post(f"{BASE}/rounds/<round_id>/fill")
@needs(Permission.CAMPAIGNS)
def fill(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    """Entries that lack jurors, after somebody was named."""
    campaign = campaign_here(public_id)

    def find_more(session: Session, round_: JuryRound, by: str, now: datetime) -> None:
        jurors.fill_short(session, campaign, round_, now)

    return _step(public_id, round_id, "jury_round_filled", find_more, "filled")


@pages.post(f"{BASE}/rounds/<round_id>/due")
@needs(Permission.CAMPAIGNS)
def put_off(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    def save(session: Session, round_: JuryRound, by: str, now: datetime) -> None:
        rounds.put_off(session, round_, _version(), _due(), by, now)

    return _step(public_id, round_id, "jury_round_put_off", save, "put_off", to=sent("due_at", 20))


@pages.post(f"{BASE}/rounds/<round_id>/close")
@needs(Permission.CAMPAIGNS)
def close(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    campaign = campaign_here(public_id)

    def end(session: Session, round_: JuryRound, by: str, now: datetime) -> None:
        rounds.close_round(session, campaign, round_, _version(), by, now)

    return _step(public_id, round_id, "jury_round_closed", end, "closed")


@pages.post(f"{BASE}/rounds/<round_id>/reopen")
@needs(Permission.CAMPAIGNS)
def reopen(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    why = sent("why")

    def again(session: Session, round_: JuryRound, by: str, now: datetime) -> None:
        rounds.reopen_round(session, round_, _version(), why, by, now)

    return _step(public_id, round_id, "jury_round_reopened", again, "reopened", why=why)


def _step(
    public_id: str,
    round_id: str,
    act: str,
    verb: Callable[[Session, JuryRound, str, datetime], None],
    done: str,
    **facts: str,
) -> AnyResponse:
    """One step of a round's life, for the version that the page showed; refused, the page says why."""
    campaign, round_ = round_here(public_id, round_id)
    try:
        with acting(act, round_.title, campaign=public_id, **facts) as session:
            verb(session, round_, here().staff.name, parts().clock())
    except NotFound:
        raise
    except DomainError as error:
        return _round(public_id, round_id, problem=error.message, status=error.status)
    return to(".one", campaign, round_id=round_id, said=done)


def _list(campaign: CampaignView, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        found = list_rounds(session, campaign)
        lines = [(one, sum_up(count_progress(session, campaign, one).values())) for one in found]
        entries = list_entries(session, campaign)
        count = len(list_jurors(session, campaign, active=True))
    return show(
        "jury/console_rounds.html",
        campaign,
        now_at="jury_rounds",
        title="评审",
        status=status,
        lines=lines,
        entries=len(entries),
        jurors=count,
        states=STATES,
        problem=problem,
        said=said(_SAID),
        **_choices([one.group for one in entries], found),
        typed=_typed(None) if request.method == "POST" else _first(found),
    )


def _round(public_id: str, round_id: str, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        campaign = campaign_in(session, public_id)
        round_ = get_round(session, campaign, round_id)
        entries = {one.number: one for one in list_entries(session, campaign, all_too=True)}
        values = _of_state(session, campaign, round_)
        before = [one for one in list_rounds(session, campaign) if one.number < round_.number]
    return show(
        f"jury/console_round_{round_.state}.html",
        campaign,
        now_at="jury_rounds",
        title=round_.title,
        status=status,
        round=round_,
        entries=entries,
        states=STATES,
        score_title=SCORES[round_.method],
        due=form_time(round_.due_at) if round_.due_at else "",
        typed=_typed(round_),
        problem=problem,
        said=said(_SAID),
        **_choices([one.group for one in entries.values()], before),
        **values,
    )


def _of_state(session: Session, campaign: CampaignView, round_: JuryRound) -> dict[str, Any]:
    """What a page tells of a round, by its state."""
    named = list_jurors(session, campaign)
    if round_.state == "draft":
        plan = plan_round(session, campaign, round_)
        loads = plan.allocation.loads if plan.allocation else {}
        return {"plan": plan, "loads": sorted(loads.values()), "jurors": named}
    progress = count_progress(session, campaign, round_)
    lines = [(one, progress[one.juror.id]) for one in named if one.juror.id in progress]
    rows = list_entries_of(session, round_)
    told = {"lines": lines, "sum": sum_up(progress.values()), "rows": rows}
    if round_.state == "open":
        return {**told, "short": find_short(session, campaign, round_, rows)}
    marks = {one.number: one.marks for one in rows}
    return {**told, "standings": standings_of(session, campaign, round_), "marks": marks}


def _choices(groups: list[str], before: list[JuryRound]) -> dict[str, Any]:
    return {
        "methods": METHODS,
        "takes": TAKES if before else {"all": TAKES["all"]},
        "groups": sorted({one for one in groups if one}),
    }


def _first(before: list[JuryRound]) -> dict[str, Any]:
    """What a form for one more round suggests: yes/no, then stars, then an order."""
    methods = list(METHODS)
    at = min(len(before), len(methods) - 1)
    title = f"第 {len(before) + 1} 轮"
    more = {"takes": "best", "takes_most": 20} if before else {"takes": "all", "takes_most": ""}
    return {"title": title, "method": methods[at], "quorum": 3, "blind": True, "groups": [], **more}


def _typed(round_: JuryRound | None) -> dict[str, Any]:
    """What the form holds: as it was sent, else as it is stored."""
    names = ("title", "method", "quorum", "takes", "takes_most", "due_at")
    if request.method == "POST" and "title" in request.form:
        form = request.form
        ticks = {name: form.get(name) == "1" for name in ("blind", "live")}
        return {**{name: form.get(name, "") for name in names}, **ticks, "groups": form.getlist("groups")}
    if round_ is None:
        return {}
    stored = {name: getattr(round_, name) for name in (*names, "blind", "live", "groups")}
    return {**stored, "due_at": form_time(round_.due_at) if round_.due_at else ""}


def _draft() -> RoundDraft:
    return RoundDraft(
        title=sent("title"),
        method=sent("method"),
        live=sent("live") == "1",
        quorum=sent_number("quorum"),
        groups=tuple(one[:40] for one in request.form.getlist("groups")),
        takes=sent("takes"),
        takes_most=sent_number("takes_most"),
        blind=sent("blind") == "1",
        due_at=_due(),
    )


def _due() -> datetime | None:
    text = sent("due_at", 20)
    return read_time(text, "截止时间") if text else None


def _version() -> int:
    return sent_number("version")
