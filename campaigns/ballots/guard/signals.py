"""What ballots have in common: crowds, and the signs that a crowd is not of people. Pure functions over columns."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from campaigns.ballots.guard.columns import HOUR_MS, MINUTE_MS, Bools, Columns, Ints, groups

Floats = NDArray[np.float64]
_TOP = 10
_NOTABLE, _NOTABLE_PART = 2, 0.04
"""A browser tells something of a crowd where its part is so many times the usual, and so large: popular phones are everywhere."""
_SLACK_MS = MINUTE_MS
"""A follow is told in whole seconds and may reach us after the ballot."""
_LEAST_MEAN_MS = 100
_MANY = 1000


class Crowds(NamedTuple):
    """Votes in groups: of each vote its place among the votes, its ballot's place, its candidate and the number of its
    crowd, from 0."""

    vote: Ints
    row: Ints
    candidate: NDArray[np.int32]
    of: Ints

    @property
    def sizes(self) -> Ints:
        return np.bincount(self.of)

    def only(self, crowds: Bools) -> "Crowds":
        """The votes of crowds that are true in `crowds`; crowds keep their numbers."""
        kept = crowds[self.of]
        return Crowds(self.vote[kept], self.row[kept], self.candidate[kept], self.of[kept])


def crowds_of(columns: Columns, rows: Bools, *by: NDArray[Any]) -> Crowds:
    """Votes of the ballots in `rows`, in crowds of one candidate that are alike in every column of `by` (one entry a ballot)."""
    vote = np.flatnonzero(rows[columns.vote_row])
    row, candidate = columns.vote_row[vote], columns.vote_candidate[vote]
    return Crowds(vote, row, candidate, groups(candidate, *(column[row] for column in by)))


def count_within(crowds: Crowds, *by: NDArray[Any]) -> Ints:
    """Of each crowd, how many of all these votes are like it in `by` (one entry a vote): the whole it is a part of."""
    wider = groups(*by)
    whole = np.zeros(int(crowds.of.max(initial=-1)) + 1, np.int64)
    whole[crowds.of] = np.bincount(wider)[wider]
    return whole


def share_in(crowds: Crowds, marked: Bools) -> Floats:
    """Of each crowd, which part of its votes is true in `marked` (one entry a vote)."""
    sizes = np.bincount(crowds.of)
    return np.bincount(crowds.of, weights=marked) / np.maximum(sizes, 1)


def find_fresh(columns: Columns, minutes: int) -> Bools:
    """Ballots of people who followed at most so long before their first ballot, and voted for the same candidates whenever
    they came, no more than the smallest ballot of all has: mostly one."""
    people = groups(columns.person)
    first = np.full(int(people.max(initial=-1)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, people, columns.at)
    known = columns.followed > 0
    after = first[people] - np.where(known, columns.followed, 0)
    soon = known & (after >= -_SLACK_MS) & (after <= minutes * MINUTE_MS)
    result = np.zeros(columns.size, bool)
    result[soon] = _is_faithful(columns, people, soon)
    return result


def _is_faithful(columns: Columns, people: Ints, rows: Bools) -> Bools:
    """Of the ballots in `rows`: is their person one who votes for as few candidates as can be, whenever they come?"""
    widths = np.bincount(columns.vote_row, minlength=columns.size)
    asked = rows[columns.vote_row]
    pairs = (people[columns.vote_row[asked]].astype(np.uint64) << np.uint64(24)) | columns.vote_candidate[
        asked
    ].astype(np.uint64)
    chosen = np.bincount(
        (np.unique(pairs) >> np.uint64(24)).astype(np.int64), minlength=int(people.max(initial=-1)) + 1
    )
    faithful: Bools = chosen[people[rows]] <= widths[widths > 0].min(initial=_MANY)
    return faithful


class Alike(NamedTuple):
    """How far crowds come from few browsers."""

    top: Bools
    """Of each vote: is its browser one of its crowd's ten most frequent, and far more frequent there than elsewhere?"""
    share: Floats
    """Of each crowd, the part of its votes that these ten have …"""
    elsewhere: Floats
    """… and the part that they have of the votes for all other candidates."""


