"""What the worker does for ballots: seal ballots, publish the day's root, search for stuffed ballots."""

from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select

from campaigns.ballots.guard import find
from campaigns.ballots.roots import due_day, publish_root
from campaigns.ballots.sealing import BLOCK, seal
from campaigns.ballots.searching import columns_of, rule_of
from campaigns.ballots.tables import VoteSearch
from campaigns.errands import Progress, do_next, drop_old
from campaigns.registry import ballot_kinds
from campaigns.store import view_of
from campaigns.view import CampaignView
from house.parts import Parts
from jobs.ticker import Job
from models.campaigns import Campaign

_FAILED = "没有查成，请再查一次；还不行请联系系统管理员。"


def jobs(parts: Parts) -> list[Job]:
    return [
        Job("vote_seals", 1.0, lambda: seal_due(parts)),
        Job("vote_roots", 30.0, lambda: publish_due(parts)),
        Job("vote_searches", 1.0, lambda: search_due(parts)),
        Job("vote_searches_old", 600.0, lambda: drop_searches(parts)),
    ]


def seal_due(parts: Parts) -> int:
    """Seal what was cast, a block in a unit of work; returns how many ballots."""
    done = 0
    for campaign in _running(parts):
        while sealed := _seal_one(parts, campaign):
            done += sealed
            if sealed < BLOCK:
                break
    return done


def publish_due(parts: Parts) -> int:
    """Make the roots that are due; returns how many."""
    now = parts.clock()
    return sum(_publish_one(parts, campaign, now) for campaign in _running(parts))


def search_due(parts: Parts) -> int:
    """Do the search that waits longest; returns how many were done."""
    return do_next(parts, VoteSearch, partial(_search, parts), _FAILED)


def drop_searches(parts: Parts) -> int:
    """Forget searches of the day before; returns how many."""
    with parts.db.work() as session:
        return len(drop_old(session, VoteSearch, parts.clock()))


def _search(parts: Parts, row: VoteSearch, progress: Progress) -> dict[str, Any]:
    query = select(Campaign).where(Campaign.account_id == row.account_id, Campaign.id == row.campaign_id)
    with parts.db.read() as session:
        return columns_of(find(session, view_of(session.scalars(query).one()), rule_of(row), progress))


def _seal_one(parts: Parts, campaign: CampaignView) -> int:
    with parts.db.work() as session:
        return seal(session, campaign, parts.clock())


def _publish_one(parts: Parts, campaign: CampaignView, now: datetime) -> bool:
    day = due_day(campaign, min(now, campaign.closed_at or now))
    if day is None:
        return False
    with parts.db.work() as session:
        return publish_root(session, campaign, day, now)


def _running(parts: Parts) -> list[CampaignView]:
    query = (
        select(Campaign)
        .where(Campaign.kind.in_(ballot_kinds()), Campaign.state.in_(("live", "frozen")))
        .execution_options(all_tenants="the ledgers of every account are sealed")
    )
    with parts.db.read() as session:
        return [view_of(row) for row in session.scalars(query)]
