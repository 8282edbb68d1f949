"""The card a campaign is shared as: where the platform lets the account sign its pages, title, words and picture of ours;
elsewhere the page's own `og:` tags, and nothing is said about it."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from accounts.capabilities import Capability, may
from accounts.directory import AccountView
from campaigns.view import CampaignView
from core.errors import NotAllowed
from wechat.jsapi import Signature, sign

_URL_CHARS = 500


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    words: str
    link: str
    picture: str


def may_share(account: AccountView) -> bool:
    """Does the platform let this account's pages set a card?"""
    return may(account, Capability.SHARING)


def card_of(account: AccountView, campaign: CampaignView) -> Card:
    """Always the clean address: what brought somebody here (a one-use link) never travels on."""
    picture = picture_url(account, campaign.cover)
    link = f"{account.h5_url}/c/{campaign.public_id}"
    return Card(campaign.title, campaign.summary or account.name, link, picture)


def picture_url(account: AccountView, name: str) -> str:
    """Of a picture in the media folder, as the platform fetches it; empty for none."""
    return f"{account.site_url}/media/{name}" if name else ""


def sign_page(
    account: AccountView, campaign: CampaignView, url: str, ticket: str, now: datetime
) -> Signature:
    """For a page of this campaign. Raises NotAllowed for any other address."""
    home = urlsplit(f"{account.h5_url}/c/{campaign.public_id}")
    try:
        asked = urlsplit(url[:_URL_CHARS])
    except ValueError:
        raise NotAllowed("foreign_page", "只能给本活动的页面签名。") from None
    below = asked.path == home.path or asked.path.startswith(f"{home.path}/")
    if (asked.scheme, asked.netloc) != (home.scheme, home.netloc) or not below or len(url) > _URL_CHARS:
        raise NotAllowed("foreign_page", "只能给本活动的页面签名。")
    return sign(account.appid, ticket, url, int(now.timestamp()))
