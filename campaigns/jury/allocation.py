"""Who judges what: an even, shuffled allocation of entries to jurors. Pure; the same seed gives the same allocation."""

import random
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry that `count` jurors shall judge, none of them one of the `barred`."""

    number: int
    count: int
    barred: Collection[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Allocation:
    """`given`: the jurors of each entry, by its number; `loads`: how many each juror has in the end, by juror."""

    given: Mapping[int, Sequence[int]]
    loads: Mapping[int, int]
    missing: Mapping[int, int]
    """How many jurors an entry lacks, by number: too few may judge it."""

    @property
    def spread(self) -> int:
        """The difference between the largest load and the smallest."""
        return max(self.loads.values()) - min(self.loads.values()) if self.loads else 0


def allocate(
    wanted: Sequence[Wanted], jurors: Sequence[int], seed: str, loads: Mapping[int, int] | None = None
) -> Allocation:
    """Give every entry its jurors, as evenly as the bars let it. `loads`: what jurors have already.

    First each entry goes to who has least; then a task wanders from the most loaded to the least loaded juror, through
    others where the bars ask for it, until no such way is left. So loads differ by more than one only where nothing else
    is possible.
    """
    dice = random.Random(seed)
    now = {juror: (loads or {}).get(juror, 0) for juror in jurors}
    order, ranks = list(wanted), list(jurors)
    dice.shuffle(order)
    dice.shuffle(ranks)
    rank = {juror: place for place, juror in enumerate(ranks)}
    given: dict[int, set[int]] = {}
    for one in order:
        may = [juror for juror in ranks if juror not in one.barred]
        chosen = sorted(may, key=lambda juror: (now[juror], rank[juror]))[: one.count]
        given[one.number] = set(chosen)
        for juror in chosen:
            now[juror] += 1
    _balance({one.number: one for one in order}, given, now)
    missing = {
        one.number: one.count - len(given[one.number]) for one in wanted if len(given[one.number]) < one.count
    }
    return Allocation(
        {one.number: sorted(given[one.number], key=rank.__getitem__) for one in order}, now, missing
    )


def _balance(wanted: Mapping[int, Wanted], given: Mapping[int, set[int]], loads: dict[int, int]) -> None:
    """Move tasks along ways from a juror to one who has at least two fewer, while there are any."""
    held: dict[int, set[int]] = {juror: set() for juror in loads}
    for number, jurors in given.items():
        for juror in jurors:
            held[juror].add(number)

    def movable(giver: int, taker: int) -> int | None:
        """An entry of `giver` that `taker` may take."""
        return next(
            (one for one in held[giver] if taker not in given[one] and taker not in wanted[one].barred), None
        )

    stuck: set[int] = set()
    while True:
        free = [juror for juror in loads if juror not in stuck and held[juror]]
        giver = max(free, key=loads.__getitem__, default=None)
        if giver is None or loads[giver] - min(loads.values()) <= 1:
            return
        way, reached = _find_way(giver, loads, movable)
        if not way:
            # Where nobody with less can be reached from the fullest, none of those on the way gets further.
            stuck |= reached
            continue
        for source, target, number in way:
            held[source].remove(number)
            given[number].remove(source)
            held[target].add(number)
            given[number].add(target)
        loads[giver] -= 1
        loads[way[-1][1]] += 1
        stuck.clear()


_Step = tuple[int, int, int]
"""From a juror to another, which entry."""


def _find_way(
    start: int, loads: Mapping[int, int], movable: Callable[[int, int], int | None]
) -> tuple[list[_Step], set[int]]:
    """The shortest way from `start` to somebody with at least two fewer, empty where there is none; whom it reached."""
    came: dict[int, _Step] = {}
    queue, others = deque([start]), sorted(loads, key=loads.__getitem__)
    while queue:
        giver = queue.popleft()
        for taker in others:
            if taker == start or taker in came or (number := movable(giver, taker)) is None:
                continue
            came[taker] = (giver, taker, number)
            if loads[taker] <= loads[start] - 2:
                return _steps(came, start, taker), set()
            queue.append(taker)
    return [], {start, *came}


def _steps(came: Mapping[int, _Step], start: int, end: int) -> list[_Step]:
    way = [came[end]]
    while way[0][0] != start:
        way.insert(0, came[way[0][0]])
    return way
