"""Small stories of ballots as columns, for the rules against vote stuffing."""

from dataclasses import dataclass, field

import numpy as np

from campaigns.ballots.guard import Columns, find_columns, rule_from
from campaigns.ballots.guard.columns import DAY_MS, HOUR_MS, MINUTE_MS, NEVER

MIDNIGHT = 20_000 * DAY_MS - 8 * HOUR_MS
"""Of some day, in China."""
SECOND_MS = 1000


def at(hour: float, day: int = 0) -> int:
    return MIDNIGHT + day * DAY_MS + int(hour * HOUR_MS)


@dataclass
class Story:
    """Ballots in the order they are told; each is by somebody new unless `person` says who."""

    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(7))
    rows: list[tuple[int, ...]] = field(default_factory=list)
    votes: list[tuple[int, int]] = field(default_factory=list)

    def ballot(
        self,
        moment: int,
        *choice: int,
        person: int = 0,
        address: int = 0,
        near: int = 0,
        agent: int = 0,
        followed: int | None = None,
        chat: bool = False,
    ) -> int:
        """`followed` seconds before; `near` is the range. Returns the ballot's id."""
        row = len(self.rows)
        since = NEVER if followed is None else moment - followed * SECOND_MS
        self.rows.append((row + 1, person or row + 1_000_000, 1, moment, since, chat, address, near, agent))
        self.votes += [(row, candidate) for candidate in choice]
        return row + 1

    def everybody(self, count: int = 600, followed: int | None = 40 * 86_400) -> None:
        """A quiet background: the others' voters, each with a phone and an address of their own, over the day."""
        for n in range(count):
            moment = at(8 + 14 * n / count)
            self.ballot(
                moment,
                90 + n % 10,
                address=5000 + n,
                near=500 + n % 40,
                agent=self.phone(),
                followed=followed,
            )

    def phone(self) -> int:
        """Any of two hundred models."""
        return int(self.rng.integers(1, 201))

    def find(self, key: str, **figures: int) -> set[int]:
        return set(find_columns(self.columns(), rule_from(key, figures)).ballots.tolist())

    def columns(self) -> Columns:
        ids, people, rounds, moments, followed, chat, address, near, agent = zip(*self.rows, strict=True)
        rows, candidates = zip(*self.votes, strict=True)
        return Columns(
            np.array(ids, np.int64),
            np.array(people, np.int64),
            np.array(rounds, np.int16),
            np.array(moments, np.int64),
            np.array(followed, np.int64),
            np.array(chat, bool),
            np.array(address, np.uint64),
            np.array(near, np.uint64),
            np.array(agent, np.uint64),
            np.array(rows, np.int64),
            np.array(candidates, np.int32),
        )


__all__ = ["HOUR_MS", "MINUTE_MS", "SECOND_MS", "Story", "at"]
