"""The candidates of a campaign, as pages, chat and ballots read them."""

from dataclasses import dataclass, fields

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.ballots.roll import Roll, Votable
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.view import CampaignView


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Votable):
    """As `VoteCandidate` stood when it was read."""

    region: str
    slogan: str
    about: str
    video: str
    jury_hundredths: int | None

    @property
    def sought(self) -> str:
        return f"{self.name} {self.unit} {self.region}"


def read_roll(session: Session, campaign: CampaignView) -> Roll[Candidate]:
    """As it is now."""
    columns = [getattr(VoteCandidate, one.name) for one in fields(Candidate)]
    query = (
        select(*columns)
        .where(VoteCandidate.account_id == campaign.account_id, VoteCandidate.campaign_id == campaign.id)
        .order_by(VoteCandidate.number)
    )
    return Roll(tuple(Candidate(**row) for row in session.execute(query).mappings()))
