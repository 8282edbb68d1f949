"""What the console's pages of ballots share: which campaign they are of, and the pages beside them."""

from collections.abc import Sequence

from flask import url_for

from campaigns.kind import DeskPage
from campaigns.registry import kind_of
from campaigns.rules import EDITABLE
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from core.errors import NotFound
from house.current import parts
from staff.guard import here


def ballots_here(public_id: str) -> CampaignView:
    """The campaign of this address. Raises NotFound, for one without ballots too."""
    with parts().db.read() as session:
        campaign = get_campaign(session, here().official.id, public_id)
    if kind_of(campaign.kind).ballots is None:
        raise NotFound("no_campaign", "没有这个投票，可能已被删除。")
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
