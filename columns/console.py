"""栏目: the console's pages of an organisation's series.

Everybody at the place may look (who lets go live has to see what); what phones show already is changed by those who may
publish.
"""

from collections.abc import Sequence

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from columns import service, store
from columns.console_form import ColumnForm, column_texts
from columns.desk import (
    STEPS,
    editor,
    known_column,
    own_column,
    pages,
    place_names,
    refuse_changing_live,
)
from core.differences import Difference, find_differences
from core.errors import Conflict, DomainError
from house.current import parts
from house.permissions import Permission
from models.columns import Column
from staff.guard import acting, here, needs

__all__ = ["pages"]


@pages.get("/o/<organisation_key>/columns")
@needs(Permission.LOOK)
def index(organisation_key: str) -> Response:
    """All columns that the organisation has, inherited ones too."""
    return _index()


def _index(*, problem: str = "", status: int = 200) -> Response:
    place = here().place
    with parts().db.read() as session:
        columns = store.list_columns(session, place.chain)
    html = render_template(
        "columns/console_index.html",
        title="栏目",
        columns=columns,
        names=place_names(),
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
            column = service.add_column(session, here().place.chain, form.code, form.draft, editor())
    except DomainError as error:
        return _column_page(form, problem=error.message, status=error.status)
    return redirect(url_for(".items", organisation_key=organisation_key, code=column.code))


@pages.get("/o/<organisation_key>/columns/<code>/settings")
@needs(Permission.COLUMNS)
def settings(organisation_key: str, code: str) -> Response:
    column = own_column(code)
    return _column_page(ColumnForm.of(column), column)


@pages.post("/o/<organisation_key>/columns/<code>/settings")
@needs(Permission.COLUMNS)
def change(organisation_key: str, code: str) -> AnyResponse:
    column, form = own_column(code), ColumnForm.sent()
    refuse_changing_live(column)
    if form.problem:
        return _column_page(form, column, status=422)
    try:
        with acting("column_changed", form.draft.title, code=code) as session:
            service.change_column(session, here().place.chain, code, form.version, form.draft, editor())
    except Conflict as error:
        saved = own_column(code)
        differences = find_differences(column_texts(ColumnForm.of(saved).draft), column_texts(form.draft))
        form.version = saved.version
        return _column_page(form, saved, differences=differences, problem=error.message, status=409)
    except DomainError as error:
        return _column_page(form, column, problem=error.message, status=error.status)
    return redirect(url_for(".items", organisation_key=organisation_key, code=code))


@pages.post("/o/<organisation_key>/columns/<code>/move")
@needs(Permission.COLUMNS)
def move(organisation_key: str, code: str) -> AnyResponse:
    step = -STEPS.get(request.form.get("to", ""), 0)
    with acting("column_moved", own_column(code).title) as session:
        service.move_column(session, here().place.id, code, step)
    return redirect(url_for(".index", organisation_key=organisation_key))


@pages.post("/o/<organisation_key>/columns/<code>/shown")
@needs(Permission.PUBLISH)
def switch(organisation_key: str, code: str) -> AnyResponse:
    """Show or hide it; an inherited one is hidden by an own copy that is not shown."""
    on = request.form.get("on") == "1"
    column = known_column(code)
    with acting("column_shown" if on else "column_hidden", column.title, code=code) as session:
        if column.organisation_id != here().place.id:
            column = service.copy_column(session, here().place.id, column, editor())
        service.show_column(session, column, shown=on, editor=editor())
    return redirect(url_for(".index", organisation_key=organisation_key))


@pages.post("/o/<organisation_key>/columns/<code>/copy")
@needs(Permission.COLUMNS)
def copy(organisation_key: str, code: str) -> AnyResponse:
    column = known_column(code)
    try:
        with acting("column_copied", column.title, code=code) as session:
            service.copy_column(session, here().place.id, column, editor())
    except Conflict as error:
        return _index(problem=error.message, status=error.status)
    return redirect(url_for(".items", organisation_key=organisation_key, code=code))


@pages.post("/o/<organisation_key>/columns/<code>/delete")
@needs(Permission.COLUMNS)
def delete(organisation_key: str, code: str) -> AnyResponse:
    try:
        with acting("column_deleted", own_column(code).title, code=code) as session:
            service.delete_column(session, here().place.id, code)
    except Conflict as error:
        return _index(problem=error.message, status=error.status)
    return redirect(url_for(".index", organisation_key=organisation_key))


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
