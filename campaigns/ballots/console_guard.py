"""防刷票 in the console: rules with their figures, searches, the effect before it is applied, striking and giving back."""

from typing import Any, NamedTuple

from flask import Response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.console_place import ballots_here
from campaigns.ballots.effect import Change, find_changes
from campaigns.ballots.guard import PRESETS, Found, rule_from
from campaigns.ballots.searching import (
    ask_search,
    count_struck,
    found_of,
    get_search,
    list_searches,
    rule_of,
    strike_found,
)
from campaigns.ballots.strikes import Why, get_strike, list_strikes, restore
from campaigns.ballots.tables import VoteSearch
from campaigns.ballots.totals import read_counts
from campaigns.charts import Chart, draw
from campaigns.desk import BASE, SHOWN, said, sent, show
from campaigns.kind import Series
from campaigns.registry import ballots_of
from campaigns.view import CampaignView
from core.errors import DomainError, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_SAID = {
    "struck": "已剔除。选票一张没删，随时可以恢复；手机上的账本页会写出规则和理由。",
    "restored": "已恢复，这些票重新计数。",
}
_RULE = f"{BASE}/guard/rules/<rule_key>"
_SEARCH = f"{BASE}/guard/searches/<search_id>"
pages = console_pages("ballot_guard", __name__)


class Effect(NamedTuple):
    """What striking what a search found would change now."""

    found: Found
    struck: int
    """How many of these ballots were struck since."""
    changes: list[Change[Any]]
    hours: Chart


@pages.get(f"{BASE}/guard")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """The rules to choose from, the latest searches, and what was struck."""
    return _page(ballots_here(public_id))


@pages.get(_RULE)
@needs(Permission.CAMPAIGNS)
def look(account_key: str, public_id: str, rule_key: str) -> Response:
    """A rule's figures, to be changed."""
    return _rule_page(ballots_here(public_id), rule_key)


@pages.post(_RULE)
@needs(Permission.CAMPAIGNS)
def ask(account_key: str, public_id: str, rule_key: str) -> AnyResponse:
    """The worker searches; the page shows how far it is, then what it found."""
    campaign, me = ballots_here(public_id), here()
    title = rule_from(rule_key).preset.title
    try:
        rule = rule_from(rule_key, request.form)
        with acting("vote_searched", title, campaign=public_id) as session:
            search_id = ask_search(session, campaign, rule, me.staff.name, parts().clock()).public_id
    except NotFound:
        raise
    except DomainError as error:
        return _rule_page(campaign, rule_key, problem=error.message, status=error.status)
    to = url_for(
        ".search", account_key=account_key, public_id=public_id, search_id=search_id, _anchor="found"
    )
    return redirect(to, 303)


@pages.get(_SEARCH)
@needs(Permission.CAMPAIGNS)
def search(account_key: str, public_id: str, search_id: str) -> Response:
    """How far a search is; the page asks again while it is under way. Then what it found, and what striking that changes."""
    return _search_page(ballots_here(public_id), search_id)


@pages.post(_SEARCH)
@needs(Permission.CAMPAIGNS)
def strike_them(account_key: str, public_id: str, search_id: str) -> AnyResponse:
    """Strike what a search found, with a reason. Where some of it was struck meanwhile, nothing is."""
    campaign, reason = ballots_here(public_id), sent("reason")
    try:
        with parts().db.read() as session:
            row = get_search(session, campaign, search_id)
        rule = rule_of(row)
        why = Why(rule.facts(), rule.preset.title, reason, here().staff.name, parts().clock())
        with acting(
            "vote_struck", rule.preset.title, campaign=public_id, why=reason, rows=row.found
        ) as session:
            strike_found(session, campaign, row, why)
    except NotFound:
        raise
    except DomainError as error:
        return _search_page(campaign, search_id, problem=error.message, status=error.status)
    return redirect(url_for(".index", account_key=account_key, public_id=public_id, said="struck"), 303)


@pages.post(f"{BASE}/guard/strikes/<strike_id>/restore")
@needs(Permission.CAMPAIGNS)
def give_back(account_key: str, public_id: str, strike_id: str) -> AnyResponse:
    """All ballots of a strike count again, but those that another strike names."""
    campaign, why = ballots_here(public_id), sent("why")
    try:
        with parts().db.read() as session:
            row = get_strike(session, campaign, strike_id)
        with acting("vote_restored", row.title, campaign=public_id, why=why, rows=row.ballots) as session:
            restore(session, campaign, strike_id, why, here().staff.name, parts().clock())
    except NotFound:
        raise
    except DomainError as error:
        return _page(campaign, problem=error.message, status=error.status)
    return redirect(url_for(".index", account_key=account_key, public_id=public_id, said="restored"), 303)


def _effect(session: Session, campaign: CampaignView, row: VoteSearch) -> Effect:
    found, part = found_of(row), ballots_of(campaign)
    roll, counts = part.read(session, campaign), read_counts(session, campaign)
    hours = Series("按钟点看找到的选票", "bars", [f"{hour} 点" for hour in range(24)], found.hours)
    changes = find_changes(part, campaign.settings, roll, counts, found.votes)
    return Effect(found, count_struck(session, campaign, found), changes, draw(hours))


def _page(campaign: CampaignView, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        strikes = list_strikes(session, campaign)
        searches = [(row, rule_of(row).preset.title) for row in list_searches(session, campaign)]
    return show(
        "ballots/console_guard.html",
        campaign,
        now_at="guard",
        title="防刷票",
        status=status,
        rules=[rule_from(preset.key) for preset in PRESETS],
        searches=searches,
        strikes=strikes,
        why=sent("why"),
        problem=problem,
        said=said(_SAID),
    )


def _rule_page(campaign: CampaignView, rule_key: str, *, problem: str = "", status: int = 200) -> Response:
    """What was typed stays."""
    rule = rule_from(rule_key)
    return show(
        "ballots/console_rule.html",
        campaign,
        now_at="guard",
        title=rule.preset.title,
        status=status,
        rule=rule,
        typed={name: request.form.get(name, str(number))[:9] for name, number in rule.figures.items()},
        problem=problem,
    )


def _search_page(campaign: CampaignView, search_id: str, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        row = get_search(session, campaign, search_id)
        effect = _effect(session, campaign, row) if row.state == "done" else None
    rule = rule_of(row)
    return show(
        "ballots/console_search.html",
        campaign,
        now_at="guard",
        title=rule.preset.title,
        status=status,
        rule=rule,
        typed=rule.figures,
        search=row,
        effect=effect,
        shown=SHOWN,
        reason=sent("reason"),
        problem=problem,
    )
