"""Searches for stuffed ballots that staff asked for: a row each, done by the worker, told how far it is, dropped after a day."""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, Update, and_, delete, or_, select, update
from sqlalchemy.orm import Session, defer

from campaigns.kinds.vote.chain import Runs, write_runs
from campaigns.kinds.vote.guard import Example, Found, Rule, rule_from
from campaigns.kinds.vote.guard.loading import EPOCH, read_struck
from campaigns.kinds.vote.sealing import hold_books
from campaigns.kinds.vote.store import sum_blocks
from campaigns.kinds.vote.strikes import Why, strike
from campaigns.kinds.vote.tables import VoteSearch, VoteStrike
from campaigns.view import CampaignView
from core.errors import Conflict, NotFound
from core.ids import public_id
from models.upsert import count_rows

_KEPT = timedelta(days=1)
_SILENT = timedelta(minutes=2)
"""A worker that has not been heard of for so long is gone; another takes its search over."""
_TRIES = 3
"""A search that took so many workers with it is not begun again."""
_LISTED = 5
_FAILED = "没有查成，请再查一次；还不行请联系系统管理员。"
_MILLISECOND = timedelta(milliseconds=1)


def ask_search(session: Session, campaign: CampaignView, rule: Rule, by: str, now: datetime) -> VoteSearch:
    """One more; where the same is under way, that one. Raises Conflict while another is."""
    under_way = session.scalar(
        _of(campaign).where(VoteSearch.state.in_(("waiting", "working"))).order_by(VoteSearch.id).limit(1)
    )
    if under_way is not None:
        if under_way.rule == rule.facts():
            return under_way
        raise Conflict("under_way", f"正在查「{rule_of(under_way).preset.title}」，请等它查完，再查这一条。")
    _, ballots, votes = sum_blocks(session, campaign)
    row = VoteSearch(
        account_id=campaign.account_id,
        public_id=public_id(),
        campaign_id=campaign.id,
        rule=rule.facts(),
        all_rows=ballots + votes,
        asked_by=by[:40],
        asked_at=now,
        touched_at=now,
    )
    session.add(row)
    session.flush()
    return row


def get_search(session: Session, campaign: CampaignView, search_id: str) -> VoteSearch:
    """Raises NotFound."""
    found = session.scalar(_of(campaign).where(VoteSearch.public_id == search_id))
    if found is None:
        raise NotFound("no_search", "没有这次查找，可能超过一天已经清理。请再查一次。")
    return found


def list_searches(session: Session, campaign: CampaignView) -> list[VoteSearch]:
    """The newest first, without what they found."""
    query = _of(campaign).order_by(VoteSearch.asked_at.desc(), VoteSearch.id.desc()).limit(_LISTED)
    return list(session.scalars(query.options(defer(VoteSearch.ids))))


def rule_of(row: VoteSearch) -> Rule:
    return rule_from(row.rule["key"], row.rule)


def found_of(row: VoteSearch) -> Found:
    """What a search that is done has found."""
    return Found(
        rule_of(row),
        np.fromiter(Runs([row.ids]), np.int64, row.found),
        {(round_, candidate): votes for round_, candidate, votes in row.votes},
        tuple(row.hours),
        list(_examples(row)),
        row.up_to,
    )


def count_struck(session: Session, campaign: CampaignView, found: Found) -> int:
    """How many of the ballots found do not count any more: somebody struck them since."""
    return int(np.isin(found.ballots, read_struck(session, campaign)).sum())


def strike_found(session: Session, campaign: CampaignView, row: VoteSearch, why: Why) -> VoteStrike:
    """Strike what a search found, all of it. Raises Invalid without a reason; Conflict where it is not done or some of it
    was struck meanwhile."""
    if row.state != "done":
        raise Conflict("not_done", "还没有查完，请等一等。")
    hold_books(session, campaign)
    found = found_of(row)
    if count_struck(session, campaign, found):
        raise Conflict(
            "changed", "您看过以后，其中有选票被剔除了，这一次还没有剔除。请再查一次，看了新的结果再决定。"
        )
    return strike(session, campaign, found.ballots.tolist(), why)


def claim_search(session: Session, now: datetime) -> VoteSearch | None:
    """The one that waits longest, or that its worker left behind; taken by one worker."""
    open_ = or_(
        VoteSearch.state == "waiting",
        and_(VoteSearch.state == "working", VoteSearch.touched_at < now - _SILENT),
    )
    query = select(VoteSearch).where(open_).order_by(VoteSearch.asked_at).limit(1)
    row = session.scalar(query.execution_options(all_tenants="the worker searches for every account"))
    if row is None:
        return None
    if row.tries >= _TRIES:
        note_failure(session, row, now)
        return None
    values = {"state": "working", "tries": row.tries + 1, "rows": 0, "touched_at": now}
    if count_rows(session.execute(update(VoteSearch).where(*_this(row), open_).values(values))) == 0:
        return None
    session.refresh(row)
    return row


def note_progress(session: Session, row: VoteSearch, rows: int, now: datetime) -> None:
    session.execute(_under_way(row).values(rows=rows, touched_at=now))


def note_found(session: Session, row: VoteSearch, found: Found, now: datetime) -> None:
    """The search is done."""
    values: dict[str, Any] = {
        "state": "done",
        "touched_at": now,
        "up_to": found.up_to,
        "found": len(found.ballots),
        "ids": write_runs(found.ballots.tolist()),
        "votes": [[*key, votes] for key, votes in sorted(found.votes.items())],
        "hours": list(found.hours),
        "examples": [_stored(one) for one in found.examples],
    }
    session.execute(_under_way(row).values(values))


def note_failure(session: Session, row: VoteSearch, now: datetime) -> None:
    values = {"state": "failed", "problem": _FAILED, "touched_at": now}
    session.execute(_under_way(row).values(values))


def drop_old(session: Session, now: datetime) -> int:
    """Forget what was asked for a day ago."""
    old = delete(VoteSearch).where(
        VoteSearch.state.in_(("done", "failed")), VoteSearch.asked_at < now - _KEPT
    )
    options = {"all_tenants": "searches of every account grow old"}
    return count_rows(session.execute(old, execution_options=options))


def _of(campaign: CampaignView) -> Select[VoteSearch]:
    return select(VoteSearch).where(
        VoteSearch.account_id == campaign.account_id, VoteSearch.campaign_id == campaign.id
    )


def _this(row: VoteSearch) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return VoteSearch.account_id == row.account_id, VoteSearch.id == row.id


def _under_way(row: VoteSearch) -> Update:
    """A worker that others took for dead changes nothing of what they have finished."""
    return update(VoteSearch).where(*_this(row), VoteSearch.state == "working")


def _stored(one: Example) -> list[Any]:
    ballot_id, at, *rest = astuple(one)
    return [ballot_id, (at - EPOCH) // _MILLISECOND, *rest]


def _examples(row: VoteSearch) -> Iterator[Example]:
    for ballot_id, at_ms, channel, candidates, *rest in row.examples:
        yield Example(ballot_id, EPOCH + at_ms * _MILLISECOND, channel, tuple(candidates), *rest)
