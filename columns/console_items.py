"""期: the console's pages of a series' items, from the draft to the phone."""

from collections.abc import Callable, Sequence

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from columns import service, store
from columns.console import pages
from columns.console_form import ItemForm, item_texts
from columns.desk import (
    STEPS,
    editor,
    known_column,
    own_account,
    own_column,
    place_names,
    refuse_changing_live,
)
from columns.h5 import shown
from columns.rules import DIGEST, KINDS, STATES, ItemDraft
from columns.service import draft_of
from core.differences import Difference, find_differences
from core.errors import Conflict, DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from models.columns import Column, ColumnItem
from staff.guard import acting, here, needs

__all__ = ["pages"]

_PAGE = 50


@pages.get("/o/<organisation_key>/columns/<code>")
@needs(Permission.LOOK)
def items(organisation_key: str, code: str) -> Response:
    """A column's issues: drafts and live ones of our own, of an inherited one the live ones."""
    return _items_page(code)


def _items_page(code: str, *, problem: str = "", status: int = 200) -> Response:
    column = known_column(code)
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
        names=place_names(),
        account=own_account(),
        problem=problem,
    )
    return Response(html, status)


@pages.get("/o/<organisation_key>/columns/<code>/new")
@needs(Permission.COLUMNS)
def new_item(organisation_key: str, code: str) -> Response:
    column = own_column(code)
    with parts().db.read() as session:
        number = store.next_number(session, column)
    return _item_page(column, ItemForm(0, ItemDraft(number, "")))


@pages.post("/o/<organisation_key>/columns/<code>/new")
@needs(Permission.COLUMNS)
def add_item(organisation_key: str, code: str) -> AnyResponse:
    column, form = own_column(code), ItemForm.sent()
    if form.problem:
        return _item_page(column, form, status=422)
    try:
        with acting(
            "column_item_added", form.draft.title, column=column.title, number=form.draft.number
        ) as session:
            item = service.add_item(session, column, form.draft, editor())
    except DomainError as error:
        return _item_page(column, form, problem=error.message, status=error.status)
    return redirect(_item_url(column, item, ".preview"))


@pages.get("/o/<organisation_key>/columns/<code>/items/<public_id>")
@needs(Permission.COLUMNS)
def edit(organisation_key: str, code: str, public_id: str) -> Response:
    _, item = _item(code, public_id)
    return _item_page(own_column(code), ItemForm(item.version, draft_of(item)), item)


@pages.post("/o/<organisation_key>/columns/<code>/items/<public_id>")
@needs(Permission.COLUMNS)
def change_item(organisation_key: str, code: str, public_id: str) -> AnyResponse:
    column, form = own_column(code), ItemForm.sent()
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
                session, here().place.chain, column, public_id, form.version, form.draft, editor()
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
        account=own_account(),
        problem=problem,
    )
    return Response(html, status)


@pages.get("/o/<organisation_key>/columns/<code>/items/<public_id>/phone")
@needs(Permission.LOOK)
def phone(organisation_key: str, code: str, public_id: str) -> Response:
    """What stands in the frame."""
    column, item = _item(code, public_id)
    account = own_account()
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
        service.publish_item(session, here().place.chain, column, public_id, version, editor())

    return _act("column_item_published", code, public_id, verb)


@pages.post("/o/<organisation_key>/columns/<code>/items/<public_id>/withdraw")
@needs(Permission.PUBLISH)
def withdraw(organisation_key: str, code: str, public_id: str) -> AnyResponse:
    def verb(session: Session, column: Column, version: int) -> None:
        service.withdraw_item(session, column, public_id, version, editor())

    return _act("column_item_withdrawn", code, public_id, verb)


def _act(action: str, code: str, public_id: str, verb: Callable[[Session, Column, int], None]) -> AnyResponse:
    """One step with an item of our own, as it stood when the page was made."""
    column = own_column(code)
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
    column = own_column(code)
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
    column = own_column(code)
    refuse_changing_live(column)
    _, item = _item(code, public_id)
    step = STEPS.get(request.form.get("to", ""))
    if step is None:
        raise Invalid("bad_step", "没有说明往上还是往下，请回到栏目页再点一次。")
    try:
        with acting("column_item_moved", item.title, column=column.title, number=item.number) as session:
            service.move_item(session, column, public_id, step, editor())
    except DomainError:
        return _items_page(code, problem="顺序刚刚被别人调整过，请看看现在的顺序再调。", status=409)
    return redirect(url_for(".items", organisation_key=organisation_key, code=code))


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
