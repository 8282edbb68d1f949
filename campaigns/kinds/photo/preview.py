"""The first page of a draft, for staff who look at it on their phone."""

from flask import render_template
from sqlalchemy.orm import Session

from campaigns.kinds.photo.config import settings_of
from campaigns.kinds.photo.life import facts
from campaigns.view import CampaignView


def preview(session: Session, campaign: CampaignView) -> str:
    """What authors are asked for, and the empty wall; writes nothing."""
    return render_template("photo/preview.html", settings=settings_of(campaign), facts=facts(campaign))
