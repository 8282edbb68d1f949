"""栏目: the console's pages of an organisation's series and their issues.

Everybody at the place may look (who lets go live has to see what); what phones show already is changed by those who may
publish.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from accounts.directory import AccountView
from columns import service, store
from columns.console_form import ColumnForm, ItemForm, column_texts, item_texts
from columns.h5 import shown
from columns.rules import DIGEST, KINDS, STATES, ItemDraft
from columns.service import Editor, draft_of
from core.differences import Difference, find_differences
from core.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from house.current import parts
from house.permissions import Permission
from models.columns import Column, ColumnItem
from staff.guard import acting, console_pages, here, needs
from web.storage import LIMITS

ACTIONS: dict[str, str] = {
    "column_added": "新建栏目",
    "column_changed": "修改栏目",
    "column_copied": "把上级栏目改成自己的",
    "column_deleted": "删除栏目",
    "column_moved": "调整栏目顺序",
    "column_shown": "显示栏目",
    "column_hidden": "隐藏栏目",
    "column_item_added": "新建一期栏目内容",
    "column_item_changed": "修改栏目内容",
    "column_item_published": "栏目内容上线",
    "column_item_withdrawn": "栏目内容撤下",
    "column_item_deleted": "删除栏目内容",
    "column_item_moved": "调整期号",
}
_PAGE = 50
_MOST_BYTES = max(LIMITS.values()) + 40 * 1024 * 1024
_STEPS = {"up": 1, "down": -1}
pages = console_pages("columns_console", __name__)


@pages.url_value_preprocessor
def limit_uploads(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the guard reads the form."""
    request.max_content_length = _MOST_BYTES


@pages.get("/o/<organisation_key>/columns")
@needs(Permission.LOOK)
def index(organisation_key: str) -> Response:
    """All columns that the organisation has, inherited ones too."""
    return _index()


def _index(*, problem: str = "", status: int = 200) -> Response:
    place = here().place
    with parts().db.read() as session:
        columns = store.list_columns(session, place.chain)
        counts = store.count_items(session, place.chain)
    html = render_template(
        "columns/console_index.html",
        title="栏目",
        columns=columns,
        counts=counts,
        names=_names(),
        problem=problem,
    )
    return Response(html, status)


@pages.get("/o/<organisation_key>/columns/new")
@needs(Permission.COLUMNS)
def new(organisation_key: str) -> Response:
    return _column_page(ColumnForm.empty())


@pages.post("/o/<organisation_key>/columns/new")
@needs(Permission.COLUMNS)
def add(organisation_key: str) -> AnyResponse:
    form = ColumnForm.sent()
    if form.problem:
        return _column_page(form, status=422)
    try:
        with acting("column_added", form.draft.title) as session:
            column = service.add_column(session, here().place.chain, form.code, form.draft, _editor())
    except DomainError as error:
        return _column_page(form, problem=error.message, status=error.status)
    return redirect(url_for(".items", organisation_key=organisation_key, code=column.code))


@pages.get("/o/<organisation_key>/columns/<code>/settings")
@needs(Permission.COLUMNS)
def settings(organisation_key: str, code: str) -> Response:
    column = _own(code)
    return _column_page(ColumnForm.of(column), column)


@pages.post("/o/<organisation_key>/columns/<code>/settings")
@needs(Permission.COLUMNS)
def change(organisation_key: str, code: str) -> AnyResponse:
    column, form = _own(code), ColumnForm.sent()
    _refuse_changing_live(column)
    if form.problem:
        return _column_page(form, column, status=422)
    try:
        with acting("column_changed", form.draft.title, code=code) as session:
            service.change_column(session, here().place.chain, code, form.version, form.draft, _editor())
    except Conflict as error:
        saved = _own(code)
        differences = find_differences(column_texts(ColumnForm.of(saved).draft), column_texts(form.draft))
        form.version = saved.version
        return _column_page(form, saved, differences=differences, problem=error.message, status=409)
    except DomainError as error:
        return _column_page(form, column, problem=error.message, status=error.status)
    return redirect(url_for(".items", organisation_key=organisation_key, code=code))


