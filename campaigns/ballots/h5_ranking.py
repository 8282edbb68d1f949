"""Who has how many votes: the ranking of a round and group, and live counts for pages that are open."""

import json
from collections.abc import Mapping

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.open_pages import Look, kept, page_of
from campaigns.ballots.places import by_votes
from campaigns.ballots.rules import BallotRules, rules_of
from campaigns.ballots.showing import is_ended, is_live, read_shown
from campaigns.registry import ballots_of
from house.current import parts

_MOST = 2000
"""Places on one page."""


def ranking(look: Look) -> AnyResponse:
    """`round` and `group` choose; while votes are hidden it says when they will be there."""
    round_, group = _round(look, request.args), _group(rules_of(look.campaign), request.args)
    return kept(look, (round_, group), lambda: _ranking(look, round_, group))


def counts(look: Look) -> AnyResponse:
    """For a list or ranking that is open: `{"on": true, "votes": [[number, votes], …]}` of a `round`; `on` is false, and there
    are none, where counts are not live (any more)."""
    round_ = _round(look, request.args)
    return kept(look, round_, lambda: _counts(look, round_), content_type="application/json")


def _ranking(look: Look, round_: int, group: str) -> str:
    campaign, part = look.campaign, ballots_of(look.campaign)
    with parts().db.read() as session:
        shown = read_shown(session, campaign, look.now)
    standing = part.roll(parts().db, campaign).shown(round_)
    members = [one for one in standing if not group or one.group == group]
    places = by_votes(members, shown.counts, round_) if shown.counts is not None else []
    return page_of(
        look,
        "ballots/ranking.html",
        f"{rules_of(campaign).words.vote}数排行",
        look.url("ranking", **_named(round_, group)),
        settings=rules_of(campaign),
        round=round_,
        group=group,
        shown=shown,
        places=places[:_MOST],
        total=len(places),
        most=max((one.votes for one in places), default=0) or 1,
        caveat=part.caveat(campaign.settings),
        ended=is_ended(campaign, look.now),
    )


def _counts(look: Look, round_: int) -> str:
    if not is_live(look.campaign, look.now):
        return json.dumps({"on": False, "votes": []})
    with parts().db.read() as session:
        shown = read_shown(session, look.campaign, look.now)
    standing = ballots_of(look.campaign).roll(parts().db, look.campaign).shown(round_)
    return json.dumps(
        {"on": True, "votes": [[one.number, shown.valid(round_, one.number)] for one in standing]}
    )


def _round(look: Look, asked: Mapping[str, str]) -> int:
    text = asked.get("round", "")
    known = text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= look.round
    return int(text[:4]) if known else look.round


def _group(rules: BallotRules, asked: Mapping[str, str]) -> str:
    """A group that is there; else the first, or none where there are none."""
    names = rules.group_names or ("",)
    return next((one for one in names if one == asked.get("group")), names[0])


def _named(round_: int, group: str) -> dict[str, str | int]:
    return {"round": round_, **({"group": group} if group else {})}
