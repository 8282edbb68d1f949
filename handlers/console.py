"""关键词回复: the rules of an organisation, its own and inherited ones, and a form for one."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from chat.turn import Turn
from core.clock import SHANGHAI, parse_local
from core.differences import Difference, find_differences
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.ids import public_id
from core.text import comparable
from handlers import forms
from handlers.console_parts import (
    allow_pictures,
    change,
    first_account,
    load_overview,
    picture_choice,
    questions_in,
)
from handlers.overview import Overview, as_rule, summary_of, title_of, words_of
from handlers.preview import Bubble, preview
from handlers.router import Router
from handlers.rule_form import MATCHES, RuleForm, mark
from handlers.rules_file import RuleRow, values_of
from handlers.service import delete_rule, restore_rule, save_rule, switch_rule
from handlers.store import get_rule, list_rules
from handlers.trial import Live, ask_router, judge
from house.current import parts
from house.permissions import Permission
from models.content import KeywordRule
from staff.guard import acting, console_pages, here, needs
from wechat.messages import Text

_STATES = {"": "全部状态", "on": "启用", "off": "停用", "deleted": "已删除"}
_SOURCES = {"": "本单位和上级", "own": "本单位", "inherited": "上级"}
_DONE = {
    "saved": "已保存，约 1 秒后生效。",
    "deleted": "已删除，不再回复。",
    "restored": "已恢复。",
    "enabled": "已启用。",
    "disabled": "已停用，不再回复。",
}
_PAGE = 50
_LONGEST_SAID = 2000
ROUTER = "zhijia.router"
"""Where the running web keeps its router; commands have none."""

pages = console_pages("rules", __name__)
pages.url_value_preprocessor(allow_pictures)


@pages.get("/o/<organisation_key>/rules")
@needs(Permission.RULES)
def index(organisation_key: str) -> Response:
    """Own rules first, then inherited ones, the newest first."""
    overview = load_overview()
    shown = _filtered(overview)
    page, more = _page(overview, shown)
    code = request.args.get("code", "")
    html = render_template(
        "handlers/console_rules.html",
        title="关键词回复",
        lines=[_line(overview, row) for row in page],
        total=len(shown),
        more=more,
        empty=not overview.rows,
        matches=MATCHES,
        states=_STATES,
        sources=_SOURCES,
        said=_DONE.get(request.args.get("said", ""), ""),
        done=_own_or_none(code) if request.args.get("said") else None,
        title_of=title_of,
    )
    return Response(html)


@pages.get("/o/<organisation_key>/rules/edit")
@needs(Permission.RULES)
def edit(organisation_key: str) -> Response:
    """`code` names a rule, own or inherited; `copy` begins a new one like another; neither, an empty one."""
    code, copied = request.args.get("code"), request.args.get("copy")
    overview = load_overview()
    if code is None and copied is None:
        return _form(overview, RuleForm(public_id(8)))
    row = overview.rows.get(code or copied or "")
    if row is None:
        raise NotFound("no_rule", "没有这条规则，可能已被删除。请回到列表查看。")
    form = RuleForm.of(row)
    if copied is not None:
        form.code, form.title = public_id(8), f"{title_of(row)[:54]}（副本）"
    if copied is not None or not overview.is_own(row):
        form.version = 0
    return _form(overview, form)


@pages.post("/o/<organisation_key>/rules/edit")
@needs(Permission.RULES)
def save(organisation_key: str) -> AnyResponse:
    """Store the form, or only show it again, changed as a button in it asks (`do`)."""
    form, do = RuleForm.read(list(request.form.items(multi=True))), request.form.get("do", "save")
    overview = load_overview()
    if do != "save":
        unkept = change(form.reply, do, "reply")
        return _form(overview, form, checked=do == "check", unkept=unkept, status=422 if unkept else 200)
    try:
        row = form.row()
        notes = overview.notes_before(_draft(row), _today())
        if notes and request.form.get("seen") != mark(notes):
            problem = "还没有保存。请看一下下面的提醒，没有问题就点「仍然保存」。"
            return _form(overview, form, problem=problem, status=422)
        _store(row, form.version)
    except Conflict as error:
        return _collided(form, error)
    except DomainError as error:
        return _form(overview, form, problem=error.message, status=error.status)
    return _back("saved", row.code)


@pages.post("/o/<organisation_key>/rules/delete")
@needs(Permission.RULES)
def delete(organisation_key: str) -> AnyResponse:
    """Of an own rule; it can be brought back."""
    me, row = here(), _own()
    with acting("rule_deleted", title_of(row), code=row.code) as session:
        delete_rule(session, me.place.id, row.code, _version(), by=me.staff.name, now=parts().clock())
    return _back("deleted", row.code)


@pages.post("/o/<organisation_key>/rules/restore")
@needs(Permission.RULES)
def restore(organisation_key: str) -> AnyResponse:
    me, row = here(), _own()
    with acting("rule_restored", title_of(row), code=row.code) as session:
        restore_rule(session, me.place.id, row.code, by=me.staff.name, now=parts().clock())
    return _back("restored", row.code)


@pages.post("/o/<organisation_key>/rules/switch")
@needs(Permission.RULES)
def switch(organisation_key: str) -> AnyResponse:
    """Disable an own rule, or enable it again."""
    me, row, on = here(), _own(), request.form.get("on") == "1"
    with acting("rule_enabled" if on else "rule_disabled", title_of(row), code=row.code) as session:
        now = parts().clock()
        switch_rule(session, me.place.id, row.code, _version(), enabled=on, by=me.staff.name, now=now)
    return _back("enabled" if on else "disabled", row.code)


@pages.get("/o/<organisation_key>/rules/try")
@needs(Permission.RULES)
def try_out(organisation_key: str) -> Response:
    """Which rule answers some words at some time, why, and which others match."""
    said, at, problem, now = request.args.get("said", ""), request.args.get("at", ""), "", parts().clock()
    try:
        now = parse_local(at) if at else now
    except ValueError:
        problem = "时间写成 2026-12-31 09:30 这样。下面是现在的结果。"
    overview = load_overview()
    verdicts = judge(overview.rules, comparable(said[:_LONGEST_SAID]), now, overview.chain)
    winner = next((one.hit.rule for one in verdicts if not one.but), None)
    html = render_template(
        "handlers/console_try.html",
        title="试一试",
        typed={"said": said, "at": at},
        now=now.astimezone(SHANGHAI),
        verdicts=verdicts,
        names=overview.names,
        place_id=here().place.id,
        bubbles=preview(winner.reply, first_account(), questions_in(winner.reply)) if winner else (),
        live=_who_answers(said, now) if said.strip() else None,
        problem=problem,
    )
    return Response(html, 422 if problem else 200)


def _who_answers(said: str, now: datetime) -> Live | None:
    """What the running service answers, of all who may; None where there is none, or the organisation has no account."""
    router, account = current_app.extensions.get(ROUTER), first_account()
    if router is None or account is None:
        return None
    message = Text(account.name, "console", int(now.timestamp()), f"console:{now.timestamp()}", said)
    return ask_router(cast(Router, router), Turn(account, message, now))


def _back(said: str, code: str) -> AnyResponse:
    return redirect(url_for("rules.index", organisation_key=here().place.key, said=said, code=code))


def _today() -> date:
    return parts().clock().astimezone(SHANGHAI).date()


def _own_or_none(code: str) -> KeywordRule | None:
    with parts().db.read() as session:
        return get_rule(session, here().place.id, code)


def _own() -> KeywordRule:
    """The rule that a form names. Raises NotFound for one of another organisation."""
    row = _own_or_none(request.form.get("code", ""))
    if row is None:
        raise NotFound("no_rule", "本单位没有这条规则，可能已被别人处理。请回到列表查看。")
    return row


def _version() -> int:
    return RuleForm.read(list(request.form.items())).version


def _line(overview: Overview, row: KeywordRule) -> dict[str, object]:
    """A rule in the list."""
    rule = as_rule(row) if row.deleted_at is None else None
    return {
        "row": row,
        "title": title_of(row),
        "own": overview.is_own(row),
        "place": overview.place_of(row),
        "summary": summary_of(row),
        "notes": overview.notes_on(rule, _today()) if rule else [],
        "open": rule is not None and rule.holds(parts().clock()),
    }


def _filtered(overview: Overview) -> list[KeywordRule]:
    state, source = request.args.get("state", ""), request.args.get("source", "")
    wanted = comparable(request.args.get("q", ""))
    rows, words = overview.listed, overview.words
    if state == "deleted":
        with parts().db.read() as session:
            rows = list_rules(session, [here().place.id], deleted=True)[::-1]
        words = {row.code: words_of(row) for row in rows} if wanted else {}
    return [
        row
        for row in rows
        if (state not in ("on", "off") or row.enabled == (state == "on"))
        and (source not in ("own", "inherited") or overview.is_own(row) == (source == "own"))
        and (not wanted or wanted in words[row.code])
    ]


def _page(overview: Overview, rows: list[KeywordRule]) -> tuple[list[KeywordRule], str]:
    """The rows behind the position that `after` names, and where the next page begins."""
    after = request.args.get("after", "").split("-")
    if len(after) == 2 and all(part.isdigit() for part in after):
        begin = (int(after[0]), -int(after[1]))
        rows = [row for row in rows if overview.position(row) > begin]
    if len(rows) <= _PAGE:
        return rows, ""
    distance, id_ = overview.position(rows[_PAGE - 1])
    return rows[:_PAGE], f"{distance}-{-id_}"


def _draft(row: RuleRow) -> KeywordRule:
    return KeywordRule(organisation_id=here().place.id, code=row.code, id=0, **values_of(row))


def _store(row: RuleRow, version: int) -> None:
    me = here()
    keywords = "、".join(row.keywords)[:120]
    with acting("rule_saved", row.title or row.keywords[0], code=row.code, keywords=keywords) as session:
        save_rule(session, me.place.chain, row, version, by=me.staff.name, now=parts().clock())


def _collided(form: RuleForm, error: Conflict) -> Response:
    """Somebody was faster: show both, keep what was typed; saving again takes it."""
    overview, stored = load_overview(), _own_or_none(form.code)
    if stored is None or stored.deleted_at is not None:
        form.version = 0
        return _form(
            overview, form, problem=f"{error.message}再点「保存」会按您填的内容重新建立。", status=409
        )
    differences = find_differences(RuleForm.of(stored).texts(), form.texts())
    form.version = stored.version
    who = stored.updated_by or "别人"
    problem = f"{who}刚刚改过这条规则，您的内容还没有保存，都留在下面的表格里。"
    return _form(overview, form, problem=problem, status=409, differences=differences)


def _form(
    overview: Overview,
    form: RuleForm,
    *,
    problem: str = "",
    status: int = 200,
    checked: bool = True,
    differences: Sequence[Difference] = (),
    unkept: str = "",
) -> Response:
    stored = overview.rows.get(form.code)
    notes, bubbles, unfinished = _looked_at(overview, form) if checked else ([], (), "")
    html = render_template(
        "handlers/console_rule.html",
        title="修改规则" if form.version else "新建规则",
        form=form,
        reply=forms.complete(form.reply),
        kinds=forms.KINDS,
        matches=MATCHES,
        flat=forms.flat,
        stored=stored,
        inherited=stored if stored and not overview.is_own(stored) else None,
        place_of=overview.place_of,
        notes=notes,
        seen=mark(notes),
        bubbles=bubbles,
        unfinished=unfinished,
        problem=problem,
        differences=differences,
        unkept=unkept,
        **picture_choice(),
    )
    return Response(html, status)


def _looked_at(overview: Overview, form: RuleForm) -> tuple[list[str], tuple[Bubble, ...], str]:
    """Notes and preview of a form, as far as it can be read; else what is missing."""
    try:
        row = form.row()
        notes = overview.notes_before(_draft(row), _today())
    except Invalid as error:
        return [], (), error.message
    return notes, preview(row.reply, first_account(), questions_in(row.reply)), ""