@pages.post("/o/<organisation_key>/columns/<code>/move")
@needs(Permission.COLUMNS)
def move(organisation_key: str, code: str) -> AnyResponse:
    step = -_STEPS.get(request.form.get("to", ""), 0)
    with acting("column_moved", _own(code).title) as session:
        service.move_column(session, here().place.id, code, step)
    return redirect(url_for(".index", organisation_key=organisation_key))


@pages.post("/o/<organisation_key>/columns/<code>/shown")
@needs(Permission.PUBLISH)
def switch(organisation_key: str, code: str) -> AnyResponse:
    """Show or hide it; an inherited one is hidden by an own copy that is not shown."""
    on = request.form.get("on") == "1"
    column = _column(code)
    with acting("column_shown" if on else "column_hidden", column.title, code=code) as session:
        if column.organisation_id != here().place.id:
            column = service.copy_column(session, here().place.id, column, _editor())
        service.show_column(session, column, shown=on, editor=_editor())
    return redirect(url_for(".index", organisation_key=organisation_key))


@pages.post("/o/<organisation_key>/columns/<code>/copy")
@needs(Permission.COLUMNS)
def copy(organisation_key: str, code: str) -> AnyResponse:
    column = _column(code)
    try:
        with acting("column_copied", column.title, code=code) as session:
            service.copy_column(session, here().place.id, column, _editor())
    except Conflict as error:
        return _index(problem=error.message, status=error.status)
    return redirect(url_for(".items", organisation_key=organisation_key, code=code))


@pages.post("/o/<organisation_key>/columns/<code>/delete")
@needs(Permission.COLUMNS)
def delete(organisation_key: str, code: str) -> AnyResponse:
    try:
        with acting("column_deleted", _own(code).title, code=code) as session:
            service.delete_column(session, here().place.id, code)
    except Conflict as error:
        return _index(problem=error.message, status=error.status)
    return redirect(url_for(".index", organisation_key=organisation_key))


@pages.get("/o/<organisation_key>/columns/<code>")
@needs(Permission.LOOK)
def items(organisation_key: str, code: str) -> Response:
    """A column's issues: drafts and live ones of our own, of an inherited one the live ones."""
    return _items_page(code)


def _items_page(code: str, *, problem: str = "", status: int = 200) -> Response:
    column = _column(code)
    own = column.organisation_id == here().place.id
    state = "live" if not own else request.args.get("state", "")
    before = request.args.get("before", type=int)
    with parts().db.read() as session:
        found = store.list_items(session, column, state=state, before=before, limit=_PAGE + 1)
    html = render_template(
        "columns/console_items.html",
        title=column.title,
        column=column,
        own=own,
        items=found[:_PAGE],
        more=found[_PAGE - 1].number if len(found) > _PAGE else None,
        state=state if state in STATES else "",
        before=before,
        states=STATES,
        kinds=KINDS,
        names=_names(),
        account=_account(),
        problem=problem,
    )
    return Response(html, status)


@pages.get("/o/<organisation_key>/columns/<code>/new")
@needs(Permission.COLUMNS)
def new_item(organisation_key: str, code: str) -> Response:
    column = _own(code)
    with parts().db.read() as session:
        number = store.next_number(session, column)
    return _item_page(column, ItemForm(0, ItemDraft(number, "")))


@pages.post("/o/<organisation_key>/columns/<code>/new")
@needs(Permission.COLUMNS)
def add_item(organisation_key: str, code: str) -> AnyResponse:
    column, form = _own(code), ItemForm.sent()
    if form.problem:
        return _item_page(column, form, status=422)
    try:
        with acting(
            "column_item_added", form.draft.title, column=column.title, number=form.draft.number
        ) as session:
            item = service.add_item(session, column, form.draft, _editor())
    except DomainError as error:
        return _item_page(column, form, problem=error.message, status=error.status)
    return redirect(_item_url(column, item, ".preview"))


@pages.get("/o/<organisation_key>/columns/<code>/items/<public_id>")
@needs(Permission.COLUMNS)
def edit(organisation_key: str, code: str, public_id: str) -> Response:
    _, item = _item(code, public_id)
    return _item_page(_own(code), ItemForm(item.version, draft_of(item)), item)


