"""The result of a vote after its end: places, charts, points of public and jury."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect
from werkzeug.wrappers import Response as AnyResponse

from campaigns.ballots.open_pages import Look, kept, page_of
from campaigns.ballots.places import Place, by_votes
from campaigns.ballots.roots import list_roots
from campaigns.ballots.rules import last_round
from campaigns.ballots.showing import Shown, is_ended, read_shown
from campaigns.ballots.store import sum_blocks
from campaigns.charts import Chart, draw
from campaigns.kind import Series
from campaigns.kinds.vote.ballots import BALLOTS
from campaigns.kinds.vote.config import VoteConfig, settings_of
from campaigns.kinds.vote.ranking import jury_points, rank
from campaigns.kinds.vote.roll import Candidate
from core.clock import local_text
from house.current import parts

_LEADERS = 10


@dataclass(frozen=True, slots=True)
class Group:
    """One group's places; `title` is empty in a vote without groups."""

    title: str
    places: Sequence[Place[Candidate]]
    chart: Chart


def result(look: Look) -> AnyResponse:
    """Before the end the ranking tells what can be told."""
    if not is_ended(look.campaign, look.now):
        return redirect(look.url("ranking"))
    return kept(look, "", lambda: _result(look))


def _result(look: Look) -> str:
    settings, campaign = settings_of(look.campaign), look.campaign
    with parts().db.read() as session:
        shown = read_shown(session, campaign, look.now)
        _, ballots, votes = sum_blocks(session, campaign)
        roots = list_roots(session, campaign)[::-1]
    candidates = BALLOTS.roll(parts().db, campaign).shown(last_round(settings))
    weighted = settings.public_percent < 100
    judged = weighted and all(one.jury_hundredths is not None for one in candidates)
    days = [local_text(root.made_at)[5:10] for root in roots]
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
        course=draw(Series("选票累计", "line", days, [root.ballots for root in roots])),
        final=campaign.closed_at is not None,
    )


def _groups(
    settings: VoteConfig, candidates: Sequence[Candidate], shown: Shown, *, judged: bool
) -> list[Group]:
    counts, last = shown.counts or {}, last_round(settings)
    made = []
    for title in settings.group_names or ("",):
        members = [one for one in candidates if not title or one.group == title]
        places = rank(settings, members, counts, last) if judged else by_votes(members, counts, last)
        names = [f"{one.candidate.number} 号 {one.candidate.name}" for one in places[:_LEADERS]]
        values = [one.score / 100 if judged else one.votes for one in places[:_LEADERS]]
        of = f"{title}：" if title else ""
        series = Series(f"{of}{'总分' if judged else '得票'}前 {len(names)} 名", "bars", names, values)
        made.append(Group(title, places, draw(series)))
    return made
