"""What striking votes would change, shown before it is done. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaigns.ballots.totals import Counts
from campaigns.kinds.vote.advancing import groups_of
from campaigns.kinds.vote.config import VoteConfig
from campaigns.kinds.vote.ranking import rank
from campaigns.kinds.vote.roll import Candidate, Roll


@dataclass(frozen=True, slots=True)
class Change:
    """A candidate of a round who would lose votes, or whose rank would change."""

    round: int
    group: str
    candidate: Candidate
    votes: int
    """Valid votes now."""
    loses: int
    rank: int
    rank_after: int

    @property
    def same_rank(self) -> bool:
        return self.rank == self.rank_after


def find_changes(
    settings: VoteConfig, roll: Roll, counts: Counts, found: Mapping[tuple[int, int], int]
) -> list[Change]:
    """`found`: votes that would be struck, by round and candidate. Who loses most comes first."""
    after = dict(counts)
    for key, votes in found.items():
        given, struck = after.get(key, (0, 0))
        after[key] = (given, struck + votes)
    changes = [
        change
        for round_ in sorted({round_ for round_, _ in found})
        for group, members in groups_of(settings, roll.shown(round_)).items()
        for change in _changes(settings, group, members, counts, after, round_)
    ]
    return sorted(changes, key=lambda one: (one.round, -one.loses, one.rank))


def _changes(
    settings: VoteConfig, group: str, members: Sequence[Candidate], counts: Counts, after: Counts, round_: int
) -> list[Change]:
    later = {one.candidate.number: one for one in rank(settings, members, after, round_)}
    found = []
    for place in rank(settings, members, counts, round_):
        then = later[place.candidate.number]
        if (place.votes, place.rank) != (then.votes, then.rank):
            loses = place.votes - then.votes
            found.append(Change(round_, group, place.candidate, place.votes, loses, place.rank, then.rank))
    return found
