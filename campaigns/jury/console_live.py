"""现场评审 in the console: the organiser leads a jury day from entry to entry, by buttons or keys."""

from typing import Any

import segno
from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import sent, show
from campaigns.jury import live
from campaigns.jury.console_place import BASE, campaign_in, round_here, sent_number, to
from campaigns.jury.live import Live
from campaigns.jury.store import get_round, list_entries, list_entries_of
from campaigns.jury.tables import JuryDay
from campaigns.view import CampaignView
from core.errors import DomainError, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_OPEN_TO_PHONES = ("live", "frozen", "publicised")
_ACTS = {"show": "jury_day_shown", "again": "jury_day_again"}
"""Leafing through is no act; what shows or reopens a result is."""
pages = console_pages("jury_live", __name__)


@pages.get(f"{BASE}/rounds/<round_id>/live")
@needs(Permission.CAMPAIGNS)
def control(account_key: str, public_id: str, round_id: str) -> Response:
    return _page(public_id, round_id)


@pages.get(f"{BASE}/rounds/<round_id>/live/count")
@needs(Permission.CAMPAIGNS)
def count(account_key: str, public_id: str, round_id: str) -> Response:
    """How many came in and voted, for the page that asks again and again."""
    with parts().db.read() as session:
        _, day = _day(session, public_id, round_id)
        html = render_template(
            "jury/console_live_count.html", day=day.day, marked=live.count_marks(session, day)
        )
    return Response(html)


@pages.post(f"{BASE}/rounds/<round_id>/live/move")
@needs(Permission.CAMPAIGNS)
def move(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    """next, back, show, again."""
    how, beat, now = sent("how", 10), sent_number("beat"), parts().clock()
    campaign, round_ = round_here(public_id, round_id)
    try:
        with parts().db.read() as session:
            number = live.find_live(session, campaign.account_id, JuryDay.round_id == round_.id).day.number
        if how in _ACTS:
            with acting(_ACTS[how], f"{round_.title} {number} 号", campaign=public_id) as session:
                live.move(session, _day(session, public_id, round_id)[1], how, beat, now)
        else:
            with parts().db.work() as session:
                live.move(session, _day(session, public_id, round_id)[1], how, beat, now)
    except NotFound:
        raise
    except DomainError as error:
        return _page(public_id, round_id, problem=error.message, status=error.status)
    return to(".control", campaign, round_id=round_id)


@pages.post(f"{BASE}/rounds/<round_id>/live/go")
@needs(Permission.CAMPAIGNS)
def go(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    """Straight to an entry."""
    try:
        with parts().db.work() as session:
            campaign, day = _day(session, public_id, round_id)
            live.go_to(session, day, sent_number("number"), parts().clock())
    except NotFound:
        raise
    except DomainError as error:
        return _page(public_id, round_id, problem=error.message, status=error.status)
    return to(".control", campaign, round_id=round_id)


@pages.post(f"{BASE}/rounds/<round_id>/live/room")
@needs(Permission.CAMPAIGNS)
def room(account_key: str, public_id: str, round_id: str) -> AnyResponse:
    """Seats, and the door."""
    campaign, round_ = round_here(public_id, round_id)
    seats, door = sent_number("seats"), sent("door") == "1"
    told = f"{seats} 席，{'开门' if door else '关门'}"
    try:
        with acting("jury_day_room", round_.title, campaign=public_id, to=told) as session:
            live.set_room(session, _day(session, public_id, round_id)[1], seats, door=door)
    except NotFound:
        raise
    except DomainError as error:
        return _page(public_id, round_id, problem=error.message, status=error.status)
    return to(".control", campaign, round_id=round_id)


def _day(session: Session, public_id: str, round_id: str) -> tuple[CampaignView, Live]:
    """Raises NotFound for a round that is none of a jury day, or has not begun."""
    campaign = campaign_in(session, public_id)
    round_ = get_round(session, campaign, round_id)
    return campaign, live.find_live(session, campaign.account_id, JuryDay.round_id == round_.id)


def _page(public_id: str, round_id: str, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        campaign, day = _day(session, public_id, round_id)
        entries = list_entries_of(session, day.round)
        titles = {one.number: one.title for one in list_entries(session, campaign, all_too=True)}
        marked = live.count_marks(session, day)
        tally = live.tally(session, day) if day.day.shown else None
    return show(
        "jury/console_live.html",
        campaign,
        now_at="jury_rounds",
        title=f"现场评审：{day.round.title}",
        status=status,
        day=day.day,
        round=day.round,
        entries=entries,
        at=next((place for place, one in enumerate(entries) if one.number == day.day.number), None),
        titles=titles,
        marked=marked,
        tally=tally,
        reachable=campaign.state in _OPEN_TO_PHONES,
        typed=request.form.get("seats", day.day.seats),
        problem=problem,
        **_addresses(campaign, day),
    )


def _addresses(campaign: CampaignView, day: Live) -> dict[str, Any]:
    account = here().official
    phone = url_for(
        "jury_day.phone", account_key=account.key, campaign_id=campaign.public_id, day_id=day.day.public_id
    )
    screen = url_for("jury_day.screen", account_key=account.key, screen_id=day.day.screen_id)
    whole = f"{account.site_url}{phone}"
    picture = segno.make(whole, error="m", micro=False).svg_inline(scale=4, omitsize=True, border=4)
    return {"phone_url": whole, "screen_url": screen, "picture": picture}
