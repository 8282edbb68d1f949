"""Files of questions in the console: sent, looked at, taken over; and downloaded. Installed by `bank.console`."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.kinds.quiz.bank.files import write_questions
from campaigns.kinds.quiz.bank.forms import TITLES, hand
from campaigns.kinds.quiz.bank.questions import COLUMNS, LIMITS
from campaigns.kinds.quiz.bank.store import list_effective, question_of
from campaigns.kinds.quiz.bank.uploads import (
    MAX_BYTES,
    get_upload,
    keep_upload,
    plan_import,
    questions_of,
    take_over,
)
from campaigns.kinds.quiz.marking import KINDS
from core.errors import Conflict, DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, here, needs
from web.sent import sent_file

_FILES = "/o/<organisation_key>/questions/files"
_SHOWN = 50
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gift": "text/plain; charset=utf-8",
}
_ABOUT = {
    "id": "编号，必填；同一编号就是修改那一道",
    "subject": "分类，必填，如 劳动合同",
    "level": "难度：1 易、2 中、3 难",
    "kind": "题型，必填：单选、多选、判断、填空",
    "question": "题目，必填；填空题用 ____ 表示空格",
    "answer": "答案，必填：单选写 B，多选写 ABD，判断写 对 或 错，填空写几种写法用 | 隔开",
    "explanation": "解析",
    "citations": "法律依据，用 | 隔开，写成《劳动合同法》第九条",
    "entry": "答错后看哪一条问答（问答的编号）",
    "picture": "图片（导出时才有；导入新图片请在页面上传）",
    "picture_text": "图片说明，给看不见图的人",
}


def install(pages: Blueprint) -> None:
    pages.add_url_rule(_FILES, view_func=files, methods=["GET"])
    pages.add_url_rule(_FILES, view_func=upload, methods=["POST"])
    pages.add_url_rule(f"{_FILES}/<public_id>", view_func=looked_at, methods=["GET"])
    pages.add_url_rule(f"{_FILES}/<public_id>", view_func=confirm, methods=["POST"])
    pages.add_url_rule("/o/<organisation_key>/questions/export/<kind>", view_func=export)


@needs(Permission.CAMPAIGNS)
def files(organisation_key: str) -> Response:
    """Download all, or send a file."""
    return _files()


def _files(*, problem: str = "", status: int = 200) -> Response:
    html = render_template(
        "quiz/console_files.html",
        title="导入和导出题目",
        columns={name: _ABOUT.get(name, TITLES.get(name, name)) for name in COLUMNS},
        limit_mb=MAX_BYTES // 1_000_000,
        subject=request.form.get("subject", ""),
        problem=problem,
    )
    return Response(html, status)


@needs(Permission.CAMPAIGNS)
def upload(organisation_key: str) -> AnyResponse:
    """Read a file and show what it would change; nothing is changed yet."""
    me = here()
    try:
        name, data = sent_file("file", MAX_BYTES)
        subject = request.form.get("subject", "").strip()[: LIMITS["subject"]]
        with acting("questions_uploaded", name) as session:
            kept = keep_upload(session, me.place.id, me.staff.id, name, data, subject, parts().clock())
    except Invalid as error:
        return _files(problem=error.message, status=error.status)
    return redirect(url_for("questions.looked_at", organisation_key=organisation_key, public_id=kept), 303)


@needs(Permission.CAMPAIGNS)
def looked_at(organisation_key: str, public_id: str) -> Response:
    """What a file would add and change, and what is wrong in it."""
    return _preview(public_id)


def _preview(public_id: str, *, problem: str = "", status: int = 200) -> Response:
    me = here()
    with parts().db.read() as session:
        found = get_upload(session, me.place.id, me.staff.id, public_id)
        plan = plan_import(session, me.place.id, questions_of(found))
    html = render_template(
        "quiz/console_import.html",
        title="导入预览",
        upload=found,
        plan=plan,
        titles=TITLES,
        kinds=KINDS,
        shown=_SHOWN,
        problem=problem,
    )
    return Response(html, status)


@needs(Permission.CAMPAIGNS)
def confirm(organisation_key: str, public_id: str) -> AnyResponse:
    """Take the good rows over."""
    me = here()
    with parts().db.read() as session:
        found = get_upload(session, me.place.id, me.staff.id, public_id)
    try:
        with acting("questions_imported", found.file_name, rows=len(found.questions)) as session:
            take_over(session, found, hand())
    except Conflict as error:
        return _files(problem=error.message, status=error.status)
    except DomainError as error:
        return _preview(public_id, problem=error.message, status=error.status)
    return redirect(url_for("questions.index", organisation_key=organisation_key, done="imported"), 303)


@needs(Permission.CAMPAIGNS)
def export(organisation_key: str, kind: str) -> Response:
    """All questions that the organisation has, inherited ones too."""
    if kind not in _TYPES:
        raise NotFound("no_kind", "只能导出为 csv、xlsx 或 gift 文件。")
    me = here()
    with acting("questions_exported", kind) as session:
        questions = [question_of(row) for row in list_effective(session, me.place.chain)]
    data = write_questions(kind, sorted(questions, key=lambda one: (one.subject, one.code)))
    name = f"questions-{me.place.key}.{kind}"
    return Response(
        data, mimetype=_TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
