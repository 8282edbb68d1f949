"""Who has how many votes: the ranking of a round and group, live counts for pages that are open, and the result after the
end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import redirect, request
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.roots import list_roots
from campaigns.ballots.store import sum_blocks
from campaigns.charts import Chart, draw
from campaigns.kind import Series
from campaigns.kinds.vote.config import VoteConfig, settings_of
from campaigns.kinds.vote.open_pages import Look, kept, looking, page_of
from campaigns.kinds.vote.ranking import Place, public_places, rank
from campaigns.kinds.vote.roll import Candidate, roll_of
from campaigns.kinds.vote.showing import Shown, is_ended, is_live, read_shown
from core.clock import local_text
from house.current import parts

_LEADERS = 10


@dataclass(frozen=True, slots=True)
class Group:
    """One group's places; `title` is empty in a vote without groups."""

    title: str
    places: Sequence[Place]
    chart: Chart

    @property
    def most(self) -> int:
        return max((one.votes for one in self.places), default=0) or 1


@looking
def ranking(look: Look) -> AnyResponse:
    """`round` and `group` choose; while votes are hidden it says when they will be there."""
    settings = settings_of(look.campaign)
    round_, group = _round(look, request.args), _group(settings, request.args)
    return kept(look, (round_, group), lambda: _ranking(look, round_, group))


@looking
def counts(look: Look) -> AnyResponse:
    """For a list or ranking that is open: `{"on": true, "votes": [[number, votes], …]}` of a `round`; `on` is false, and there
    are none, where counts are not live (any more)."""
    round_ = _round(look, request.args)
    return kept(look, round_, lambda: _counts(look, round_), content_type="application/json")


@looking
def result(look: Look) -> AnyResponse:
    """After the end: places, charts, points of public and jury. Before it the ranking tells what can be told."""
    if not is_ended(look.campaign, look.now):
        return redirect(look.url("ranking"))
    return kept(look, "", lambda: _result(look))


def jury_points(settings: VoteConfig, place: Place) -> int:
    """The jury's part of a score, in hundredths of a point; the public's is the rest."""
    return ((100 - settings.public_percent) * (place.candidate.jury_hundredths or 0) + 50) // 100


def _ranking(look: Look, round_: int, group: str) -> str:
    settings, campaign = settings_of(look.campaign), look.campaign
    with parts().db.read() as session:
        shown = read_shown(session, campaign, look.now)
    candidates = _of_group(roll_of(parts().db, campaign).shown(round_), group)
    places = public_places(settings, candidates, shown.counts, round_) if shown.counts is not None else []
    return page_of(
        look,
        "vote/ranking.html",
        "票数排行",
        look.url("ranking", **_named(round_, group)),
        settings=settings,
        round=round_,
        group=group,
        shown=shown,
        places=places,
        most=max((one.votes for one in places), default=0) or 1,
        ended=is_ended(campaign, look.now),
    )


def _counts(look: Look, round_: int) -> str:
    if not is_live(look.campaign, look.now):
        return json.dumps({"on": False, "votes": []})
    with parts().db.read() as session:
        shown = read_shown(session, look.campaign, look.now)
    standing = roll_of(parts().db, look.campaign).shown(round_)
    return json.dumps(
        {"on": True, "votes": [[one.number, shown.valid(round_, one.number)] for one in standing]}
    )


def _result(look: Look) -> str:
    settings, campaign = settings_of(look.campaign), look.campaign
    with parts().db.read() as session:
        shown = read_shown(session, campaign, look.now)
        _, ballots, votes = sum_blocks(session, campaign)
        days = [(local_text(root.made_at)[5:10], root.ballots) for root in list_roots(session, campaign)][
            ::-1
        ]
    last = settings.round_count
    candidates = roll_of(parts().db, campaign).shown(last)
    weighted = settings.public_percent < 100
    judged = weighted and all(one.jury_hundredths is not None for one in candidates)
    return page_of(
        look,
        "vote/result.html",
        "投票结果",
        look.url("result"),
        settings=settings,
        shown=shown,
        groups=_groups(settings, candidates, shown, judged=judged),
        weighted=weighted,
        judged=judged,
        jury_points=lambda place: jury_points(settings, place),
        ballots=ballots,
        votes=votes,
        struck=sum(struck for _, struck in (shown.counts or {}).values()),
        course=draw(Series("选票累计", "line", [day for day, _ in days], [count for _, count in days])),
        final=campaign.closed_at is not None,
    )


def _groups(
    settings: VoteConfig, candidates: Sequence[Candidate], shown: Shown, *, judged: bool
) -> list[Group]:
    place = rank if judged else public_places
    made = []
    for title in settings.group_names or ("",):
        places = place(settings, _of_group(candidates, title), shown.counts or {}, settings.round_count)
        names = [f"{one.candidate.number} 号 {one.candidate.name}" for one in places[:_LEADERS]]
        values = [one.score / 100 if judged else one.votes for one in places[:_LEADERS]]
        of = f"{title}：" if title else ""
        series = Series(f"{of}{'总分' if judged else '得票'}前 {len(names)} 名", "bars", names, values)
        made.append(Group(title, places, draw(series)))
    return made


def _of_group(candidates: Sequence[Candidate], group: str) -> list[Candidate]:
    return [one for one in candidates if not group or one.group == group]


def _round(look: Look, asked: Mapping[str, str]) -> int:
    text = asked.get("round", "")
    known = text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= look.round
    return int(text[:4]) if known else look.round


def _group(settings: VoteConfig, asked: Mapping[str, str]) -> str:
    """A group that is there; else the first, or none where there are none."""
    names = settings.group_names or ("",)
    return next((one for one in names if one == asked.get("group")), names[0])


def _named(round_: int, group: str) -> dict[str, str | int]:
    return {"round": round_, **({"group": group} if group else {})}
