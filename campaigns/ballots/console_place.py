"""What the console's pages of ballots share: which campaign they are of, and the pages beside them."""

from collections.abc import Sequence

from flask import url_for

from campaigns.kind import DeskPage
from campaigns.registry import ballots_of
from campaigns.rules import EDITABLE
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from house.current import parts
from staff.guard import here


def ballots_here(public_id: str) -> CampaignView:
    """The campaign of this address. Raises NotFound, for one without ballots too."""
    with parts().db.read() as session:
        campaign = get_campaign(session, here().official.id, public_id)
    ballots_of(campaign)
    return campaign


def ballot_pages(account_key: str, campaign: CampaignView) -> Sequence[DeskPage]:
    """Those of a `CampaignKind.desk` that a kind with ballots has, once it was opened."""
    if campaign.state in EDITABLE:
        return ()
    pages = {"figures": ("票数和账本", "ballot_figures.index"), "guard": ("防刷票", "ballot_guard.index")}
    return [
        DeskPage(key, title, url_for(endpoint, account_key=account_key, public_id=campaign.public_id))
        for key, (title, endpoint) in pages.items()
    ]
