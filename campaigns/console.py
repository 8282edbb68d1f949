"""微活动: the list of an account's campaigns, a new one, and a campaign's own page with everything that can be done to it.

Everybody at the place may look: who reviews has to see what. Who may do what is declared at each view.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns import service
from campaigns.charts import draw
from campaigns.console_form import STEPS, form_time, read_time
from campaigns.desk import pages_of
from campaigns.kind import Template
from campaigns.links import find_dead_links
from campaigns.preflight import draw_of, examine, find_changed_draw
from campaigns.preview import picture_of, preview_link
from campaigns.registry import all_kinds, kind_of
from campaigns.service import Organiser
from campaigns.store import (
    actions_of,
    count_people,
    get_campaign,
    get_row,
    list_campaigns,
    list_history,
    readable_view,
    scope_of,
)
from campaigns.view import PHASES, STATES, CampaignView, Finding, Phase
from core.clock import SHANGHAI
from core.errors import DomainError, Invalid, NotFound
from core.ids import public_id as new_id
from house.current import parts
from house.permissions import Permission
from models.campaigns import Campaign
from staff.guard import acting, console_pages, here, needs

_PAGE = 30
_SAID = {
    "saved": "已保存。",
    "approved": "审核通过，可以开放了。",
    "sent_back": "已退回，写的人会在「操作经过」里看到您的意见。",
    "opened": "活动已开放。到了开始时间，职工就能参加。",
    "frozen": "活动已暂停，参加的人会看到原因。",
    "resumed": "活动已恢复。",
    "extended": "已延期，参加的人会看到新的结束时间和原因。",
    "publicised": "已开始公示。",
    "archived": "已归档，手机上不再显示；数据都还在。",
    "copied": "已复制成新的草稿：时间、规则里的日期请核对一遍，奖品要重新关联。",
    "restored": "已恢复。",
}
pages = console_pages("campaigns_console", __name__)


@pages.get("/a/<account_key>/campaigns")
@needs(Permission.LOOK)
def index(account_key: str) -> Response:
    """Latest first, with how each stands and how many took part."""
    account, now = here().official, parts().clock()
    before = request.args.get("before", "")
    with parts().db.read() as session:
        last = get_row(session, account.id, before) if before else None
        after = (last.opens_at, last.id) if last else None
        rows = list_campaigns(session, account.id, before=after, most=_PAGE + 1)
        people = count_people(session, account.id, [scope_of(row.public_id) for row in rows])
    shown = [
        (row, *_look_of(row, now), people.get(scope_of(row.public_id), 0))
        for row in rows[:_PAGE]
        if row.kind in all_kinds()
    ]
    html = render_template(
        "campaigns/console_index.html",
        title="微活动",
        shown=shown,
        states=STATES,
        phases=PHASES,
        more=rows[_PAGE - 1].public_id if len(rows) > _PAGE else "",
        deleted=request.args.get("deleted", ""),
        before=before,
    )
    return Response(html)


def _look_of(row: Campaign, now: datetime) -> tuple[Phase, str]:
    """Its phase, and what is said of it; a damaged one stops no list."""
    campaign = readable_view(row)
    if campaign is None:
        return "draft", "内容读不出来，请联系系统管理员"
    return campaign.phase(now), kind_of(row.kind).title


@pages.get("/a/<account_key>/campaigns/new")
@needs(Permission.CAMPAIGNS)
def new(account_key: str) -> Response:
    """Which kind, from which template, and when."""
    return _new()


@pages.post("/a/<account_key>/campaigns/new")
@needs(Permission.CAMPAIGNS)
def begin(account_key: str) -> AnyResponse:
    kind, _, template_key = request.form.get("template", "").partition("/")
    try:
        template = _template(kind, template_key)
        opens_at = read_time(request.form.get("opens_at", ""), "开始时间")
        if opens_at <= parts().clock() - timedelta(days=1):
            raise Invalid("past", "开始时间已经过去了，请重新选择。")
        campaign_id = new_id()
        with acting("campaign_begun", template.title, campaign=campaign_id) as session:
            service.begin(
                session, here().official.id, kind, template, opens_at, organiser(), campaign_id=campaign_id
            )
    except DomainError as error:
        return _new(problem=error.message, status=error.status)
    return redirect(
        url_for("campaign_wizard.edit", account_key=account_key, public_id=campaign_id, step="basics")
    )


@pages.get("/a/<account_key>/campaigns/<public_id>")
@needs(Permission.LOOK)
def show(account_key: str, public_id: str) -> Response:
    """A campaign's own page: a draft's check, or how an open one goes."""
    return page(public_id, said=_SAID.get(request.args.get("said", ""), ""))


@pages.get("/a/<account_key>/campaigns/<public_id>/figures")
@needs(Permission.LOOK)
def figures(account_key: str, public_id: str) -> Response:
    """The figures alone, for the page that asks again and again."""
    with parts().db.read() as session:
        campaign = _campaign(session, public_id)
        html = render_template("campaigns/console_figures.html", **_figures(session, campaign))
    return Response(html)


@pages.post("/a/<account_key>/campaigns/<public_id>/approve")
@needs(Permission.REVIEW_FIRST)
def approve(account_key: str, public_id: str) -> AnyResponse:
    """Somebody who may review read it all."""
    return _checked_step(public_id, "campaign_approved", service.approve, "approved", note=_sent("note"))


@pages.post("/a/<account_key>/campaigns/<public_id>/send-back")
@needs(Permission.REVIEW_FIRST)
def send_back(account_key: str, public_id: str) -> AnyResponse:
    """Somebody who may review found something: a draft only gets the note, an approved one is a draft again."""
    note = _sent("note")
    return _step(public_id, "campaign_sent_back", service.send_back, note, said="sent_back", note=note)


@pages.post("/a/<account_key>/campaigns/<public_id>/open")
@needs(Permission.CAMPAIGNS)
def open_it(account_key: str, public_id: str) -> AnyResponse:
    return _checked_step(public_id, "campaign_opened", service.open_campaign, "opened")


@pages.post("/a/<account_key>/campaigns/<public_id>/freeze")
@needs(Permission.CAMPAIGNS)
def freeze(account_key: str, public_id: str) -> AnyResponse:
    why = _sent("why")
    return _step(public_id, "campaign_frozen", service.freeze, why, said="frozen", why=why)


@pages.post("/a/<account_key>/campaigns/<public_id>/resume")
@needs(Permission.CAMPAIGNS)
def resume(account_key: str, public_id: str) -> AnyResponse:
    return _step(public_id, "campaign_resumed", service.resume, said="resumed")


@pages.post("/a/<account_key>/campaigns/<public_id>/extend")
@needs(Permission.CAMPAIGNS)
def extend(account_key: str, public_id: str) -> AnyResponse:
    why, until = _sent("why"), _sent("closes_at")
    try:
        closes_at = read_time(until, "新的结束时间")
    except Invalid as error:
        return page(public_id, problem=error.message, status=error.status)
    facts = {"until": until, "why": why}
    return _step(public_id, "campaign_extended", service.extend, closes_at, why, said="extended", **facts)


@pages.post("/a/<account_key>/campaigns/<public_id>/publicise")
@needs(Permission.CAMPAIGNS)
def publicise(account_key: str, public_id: str) -> AnyResponse:
    return _step(public_id, "campaign_publicised", service.publicise, said="publicised")


@pages.post("/a/<account_key>/campaigns/<public_id>/archive")
@needs(Permission.CAMPAIGNS)
def archive(account_key: str, public_id: str) -> AnyResponse:
    return _step(public_id, "campaign_archived", service.archive, said="archived")


@pages.post("/a/<account_key>/campaigns/<public_id>/copy")
@needs(Permission.CAMPAIGNS)
def copy(account_key: str, public_id: str) -> AnyResponse:
    """Last year's as a new draft that begins tomorrow morning."""
    account = here().official
    with parts().db.read() as session:
        old = _campaign(session, public_id)
    campaign_id = new_id()
    with acting("campaign_copied", old.title, campaign=campaign_id) as session:
        service.copy(session, account.id, public_id, _tomorrow(), organiser(), campaign_id=campaign_id)
    return _to(campaign_id, "copied")


