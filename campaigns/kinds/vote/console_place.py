"""What the console's pages of a vote share: which vote they are of, and the pages beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, render_template, request, url_for
from sqlalchemy.orm import Session

from campaigns.kind import DeskPage
from campaigns.kinds.vote.config import settings_of
from campaigns.rules import EDITABLE
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from core.errors import NotFound
from house.current import parts
from staff.guard import here

BASE = "/a/<account_key>/campaigns/<public_id>"
SHOWN = 50
"""Lines of a list that grows with a vote."""


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


def show(
    template: str, campaign: CampaignView, *, now_at: str, title: str, status: int = 200, **values: Any
) -> Response:
    """A page of a vote. `now_at`: the key of the page in `desk`."""
    html = render_template(
        f"vote/{template}",
        title=title,
        campaign=campaign,
        settings=settings_of(campaign),
        pages=desk(here().official.key, campaign),
        now_at=now_at,
        **{"problem": "", "said": "", **values},
    )
    return Response(html, status)


def said(texts: Mapping[str, str]) -> str:
    """What was done, after a redirect."""
    return texts.get(request.args.get("said", ""), "")


def sent(name: str, most: int = 200) -> str:
    """A text of the form, trimmed."""
    return request.form.get(name, "").strip()[:most]
