"""Searches for stuffed ballots that staff asked for: errands of the worker, with what they found."""

from collections.abc import Iterator
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy.orm import Session, defer

from campaigns import errands
from campaigns.ballots.chain import Runs, write_runs
from campaigns.ballots.guard import Example, Found, Rule, rule_from
from campaigns.ballots.guard.loading import EPOCH, read_struck
from campaigns.ballots.sealing import hold_books
from campaigns.ballots.store import sum_blocks
from campaigns.ballots.strikes import Why, strike
from campaigns.ballots.tables import VoteSearch, VoteStrike
from campaigns.view import CampaignView
from core.errors import Conflict, NotFound

_MILLISECOND = timedelta(milliseconds=1)


def ask_search(session: Session, campaign: CampaignView, rule: Rule, by: str, now: datetime) -> VoteSearch:
    """One more; where the same is under way, that one. Raises Conflict while another is."""
    busy = errands.find_under_way(session, VoteSearch, campaign)
    if busy is not None:
        if busy.rule == rule.facts():
            return busy
        raise Conflict("under_way", f"正在查「{rule_of(busy).preset.title}」，请等它查完，再查这一条。")
    _, ballots, votes = sum_blocks(session, campaign)
    return errands.ask(session, VoteSearch, campaign, by, now, all_rows=ballots + votes, rule=rule.facts())


def get_search(session: Session, campaign: CampaignView, search_id: str) -> VoteSearch:
    """Raises NotFound."""
    found = errands.find(session, VoteSearch, campaign, search_id)
    if found is None:
        raise NotFound("no_search", "没有这次查找，可能超过一天已经清理。请再查一次。")
    return found


def list_searches(session: Session, campaign: CampaignView) -> list[VoteSearch]:
    """The newest first, without what they found."""
    query = errands.latest(VoteSearch, campaign).options(defer(VoteSearch.ids))
    return list(session.scalars(query))


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


def columns_of(found: Found) -> dict[str, Any]:
    """What was found, as a search keeps it; `found_of` reads it back."""
    return {
        "up_to": found.up_to,
        "found": len(found.ballots),
        "ids": write_runs(found.ballots.tolist()),
        "votes": [[*key, votes] for key, votes in sorted(found.votes.items())],
        "hours": list(found.hours),
        "examples": [_stored(one) for one in found.examples],
    }


def _stored(one: Example) -> list[Any]:
    ballot_id, at, *rest = astuple(one)
    return [ballot_id, (at - EPOCH) // _MILLISECOND, *rest]


def _examples(row: VoteSearch) -> Iterator[Example]:
    for ballot_id, at_ms, channel, candidates, *rest in row.examples:
        yield Example(ballot_id, EPOCH + at_ms * _MILLISECOND, channel, tuple(candidates), *rest)