@pages.post("/a/<account_key>/campaigns/<public_id>/delete")
@needs(Permission.CAMPAIGNS)
def delete(account_key: str, public_id: str) -> AnyResponse:
    """A draft; the list offers to take it back."""
    try:
        with parts().db.read() as session:
            title = _campaign(session, public_id).title
        with acting("campaign_deleted", title, campaign=public_id) as session:
            service.delete(session, here().official.id, public_id, _version(), organiser())
    except NotFound:
        raise
    except DomainError as error:
        return page(public_id, problem=error.message, status=error.status)
    return redirect(url_for(".index", account_key=account_key, deleted=public_id))


@pages.post("/a/<account_key>/campaigns/<public_id>/restore")
@needs(Permission.CAMPAIGNS)
def restore(account_key: str, public_id: str) -> AnyResponse:
    with acting("campaign_restored", campaign=public_id) as session:
        service.restore(session, here().official.id, public_id, organiser())
    return _to(public_id, "restored")


def organiser() -> Organiser:
    return Organiser(here().staff.name, parts().clock())


def page(public_id: str, *, problem: str = "", said: str = "", status: int = 200) -> Response:
    """The campaign's own page."""
    account, now = here().official, parts().clock()
    with parts().db.read() as session:
        campaign = _campaign(session, public_id)
        draft = campaign.state in ("draft", "checked")
        findings = [*examine(session, campaign), *find_changed_draw(session, campaign)] if draft else []
        values = {
            "campaign": campaign,
            "kind": kind_of(campaign.kind),
            "desk": {one.key: one for one in pages_of(account.key, campaign)},
            "phase": campaign.phase(now),
            "draw": draw_of(session, campaign),
            "changed_draw": [] if draft else find_changed_draw(session, campaign),
            "history": list_history(session, [account.organisation_id], campaign),
            **({} if draft else _figures(session, campaign)),
        }
    if draft:
        findings = _sorted([*findings, *find_dead_links(account, campaign)])
        values["preview"] = link = preview_link(account, campaign)
        values["picture"] = picture_of(link)
    html = render_template(
        "campaigns/console_draft.html" if draft else "campaigns/console_campaign.html",
        title=campaign.title,
        account=account,
        steps=STEPS,
        states=STATES,
        phases=PHASES,
        actions=actions_of(values["campaign"].kind),
        findings=findings,
        stops=sum(one.level == "stop" for one in findings),
        form=request.form,
        later=form_time(campaign.closes_at + timedelta(days=3)),
        over=campaign.closed_at is not None or campaign.closes_at <= now,
        problem=problem,
        said=said,
        **values,
    )
    return Response(html, status)


