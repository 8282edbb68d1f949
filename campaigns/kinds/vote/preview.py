"""The first page of a draft, for staff who look at it on their phone."""

from flask import render_template
from sqlalchemy.orm import Session

from campaigns.ballots.listing import PAGE
from campaigns.kinds.vote.config import settings_of
from campaigns.kinds.vote.roll import read_roll
from campaigns.view import CampaignView


def preview(session: Session, campaign: CampaignView) -> str:
    """The candidates as they stand now, the first page of them; writes nothing."""
    shown = read_roll(session, campaign).shown(1)
    return render_template(
        "vote/preview.html", settings=settings_of(campaign), candidates=shown[:PAGE], total=len(shown)
    )
