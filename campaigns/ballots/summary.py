"""What the organiser sees of the course of a campaign with ballots."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from campaigns.ballots.rules import EACH_DAY, round_at, rules_of
from campaigns.ballots.sealing import blocks_of, count_unsealed, of_campaign
from campaigns.ballots.tables import VoteBallot, VoteBlock
from campaigns.ballots.totals import read_counts
from campaigns.kind import Figure, Series, Summary
from campaigns.registry import ballots_of
from campaigns.view import CampaignView

_LEADERS = 10


def summarise(session: Session, campaign: CampaignView, now: datetime) -> Summary:
    """From the books (blocks and totals), so that it costs the same for a thousand votes and for millions."""
    counts, part, words = read_counts(session, campaign), ballots_of(campaign), rules_of(campaign).words
    sums = blocks_of(campaign).with_only_columns(func.sum(VoteBlock.ballots), func.sum(VoteBlock.votes))
    ballots, votes = session.execute(sums).one()
    struck = sum(one for _, one in counts.values())
    figures = (
        Figure("选票", int(ballots or 0), "张"),
        Figure(f"{words.vote}数", int(votes or 0), words.unit),
        Figure("剔除", struck, words.unit),
        Figure("等待封存", count_unsealed(session, campaign), "张"),
    )
    round_ = round_at(campaign, now)
    standing = part.read(session, campaign).shown(round_)
    places = part.rank(campaign.settings, standing, counts, round_)[:_LEADERS]
    leaders = Series(
        f"得{words.vote}最多的",
        "bars",
        [f"{one.candidate.number} {one.candidate.name}" for one in places],
        [one.votes for one in places],
    )
    return Summary(figures, (leaders, *_by_day(session, campaign)))


def _by_day(session: Session, campaign: CampaignView) -> tuple[Series, ...]:
    """Ballots by day, where the quota is by day: the period is the day."""
    if rules_of(campaign).period != EACH_DAY:
        return ()
    query = (
        select(VoteBallot.period, func.count())
        .where(*of_campaign(campaign))
        .group_by(VoteBallot.period)
        .order_by(VoteBallot.period)
    )
    days = session.execute(query).all()
    labels = [f"{date.fromordinal(day):%m-%d}" for day, _ in days]
    return (Series("每天的选票", "line", labels, [count for _, count in days]),)
