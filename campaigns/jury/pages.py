"""The console's pages of a jury, as they stand beside a campaign's others: for `campaigns.desk`."""

from collections.abc import Sequence

from flask import url_for

from campaigns.jury.store import has_jury
from campaigns.kind import DeskPage
from campaigns.view import CampaignView


def jury_pages(account_key: str, campaign: CampaignView) -> Sequence[DeskPage]:
    """The jury's pages beside a campaign's own; none where its kind has no entries."""
    if not has_jury(campaign):
        return ()
    pages = {
        "jury_rounds": ("评审", "jury_rounds.index"),
        "jurors": ("评委", "jury_jurors.index"),
        "jury_outs": ("取消资格", "jury_outs.index"),
    }
    return [
        DeskPage(key, title, url_for(endpoint, account_key=account_key, public_id=campaign.public_id))
        for key, (title, endpoint) in pages.items()
    ]
