"""The draw that a campaign gives chances of, as who takes part sees it."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaigns.view import CampaignView
from models.prizes import Draw
from prizes.chances import count_unspent


class Chances(NamedTuple):
    """The address of the draw's page, and how many chances somebody has left there."""

    url: str
    left: int


def chances_of(session: Session, account_key: str, campaign: CampaignView, openid: str) -> Chances | None:
    """None where the campaign has no draw."""
    if campaign.draw_id is None:
        return None
    query = select(Draw.public_id).where(Draw.account_id == campaign.account_id, Draw.id == campaign.draw_id)
    draw = session.scalar(query)
    if draw is None:
        return None
    left = count_unspent(session, campaign.account_id, campaign.draw_id, openid)
    return Chances(f"/h5/{account_key}/d/{draw}", left)
