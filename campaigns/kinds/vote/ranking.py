"""Who stands where: ranks by the votes that count, and the result with the jury's share. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.ballots.totals import Counts
from campaigns.kinds.vote.config import VoteConfig
from campaigns.kinds.vote.roll import Candidate


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate's place in a group. `score` is in hundredths of 100 points, jury included."""

    rank: int
    candidate: Candidate
    votes: int
    struck: int
    score: int


def rank(settings: VoteConfig, candidates: Sequence[Candidate], counts: Counts, round_: int) -> list[Place]:
    """Places of candidates of one group, best first; who has as much has the same rank, in order of numbers.

    The public's points are a candidate's valid votes beside the most anybody has; the jury's are its score; both weighed as the
    settings say.
    """
    valid = {one.number: _valid(counts, round_, one.number) for one in candidates}
    most = max(valid.values(), default=0)
    scored = [
        (_score(settings, valid[one.number], most, one.jury_hundredths), valid[one.number], one)
        for one in candidates
    ]
    scored.sort(key=lambda entry: (-entry[0], -entry[1], entry[2].number))
    places: list[Place] = []
    for position, (score, votes, one) in enumerate(scored, 1):
        same = places and (places[-1].score, places[-1].votes) == (score, votes)
        struck = counts.get((round_, one.number), (0, 0))[1]
        places.append(Place(places[-1].rank if same else position, one, votes, struck, score))
    return places


def public_places(
    settings: VoteConfig, candidates: Sequence[Candidate], counts: Counts, round_: int
) -> list[Place]:
    """By votes alone: what the jury gives is told with the result."""
    return rank(settings.model_copy(update={"public_percent": 100}), candidates, counts, round_)


def _valid(counts: Counts, round_: int, number: int) -> int:
    votes, struck = counts.get((round_, number), (0, 0))
    return votes - struck


def _score(settings: VoteConfig, votes: int, most: int, jury_hundredths: int | None) -> int:
    """In whole numbers, so that an outsider gets the very same: half up."""
    public = settings.public_percent
    points = public * 10_000 * votes // most if most else 0
    points += (100 - public) * (jury_hundredths or 0)
    return (points + 50) // 100
