"""What the console's pages of a vote share: which vote they are of, and the pages beside them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy.orm import Session

from campaigns.ballots.console_place import ballot_pages
from campaigns.kind import DeskPage
from campaigns.kinds.vote.config import settings_of
from campaigns.rules import EDITABLE
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from core.errors import NotFound
from house.current import parts
from staff.guard import here


def vote_here(public_id: str) -> CampaignView:
    """The vote of this address. Raises NotFound, for a campaign of another kind too."""
    with parts().db.read() as session:
        return vote_in(session, public_id)


def vote_in(session: Session, public_id: str) -> CampaignView:
    """The same in the caller's session."""
    campaign = get_campaign(session, here().official.id, public_id)
    if campaign.kind != "vote":
        raise NotFound("no_campaign", "没有这个投票，可能已被删除。")
    return campaign


def desk(account_key: str, campaign: CampaignView) -> Sequence[DeskPage]:
    """A `CampaignKind.desk`: the pages that this vote has."""
    settings, opened = settings_of(campaign), campaign.state not in EDITABLE
    pages = {
        "candidates": (settings.noun, "vote_candidates.index", True),
        "rounds": ("晋级", "vote_rounds.index", opened and len(settings.rounds) > 1),
        "jury": ("评委打分", "vote_jury.index", settings.public_percent < 100),
    }
    own = [
        DeskPage(key, title, url_for(endpoint, account_key=account_key, public_id=campaign.public_id))
        for key, (title, endpoint, there) in pages.items()
        if there
    ]
    return [*own, *ballot_pages(account_key, campaign)]
