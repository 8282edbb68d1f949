"""What the console's pages of a jury share: which campaign and round they are of; and what forms send."""

from typing import Any

from flask import redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.desk import sent
from campaigns.jury.store import get_round, part_of
from campaigns.jury.tables import JuryRound
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from house.current import parts
from staff.guard import here

BASE = "/a/<account_key>/campaigns/<public_id>/panel"


def campaign_in(session: Session, public_id: str) -> CampaignView:
    """The campaign of this address. Raises NotFound, for one without entries too."""
    campaign = get_campaign(session, here().official.id, public_id)
    part_of(campaign)
    return campaign


def campaign_here(public_id: str) -> CampaignView:
    """The same in a session of its own."""
    with parts().db.read() as session:
        return campaign_in(session, public_id)


def round_here(public_id: str, round_id: str) -> tuple[CampaignView, JuryRound]:
    """Raises NotFound."""
    with parts().db.read() as session:
        campaign = campaign_in(session, public_id)
        return campaign, get_round(session, campaign, round_id)


def to(endpoint: str, campaign: CampaignView, **values: Any) -> AnyResponse:
    """Off to another page of the jury, after something was done."""
    address = url_for(endpoint, account_key=here().official.key, public_id=campaign.public_id, **values)
    return redirect(address, 303)


def sent_number(name: str) -> int:
    """A number of the form; -1 for what is none."""
    text = sent(name, 10)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
