"""获奖名单 in the console: filled by hand or by a ranking, with a look before; once it is public, lines are only withdrawn."""

from collections import Counter
from collections.abc import Sequence

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import BASE, said, sent, show
from campaigns.kinds.photo.awards import (
    PUBLIC,
    Line,
    find_twice,
    from_ranking,
    get_award,
    give,
    list_awards,
    propose_from,
    take_away,
    withdraw,
    works_by_number,
)
from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.console_place import photo_here
from campaigns.kinds.photo.rankings import SOURCES, Given, Proposal, Source
from campaigns.view import CampaignView
from core.errors import DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_SAID = {
    "given": "已列入名单。",
    "taken": "已从名单里拿掉。",
    "filled": "已按名次填好，请核对一遍。",
    "withdrawn": "已撤销。名单上划掉这一条，写着原因。",
}
_ONE = f"{BASE}/photo/awards/<award_id>"
pages = console_pages("photo_awards", __name__)


@pages.get(f"{BASE}/photo/awards")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """The list; with `by`, what a ranking would give of what is still free."""
    return _page(photo_here(public_id), by=request.args.get("by", ""))


@pages.post(f"{BASE}/photo/awards")
@needs(Permission.CAMPAIGNS)
def add(account_key: str, public_id: str) -> AnyResponse:
    """Works by their numbers, to one level: all or none."""
    campaign, level = photo_here(public_id), sent("level", 20)
    staff, now = here().staff.name, parts().clock()
    try:
        numbers = _numbers()
        with acting("photo_awarded", level, campaign=public_id, works=numbers) as session:
            for number in numbers:
                give(session, campaign, number, level, staff, now)
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return _to_list(public_id, "given")


@pages.post(f"{BASE}/photo/awards/fill")
@needs(Permission.CAMPAIGNS)
def fill(account_key: str, public_id: str) -> AnyResponse:
    """What the look before showed; refused where the ranking is another one by now."""
    campaign, by = photo_here(public_id), sent("by", 20)
    staff, now = here().staff.name, parts().clock()
    try:
        source, seen = _source(by), _seen(campaign)
        numbers = [one.number for one in seen]
        with acting("photo_awards_filled", by, campaign=public_id, works=numbers) as session:
            from_ranking(session, campaign, by, source(session, campaign), seen, staff, now)
    except DomainError as error:
        return _page(campaign, by=by, problem=error.message, status=error.status)
    return _to_list(public_id, "filled")


@pages.post(f"{_ONE}/take")
@needs(Permission.CAMPAIGNS)
def take(account_key: str, public_id: str, award_id: str) -> AnyResponse:
    """Before it is public."""
    campaign = photo_here(public_id)
    try:
        with acting("photo_award_taken", _told(campaign, award_id), campaign=public_id) as session:
            take_away(session, campaign, award_id)
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return _to_list(public_id, "taken")


@pages.post(f"{_ONE}/withdraw")
@needs(Permission.CAMPAIGNS)
def put_out(account_key: str, public_id: str, award_id: str) -> AnyResponse:
    """Once it is public: with the reason that everybody reads."""
    campaign, why = photo_here(public_id), sent("why")
    try:
        told = _told(campaign, award_id)
        with acting("photo_award_withdrawn", told, campaign=public_id, why=why) as session:
            withdraw(session, campaign, award_id, why, here().staff.name, parts().clock())
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return _to_list(public_id, "withdrawn")


def _numbers() -> list[int]:
    """Typed with commas or spaces, or ticked."""
    typed = " ".join(request.form.getlist("number")).replace("、", " ").replace("，", " ").replace(",", " ")
    texts = [one.removesuffix("号") for one in typed.split()]
    if not texts or not all(one.isascii() and one.isdigit() and len(one) <= 9 for one in texts):
        raise Invalid("bad_number", "请填作品的编号，几个之间用顿号或空格隔开，例如：3、15、27。")
    return list(dict.fromkeys(int(one) for one in texts))[:200]


def _seen(campaign: CampaignView) -> list[Given]:
    """`<place of the level>.<place of the group>.<number>` of each line that the page showed."""
    settings = settings_of(campaign)
    groups = settings.group_names or ("",)
    try:
        parted = [tuple(map(int, text.split("."))) for text in request.form.getlist("given")]
        return [Given(settings.awards[a].title, groups[b], number) for a, b, number in parted]
    except (ValueError, IndexError):
        raise Invalid("bad_given", "页面已经旧了，请重新看一遍名次再确认。") from None


def _source(by: str) -> Source:
    if by not in SOURCES:
        raise NotFound("no_ranking", "没有这种名次，请从名单页面重新打开。")
    return SOURCES[by]


def _told(campaign: CampaignView, award_id: str) -> str:
    with parts().db.read() as session:
        award = get_award(session, campaign, award_id)
        return f"{award.level} 第 {award.place} 名"


def _page(campaign: CampaignView, *, by: str = "", problem: str = "", status: int = 200) -> Response:
    settings = settings_of(campaign)
    with parts().db.read() as session:
        lines = list_awards(session, campaign)
        proposal = _proposal(session, campaign, by)
        works = works_by_number(session, campaign, _named(proposal))
    return show(
        "photo/console_awards.html",
        campaign,
        now_at="awards",
        title="获奖名单",
        status=status,
        lines=lines,
        twice=find_twice(lines),
        free=_free(campaign, lines),
        levels=[one.title for one in settings.awards],
        groups=settings.group_names or ("",),
        sources=[one for one in SOURCES if any(award.by == one for award in settings.awards)],
        by=by,
        proposal=proposal,
        works=works,
        public=campaign.state in PUBLIC,
        typed=" ".join(request.form.getlist("number"))[:200],
        level=sent("level", 20),
        problem=problem,
        said=said(_SAID),
    )


def _proposal(session: Session, campaign: CampaignView, by: str) -> Proposal | None:
    if by not in SOURCES or campaign.state in PUBLIC:
        return None
    return propose_from(session, campaign, by, SOURCES[by](session, campaign))


def _named(proposal: Proposal | None) -> list[int]:
    if proposal is None:
        return []
    tied = [number for tie in proposal.ties for number in tie.numbers]
    return [*(one.number for one in proposal.given), *tied]


def _free(campaign: CampaignView, lines: Sequence[Line]) -> dict[str, dict[str, int]]:
    """Awards left, by level and group."""
    settings = settings_of(campaign)
    used = Counter((one.award.level, one.award.group) for one in lines)
    return {
        award.title: {
            group: award.places - used[award.title, group] for group in settings.group_names or ("",)
        }
        for award in settings.awards
    }


def _to_list(public_id: str, done: str) -> AnyResponse:
    return redirect(url_for(".index", account_key=here().official.key, public_id=public_id, said=done), 303)
