"""The form of an entry: a new one, a change of one, or one that fills a gap. Installed by `faq.console`."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts.directory import AccountView
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.ids import public_id as new_id
from faq.desk import Known, accounts_below, find_known, hand, known_by_code, organisation_names, today
from faq.files import EntryRow
from faq.forms import ANSWER_LIMIT, check_code, check_typed, typed_of
from faq.gaps.grouping import Gap
from faq.gaps.service import MOST_ALTERNATES, get_gap, settle
from faq.history import Difference, differences
from faq.listing import list_categories, list_topics
from faq.service import Seen, publish, save_draft
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, here, needs

_NEW = "/o/<organisation_key>/entries/new"
_EDIT = "/o/<organisation_key>/entries/<public_id>/edit"


def install(pages: Blueprint) -> None:
    pages.add_url_rule(_NEW, view_func=new, methods=["GET"])
    pages.add_url_rule(_NEW, view_func=create, methods=["POST"])
    pages.add_url_rule(_EDIT, view_func=edit, methods=["GET"])
    pages.add_url_rule(_EDIT, view_func=save, methods=["POST"])


@dataclass(frozen=True, slots=True)
class _Filling:
    """The gap of an official account that the entry is written for."""

    account: AccountView
    gap: Gap


@dataclass(frozen=True, slots=True)
class _Form:
    """What the form shows. `known`: None for a new entry."""

    typed: Mapping[str, str]
    seen: Seen
    known: Known | None = None
    code: str = ""
    filling: _Filling | None = None
    problems: Mapping[str, str] | None = None
    problem: str = ""
    theirs: list[Difference] | None = None
    """What the stored wording would become; only after somebody else changed it."""


@needs(Permission.ENTRIES)
def new(organisation_key: str) -> Response:
    """An empty form; with `account` and `gap`, filled with what was asked."""
    filling = _filling(request.args)
    typed: dict[str, str] = {}
    if filling is not None:
        texts = filling.gap.texts
        typed = {"question": texts[0], "alternates": "\n".join(texts[1 : MOST_ALTERNATES + 1])}
    return _page(_Form(typed, Seen(0, 0), filling=filling))


@needs(Permission.ENTRIES)
def create(organisation_key: str) -> AnyResponse:
    """Keep a new entry as a draft, or make it live at once."""
    code = request.form.get("code", "").strip()
    form = _Form(request.form, Seen(0, 0), code=code, filling=_filling(request.form))
    if wrong := check_code(code) if code else "":
        return _page(replace(form, problems={"code": wrong}), 422)
    if code and (taken := _taken(code)):
        return _page(replace(form, problems={"code": taken}), 422)
    return _store(form, code or f"q-{new_id(8)}")


@needs(Permission.ENTRIES)
def edit(organisation_key: str, public_id: str) -> Response:
    """The draft, else what is live, to be changed; an inherited entry gets a copy of this place's own."""
    with parts().db.read() as session:
        known = find_known(session, here().place.chain, public_id)
    return _page(_Form(typed_of(_stored(known)), known.seen, known, known.code))


@needs(Permission.ENTRIES)
def save(organisation_key: str, public_id: str) -> AnyResponse:
    """As `create`, for an entry that is known."""
    with parts().db.read() as session:
        known = find_known(session, here().place.chain, public_id)
    sent = request.form
    seen = Seen(sent.get("draft_version", 0, type=int), sent.get("live_version", 0, type=int))
    return _store(_Form(sent, seen, known, known.code), known.code)


def _store(form: _Form, code: str) -> AnyResponse:
    me = here()
    live = form.typed.get("go") == "live"
    if live and not me.may(Permission.PUBLISH):
        raise NotAllowed("no_publish", "您在这里没有「发布上线」的权限。请存为草稿，由终审上线。")
    checked = check_typed(form.typed, code)
    if checked.row is None:
        return _page(replace(form, problems=checked.problems), 422)
    try:
        with acting(
            "entry_published" if live else "draft_saved", f"{checked.row.question[:80]}（{code}）"
        ) as session:
            store = publish if live else save_draft
            public_id = store(session, me.place.id, checked.row, form.seen, hand())
            _settle(session, form.filling)
    except Conflict as error:
        return _conflict(form, checked.row, error)
    except DomainError as error:
        return _page(replace(form, problem=error.message), error.status)
    done = "published" if live else "drafted"
    return redirect(url_for("entries.show", organisation_key=me.place.key, public_id=public_id, done=done))


def _conflict(form: _Form, mine: EntryRow, error: Conflict) -> Response:
    """Nothing of what was typed is lost; what the others stored stands beside it, and saving again goes on from there."""
    if error.code != "changed":
        return _page(replace(form, problem=error.message), error.status)
    with parts().db.read() as session:
        known = known_by_code(session, here().place.chain, mine.code)
    stored = known.stored
    problem = (
        "您编辑的时候，别人也改了这条问答，还没有保存。您写的都还在下面；"
        "请对照不同之处改好，再保存一次，就以您的为准。"
    )
    again = replace(
        form,
        seen=known.seen,
        known=known if known.public_id else None,
        code=mine.code,
        problem=problem,
        theirs=differences(stored, mine) if stored else None,
    )
    return _page(again, error.status)


def _settle(session: Session, filling: _Filling | None) -> None:
    if filling is not None:
        settle(session, filling.account.id, filling.gap, parts().clock())


def _filling(sent: Mapping[str, str]) -> _Filling | None:
    """Raises NotFound for an account or a gap that this place does not have."""
    key, code = sent.get("account", ""), sent.get("gap", "")
    if not key or not code:
        return None
    account = next((one for one in accounts_below() if one.key == key), None)
    if account is None:
        raise NotFound("no_account", "没有这个公众号，或者它不属于本单位。")
    with parts().db.read() as session:
        return _Filling(account, get_gap(session, account.id, code))


def _taken(code: str) -> str:
    with parts().db.read() as session:
        known = known_by_code(session, here().place.chain, code)
    if known.entry is not None or known.draft is not None:
        return f"已经有编号为「{code}」的问答。请换一个编号，或从列表里打开那一条来改"
    if known.above is not None:
        return f"上级已有编号为「{code}」的问答。请换一个编号；想改写上级的，从列表里打开它"
    return ""


def _stored(known: Known) -> EntryRow:
    stored = known.stored
    if stored is None:
        raise NotFound("no_entry", "这条问答刚刚被删掉了。请回到列表。")
    return stored


def _page(form: _Form, status: int = 200) -> Response:
    me = here()
    with parts().db.read() as session:
        topics = list_topics(session, me.place.chain)
        categories = list_categories(session, me.place.chain)
    context: dict[str, Any] = {
        "title": "编辑问答" if form.known else "新建问答",
        "form": form,
        "typed": form.typed,
        "problems": form.problems or {},
        "problem": form.problem or ("有几处要改，见红字。" if form.problems else ""),
        "answer_limit": ANSWER_LIMIT,
        "topics": topics,
        "categories": categories,
        "accounts": accounts_below(),
        "names": organisation_names(),
        "today": today(),
    }
    return Response(render_template("faq/console_form.html", **context), status)
