"""题库 in the console: the list, one question, review, delete and bring back."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.kinds.quiz.bank import console_files
from campaigns.kinds.quiz.bank.forms import QuestionForm, hand, kind_titles, level_titles
from campaigns.kinds.quiz.bank.questions import LEVELS
from campaigns.kinds.quiz.bank.service import (
    add_question,
    bring_back,
    change_question,
    delete_question,
    require_own,
    review_question,
)
from campaigns.kinds.quiz.bank.store import (
    Wanted,
    count_subjects,
    get_question,
    list_page,
    parse_place,
    question_of,
)
from campaigns.kinds.quiz.marking import KINDS, LETTERS
from campaigns.kinds.quiz.tables import QuizQuestion
from core.differences import Difference, find_differences
from core.errors import Conflict, DomainError
from house.console import Console, NavItem
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs
from web.storage import LIMITS, MB

ACTIONS = {
    "question_added": "新建题目",
    "question_changed": "修改题目",
    "question_copied": "把上级题目改写成自己的",
    "question_reviewed": "审核题目",
    "question_deleted": "删除题目",
    "question_restored": "恢复题目",
    "questions_uploaded": "上传题目文件",
    "questions_imported": "导入题目",
    "questions_exported": "导出题目",
}
STATES = {"unreviewed": "待审核", "own": "本单位的", "deleted": "已删除"}
_PAGE = 50
_SAID = {
    "added": "题目已保存。",
    "changed": "题目已保存。正在进行的活动用的还是开放时的题目，不受影响。",
    "reviewed": "已审核。",
    "restored": "已恢复。",
    "deleted": "题目已删除。",
    "imported": "导入完成。",
}
_VIEW = "/o/<organisation_key>/questions/<public_id>"
pages = console_pages("questions", __name__)


@pages.url_value_preprocessor
def limit_uploads(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the guard reads the form."""
    request.max_content_length = LIMITS["picture"] + MB


@pages.get("/o/<organisation_key>/questions")
@needs(Permission.LOOK)
def index(organisation_key: str) -> Response:
    """Own questions and inherited ones."""
    me, args = here(), request.args
    state = args.get("state", "") if args.get("state", "") in STATES else ""
    level = args.get("level", 0, type=int)
    wanted = Wanted(
        args.get("q", "").strip()[:100], args.get("subject", "")[:20], level if level in LEVELS else 0, state
    )
    after = parse_place(args.get("after", ""))
    with parts().db.read() as session:
        page = list_page(session, me.place.chain, wanted, after=after, limit=_PAGE)
        subjects = count_subjects(session, me.place.chain)
    html = render_template(
        "quiz/console_questions.html",
        title="题库",
        page=page,
        wanted=wanted,
        subjects=subjects,
        total=sum(sum(counts.values()) for counts in subjects.values()),
        levels=LEVELS,
        states=STATES,
        kinds=KINDS,
        names=_names(),
        paged=after is not None,
        undo=args.get("undo", "") if args.get("done") == "deleted" else "",
        undo_version=args.get("version", 0, type=int),
        said=_SAID.get(args.get("done", ""), ""),
    )
    return Response(html)


@pages.get("/o/<organisation_key>/questions/new")
@needs(Permission.CAMPAIGNS)
def new(organisation_key: str) -> Response:
    return _form(QuestionForm.empty(request.args.get("subject", "")[:20]))


@pages.post("/o/<organisation_key>/questions/new")
@needs(Permission.CAMPAIGNS)
def add(organisation_key: str) -> AnyResponse:
    form = QuestionForm.sent()
    if form.question is None:
        return _form(form, problem=form.problem, status=422)
    try:
        with acting("question_added", _told(form.question.question, form.question.code)) as session:
            add_question(session, here().place.id, form.question, hand())
    except DomainError as error:
        return _form(form, problem=error.message, status=error.status)
    return _to_list("added")


@pages.get(_VIEW)
@needs(Permission.LOOK)
def show(organisation_key: str, public_id: str) -> Response:
    """The form for who may write; for others the question as it is."""
    row = _row(public_id)
    return _form(
        QuestionForm.of(question_of(row), row.version), row, said=_SAID.get(request.args.get("done", ""), "")
    )


@pages.post(_VIEW)
@needs(Permission.CAMPAIGNS)
def change(organisation_key: str, public_id: str) -> AnyResponse:
    """Save a change; of one from above an own copy is made."""
    me, row = here(), _row(public_id)
    form = QuestionForm.sent(row.code)
    if form.question is None:
        return _form(form, row, problem=form.problem, status=422)
    own = row.organisation_id == me.place.id
    act = "question_changed" if own else "question_copied"
    try:
        with acting(act, _told(form.question.question, row.code)) as session:
            if own:
                change_question(session, me.place.id, public_id, form.version, form.question, hand())
            else:
                add_question(session, me.place.id, form.question, hand())
    except Conflict as error:
        return _conflict(form, public_id, error)
    except DomainError as error:
        return _form(form, row, problem=error.message, status=error.status)
    return _to_list("changed")


