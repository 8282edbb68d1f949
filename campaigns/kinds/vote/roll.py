"""The candidates of a campaign in memory, at most two seconds old: pages, chat and ballots read them here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.view import CampaignView
from core.fresh import Fresh
from models.db import Database

_FRESH_S = 2.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """As `VoteCandidate` stood when it was read."""

    public_id: str
    number: int
    name: str
    group: str
    region: str
    unit: str
    slogan: str
    about: str
    picture: str
    picture_text: str
    video: str
    through: int
    jury_hundredths: int | None
    state: str
    state_why: str


@dataclass(frozen=True)
class Roll:
    """All candidates, by number."""

    candidates: Sequence[Candidate]

    @cached_property
    def by_number(self) -> Mapping[int, Candidate]:
        return {one.number: one for one in self.candidates}

    @cached_property
    def by_id(self) -> Mapping[str, Candidate]:
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

    def shown(self, round_: int) -> list[Candidate]:
        """Who stands in a round, frozen ones too, by number."""
        return [one for one in self.candidates if one.state != "withdrawn" and one.through >= round_]


_rolls: Fresh[str, Roll] = Fresh(_FRESH_S)


def roll_of(db: Database, campaign: CampaignView) -> Roll:
    """At most two seconds old."""

    def read() -> Roll:
        with db.read() as session:
            return read_roll(session, campaign)

    return _rolls.get(campaign.public_id, read)


def roll_within(session: Session, campaign: CampaignView) -> Roll:
    """The same, read in `session` where it has to be read."""
    return _rolls.get(campaign.public_id, lambda: read_roll(session, campaign))


def read_roll(session: Session, campaign: CampaignView) -> Roll:
    """As it is now."""
    columns = [getattr(VoteCandidate, name) for name in Candidate.__slots__]
    query = (
        select(*columns)
        .where(VoteCandidate.account_id == campaign.account_id, VoteCandidate.campaign_id == campaign.id)
        .order_by(VoteCandidate.number)
    )
    return Roll(tuple(Candidate(**row) for row in session.execute(query).mappings()))