@pages.post("/o/<organisation_key>/columns/<code>/items/<public_id>")
@needs(Permission.COLUMNS)
def change_item(organisation_key: str, code: str, public_id: str) -> AnyResponse:
    column, form = _own(code), ItemForm.sent()
    _, item = _item(code, public_id)
    if item.state == "live" and not here().may(Permission.PUBLISH):
        problem = (
            "这一期已经上线。您没有「发布上线」的权限，请有权限的同事先撤下再改。您写的还在下面，没有保存。"
        )
        return _item_page(column, form, item, problem=problem, status=403)
    if form.problem:
        return _item_page(column, form, item, status=422)
    try:
        with acting(
            "column_item_changed", form.draft.title, column=column.title, number=form.draft.number
        ) as session:
            service.change_item(
                session, here().place.chain, column, public_id, form.version, form.draft, _editor()
            )
    except Conflict as error:
        _, saved = _item(code, public_id)
        differences = find_differences(item_texts(draft_of(saved)), item_texts(form.draft))
        form.version = saved.version
        return _item_page(column, form, saved, differences=differences, problem=error.message, status=409)
    except DomainError as error:
        return _item_page(column, form, item, problem=error.message, status=error.status)
    return redirect(_item_url(column, item, ".preview"))


@pages.get("/o/<organisation_key>/columns/<code>/items/<public_id>/preview")
@needs(Permission.LOOK)
def preview(organisation_key: str, code: str, public_id: str) -> Response:
    """The issue as a phone will show it, in a frame, and what may be done with it."""
    return _preview_page(code, public_id)


def _preview_page(code: str, public_id: str, *, problem: str = "", status: int = 200) -> Response:
    column, item = _item(code, public_id)
    html = render_template(
        "columns/console_preview.html",
        title=f"第 {item.number} 期：{item.title}",
        column=column,
        item=item,
        own=column.organisation_id == here().place.id,
        states=STATES,
        kinds=KINDS,
        account=_account(),
        problem=problem,
    )
    return Response(html, status)


@pages.get("/o/<organisation_key>/columns/<code>/items/<public_id>/phone")
@needs(Permission.LOOK)
def phone(organisation_key: str, code: str, public_id: str) -> Response:
    """What stands in the frame."""
    column, item = _item(code, public_id)
    account = _account()
    with parts().db.read() as session:
        entry = store.find_entry(session, here().place.chain, item.entry_code)
    html = render_template(
        "columns/item.html",
        account=account,
        column=column,
        newer=None,
        older=None,
        is_preview=True,
        **shown(item, entry, account),
    )
    return Response(html)


@pages.post("/o/<organisation_key>/columns/<code>/items/<public_id>/publish")
@needs(Permission.PUBLISH)
def publish(organisation_key: str, code: str, public_id: str) -> AnyResponse:
    def verb(session: Session, column: Column, version: int) -> None:
        service.publish_item(session, here().place.chain, column, public_id, version, _editor())

    return _act("column_item_published", code, public_id, verb)


@pages.post("/o/<organisation_key>/columns/<code>/items/<public_id>/withdraw")
@needs(Permission.PUBLISH)
def withdraw(organisation_key: str, code: str, public_id: str) -> AnyResponse:
    def verb(session: Session, column: Column, version: int) -> None:
        service.withdraw_item(session, column, public_id, version, _editor())

    return _act("column_item_withdrawn", code, public_id, verb)


def _act(action: str, code: str, public_id: str, verb: Callable[[Session, Column, int], None]) -> AnyResponse:
    """One step with an item of our own, as it stood when the page was made."""
    column = _own(code)
    _, item = _item(code, public_id)
    version = request.form.get("version", 0, type=int)
    try:
        with acting(action, item.title, column=column.title, number=item.number) as session:
            verb(session, column, version)
    except Conflict:
        told = "这一期刚刚被别人改过。下面是现在的样子，请看过再点一次。"
        return _preview_page(code, public_id, problem=told, status=409)
    except Invalid as error:
        return _preview_page(code, public_id, problem=error.message, status=error.status)
    return redirect(_item_url(column, item, ".preview"))


