"""Pages that anybody may look at (crawlers and virtual visitors too): the same bytes for all, kept for two seconds a process."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.directory import AccountView
from campaigns.ballots.rules import round_at
from campaigns.ballots.showing import is_live
from campaigns.registry import ballots_of
from campaigns.share import Card, card_of, may_share
from campaigns.stage import find_campaign
from campaigns.view import CampaignView
from core.fresh import Fresh
from house.current import parts
from web.lean import BytesResponse

_HTML = "text/html; charset=utf-8"
_FRESH_S = 2.0
_pages: Fresh[Hashable, bytes] = Fresh(_FRESH_S, most=1000)
_rare: Fresh[Hashable, bytes] = Fresh(_FRESH_S, most=100)
"""Apart, so that who asks for anything at all does not drive out what everybody looks at."""


@dataclass(frozen=True, slots=True)
class Look:
    """One request by whoever it is."""

    account: AccountView
    campaign: CampaignView
    now: datetime

    @property
    def round(self) -> int:
        return round_at(self.campaign, self.now)

    @property
    def has_result(self) -> bool:
        return ballots_of(self.campaign).has_result

    def url(self, endpoint: str, **values: Any) -> str:
        """The address of a page of this campaign's kind."""
        page = f"{self.campaign.kind}.{endpoint}"
        return url_for(page, account_key=self.account.key, campaign_id=self.campaign.public_id, **values)


View = Callable[..., AnyResponse]


def looking(kind: str) -> Callable[[View], View]:
    """A view of a kind's that is given a Look and the rest of its address."""

    def wrap(view: View) -> View:
        @wraps(view)
        def answer(account_key: str, campaign_id: str, **rest: object) -> AnyResponse:
            account = parts().directory.get(account_key)
            return view(Look(account, find_campaign(account, campaign_id, kind), parts().clock()), **rest)

        return answer

    return wrap


def kept(
    look: Look,
    key: Hashable,
    render: Callable[[], str],
    *,
    rare: bool = False,
    content_type: str = _HTML,
) -> AnyResponse:
    """The page that `render` makes, or the one made less than two seconds ago for the same `key` of the same endpoint.

    `rare`: what hardly anybody else asks for.
    """
    campaign = look.campaign
    state = (campaign.public_id, campaign.version, campaign.phase(look.now), look.round)
    whole = (*state, request.endpoint, _is_large(), key)
    pages = _rare if rare else _pages
    body = pages.get(whole, lambda: render().encode())
    return whole_page(body, content_type)


def whole_page(body: bytes, content_type: str = _HTML) -> AnyResponse:
    """These bytes; without them where only the head is asked for."""
    response = BytesResponse(body, content_type)
    return response if request.method != "HEAD" else AnyResponse(headers=response.headers)


def page_of(
    look: Look, template: str, title: str, own_path: str, *, card: Card | None = None, **values: Any
) -> str:
    """HTML that holds nothing of who asks. `own_path`: this page's clean address; `card`: how it is shared, if not as the
    campaign."""
    return render_template(
        template,
        title=title,
        account=look.account,
        campaign=look.campaign,
        look=look,
        phase=look.campaign.phase(look.now),
        own_path=own_path,
        card=card or card_of(look.account, look.campaign),
        live=is_live(look.campaign, look.now),
        share=may_share(look.account),
        **values,
    )


def _is_large() -> bool:
    return request.cookies.get("zj_large") == "1"
