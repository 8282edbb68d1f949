"""每月之星 in the console: choosing a month's work, and on to the push that brings it to all followers."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import BASE, said, sent, show
from campaigns.kinds.photo.console_place import photo_here
from campaigns.kinds.photo.grid import Tile, tiles_of
from campaigns.kinds.photo.months import (
    Card,
    Chosen,
    card_of,
    choose_month,
    list_months,
    months_of,
    suggest,
    unchoose_month,
)
from campaigns.kinds.photo.rankings import SOURCES
from campaigns.view import CampaignView
from core.errors import DomainError
from house.current import parts
from house.permissions import Permission
from push.rules import Month
from staff.guard import acting, console_pages, here, needs

_SAID = {
    "chosen": "已选定。下一步可以安排推送，让大家都看到。",
    "dropped": "已撤下，可以重新选。",
}
pages = console_pages("photo_months", __name__)


class MonthLine(NamedTuple):
    """A month with its work, or with those to choose from, by the ranking's name."""

    month: Month
    chosen: Chosen | None
    card: Card | None
    suggested: Sequence[tuple[str, Sequence[Tile]]]


@pages.get(f"{BASE}/photo/months")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """The latest month first."""
    return _page(photo_here(public_id))


@pages.post(f"{BASE}/photo/months")
@needs(Permission.CAMPAIGNS)
def choose(account_key: str, public_id: str) -> AnyResponse:
    campaign, month = photo_here(public_id), sent("month", 7)
    number = request.form.get("number", 0, type=int)
    staff, now = here().staff.name, parts().clock()
    try:
        with acting("photo_month_chosen", month, campaign=public_id, works=[number]) as session:
            choose_month(session, campaign, month, min(number, 2**31 - 1), sent("words", 300), staff, now)
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return _to_list(public_id, "chosen")


@pages.post(f"{BASE}/photo/months/drop")
@needs(Permission.CAMPAIGNS)
def drop(account_key: str, public_id: str) -> AnyResponse:
    """Pushes that were scheduled stay in their calendar."""
    campaign, month = photo_here(public_id), sent("month", 7)
    try:
        with acting("photo_month_dropped", month, campaign=public_id) as session:
            unchoose_month(session, campaign, month)
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return _to_list(public_id, "dropped")


def _page(campaign: CampaignView, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        lines = _lines(session, campaign)
    return show(
        "photo/console_months.html",
        campaign,
        now_at="months",
        title="每月之星",
        status=status,
        lines=lines,
        month=sent("month", 7),
        number=sent("number", 9),
        words=sent("words", 300),
        problem=problem,
        said=said(_SAID),
    )


def _lines(session: Session, campaign: CampaignView) -> list[MonthLine]:
    chosen = {one.month.month: one for one in list_months(session, campaign)}
    ranked = {name: source(session, campaign) for name, source in SOURCES.items()}
    lines = []
    for month in months_of(campaign, parts().clock()):
        one = chosen.get(month.key)
        suggested = (
            []
            if one
            else [
                (name, tiles_of(session, campaign, suggest(session, campaign, month, order)))
                for name, order in ranked.items()
            ]
        )
        lines.append(MonthLine(month, one, card_of(campaign, one) if one else None, suggested))
    return lines


def _to_list(public_id: str, done: str) -> AnyResponse:
    return redirect(url_for(".index", account_key=here().official.key, public_id=public_id, said=done), 303)
