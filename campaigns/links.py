"""Do the addresses in a campaign's texts lead anywhere? Asks the running application; called by the console before the
verbs that check, never inside their unit of work."""

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from flask import current_app
from werkzeug.test import Client

from accounts.directory import AccountView
from campaigns.preflight import texts_of
from campaigns.view import CampaignView, Finding

_LINK = re.compile(r"(?:https?://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=%]+")
_MISSING = (404, 410)


def find_dead_links(account: AccountView, campaign: CampaignView) -> list[Finding]:
    """Our own pages must be there; elsewhere we can't look, so that is a hint, and what is not encrypted is refused."""
    return [
        finding
        for called, (text, where) in texts_of(campaign).items()
        for link in _LINK.findall(text)
        for finding in _judge(account, campaign, link.rstrip(".,;:)"), called, where)
    ]


def _judge(
    account: AccountView, campaign: CampaignView, link: str, called: str, where: str
) -> Iterator[Finding]:
    address = _split(link)
    if address is None or not address.hostname:
        yield Finding("stop", f"{called}里的网址 {link} 不完整。", "写成 https:// 开头的完整网址。", where)
    elif address.hostname == urlsplit(account.site_url).hostname:
        if campaign.public_id not in address.path and not _is_there(address):
            yield Finding("stop", f"{called}里的网址 {link} 打不开，没有这个页面。", "改正或删去。", where)
    elif address.scheme == "http":
        yield Finding("stop", f"{called}里的网址 {link} 没有加密（http）。", "换成 https 开头的网址。", where)
    else:
        yield Finding(
            "hint",
            f"{called}里有外部网址 {address.hostname}，我们没法替您检查。",
            "点开确认它可靠、不会过期。",
            where,
        )


def _split(link: str) -> SplitResult | None:
    try:
        return urlsplit(link)
    except ValueError:
        return None


def _is_there(address: SplitResult) -> bool:
    """By asking our own application, as nobody: whoever must sign in is led to it, which is an answer too."""
    path = f"{address.path or '/'}{'?' + address.query if address.query else ''}"
    answer = Client(current_app).get(path, buffered=True)
    return answer.status_code not in _MISSING
