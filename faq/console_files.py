"""Files of entries in the console: sent, looked at, taken over; and downloaded. Installed by `faq.console`."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from core.errors import Conflict, DomainError, Invalid, NotAllowed
from faq.desk import hand, today
from faq.files import COLUMNS, table_bytes
from faq.rows import export_rows
from faq.store import list_entries
from faq.uploads import (
    MAX_BYTES,
    draft_upload,
    get_upload,
    import_upload,
    keep_upload,
    plan_import,
    rows_of,
)
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, here, needs
from web.sent import sent_file

_FILES = "/o/<organisation_key>/entries/files"
_SHOWN = 50
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_COLUMNS = {
    "id": "编号，必填；同一编号就是修改那一条",
    "topic": "主题",
    "category": "分类",
    "question": "问题，必填",
    "alternates": "相近问法，用 | 隔开",
    "answer": "答案，必填",
    "details": "详细说明",
    "citations": "法律依据，用 | 隔开，写成《劳动合同法》第十九条",
    "region": "适用地区",
    "valid_from": "生效日，写成 2026-01-31",
    "valid_until": "失效日",
    "checked_on": "核对日",
}


def install(pages: Blueprint) -> None:
    pages.add_url_rule(_FILES, view_func=files, methods=["GET"])
    pages.add_url_rule(_FILES, view_func=upload, methods=["POST"])
    pages.add_url_rule(f"{_FILES}/<public_id>", view_func=preview, methods=["GET"])
    pages.add_url_rule(f"{_FILES}/<public_id>", view_func=take_over, methods=["POST"])
    pages.add_url_rule("/o/<organisation_key>/entries/export/<kind>", view_func=export)


@needs(Permission.ENTRIES)
def files(organisation_key: str) -> Response:
    """Download all, or send a file."""
    return _files()


def _files(*, problem: str = "", said: str = "", status: int = 200) -> Response:
    html = render_template(
        "faq/console_files.html",
        title="导入和导出",
        columns={name: _COLUMNS[name] for name in COLUMNS},
        limit_mb=MAX_BYTES // 1_000_000,
        problem=problem,
        said=said,
    )
    return Response(html, status)


@needs(Permission.ENTRIES)
def upload(organisation_key: str) -> AnyResponse:
    """Read a file and show what it would change; nothing is changed yet."""
    me = here()
    try:
        name, data = sent_file("file", MAX_BYTES)
        with acting("entries_uploaded", name) as session:
            kept = keep_upload(session, me.place.id, me.staff.id, name, data, parts().clock())
    except Invalid as error:
        return _files(problem=error.message, status=error.status)
    return redirect(url_for("entries.preview", organisation_key=organisation_key, public_id=kept))


@needs(Permission.ENTRIES)
def preview(organisation_key: str, public_id: str) -> Response:
    """What an uploaded file would add and change, and what is wrong in it."""
    return _preview(public_id)


def _preview(public_id: str, *, problem: str = "", status: int = 200) -> Response:
    me = here()
    with parts().db.read() as session:
        found = get_upload(session, me.place.id, me.staff.id, public_id)
        plan = plan_import(session, me.place.id, rows_of(found))
    html = render_template(
        "faq/console_preview.html",
        title="导入预览",
        upload=found,
        plan=plan,
        shown=_SHOWN,
        problem=problem,
    )
    return Response(html, status)


@needs(Permission.ENTRIES)
def take_over(organisation_key: str, public_id: str) -> AnyResponse:
    """Make an uploaded file's rows live, or drafts."""
    me = here()
    live = request.form.get("go") == "live"
    if live and not me.may(Permission.PUBLISH):
        raise NotAllowed("no_publish", "您在这里没有「发布上线」的权限。请导入为草稿，由终审上线。")
    with parts().db.read() as session:
        found = get_upload(session, me.place.id, me.staff.id, public_id)
    if found.problems and request.form.get("skip") != "1":
        problem = "文件里有错误的行。请改好文件重新上传，或勾选「跳过有错的行」。"
        return _preview(public_id, problem=problem, status=422)
    try:
        with acting("entries_imported", found.file_name, live=live, rows=len(found.rows)) as session:
            if live:
                done = import_upload(session, found, hand())
                said = f"已上线：新增 {done.added} 条，修改 {done.changed} 条，未变 {done.unchanged} 条。"
            else:
                drafted = draft_upload(session, found, hand())
                said = f"已存为草稿 {drafted.drafted} 条，审核、上线后手机上才会变。"
                if drafted.busy:
                    said += (
                        f"另有 {len(drafted.busy)} 条已有别的草稿，没有动：{'、'.join(drafted.busy[:10])}。"
                    )
    except Conflict as error:
        return _stale(public_id, error)
    except DomainError as error:
        return _files(problem=error.message, status=error.status)
    return _files(said=said)


def _stale(public_id: str, error: Conflict) -> Response:
    """The preview is made anew, against what is there now."""
    if error.code != "changed":
        return _files(problem=error.message, status=error.status)
    me = here()
    with parts().db.work() as session:
        found = get_upload(session, me.place.id, me.staff.id, public_id)
        found.basis = plan_import(session, me.place.id, rows_of(found)).basis
    return _preview(public_id, problem=error.message, status=error.status)


@needs(Permission.LOOK)
def export(organisation_key: str, kind: str) -> AnyResponse:
    """All own live entries as a file, as `files` takes it."""
    if kind not in _TYPES:
        return _files(problem="只能导出为 Excel 或 CSV 文件。", status=404)
    place = here().place
    with parts().db.read() as session:
        rows = export_rows(list_entries(session, place.id))
    name = f"{place.key}-faq-{today():%Y%m%d}.{kind}"
    response = Response(table_bytes(name, rows), content_type=_TYPES[kind])
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
