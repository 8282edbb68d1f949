"""Who stands where: places by the votes that count, or by what else a kind weighs with them. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from campaigns.ballots.roll import C
from campaigns.ballots.totals import Counts, valid_votes


@dataclass(frozen=True, slots=True)
class Place(Generic[C]):
    """A candidate's place in a group, with votes that count and struck ones."""

    rank: int
    candidate: C
    votes: int
    struck: int
    score: int = 0
    """In hundredths of 100 points, where a kind ranks by more than votes."""


def by_votes(candidates: Sequence[C], counts: Counts, round_: int) -> list[Place[C]]:
    """Places of candidates of one group, best first; who has as much has the same rank, in order of numbers."""
    return by_score(candidates, counts, round_, lambda _one, _votes: 0)


def by_score(
    candidates: Sequence[C], counts: Counts, round_: int, score: Callable[[C, int], int]
) -> list[Place[C]]:
    """The same by what `score` makes of a candidate and its valid votes; by votes where that is equal."""
    scored = []
    for one in candidates:
        votes = valid_votes(counts, round_, one.number)
        scored.append((score(one, votes), votes, one))
    scored.sort(key=lambda entry: (-entry[0], -entry[1], entry[2].number))
    places: list[Place[C]] = []
    for position, (points, votes, one) in enumerate(scored, 1):
        same = places and (places[-1].score, places[-1].votes) == (points, votes)
        struck = counts.get((round_, one.number), (0, 0))[1]
        places.append(Place(places[-1].rank if same else position, one, votes, struck, points))
    return places


def rank_by_votes(_settings: Any, candidates: Sequence[C], counts: Counts, round_: int) -> list[Place[C]]:
    """A `BallotPart.rank` for kinds in which votes alone decide."""
    return by_votes(candidates, counts, round_)