def _conflict(form: QuestionForm, public_id: str, error: Conflict) -> Response:
    """What is stored beside what was typed; saving again saves what was typed."""
    saved = _row(public_id)
    stored = QuestionForm.of(question_of(saved), saved.version)
    form.version = saved.version
    differences = find_differences(stored.texts, form.texts)
    return _form(form, saved, problem=error.message, differences=differences, status=409)


@pages.post(f"{_VIEW}/review")
@needs(Permission.REVIEW_FIRST)
def review(organisation_key: str, public_id: str) -> AnyResponse:
    """It was compared with the statutes of today, and is right."""
    row = _row(public_id)
    require_own(row, here().place.id)
    with acting("question_reviewed", _told(row.question, row.code)) as session:
        review_question(session, here().place.id, public_id, _version(), hand())
    return redirect(
        url_for(".show", organisation_key=organisation_key, public_id=public_id, done="reviewed"), 303
    )


@pages.post("/o/<organisation_key>/questions/review")
@needs(Permission.REVIEW_FIRST)
def review_many(organisation_key: str) -> AnyResponse:
    """Those that were ticked on the list, each as it was when the list was shown."""
    chosen = [one.partition(":")[::2] for one in request.form.getlist("question")][:_PAGE]
    with acting("question_reviewed", f"{len(chosen)} 道题") as session:
        for public_id, version in chosen:
            review_question(session, here().place.id, public_id, _number(version), hand())
    return redirect(
        url_for(".index", organisation_key=organisation_key, state="unreviewed", done="reviewed"), 303
    )


@pages.post(f"{_VIEW}/delete")
@needs(Permission.CAMPAIGNS)
def delete(organisation_key: str, public_id: str) -> AnyResponse:
    row = _row(public_id)
    require_own(row, here().place.id)
    with acting("question_deleted", _told(row.question, row.code)) as session:
        delete_question(session, here().place.id, public_id, _version(), hand())
    address = url_for(
        ".index",
        organisation_key=organisation_key,
        done="deleted",
        undo=public_id,
        version=_version() + 1,
    )
    return redirect(address, 303)


@pages.post(f"{_VIEW}/restore")
@needs(Permission.CAMPAIGNS)
def restore(organisation_key: str, public_id: str) -> AnyResponse:
    row = _row(public_id)
    require_own(row, here().place.id)
    with acting("question_restored", _told(row.question, row.code)) as session:
        bring_back(session, here().place.id, public_id, _version())
    return _to_list("restored")


@pages.post("/o/<organisation_key>/questions/preview")
@needs(Permission.CAMPAIGNS)
def preview(organisation_key: str) -> Response:
    """The form as a phone would show it; nothing is saved."""
    form = QuestionForm.sent(request.form.get("code", "")[:80], files=False)
    html = render_template("quiz/console_phone.html", form=form, letters=LETTERS)
    return Response(html)


def _form(
    form: QuestionForm,
    row: QuizQuestion | None = None,
    *,
    problem: str = "",
    said: str = "",
    differences: list[Difference] | None = None,
    status: int = 200,
) -> Response:
    with parts().db.read() as session:
        subjects = count_subjects(session, here().place.chain)
    html = render_template(
        "quiz/console_question.html",
        title="修改题目" if row else "新建题目",
        form=form,
        row=row,
        inherited=row is not None and row.organisation_id != here().place.id,
        letters=LETTERS,
        kinds=kind_titles(),
        levels=level_titles(),
        subjects=subjects,
        names=_names(),
        differences=differences or [],
        problem=problem,
        said=said,
    )
    return Response(html, status)


def _row(public_id: str) -> QuizQuestion:
    with parts().db.read() as session:
        return get_question(session, here().place.chain, public_id)


def _names() -> dict[int, str]:
    return {one.id: one.name for one in parts().directory.organisations()}


def _told(question: str, code: str) -> str:
    return f"{question[:60]}（{code}）"


def _version() -> int:
    return request.form.get("version", 0, type=int)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _to_list(done: str) -> AnyResponse:
    return redirect(url_for("questions.index", organisation_key=here().place.key, done=done), 303)


console_files.install(pages)
CONSOLE = Console(
    (pages,),
    (NavItem("题库", "questions.index", "互动管理", Permission.CAMPAIGNS, "organisation", "answer"),),
    ACTIONS,
)
