"""微活动: the steps in which an organiser writes a campaign, each a form of its own; any can be opened at any time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from flask import Response, redirect, render_template, request, url_for
from pydantic import BaseModel
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns import service, settings_form
from campaigns.console import organiser
from campaigns.console_form import (
    STEPS,
    Known,
    Refused,
    Step,
    apply,
    draft_of,
    is_step,
    shown_again,
    stored,
    texts,
)
from campaigns.drafting import Host, draft_from
from campaigns.eligibility import ASKS
from campaigns.registry import kind_of
from campaigns.rules import EDITABLE
from campaigns.store import get_row, view_of
from campaigns.view import CampaignView, Rules
from core.differences import Difference, find_differences
from core.errors import Conflict, DomainError, NotFound
from house.current import parts
from house.permissions import Permission
from members.tags.service import list_tags
from models.campaigns import Campaign
from prizes.store import list_draws, list_prizes
from staff.guard import acting, console_pages, here, needs
from web.storage import media_store

_LISTS = ("regions", "tags", "asks")
_MOST_BYTES = 12 * 1024 * 1024
_NEXT = dict(zip(STEPS, [*list(STEPS)[1:], None], strict=True))
pages = console_pages("campaign_wizard", __name__)


@dataclass
class _Shown:
    """What a step's page shows beside what is stored."""

    typed: Mapping[str, str]
    version: int
    problem: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    conflict: bool = False
    said: str = ""
    status: int = 200