def find_alike(columns: Columns, crowds: Crowds) -> Alike:
    """Votes without a browser are none of them."""
    agent = columns.agent[crowds.row]
    named = agent != 0
    of = crowds.of[named]
    pair = groups(of, agent[named])
    sizes = np.bincount(pair)
    owner, usual = np.zeros(len(sizes), np.int64), np.zeros(len(sizes))
    owner[pair], usual[pair] = of, columns.agent_elsewhere[crowds.vote[named]]
    often = sizes >= np.maximum(_NOTABLE * usual, _NOTABLE_PART) * crowds.sizes[owner]
    frequent = often & (rank_within(owner, sizes) < _TOP)
    top = np.zeros(len(agent), bool)
    top[named] = frequent[pair]
    elsewhere = np.zeros(len(crowds.sizes))
    np.add.at(elsewhere, owner[frequent], usual[frequent])
    return Alike(top, share_in(crowds, top), elsewhere)


def share_elsewhere(columns: Columns, crowds: Crowds, marked: Bools) -> Floats:
    """Of each crowd, which part of the votes for all other candidates is on ballots true in `marked`."""
    bears = marked[columns.vote_row]
    votes = np.bincount(columns.vote_candidate)
    borne = np.bincount(columns.vote_candidate, weights=bears)
    part = (borne.sum() - borne) / np.maximum(votes.sum() - votes, 1)
    by_crowd = np.zeros(len(crowds.sizes))
    by_crowd[crowds.of] = part[crowds.candidate]
    return by_crowd


def rank_within(owner: Ints, sizes: Ints) -> Ints:
    """How many entries of the same owner are larger: 0 for the largest; equal ones share a place, so that no accident decides."""
    order = np.lexsort((-sizes, owner))
    owners, ordered = owner[order], sizes[order]
    new_owner = np.diff(owners, prepend=-1) != 0
    new_size = new_owner | (np.diff(ordered, prepend=-1) != 0)
    places = np.arange(len(order))
    first = np.maximum.accumulate(np.where(new_owner, places, 0))
    level = np.maximum.accumulate(np.where(new_size, places, 0))
    ranks = np.empty(len(order), np.int64)
    ranks[order] = level - first
    return ranks


def find_regular(at: Ints, of: Ints, run: int, spread: float) -> Bools:
    """Which moments stand in a run of `run` or more of their group whose intervals differ (standard deviation) by at most
    `spread` of their mean. Intervals of more than an hour are no run's."""
    regular = np.zeros(len(at), bool)
    if len(at) < run:
        return regular
    order = np.lexsort((at, of))
    times, group = at[order], of[order]
    steps = np.diff(times).astype(np.float64)
    steps[np.diff(group) != 0] = 0
    pauses = _windows((steps > HOUR_MS).astype(np.float64), run - 1)
    steps[steps > HOUR_MS] = 0
    mean = _windows(steps, run - 1) / (run - 1)
    variance = _windows(steps**2, run - 1) / (run - 1) - mean**2
    whole = (group[: len(mean)] == group[run - 1 :]) & (pauses == 0)
    even = whole & (mean >= _LEAST_MEAN_MS) & (variance <= (spread * mean) ** 2)
    regular[order] = _spread_over(even, run, len(at))
    return regular


def _windows(values: Floats, length: int) -> Floats:
    """Sums of every `length` neighbours."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    result: Floats = sums[length:] - sums[:-length]
    return result


def _spread_over(starts: Bools, length: int, size: int) -> Bools:
    """Everything from each start on, `length` long."""
    edges = np.zeros(size + 1, np.int64)
    np.add.at(edges, np.flatnonzero(starts), 1)
    np.add.at(edges, np.flatnonzero(starts) + length, -1)
    inside: Bools = np.cumsum(edges[:-1]) > 0
    return inside


def to_ballots(columns: Columns, rows: Sequence[Ints]) -> Bools:
    """One entry a ballot: is it among these?"""
    found = np.zeros(columns.size, bool)
    for some in rows:
        found[some] = True
    return found
