"""A kind's part whose campaigns keep ballots: what they are cast for. All else the ledger and its pages know themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from sqlalchemy.orm import Session

from campaigns.ballots.places import Place, rank_by_votes
from campaigns.ballots.roll import C, Roll
from campaigns.ballots.totals import Counts
from campaigns.view import CampaignView
from core.fresh import Fresh
from models.db import Database

_FRESH_S = 2.0
_rolls: Fresh[str, Roll[Any]] = Fresh(_FRESH_S)


@dataclass(frozen=True, slots=True)
class BallotPart(Generic[C]):
    """`CampaignKind.ballots`; the kind's settings are `BallotRules`."""

    read: Callable[[Session, CampaignView], Roll[C]]
    """The roll as it is now."""
    rank: Callable[[Any, Sequence[C], Counts, int], Sequence[Place[C]]] = rank_by_votes
    """Places of candidates of one group in a round, best first; given the campaign's settings."""
    caveat: Callable[[Any], str] = lambda _settings: ""
    """By its settings: what else than votes decides, in a sentence; empty where nothing does."""
    desk: Callable[[str, CampaignView, C], str] = lambda _key, _campaign, _one: ""
    """The address of a candidate's page in the console; empty for none."""
    is_on: Callable[[Any], bool] = lambda _settings: True
    """By its settings: does this campaign keep ballots at all?"""
    has_result: bool = False
    """Does it have a page `result` of its own, to be linked once it is over?"""

    def roll(self, db: Database, campaign: CampaignView) -> Roll[C]:
        """At most two seconds old: what pages and ballots read."""

        def read() -> Roll[C]:
            with db.read() as session:
                return self.read(session, campaign)

        return _rolls.get(campaign.public_id, read)

    def roll_within(self, session: Session, campaign: CampaignView) -> Roll[C]:
        """The same, read in `session` where it has to be read."""
        return _rolls.get(campaign.public_id, lambda: self.read(session, campaign))
