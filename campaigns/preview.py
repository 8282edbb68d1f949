"""A draft on staff's own phone before it opens: whoever holds the link sees it for half an hour, and nothing is written.

The link carries a signed token, so that nothing of it is stored; it is for looking only and signs nobody in.
"""

import segno
from flask import Response, render_template, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer

from accounts.directory import AccountView
from campaigns.h5 import front_of, pages, rules_of
from campaigns.registry import kind_of
from campaigns.store import get_campaign
from campaigns.view import CampaignView
from core.errors import Closed
from house.current import parts

LIFETIME_S = 1800
_USED = "预览链接超过 30 分钟，已经失效。请在后台的活动页面重新扫码。"


def preview_link(account: AccountView, campaign: CampaignView) -> str:
    """An address that shows `campaign` as it is stored, for half an hour."""
    token = _tokens().dumps([account.key, campaign.public_id])
    return f"{account.site_url}{url_for('campaign_pages.preview', account_key=account.key, token=token)}"


def picture_of(link: str) -> str:
    """As a QR code in SVG, to be scanned from the screen."""
    return str(segno.make(link, error="m", micro=False).svg_inline(scale=5, omitsize=True, border=4))


@pages.get("/h5/<account_key>/preview/<token>")
def preview(account_key: str, token: str) -> Response:
    account = parts().directory.get(account_key)
    with parts().db.read() as session:
        campaign = get_campaign(session, account.id, _read(account, token))
        first_page = kind_of(campaign.kind).preview(session, campaign)
    html = render_template(
        "campaigns/preview.html",
        title=f"预览：{campaign.title}",
        account=account,
        campaign=campaign,
        first_page=first_page,
        **front_of(campaign),
        **rules_of(campaign),
    )
    response = Response(html)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _read(account: AccountView, token: str) -> str:
    """The campaign a token shows. Raises Closed."""
    try:
        key, campaign_id = _tokens().loads(token, max_age=LIFETIME_S)
    except (BadSignature, ValueError, TypeError):
        raise Closed("preview_over", _USED) from None
    if key != account.key:
        raise Closed("preview_over", _USED)
    return str(campaign_id)


def _tokens() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(parts().settings.derive_key("campaign-preview"), salt="campaign-preview")
