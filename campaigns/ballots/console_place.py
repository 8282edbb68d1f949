"""What the console's pages of ballots share: which campaign they are of, and the pages beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, render_template, request, url_for

from campaigns.ballots.rules import rules_of
from campaigns.kind import DeskPage
from campaigns.registry import kind_of
from campaigns.rules import EDITABLE
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from core.errors import NotFound
from house.current import parts
from staff.guard import here

BASE = "/a/<account_key>/campaigns/<public_id>"
SHOWN = 50
"""Lines of a list that grows with a vote."""


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


def show(
    template: str, campaign: CampaignView, *, now_at: str, title: str, status: int = 200, **values: Any
) -> Response:
    """A page of a campaign with ballots. `now_at`: the key of the page in its kind's `desk`."""
    html = render_template(
        template,
        title=title,
        campaign=campaign,
        settings=rules_of(campaign),
        pages=kind_of(campaign.kind).desk(here().official.key, campaign),
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
