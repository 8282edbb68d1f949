"""What a rule finds: the ballots, and what striking them would change. Reads only; `strikes.strike` is what strikes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy.orm import Session

from campaigns.ballots.guard.columns import MINUTE_MS, Bools, Columns, Ints
from campaigns.ballots.guard.loading import EPOCH, Progress, load, read_struck
from campaigns.ballots.guard.rule import Rule
from campaigns.view import CampaignView

_EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class Example:
    """One of the ballots found, for somebody to look at."""

    ballot_id: int
    at: datetime
    channel: str
    candidates: tuple[int, ...]
    followed_minutes: int | None
    """How long before the ballot the person had followed; None where that is not known."""
    address: str
    """Four letters that stand for the address, the same for the same; empty in the chat. So with `agent`."""
    agent: str


@dataclass(frozen=True, slots=True)
class Found:
    """Ballots that a rule finds."""

    rule: Rule
    ballots: Ints
    """Ids, ascending."""
    votes: Mapping[tuple[int, int], int]
    """Votes on them, by round and candidate."""
    hours: tuple[int, ...]
    """Ballots by hour of the day in China, 24."""
    examples: Sequence[Example]
    """A dozen at most, spread over all."""
    up_to: int
    """The last ballot that was looked at; 0 for none."""


def find(session: Session, campaign: CampaignView, rule: Rule, progress: Progress = lambda _n: None) -> Found:
    """What a rule finds among the sealed ballots; those already struck are looked at, but not found again.

    It reads the whole ledger (40 s for 1.2 million people): `searching` has the worker do it.
    """
    columns = load(session, campaign, progress)
    counts = ~np.isin(columns.ballot, read_struck(session, campaign))
    return _describe(columns, rule, rule.preset.search(columns, rule.figures) & counts)


def find_columns(columns: Columns, rule: Rule) -> Found:
    """The same among ballots that are at hand, none of them struck."""
    return _describe(columns, rule, rule.preset.search(columns, rule.figures))


def _describe(columns: Columns, rule: Rule, found: Bools) -> Found:
    rows = np.flatnonzero(found)
    hours = np.bincount(columns.hour[rows], minlength=24)
    return Found(
        rule,
        columns.ballot[rows],
        _count_votes(columns, found),
        tuple(int(count) for count in hours),
        [_example(columns, int(row)) for row in _spread(rows)],
        int(columns.ballot[-1]) if columns.size else 0,
    )


def _count_votes(columns: Columns, found: Bools) -> Mapping[tuple[int, int], int]:
    given = found[columns.vote_row]
    pairs = np.stack((columns.round[columns.vote_row[given]], columns.vote_candidate[given]), axis=1)
    keys, counts = np.unique(pairs, axis=0, return_counts=True)
    return {(int(round_), int(number)): int(n) for (round_, number), n in zip(keys, counts, strict=True)}


def _spread(rows: Ints) -> Ints:
    if len(rows) <= _EXAMPLES:
        return rows
    return rows[np.linspace(0, len(rows) - 1, _EXAMPLES).astype(np.int64)]


def _example(columns: Columns, row: int) -> Example:
    first, last = np.searchsorted(columns.vote_row, (row, row + 1))
    followed = int(columns.followed[row])
    minutes = (int(columns.at[row]) - followed) // MINUTE_MS if followed > 0 else None
    return Example(
        int(columns.ballot[row]),
        EPOCH + timedelta(milliseconds=int(columns.at[row])),
        "chat" if columns.chat[row] else "page",
        tuple(int(one) for one in columns.vote_candidate[first:last]),
        minutes,
        _letters(int(columns.address[row])),
        _letters(int(columns.agent[row])),
    )


def _letters(code: int) -> str:
    return f"{code:016x}"[:4] if code else ""
