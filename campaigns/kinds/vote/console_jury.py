"""评委打分 in the console: a table to type into or to fill from a file, with the points that come of it."""

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.places import Place
from campaigns.ballots.roll import groups_of
from campaigns.ballots.rules import round_at
from campaigns.ballots.totals import read_counts
from campaigns.desk import BASE, SHOWN, said, show
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.console_files import TYPES, download
from campaigns.kinds.vote.console_place import vote_here
from campaigns.kinds.vote.files import MAX_BYTES, read_scores, write_scores
from campaigns.kinds.vote.ranking import rank
from campaigns.kinds.vote.roll import Candidate, read_roll
from campaigns.kinds.vote.scoring import OPEN, parse_score, score_text, set_scores
from campaigns.view import CampaignView
from core.errors import DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs
from web.sent import sent_file
from web.storage import MB

_SAID = {"saved": "评分已保存。"}
_FORM_BYTES = 2 * MB
"""Two thousand candidates make a form of more than the half megabyte that is usual."""
pages = console_pages("vote_jury", __name__)


@pages.url_value_preprocessor
def limit_uploads(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Before the guard reads the form."""
    request.max_content_length = 11 * MB
    request.max_form_memory_size = _FORM_BYTES


@pages.get(f"{BASE}/jury")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    return _page(vote_here(public_id))


@pages.post(f"{BASE}/jury")
@needs(Permission.CAMPAIGNS)
def save(account_key: str, public_id: str) -> AnyResponse:
    """All that was typed, or nothing."""
    campaign, typed = vote_here(public_id), _typed()
    try:
        scores = _scores(typed)
        changed = sum(was != score for was, score in scores.values())
        with acting("vote_scored", campaign.title, campaign=public_id, count=changed) as session:
            set_scores(session, campaign, scores, here().staff.name, parts().clock())
    except DomainError as error:
        return _page(campaign, typed=typed, problem=error.message, status=error.status)
    return redirect(url_for(".index", account_key=account_key, public_id=public_id, said="saved"), 303)


@pages.post(f"{BASE}/jury/file")
@needs(Permission.CAMPAIGNS)
def fill(account_key: str, public_id: str) -> AnyResponse:
    """A table's scores put into the form; saved when somebody has looked at them."""
    campaign = vote_here(public_id)
    try:
        name, data = sent_file("file", MAX_BYTES)
        scores, errors = read_scores(name, data)
        with parts().db.read() as session:
            known = read_roll(session, campaign).by_number
        wrong = [*map(str, errors), *(f"名单里没有 {one} 号" for one in scores if one not in known)]
    except Invalid as error:
        return _page(campaign, problem=error.message, status=error.status)
    if wrong:
        problem = f"{name} 里有 {len(wrong)} 处错，一个评分也没有填进来。"
        return _page(campaign, wrong=wrong, problem=problem, status=422)
    typed = {number: score_text(score) for number, score in scores.items()}
    return _page(campaign, typed=typed, filled=name)


@pages.get(f"{BASE}/jury.<suffix>")
@needs(Permission.CAMPAIGNS)
def export(account_key: str, public_id: str, suffix: str) -> Response:
    """A table for the jury to fill in."""
    campaign = vote_here(public_id)
    if suffix not in TYPES:
        raise NotFound("no_kind", "只能导出为 csv 或 xlsx 文件。")
    with parts().db.read() as session:
        candidates = read_roll(session, campaign).candidates
    return download(write_scores(suffix, candidates), f"scores-{public_id}.{suffix}")


def _typed() -> dict[int, str]:
    return {
        int(name[6:]): text.strip()[:20]
        for name, text in request.form.items()
        if name.startswith("score-") and name[6:].isdecimal() and len(name) <= 10
    }


def _scores(typed: dict[int, str]) -> dict[int, tuple[int | None, int | None]]:
    """As they were shown, and as they were typed. Raises Invalid."""
    scores = {}
    for number, text in typed.items():
        try:
            scores[number] = (parse_score(request.form.get(f"was-{number}", "")), parse_score(text))
        except Invalid as error:
            raise Invalid(error.code, f"{number} 号的{error.message}，一个也没有保存。") from None
    return scores


def _page(
    campaign: CampaignView,
    *,
    typed: dict[int, str] | None = None,
    wrong: list[str] | None = None,
    filled: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    settings = settings_of(campaign)
    if settings.public_percent == 100:
        raise NotFound(
            "no_jury", "这个投票只看公众投票，没有评委打分。要打分，请在「怎么玩」里改公众投票占的百分比。"
        )
    with parts().db.read() as session:
        roll, counts = read_roll(session, campaign), read_counts(session, campaign)
    round_ = round_at(campaign, parts().clock())
    groups: dict[str, list[Place[Candidate]]] = {
        name: rank(settings, members, counts, round_)
        for name, members in groups_of(settings, roll.shown(round_)).items()
    }
    return show(
        "vote/console_jury.html",
        campaign,
        now_at="jury",
        title="评委打分",
        status=status,
        groups=groups,
        typed=typed or {},
        wrong=(wrong or [])[:SHOWN],
        filled=filled,
        missing=sum(one.candidate.jury_hundredths is None for places in groups.values() for one in places),
        text=score_text,
        open=campaign.state in OPEN,
        problem=problem,
        said=said(_SAID),
    )
