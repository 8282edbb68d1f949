"""Scheduled work of the gap list: what was asked is grouped a minute later, and forgotten after `faq.gap_days` days."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.clock import SHANGHAI
from faq.gaps import lists
from faq.gaps.nearest import Comparison, compare_with
from faq.gaps.service import expire
from faq.shelf import FaqShelf
from house.parts import Parts
from jobs.ticker import Job
from models.db import Database

_EVERY_S, _SELDOM_S = 60.0, 600.0
_REST = 10
"""Times as long as grouping took that an account is left alone after it: ten thousand questions take seconds."""


def jobs(parts: Parts) -> Sequence[Job]:
    """The worker's part that needs no content in memory."""
    kept = timedelta(days=parts.settings.faq.gap_days)

    def forget() -> int:
        with parts.db.work() as session:
            return expire(session, parts.clock() - kept)

    return (Job("questions_expire", _SELDOM_S, forget),)


def grouping_job(parts: Parts, shelf: FaqShelf) -> Job:
    """Keeps the lists of gaps; `shelf` tells which entry comes nearest to each."""
    rests: dict[int, float] = {}

    def group() -> int:
        now = parts.clock()
        keys = {one.id: one.key for one in parts.directory.all()}
        with parts.db.read() as session:
            marks = {account_id: shelf.mark(key) for account_id, key in keys.items()}
            stale = lists.stale_accounts(session, now, marks)
        rested = [one for one in stale if time.monotonic() >= rests.get(one, 0.0)]
        for account_id in rested:
            began = time.monotonic()
            comparison = compare_with(shelf, keys.get(account_id, ""), now.astimezone(SHANGHAI).date())
            regroup(parts.db, account_id, now, comparison)
            ended = time.monotonic()
            rests[account_id] = ended + _REST * (ended - began)
        return len(rested)

    return Job("questions_grouped", _EVERY_S, group)


def regroup(db: Database, account_id: int, now: datetime, comparison: Comparison) -> int:
    """Make an account's lists of gaps of what is open now; returns how many gaps there are."""
    with db.read() as session:
        grouped = lists.group(session, account_id, now, comparison)
    with db.work() as session:
        return lists.keep(session, account_id, grouped, now)