def _figures(session: Session, campaign: CampaignView) -> dict[str, Any]:
    now = parts().clock()
    summary = kind_of(campaign.kind).summarise(session, campaign, now)
    return {
        "campaign": campaign,
        "summary": summary,
        "charts": [draw(series) for series in summary.series],
        "now": now,
    }


def _step(
    public_id: str, action: str, verb: Callable[..., None], *values: Any, said: str, **facts: str
) -> AnyResponse:
    """One step of a campaign's life, for the version that the page showed; refused, the page says why."""
    account = here().official
    with parts().db.read() as session:
        title = _campaign(session, public_id).title
    try:
        with acting(action, title, campaign=public_id, **facts) as session:
            verb(session, account.id, public_id, _version(), *values, organiser())
    except NotFound:
        raise
    except DomainError as error:
        return page(public_id, problem=error.message, status=error.status)
    return _to(public_id, said)


def _checked_step(
    public_id: str, action: str, verb: Callable[..., None], said: str, **facts: str
) -> AnyResponse:
    """A step that the check before opening may refuse."""
    with parts().db.read() as session:
        campaign = _campaign(session, public_id)
    dead = find_dead_links(here().official, campaign)
    return _step(public_id, action, partial(verb, also=dead), said=said, **facts)


def _sent(name: str) -> str:
    return request.form.get(name, "").strip()[:200]


def _to(public_id: str, said: str) -> AnyResponse:
    return redirect(
        url_for("campaigns_console.show", account_key=here().official.key, public_id=public_id, said=said)
    )


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: one.level != "stop")


def _campaign(session: Session, public_id: str) -> CampaignView:
    return get_campaign(session, here().official.id, public_id)


def _version() -> int:
    return request.form.get("version", -1, type=int)


def _new(*, problem: str = "", status: int = 200) -> Response:
    html = render_template(
        "campaigns/console_new.html",
        title="新建活动",
        kinds=all_kinds().values(),
        chosen=request.form.get("template", ""),
        opens_at=request.form.get("opens_at") or form_time(_tomorrow()),
        problem=problem,
    )
    return Response(html, status)


def _template(kind: str, key: str) -> Template:
    found = all_kinds().get(kind)
    for template in found.templates if found else ():
        if template.key == key:
            return template
    raise Invalid("no_template", "请选一个模板。")


def _tomorrow() -> datetime:
    """Nine in the morning."""
    local = parts().clock().astimezone(SHANGHAI) + timedelta(days=1)
    return local.replace(hour=9, minute=0, second=0, microsecond=0)
