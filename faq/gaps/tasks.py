"""Scheduled work of the gap list: what was asked is grouped a minute later, and forgotten after `faq.gap_days` days."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from faq.gaps import lists
from faq.gaps.service import expire
from house.parts import Parts
from jobs.ticker import Job
from models.db import Database

_EVERY_S, _SELDOM_S = 60.0, 600.0
_REST = 10
"""Times as long as grouping took that an account is left alone after it: ten thousand questions take seconds."""


def jobs(parts: Parts) -> Sequence[Job]:
    """The worker's part."""
    kept = timedelta(days=parts.settings.faq.gap_days)
    rests: dict[int, float] = {}

    def forget() -> int:
        with parts.db.work() as session:
            return expire(session, parts.clock() - kept)

    def group() -> int:
        with parts.db.read() as session:
            stale = lists.stale_accounts(session, parts.clock())
        rested = [one for one in stale if time.monotonic() >= rests.get(one, 0.0)]
        for account_id in rested:
            began = time.monotonic()
            regroup(parts.db, account_id, parts.clock())
            ended = time.monotonic()
            rests[account_id] = ended + _REST * (ended - began)
        return len(rested)

    return (Job("questions_grouped", _EVERY_S, group), Job("questions_expire", _SELDOM_S, forget))


def regroup(db: Database, account_id: int, now: datetime) -> int:
    """Make an account's lists of gaps of what is open now; returns how many gaps there are."""
    with db.read() as session:
        grouped = lists.group(session, account_id, now)
    with db.work() as session:
        return lists.keep(session, account_id, grouped, now)
