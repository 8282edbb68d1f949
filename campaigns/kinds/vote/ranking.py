"""Who stands where in a vote: by votes, weighed with the jury's share as the settings say. Pure."""

from collections.abc import Sequence

from campaigns.ballots.places import Place, by_score
from campaigns.ballots.totals import Counts, valid_votes
from campaigns.kinds.vote.config import VoteConfig
from campaigns.kinds.vote.roll import Candidate


def rank(
    settings: VoteConfig, candidates: Sequence[Candidate], counts: Counts, round_: int
) -> list[Place[Candidate]]:
    """Places of candidates of one group, best first; who has as much has the same rank, in order of numbers.

    The public's points are a candidate's valid votes beside the most anybody has; the jury's are its score; both weighed as the
    settings say.
    """
    most = max((valid_votes(counts, round_, one.number) for one in candidates), default=0)
    return by_score(
        candidates, counts, round_, lambda one, votes: _score(settings, votes, most, one.jury_hundredths)
    )


def jury_points(settings: VoteConfig, place: Place[Candidate]) -> int:
    """The jury's part of a score, in hundredths of a point; the public's is the rest."""
    return ((100 - settings.public_percent) * (place.candidate.jury_hundredths or 0) + 50) // 100


def _score(settings: VoteConfig, votes: int, most: int, jury_hundredths: int | None) -> int:
    """In whole numbers, so that an outsider gets the very same: half up."""
    public = settings.public_percent
    points = public * 10_000 * votes // most if most else 0
    points += (100 - public) * (jury_hundredths or 0)
    return (points + 50) // 100
