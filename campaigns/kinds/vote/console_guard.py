"""防刷票 in the console: rules with their figures, the effect before it is applied, striking and giving back."""

from typing import NamedTuple

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from campaigns.charts import Chart, draw
from campaigns.kind import Series
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.console_place import BASE, SHOWN, said, sent, show, vote_here
from campaigns.kinds.vote.effect import Change, find_changes
from campaigns.kinds.vote.guard import PRESETS, Found, Rule, find, rule_from
from campaigns.kinds.vote.roll import Roll, read_roll
from campaigns.kinds.vote.sealing import find_last_block
from campaigns.kinds.vote.strikes import Why, get_strike, list_strikes, restore, strike
from campaigns.kinds.vote.totals import read_counts
from campaigns.view import CampaignView
from core.errors import Conflict, DomainError, Invalid, NotFound
from house.current import parts
from house.permissions import Permission
from staff.guard import acting, console_pages, here, needs

_SAID = {
    "struck": "已剔除。选票一张没删，随时可以恢复；手机上的账本页会写出规则和理由。",
    "restored": "已恢复，这些票重新计数。",
}
_RULE = f"{BASE}/guard/rules/<rule_key>"
pages = console_pages("vote_guard", __name__)


class Effect(NamedTuple):
    """What a rule would strike now; `up_to` is the last ballot that was looked at."""

    found: Found
    ids: list[int]
    changes: list[Change]
    hours: Chart
    up_to: int
    roll: Roll


@pages.get(f"{BASE}/guard")
@needs(Permission.CAMPAIGNS)
def index(account_key: str, public_id: str) -> Response:
    """The rules to choose from, and what was struck."""
    return _page(vote_here(public_id))


@pages.get(_RULE)
@needs(Permission.CAMPAIGNS)
def look(account_key: str, public_id: str, rule_key: str) -> Response:
    """A rule's figures; with `look`, what it finds."""
    campaign = vote_here(public_id)
    rule_from(rule_key)
    if not request.args.get("look"):
        return _rule_page(campaign, rule_key, rule_from(rule_key))
    try:
        rule = rule_from(rule_key, request.args)
    except Invalid as error:
        return _rule_page(campaign, rule_key, None, problem=error.message, status=error.status)
    return _rule_page(campaign, rule_key, rule, _effect(campaign, rule))


@pages.post(_RULE)
@needs(Permission.CAMPAIGNS)
def strike_them(account_key: str, public_id: str, rule_key: str) -> AnyResponse:
    """Strike what was looked at, with a reason. Where there is more or less by now, it is shown again."""
    campaign, me, reason = vote_here(public_id), here(), sent("reason")
    rule = rule_from(rule_key, request.form)
    effect = _effect(campaign, rule, request.form.get("up_to", 0, type=int))
    try:
        if len(effect.ids) != request.form.get("seen", -1, type=int):
            raise Conflict("changed", "您看过以后，找到的选票变了，还没有剔除。请看一看新的结果，再决定。")
        why = Why(rule.facts(), rule.preset.title, reason, me.staff.name, parts().clock())
        with acting(
            "vote_struck", rule.preset.title, campaign=public_id, why=reason, rows=len(effect.ids)
        ) as session:
            strike(session, campaign, effect.ids, why)
    except DomainError as error:
        now = _effect(campaign, rule) if error.code == "changed" else effect
        return _rule_page(campaign, rule_key, rule, now, problem=error.message, status=error.status)
    return redirect(url_for(".index", account_key=account_key, public_id=public_id, said="struck"), 303)


@pages.post(f"{BASE}/guard/strikes/<strike_id>/restore")
@needs(Permission.CAMPAIGNS)
def give_back(account_key: str, public_id: str, strike_id: str) -> AnyResponse:
    """All ballots of a strike count again, but those that another strike names."""
    campaign, why = vote_here(public_id), sent("why")
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


def _effect(campaign: CampaignView, rule: Rule, up_to: int | None = None) -> Effect:
    """`up_to`: only ballots as far as this one, as they were looked at before."""
    with parts().db.read() as session:
        last = find_last_block(session, campaign)
        found = find(session, campaign, rule)
        roll, counts = read_roll(session, campaign), read_counts(session, campaign)
    reached = up_to if up_to is not None else last.last_id if last is not None else 0
    ids = [one for one in found.ballots.tolist() if one <= reached]
    hours = Series("按钟点看找到的选票", "bars", [f"{hour} 点" for hour in range(24)], found.hours)
    changes = find_changes(settings_of(campaign), roll, counts, found.votes)
    return Effect(found, ids, changes, draw(hours), reached, roll)


def _page(campaign: CampaignView, *, problem: str = "", status: int = 200) -> Response:
    with parts().db.read() as session:
        strikes = list_strikes(session, campaign)
    return show(
        "console_guard.html",
        campaign,
        now_at="guard",
        title="防刷票",
        status=status,
        rules=[rule_from(preset.key) for preset in PRESETS],
        strikes=strikes,
        why=sent("why"),
        problem=problem,
        said=said(_SAID),
    )


def _rule_page(
    campaign: CampaignView,
    rule_key: str,
    rule: Rule | None,
    effect: Effect | None = None,
    *,
    problem: str = "",
    status: int = 200,
) -> Response:
    """`rule` None: what was typed is none."""
    preset = rule_from(rule_key).preset
    typed = {one.name: request.values.get(one.name, str(one.default))[:9] for one in preset.figures}
    return show(
        "console_rule.html",
        campaign,
        now_at="guard",
        title=preset.title,
        status=status,
        preset=preset,
        rule=rule,
        typed=typed,
        effect=effect,
        shown=SHOWN,
        reason=sent("reason"),
        problem=problem,
    )
