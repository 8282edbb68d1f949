"""Which vote a page of the console is of, and which pages of its own a vote has there."""

from collections.abc import Sequence
from typing import Any

from flask import Response, url_for

from campaigns import desk as house_desk
from campaigns.desk import BASE, SHOWN, campaign_here, said, sent
from campaigns.kind import DeskPage
from campaigns.kinds.vote.config import settings_of
from campaigns.rules import EDITABLE
from campaigns.view import CampaignView

__all__ = ["BASE", "SHOWN", "desk", "said", "sent", "show", "vote_here"]


def vote_here(public_id: str) -> CampaignView:
    """The vote of this address. Raises NotFound, for a campaign of another kind too."""
    return campaign_here(public_id, "vote")


def desk(account_key: str, campaign: CampaignView) -> Sequence[DeskPage]:
    """A `CampaignKind.desk`: the pages that this vote has."""
    settings, opened = settings_of(campaign), campaign.state not in EDITABLE
    pages = {
        "candidates": (settings.noun, "vote_candidates.index", True),
        "figures": ("票数和账本", "vote_figures.index", opened),
        "rounds": ("晋级", "vote_rounds.index", opened and len(settings.rounds) > 1),
        "jury": ("评委打分", "vote_jury.index", settings.public_percent < 100),
        "guard": ("防刷票", "vote_guard.index", opened),
    }
    return [
        DeskPage(key, title, url_for(endpoint, account_key=account_key, public_id=campaign.public_id))
        for key, (title, endpoint, there) in pages.items()
        if there
    ]


def show(template: str, campaign: CampaignView, *, now_at: str, title: str, **values: Any) -> Response:
    """`campaigns.desk.show` with a template of the vote's."""
    return house_desk.show(f"vote/{template}", campaign, now_at=now_at, title=title, **values)
