"""What can be voted for, as the ledger's pages need to know it. A kind derives its own from `Votable`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeVar

from campaigns.ballots.rules import BallotRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Votable:
    """One candidate, work or whatever else: as it stood when it was read. `number` is what the ledger knows it by."""

    public_id: str
    number: int
    name: str
    group: str = ""
    """One of `BallotRules.group_names`; empty where there are none."""
    unit: str = ""
    picture: str = ""
    """A name in the media folder."""
    picture_text: str = ""
    state: str = "standing"
    """standing, frozen (shown, but no new votes) or withdrawn."""
    state_why: str = ""
    through: int = 1
    """The last round it stands in."""

    @property
    def sought(self) -> str:
        """What a search looks through, apart from the number."""
        return f"{self.name} {self.unit}"


C = TypeVar("C", bound=Votable)


@dataclass(frozen=True)
class Roll(Generic[C]):
    """All that can be voted for in a campaign, by number."""

    candidates: Sequence[C]

    @cached_property
    def by_number(self) -> Mapping[int, C]:
        return {one.number: one for one in self.candidates}

    @cached_property
    def by_id(self) -> Mapping[str, C]:
        return {one.public_id: one for one in self.candidates}

    @cached_property
    def _standing(self) -> dict[int, frozenset[int]]:
        return {}

    def standing(self, round_: int) -> frozenset[int]:
        """Numbers that can be voted for in a round."""
        known = self._standing.get(round_)
        if known is None:
            known = frozenset(
                one.number for one in self.candidates if one.state == "standing" and one.through >= round_
            )
            self._standing[round_] = known
        return known

    def shown(self, round_: int) -> list[C]:
        """Who stands in a round, frozen ones too, by number."""
        return [one for one in self.candidates if one.state != "withdrawn" and one.through >= round_]


def groups_of(rules: BallotRules, candidates: Sequence[C]) -> dict[str, list[C]]:
    """In the settings' order; one without a name where there are no groups."""
    found: dict[str, list[C]] = {name: [] for name in rules.group_names or ("",)}
    for one in candidates:
        found.setdefault(one.group, []).append(one)
    return {name: members for name, members in found.items() if members}
