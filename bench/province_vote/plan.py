"""Who votes for whom: made from a seed, so that a run can go on where it stopped, and be counted by somebody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

CANDIDATES = 200
CHOSEN = 10
DAYS = 9
VOTES_OF_A_YEAR, PEOPLE_OF_A_YEAR = 15_823_100, 1_200_000


@dataclass(frozen=True)
class Plan:
    """`people` voters; each casts a ballot of ten, and about a third a second one on a later day."""

    people: int
    seed: int

    @property
    def ballots(self) -> int:
        return round(self.people * VOTES_OF_A_YEAR / PEOPLE_OF_A_YEAR / CHOSEN)

    @property
    def votes(self) -> int:
        return self.ballots * CHOSEN

    @cached_property
    def _liking(self) -> np.ndarray:
        """How much the candidates are liked: a few very much, most of them some."""
        rng = np.random.default_rng(self.seed)
        return np.log(rng.pareto(1.5, CANDIDATES) + 0.2)

    def openid(self, ballot: int) -> str:
        return f"oreplay{ballot % self.people:021}"

    def day(self, ballot: int) -> int:
        """From 0; a person's second ballot comes at least a day after the first."""
        half = DAYS // 2
        return ballot % half if ballot < self.people else half + ballot % (DAYS - half)

    def choices(self, first: int, last: int) -> np.ndarray:
        """Candidates' numbers (ballots × 10) of the ballots from `first` until before `last`; no number twice in a row."""
        rng = np.random.default_rng([self.seed, first])
        noise = rng.gumbel(size=(last - first, CANDIDATES))
        return np.sort(np.argpartition(noise + self._liking, -CHOSEN, axis=1)[:, -CHOSEN:] + 1, axis=1)

    def chunks(self, size: int) -> Iterator[tuple[int, int]]:
        for first in range(0, self.ballots, size):
            yield first, min(first + size, self.ballots)

    def count(self, size: int) -> dict[int, int]:
        """What every candidate must have in the end."""
        total = np.zeros(CANDIDATES + 1, dtype=np.int64)
        for first, last in self.chunks(size):
            total += np.bincount(self.choices(first, last).ravel(), minlength=CANDIDATES + 1)
        return {number: int(votes) for number, votes in enumerate(total) if votes}
