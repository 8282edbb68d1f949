"""What the console's pages of a contest share: which contest they are of, and the pages beside them."""

from collections.abc import Sequence

from flask import url_for

from campaigns.ballots.console_place import ballot_pages
from campaigns.kind import DeskPage
from campaigns.kinds.photo.config import settings_of
from campaigns.rules import EDITABLE
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from core.errors import NotFound
from house.current import parts
from staff.guard import here


def photo_here(public_id: str) -> CampaignView:
    """The contest of this address. Raises NotFound, for a campaign of another kind too."""
    with parts().db.read() as session:
        campaign = get_campaign(session, here().official.id, public_id)
    if campaign.kind != "photo":
        raise NotFound("no_campaign", "没有这个作品征集，可能已被删除。")
    return campaign


def desk(account_key: str, campaign: CampaignView) -> Sequence[DeskPage]:
    """A `CampaignKind.desk`: the pages that this contest has, once it was opened."""
    if campaign.state in EDITABLE:
        return ()
    awards = bool(settings_of(campaign).awards)
    pages = {
        "works": ("作品审核", "photo_works.index", True),
        "suspects": ("疑似重复", "photo_suspects.index", True),
        "awards": ("获奖名单", "photo_awards.index", awards),
        "objections": ("异议和举报", "photo_objections.index", True),
        "months": ("每月之星", "photo_months.index", True),
    }
    own = [
        DeskPage(key, title, url_for(endpoint, account_key=account_key, public_id=campaign.public_id))
        for key, (title, endpoint, there) in pages.items()
        if there
    ]
    return [*own, *(ballot_pages(account_key, campaign) if settings_of(campaign).likes else ())]
