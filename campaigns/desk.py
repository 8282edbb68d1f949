"""The organiser's desk: what a kind's console pages of one campaign share. A kind's pages begin with `campaign_here` and end
with `show`, which puts the kind's other pages (`pages_of`) beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, render_template, request
from sqlalchemy.orm import Session

from campaigns.jury.pages import jury_pages
from campaigns.kind import DeskPage
from campaigns.registry import kind_of
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from core.errors import NotFound
from house.current import parts
from staff.guard import here

BASE = "/a/<account_key>/campaigns/<public_id>"
"""Where such pages stand, below `/console`."""
SHOWN = 50
"""Lines of a list that grows with a campaign."""


def campaign_here(public_id: str, kind: str) -> CampaignView:
    """The campaign of this address. Raises NotFound, for one of another kind too."""
    with parts().db.read() as session:
        return campaign_in(session, public_id, kind)


def campaign_in(session: Session, public_id: str, kind: str) -> CampaignView:
    """The same in the caller's session."""
    campaign = get_campaign(session, here().official.id, public_id)
    if campaign.kind != kind:
        raise NotFound("no_campaign", f"没有这个{kind_of(kind).title}，可能已被删除。")
    return campaign


def show(
    template: str, campaign: CampaignView, *, now_at: str, title: str, status: int = 200, **values: Any
) -> Response:
    """A page over `campaigns/console_desk.html`. `now_at`: its key in `pages_of`."""
    kind = kind_of(campaign.kind)
    html = render_template(
        template,
        title=title,
        campaign=campaign,
        kind=kind,
        settings=campaign.settings,
        pages=pages_of(here().official.key, campaign),
        now_at=now_at,
        **{"problem": "", "said": "", **values},
    )
    return Response(html, status)


def pages_of(account_key: str, campaign: CampaignView) -> Sequence[DeskPage]:
    """The console's pages of one campaign: its kind's, and those of its jury."""
    return [*kind_of(campaign.kind).desk(account_key, campaign), *jury_pages(account_key, campaign)]


def said(texts: Mapping[str, str]) -> str:
    """What was done, after a redirect."""
    return texts.get(request.args.get("said", ""), "")


def sent(name: str, most: int = 200) -> str:
    """A text of the form, trimmed."""
    return request.form.get(name, "").strip()[:most]
