"""候选人 in the console: the list, one candidate, freezing and withdrawing in an open vote."""

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import BASE, said, sent, show
from campaigns.kinds.vote.candidates import (
    Wanted,
    add_candidates,
    change_candidate,
    count_states,
    get_candidate,
    list_page,
    remove_candidate,
    set_state,
)
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.console_place import vote_here
from campaigns.kinds.vote.forms import CandidateForm
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.rules import EDITABLE
from campaigns.view import CampaignView
from core.differences import Difference, find_differences
from core.errors import Conflict, DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs
from web.storage import LIMITS, MB

STATES = {"standing": "可以投", "frozen": "已冻结", "withdrawn": "已撤下"}
_ACTS = {"standing": "candidate_thawed", "frozen": "candidate_frozen", "withdrawn": "candidate_withdrawn"}
_PAGE = 100
_SAID = {
    "added": "已添加。",
    "changed": "已保存。",
    "removed": "已删除。",
    "imported": "导入完成。",
    "pictures": "图片已放好，没有说明的按「某某的照片」写了，可以再改。",
    "standing": "已恢复，可以投票了。",
    "frozen": "已冻结：手机上看得到原因，不能再投；已有的票都在。",
    "withdrawn": "已撤下：手机上不再显示；已有的票都在账本里。",
}
_ONE = f"{BASE}/candidates/<candidate_id>"
pages = console_pages("vote_candidates", __name__)


@pages.url_value_preprocessor
def limit_uploads(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the guard reads the form."""
    request.max_content_length = LIMITS["picture"] + MB


@pages.get(f"{BASE}/candidates")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """By number, a hundred a page."""
    campaign, args = vote_here(public_id), request.args
    state = args.get("state", "")
    wanted = Wanted(
        args.get("q", "").strip()[:30], args.get("group", "")[:20], state if state in STATES else ""
    )
    after = args.get("after", 0, type=int)
    with parts().db.read() as session:
        page = list_page(session, campaign, wanted, after=max(0, min(after, 9999)), limit=_PAGE)
        counts = count_states(session, campaign)
    return show(
        "vote/console_candidates.html",
        campaign,
        now_at="candidates",
        title=settings_of(campaign).noun,
        page=page,
        wanted=wanted,
        counts=counts,
        total=sum(counts.values()),
        states=STATES,
        editable=campaign.state in EDITABLE,
        paged=after > 0,
        said=said(_SAID),
    )


@pages.get(f"{BASE}/candidates/new")
@needs(Permission.CAMPAIGNS)
def new(account_key: str, public_id: str) -> Response:
    return _form(vote_here(public_id), CandidateForm.empty(request.args.get("group", "")[:20]))


@pages.post(f"{BASE}/candidates/new")
@needs(Permission.CAMPAIGNS)
def add(account_key: str, public_id: str) -> AnyResponse:
    campaign, form = vote_here(public_id), CandidateForm.sent()
    if form.draft is None:
        return _form(campaign, form, problem=form.problem, status=422)
    try:
        with acting("candidate_added", form.draft.name[:30], campaign=public_id) as session:
            add_candidates(session, campaign, [form.draft], here().staff.name, parts().clock())
    except DomainError as error:
        return _form(campaign, form, problem=error.message, status=error.status)
    if request.form.get("next"):
        return redirect(
            url_for(".new", account_key=account_key, public_id=public_id, group=form.draft.group), 303
        )
    return _to_list(public_id, "added")


@pages.get(_ONE)
@needs(Permission.CAMPAIGNS)
def show_one(account_key: str, public_id: str, candidate_id: str) -> Response:
    campaign = vote_here(public_id)
    row = _row(campaign, candidate_id)
    return _form(campaign, CandidateForm.of(row), row, said=said(_SAID))


@pages.post(_ONE)
@needs(Permission.CAMPAIGNS)
def change(account_key: str, public_id: str, candidate_id: str) -> AnyResponse:
    campaign = vote_here(public_id)
    row, form = _row(campaign, candidate_id), CandidateForm.sent()
    if form.draft is None:
        return _form(campaign, form, row, problem=form.problem, status=422)
    by, now = here().staff.name, parts().clock()
    try:
        with acting("candidate_changed", _told(row), campaign=public_id) as session:
            change_candidate(session, campaign, candidate_id, form.version, form.draft, by, now)
    except Conflict as error:
        return _conflict(campaign, form, candidate_id, error)
    except DomainError as error:
        return _form(campaign, form, row, problem=error.message, status=error.status)
    return _to_list(public_id, "changed")


@pages.post(f"{_ONE}/delete")
@needs(Permission.CAMPAIGNS)
def delete(account_key: str, public_id: str, candidate_id: str) -> AnyResponse:
    """Of a draft."""
    campaign = vote_here(public_id)
    row = _row(campaign, candidate_id)
    try:
        with acting("candidate_removed", _told(row), campaign=public_id) as session:
            remove_candidate(session, campaign, candidate_id)
    except Conflict as error:
        return _form(campaign, CandidateForm.of(row), row, problem=error.message, status=error.status)
    return _to_list(public_id, "removed")


@pages.post(f"{_ONE}/state")
@needs(Permission.CAMPAIGNS)
def put_state(account_key: str, public_id: str, candidate_id: str) -> AnyResponse:
    """Freeze, thaw or withdraw, with the reason that workers read."""
    campaign, state, why = vote_here(public_id), sent("state"), sent("why")
    row = _row(campaign, candidate_id)
    version, by, now = request.form.get("version", 0, type=int), here().staff.name, parts().clock()
    try:
        if state not in STATES:
            raise Invalid("bad_state", "请选冻结、恢复或撤下。")
        with acting(_ACTS[state], _told(row), campaign=public_id, why=why) as session:
            set_state(session, campaign, candidate_id, version, state, why, by, now)
    except NotFound:
        raise
    except DomainError as error:
        return _form(campaign, CandidateForm.of(row), row, problem=error.message, status=error.status)
    return redirect(
        url_for(
            ".show_one", account_key=account_key, public_id=public_id, candidate_id=candidate_id, said=state
        ),
        303,
    )


def _conflict(campaign: CampaignView, form: CandidateForm, candidate_id: str, error: Conflict) -> Response:
    """What is stored beside what was typed; saving again saves what was typed, where it may be changed at all."""
    row = _row(campaign, candidate_id)
    stored = CandidateForm.of(row)
    form.version = row.version
    differences = find_differences(stored.texts, form.texts) if error.code == "changed" else []
    return _form(campaign, form, row, problem=error.message, differences=differences, status=409)


def _form(
    campaign: CampaignView,
    form: CandidateForm,
    row: VoteCandidate | None = None,
    *,
    problem: str = "",
    said: str = "",
    differences: list[Difference] | None = None,
    status: int = 200,
) -> Response:
    noun = settings_of(campaign).noun
    return show(
        "vote/console_candidate.html",
        campaign,
        now_at="candidates",
        title=f"{row.number} 号 {row.name}" if row else f"添加{noun}",
        status=status,
        form=form,
        row=row,
        states=STATES,
        editable=campaign.state in EDITABLE,
        differences=differences or [],
        why=sent("why"),
        problem=problem,
        said=said,
    )


def _row(campaign: CampaignView, candidate_id: str) -> VoteCandidate:
    with parts().db.read() as session:
        return get_candidate(session, campaign, candidate_id)


def _told(row: VoteCandidate) -> str:
    return f"{row.number} 号 {row.name}"


def _to_list(public_id: str, done: str) -> AnyResponse:
    return redirect(url_for(".index", account_key=here().official.key, public_id=public_id, said=done), 303)
