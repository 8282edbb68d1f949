"""What the console's pages of a jury share: which campaign they are of, and the pages beside them."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from campaigns.jury.store import get_round, has_jury, part_of
from campaigns.jury.tables import JuryRound
from campaigns.kind import DeskPage
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from house.current import parts
from staff.guard import here

BASE = "/a/<account_key>/campaigns/<public_id>/panel"


def campaign_in(session: Session, public_id: str) -> CampaignView:
    """The campaign of this address. Raises NotFound, for one without entries too."""
    campaign = get_campaign(session, here().official.id, public_id)
    part_of(campaign)
    return campaign


def campaign_here(public_id: str) -> CampaignView:
    """The same in a session of its own."""
    with parts().db.read() as session:
        return campaign_in(session, public_id)


def round_here(public_id: str, round_id: str) -> tuple[CampaignView, JuryRound]:
    """Raises NotFound."""
    with parts().db.read() as session:
        campaign = campaign_in(session, public_id)
        return campaign, get_round(session, campaign, round_id)


def desk(account_key: str, campaign: CampaignView) -> Sequence[DeskPage]:
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


def show(
    template: str, campaign: CampaignView, *, now_at: str, title: str, status: int = 200, **values: Any
) -> Response:
    """A page of a jury. `now_at`: the key of the page in `desk`."""
    html = render_template(
        f"jury/{template}",
        title=title,
        campaign=campaign,
        pages=desk(here().official.key, campaign),
        now_at=now_at,
        **{"problem": "", "said": "", **values},
    )
    return Response(html, status)


def to(endpoint: str, campaign: CampaignView, **values: Any) -> AnyResponse:
    """Off to another page of the jury, after something was done."""
    address = url_for(endpoint, account_key=here().official.key, public_id=campaign.public_id, **values)
    return redirect(address, 303)


def said(texts: Mapping[str, str]) -> str:
    """What was done, after a redirect."""
    return texts.get(request.args.get("said", ""), "")


def sent(name: str, most: int = 200) -> str:
    """A text of the form, trimmed."""
    return request.form.get(name, "").strip()[:most]


def sent_number(name: str) -> int:
    """A number of the form; -1 for what is none."""
    text = sent(name, 10)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