@pages.post("/o/<organisation_key>/columns/<code>/items/<public_id>/delete")
@needs(Permission.COLUMNS)
def delete_item(organisation_key: str, code: str, public_id: str) -> AnyResponse:
    column = _own(code)
    _, item = _item(code, public_id)
    try:
        with acting("column_item_deleted", item.title, column=column.title, number=item.number) as session:
            service.delete_item(session, column, public_id)
    except Conflict as error:
        return _preview_page(code, public_id, problem=error.message, status=error.status)
    return redirect(url_for(".items", organisation_key=organisation_key, code=code))


@pages.post("/o/<organisation_key>/columns/<code>/items/<public_id>/move")
@needs(Permission.COLUMNS)
def move_item(organisation_key: str, code: str, public_id: str) -> AnyResponse:
    column = _own(code)
    _refuse_changing_live(column)
    _, item = _item(code, public_id)
    step = _STEPS.get(request.form.get("to", ""))
    if step is None:
        raise Invalid("bad_step", "没有说明往上还是往下，请回到栏目页再点一次。")
    try:
        with acting("column_item_moved", item.title, column=column.title, number=item.number) as session:
            service.move_item(session, column, public_id, step, _editor())
    except DomainError:
        return _items_page(code, problem="顺序刚刚被别人调整过，请看看现在的顺序再调。", status=409)
    return redirect(url_for(".items", organisation_key=organisation_key, code=code))


def _column_page(
    form: ColumnForm,
    column: Column | None = None,
    *,
    differences: Sequence[Difference] = (),
    problem: str = "",
    status: int = 200,
) -> Response:
    html = render_template(
        "columns/console_column.html",
        title="栏目设置" if column else "新建栏目",
        form=form,
        column=column,
        differences=differences,
        problem=problem or form.problem,
    )
    return Response(html, status)


def _item_page(
    column: Column,
    form: ItemForm,
    item: ColumnItem | None = None,
    *,
    differences: Sequence[Difference] = (),
    problem: str = "",
    status: int = 200,
) -> Response:
    with parts().db.read() as session:
        entry = store.find_entry(session, here().place.chain, form.draft.entry_code)
    html = render_template(
        "columns/console_item.html",
        question=entry.question if entry else "",
        title=f"编辑第 {item.number} 期" if item else "新的一期",
        column=column,
        form=form,
        item=item,
        kinds=KINDS,
        states=STATES,
        digest_chars=DIGEST,
        differences=differences,
        problem=problem or form.problem,
    )
    return Response(html, status)


def _refuse_changing_live(column: Column) -> None:
    if here().may(Permission.PUBLISH):
        return
    with parts().db.read() as session:
        if service.has_live(session, column):
            raise NotAllowed(
                "live_column",
                "这个栏目已经有上线的内容，改它要有「发布上线」的权限，请找本单位的终审或管理员。",
            )


def _editor() -> Editor:
    return Editor(here().staff.name, parts().clock())


def _column(code: str) -> Column:
    with parts().db.read() as session:
        return store.get_column(session, here().place.chain, code)


def _own(code: str) -> Column:
    with parts().db.read() as session:
        return store.get_own_column(session, here().place.id, code)


def _item(code: str, public_id: str) -> tuple[Column, ColumnItem]:
    """Of our own, or a live one of an inherited column."""
    with parts().db.read() as session:
        column = store.get_column(session, here().place.chain, code)
        item = store.get_item(session, column, public_id)
    if column.organisation_id != here().place.id and item.state != "live":
        raise NotFound("no_item", "没有这一期，它可能还没有上线。")
    return column, item


def _item_url(column: Column, item: ColumnItem, endpoint: str) -> str:
    return url_for(endpoint, organisation_key=here().place.key, code=column.code, public_id=item.public_id)


def _account() -> AccountView | None:
    """An account of the organisation, whose pages show its columns."""
    return next((one for one in parts().directory.all() if one.organisation_id == here().place.id), None)


def _names() -> dict[int, str]:
    return {one.id: one.name for one in parts().directory.organisations()}
