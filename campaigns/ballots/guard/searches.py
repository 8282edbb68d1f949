"""How each preset searches: first the crowd, then the sign, then the ballots of the crowd that bear it. Pure."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from campaigns.ballots.guard.columns import DAY_MS, HOUR_MS, MINUTE_MS, Bools, Columns, Ints, groups
from campaigns.ballots.guard.signals import (
    Crowds,
    Floats,
    count_within,
    crowds_of,
    find_alike,
    find_fresh,
    find_regular,
    share_elsewhere,
    share_in,
    to_ballots,
)

_COMMON = 1.5
"""A sign that votes for everybody bear is none: a crowd must bear it so many times as often as the votes for all others."""
_BURST_MS = 10 * MINUTE_MS
Figures = Mapping[str, int]


def night(columns: Columns, figures: Figures) -> Bools:
    """By candidate and night."""
    rows = (columns.hour >= figures["from_hour"]) & (columns.hour < figures["to_hour"])
    crowds = crowds_of(columns, rows, columns.slot(DAY_MS))
    return _signed(columns, crowds.only(crowds.sizes >= figures["ballots"]), figures)


def address(columns: Columns, figures: Figures) -> Bools:
    """By candidate, address and day, where the address hardly votes for anybody else that day."""
    rows, day = columns.address != 0, columns.slot(DAY_MS)
    there = groups(columns.address, day)
    of_address = np.bincount(there[rows], minlength=int(there.max(initial=-1)) + 1)[there]
    crowds = crowds_of(columns, rows & (of_address >= figures["ballots"]), columns.address, day)
    ballots = _of_crowds(crowds, of_address[crowds.row])
    whole = crowds.sizes >= np.maximum(figures["ballots"], ballots * _part(figures, "share"))
    return _signed(columns, crowds.only(whole), figures)


def range_(columns: Columns, figures: Figures) -> Bools:
    """By candidate, range and hour, beside the day's average hour."""
    rows, key = columns.range != 0, columns.range
    return _bursts(columns, rows, HOUR_MS, figures, key)


def together(columns: Columns, figures: Figures) -> Bools:
    """By candidate and ten minutes, beside the day's average, wherever from."""
    return _bursts(columns, ~columns.chat, _BURST_MS, figures)


def intervals(columns: Columns, figures: Figures) -> Bools:
    """By candidate and address, by candidate and browser, and of the chat by candidate."""
    found = []
    for rows, key in (
        (columns.address != 0, columns.address),
        (columns.agent != 0, columns.agent),
        (columns.chat, columns.chat),
    ):
        crowds = crowds_of(columns, rows, key)
        crowds = crowds.only(crowds.sizes >= figures["ballots"])
        even = find_regular(columns.at[crowds.row], crowds.of, figures["ballots"], _part(figures, "spread"))
        found.append(crowds.row[even])
    return to_ballots(columns, found)


def followers(columns: Columns, figures: Figures) -> Bools:
    """By candidate, range (the chat is one) and hour."""
    fresh = find_fresh(columns, figures["minutes"])
    rows = columns.chat | (columns.range != 0)
    crowds = crowds_of(columns, rows, columns.range, columns.slot(HOUR_MS))
    new = fresh[crowds.row]
    count = np.bincount(crowds.of, weights=new)
    usual = share_elsewhere(columns, crowds, fresh) * figures["times"]
    often = share_in(crowds, new) >= np.maximum(_part(figures, "fresh"), usual)
    many = often & (count >= figures["ballots"])
    return to_ballots(columns, [crowds.row[new & many[crowds.of]]])


def agents(columns: Columns, figures: Figures) -> Bools:
    """By candidate, browser and hour, beside the browser's part in the votes for all others."""
    named, hour = columns.agent != 0, columns.slot(HOUR_MS)
    whole = crowds_of(columns, named, columns.agent, hour)
    of_candidate = count_within(whole, whole.candidate, hour[whole.row])
    usual = _of_crowds(whole, columns.agent_elsewhere[whole.vote] * figures["times"])
    enough = whole.sizes >= np.maximum(figures["ballots"], of_candidate * usual)
    crowds = whole.only(enough)
    scattered = _distinct(crowds, columns.address[crowds.row]) >= figures["addresses"]
    return to_ballots(columns, [crowds.only(scattered).row])


def silent(columns: Columns, figures: Figures) -> Bools:
    """By candidate and day, beside the votes for all others."""
    page = ~columns.chat
    mute = page & (columns.agent == 0)
    crowds = crowds_of(columns, page, columns.slot(DAY_MS))
    marked = mute[crowds.row]
    many = np.bincount(crowds.of, weights=marked) >= figures["ballots"]
    usual = share_elsewhere(columns, crowds, mute) * figures["times"]
    often = share_in(crowds, marked) >= usual
    return to_ballots(columns, [crowds.row[marked & (many & often)[crowds.of]]])


def _bursts(columns: Columns, rows: Bools, length_ms: int, figures: Figures, *by: NDArray[Any]) -> Bools:
    """By candidate, `by` and stretch of time, where the stretch has many times the day's average."""
    crowds = crowds_of(columns, rows, *by, columns.slot(length_ms))
    keys = [key[crowds.row] for key in (*by, columns.slot(DAY_MS))]
    average = count_within(crowds, crowds.candidate, *keys) * (length_ms / DAY_MS)
    burst = crowds.sizes >= np.maximum(figures["ballots"], average * figures["times"])
    return _signed(columns, crowds.only(burst), figures)


def _signed(columns: Columns, crowds: Crowds, figures: Figures) -> Bools:
    """Ballots of crowds that nearly all come from ten browsers, or from new followers of one candidate, and bear that sign."""
    if not len(crowds.row):
        return np.zeros(columns.size, bool)
    alike = find_alike(columns, crowds)
    least = np.maximum(_part(figures, "alike"), alike.elsewhere * _COMMON)
    same = alike.top & (alike.share >= least)[crowds.of]
    fresh = find_fresh(columns, figures["minutes"])
    usual = share_elsewhere(columns, crowds, fresh) * _COMMON
    often = share_in(crowds, fresh[crowds.row]) >= np.maximum(_part(figures, "fresh"), usual)
    new = fresh[crowds.row] & often[crowds.of]
    return to_ballots(columns, [crowds.row[same], crowds.row[new]])


def _of_crowds(crowds: Crowds, values: NDArray[Any]) -> Floats:
    """A value that all votes of a crowd share, by crowd."""
    by_crowd = np.zeros(len(crowds.sizes))
    by_crowd[crowds.of] = values
    return by_crowd


def _distinct(crowds: Crowds, values: NDArray[np.uint64]) -> Ints:
    """How many different values a crowd has."""
    count = int(crowds.of.max(initial=-1)) + 1
    pair = groups(crowds.of, values)
    owner = np.zeros(int(pair.max(initial=-1)) + 1, np.int64)
    owner[pair] = crowds.of
    return np.bincount(owner, minlength=count)


def _part(figures: Figures, name: str) -> float:
    return figures[name] / 100