@pages.url_value_preprocessor
def limit_uploads(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the guard reads the form."""
    request.max_content_length = _MOST_BYTES


@pages.get("/a/<account_key>/campaigns/<public_id>/edit/<step>")
@needs(Permission.CAMPAIGNS)
def edit(account_key: str, public_id: str, step: str) -> Response:
    """One step. The rules of a new campaign, or with `draft` of any, are drafted from what is set."""
    with parts().db.read() as session:
        row, known = _editable(session, public_id), _known(session)
        typed = stored(_step(step), row, known)
        said = "已保存。" if request.args.get("saved") else ""
        if step == "rules" and (request.args.get("draft") or not any(typed.values())):
            typed = _drafted(session, view_of(row))
            said = "这是按活动设置拟好的规则，还没有保存。请逐条看一遍，改成本单位的说法，再点保存。"
        return _page(session, row, _step(step), known, _Shown(typed, row.version, said=said))


@pages.post("/a/<account_key>/campaigns/<public_id>/edit/<step>")
@needs(Permission.CAMPAIGNS)
def save(account_key: str, public_id: str, step: str) -> AnyResponse:
    """Keep what was typed. Somebody else's saving meanwhile is shown, nothing is lost."""
    name = _step(step)
    with parts().db.read() as session:
        row, known = get_row(session, here().official.id, public_id), _known(session)
    shown = _Shown({}, request.form.get("version", -1, type=int))
    try:
        shown.typed = _sent()
        draft = apply(name, row.kind, draft_of(row), shown.typed, known)
        with acting("campaign_changed", draft.title, campaign=public_id, part=STEPS[name]) as session:
            service.change(session, here().official.id, public_id, shown.version, draft, organiser())
    except Conflict as error:
        return _refused_for_another(public_id, name, shown, error)
    except NotFound:
        raise
    except DomainError as error:
        shown.problem, shown.status = error.message, error.status
        shown.problems = error.problems if isinstance(error, Refused) else {}
        with parts().db.read() as session:
            return _page(session, row, name, known, shown)
    return redirect(_after(public_id, name))


def _refused_for_another(public_id: str, step: Step, shown: _Shown, error: Conflict) -> Response:
    """Somebody else saved, or it was opened: both versions side by side, and what was typed still in the form."""
    shown.problem, shown.status, shown.conflict = error.message, error.status, True
    with parts().db.read() as session:
        row, known = get_row(session, here().official.id, public_id), _known(session)
        stands = texts(step, row.kind, stored(step, row, known), known)
        shown.differences = find_differences(stands, texts(step, row.kind, shown.typed, known))
        shown.version = row.version
        return _page(session, row, step, known, shown)


def _after(public_id: str, step: Step) -> str:
    key = here().official.key
    following = _NEXT[step]
    if request.form.get("stay"):
        return url_for(".edit", account_key=key, public_id=public_id, step=step, saved=1)
    if following is None:
        return url_for("campaigns_console.show", account_key=key, public_id=public_id, said="saved")
    return url_for(".edit", account_key=key, public_id=public_id, step=following, saved=1)


def _page(session: Session, row: Campaign, step: Step, known: Known, shown: _Shown) -> Response:
    campaign = view_of(row)
    models: Mapping[str, type[BaseModel]] = {"settings": kind_of(row.kind).config, "rules": Rules}
    config = models.get(step)
    typed = shown_again(step, row.kind, shown.typed)
    html = render_template(
        f"campaigns/console_{step}.html",
        title=f"{row.title}：{STEPS[step]}",
        campaign=campaign,
        kind=kind_of(row.kind),
        step=step,
        steps=STEPS,
        last=_NEXT[step] is None,
        typed=typed,
        controls=settings_form.controls(config, typed, shown.problems) if config else [],
        problems=shown.problems,
        known=known,
        asks=ASKS,
        regions=_regions(typed),
        draws=_draws(session) if step == "prizes" else [],
        version=shown.version,
        conflict=shown.conflict,
        differences=shown.differences,
        open_already=row.state not in EDITABLE,
        problem=shown.problem,
        said=shown.said,
    )
    return Response(html, shown.status)


def _step(text: str) -> Step:
    if not is_step(text):
        raise NotFound("no_step", "没有这一步，请回到活动页面。")
    return cast(Step, text)


def _editable(session: Session, public_id: str) -> Campaign:
    row = get_row(session, here().official.id, public_id)
    if row.state not in EDITABLE:
        raise Conflict("opened", "活动已经开放，内容和规则不能再改。需要时可以延期、暂停，或复制成新活动。")
    return row


def _sent() -> dict[str, str]:
    """The form as flat text; several ticked boxes of one name as lines. Raises Invalid for a picture that is none."""
    form = request.form
    typed = {name: "\n".join(form.getlist(name)) if name in _LISTS else form[name] for name in form}
    typed["cover"] = _cover(typed.get("cover", ""))
    return typed


def _cover(before: str) -> str:
    """A new picture, else the one before, else none. A file that was sent is kept at once: no browser sends it twice."""
    file = request.files.get("cover_file")
    if file is not None and file.filename:
        return media_store().keep("picture", file.stream)
    if request.form.get("no_cover") or not before or media_store().find(before) is None:
        return ""
    return before


def _known(session: Session) -> Known:
    account = here().official
    draws = {one.public_id: (one.id, one.title) for one in list_draws(session, account.id)}
    return Known(draws, {str(one.id): one.name for one in list_tags(session, account.id)})


def _regions(typed: Mapping[str, str]) -> list[str]:
    """The account's districts, and what was chosen before they changed."""
    districts = [one.district for one in here().official.profile.contacts]
    return list(dict.fromkeys([*districts, *filter(None, typed.get("regions", "").splitlines())]))


def _draws(session: Session) -> list[dict[str, Any]]:
    """Draws that can be linked, with their prizes in words."""
    account = here().official
    return [
        {
            "draw": one,
            "prizes": "、".join(
                f"{prize.name} {prize.stock} 份" for prize in list_prizes(session, account.id, one.id)
            ),
        }
        for one in list_draws(session, account.id)
        if one.state in ("draft", "open")
    ]


def _drafted(session: Session, campaign: CampaignView) -> dict[str, str]:
    host = Host(here().place.name, here().official.profile.hotline)
    return settings_form.typed_of(draft_from(session, campaign, host).model_dump())
