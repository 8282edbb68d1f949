"""Which vote a page of the console is of, and which pages of its own a vote has there."""

from collections.abc import Sequence

from flask import url_for

from campaigns.ballots.console_place import ballot_pages
from campaigns.desk import campaign_here
from campaigns.kind import DeskPage
from campaigns.kinds.vote.config import settings_of
from campaigns.rules import EDITABLE
from campaigns.view import CampaignView


def vote_here(public_id: str) -> CampaignView:
    """The vote of this address. Raises NotFound, for a campaign of another kind too."""
    return campaign_here(public_id, "vote")


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
