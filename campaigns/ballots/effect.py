"""What striking votes would change, shown before it is done. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from campaigns.ballots.part import BallotPart
from campaigns.ballots.roll import C, Roll, groups_of
from campaigns.ballots.totals import Counts


@dataclass(frozen=True, slots=True)
class Change(Generic[C]):
    """A candidate of a round who would lose votes, or whose rank would change."""

    round: int
    group: str
    candidate: C
    votes: int
    """Valid votes now."""
    loses: int
    rank: int
    rank_after: int

    @property
    def same_rank(self) -> bool:
        return self.rank == self.rank_after


def find_changes(
    part: BallotPart[C], settings: Any, roll: Roll[C], counts: Counts, found: Mapping[tuple[int, int], int]
) -> list[Change[C]]:
    """`settings`: the campaign's; `found`: votes that would be struck, by round and candidate. Who loses most comes first."""
    after = dict(counts)
    for key, votes in found.items():
        given, struck = after.get(key, (0, 0))
        after[key] = (given, struck + votes)
    changes = [
        change
        for round_ in sorted({round_ for round_, _ in found})
        for group, members in groups_of(settings, roll.shown(round_)).items()
        for change in _changes(part, settings, group, members, counts, after, round_)
    ]
    return sorted(changes, key=lambda one: (one.round, -one.loses, one.rank))


def _changes(
    part: BallotPart[C],
    settings: Any,
    group: str,
    members: Sequence[C],
    counts: Counts,
    after: Counts,
    round_: int,
) -> list[Change[C]]:
    later = {one.candidate.number: one for one in part.rank(settings, members, after, round_)}
    found = []
    for place in part.rank(settings, members, counts, round_):
        then = later[place.candidate.number]
        if (place.votes, place.rank) != (then.votes, then.rank):
            loses = place.votes - then.votes
            found.append(Change(round_, group, place.candidate, place.votes, loses, place.rank, then.rank))
    return found
