"""The organiser's figures of a ledger: who has how much, ballots by hour, whether the books agree. From the books, so that it costs the
same for a thousand votes and for millions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, cast, extract, func
from sqlalchemy.orm import Session

from campaigns.ballots.part import BallotPart
from campaigns.ballots.places import Place
from campaigns.ballots.roll import groups_of
from campaigns.ballots.rules import rules_of
from campaigns.ballots.sealing import blocks_of, count_unsealed
from campaigns.ballots.tables import VoteBlock
from campaigns.ballots.totals import read_counts
from campaigns.kind import Series
from campaigns.view import CampaignView
from core.clock import SHANGHAI

RECOUNTED = 200_000
"""So many votes are counted anew while somebody waits; for more there is the command."""
_HOURS = 48
_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Line:
    """A candidate's line: `share` of the group's valid votes and `width` beside its best, both of 100; `width_struck` follows it."""

    place: Place[Any]
    share: float
    width: float
    width_struck: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Sealed `ballots`, `votes` and `struck` votes of the whole campaign; `unsealed` ballots; the lines of one round by group."""

    ballots: int
    votes: int
    struck: int
    unsealed: int
    blocks: int
    groups: dict[str, list[Line]]


def read_figures(session: Session, campaign: CampaignView, part: BallotPart[Any], round_: int) -> Figures:
    """As the books have them; the lines of one round."""
    sums = blocks_of(campaign).with_only_columns(
        func.sum(VoteBlock.ballots), func.sum(VoteBlock.votes), func.count()
    )
    ballots, votes, blocks = session.execute(sums).one()
    counts = read_counts(session, campaign)
    groups = groups_of(rules_of(campaign), part.read(session, campaign).shown(round_))
    return Figures(
        int(ballots or 0),
        int(votes or 0),
        sum(struck for _, struck in counts.values()),
        count_unsealed(session, campaign),
        blocks,
        {
            name: lines_of(part.rank(campaign.settings, members, counts, round_))
            for name, members in groups.items()
        },
    )


def lines_of(places: Sequence[Place[Any]]) -> list[Line]:
    """In the order of the places."""
    valid = sum(one.votes for one in places) or 1
    most = max((one.votes + one.struck for one in places), default=0) or 1
    return [
        Line(
            one, one.votes / valid * 100, round(one.votes / most * 100, 2), round(one.struck / most * 100, 2)
        )
        for one in places
    ]


def read_hours(session: Session, campaign: CampaignView, now: datetime) -> Series:
    """Ballots by the hour of the last two days, as they were sealed: a second or two after they were cast."""
    until = now.replace(minute=0, second=0, microsecond=0)
    hours = [until - timedelta(hours=back) for back in range(_HOURS - 1, -1, -1)]
    hour = cast(extract("epoch", VoteBlock.sealed_at), BigInteger) // _HOUR_S
    query = (
        blocks_of(campaign)
        .where(VoteBlock.sealed_at >= hours[0])
        .with_only_columns(hour, func.sum(VoteBlock.ballots))
        .group_by(hour)
    )
    found = {int(at): int(ballots) for at, ballots in session.execute(query)}
    labels = [f"{one.astimezone(SHANGHAI):%m-%d %H} 点" for one in hours]
    values = [found.get(int(one.timestamp()) // _HOUR_S, 0) for one in hours]
    return Series("每小时的选票（最近两天）", "line", labels, values)
