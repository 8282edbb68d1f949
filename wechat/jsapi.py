"""The JS-SDK's signature: pages show the platform with it that they may set their own share card.

The ticket is kept like the access token, for all processes; it allows few calls a day. Source: WeChat doc page JS-SDK
使用权限签名算法.
"""

import hashlib
import secrets
from dataclasses import dataclass

from wechat.api.base import as_int
from wechat.client import WeChatAPI
from wechat.errors import Unreachable
from wechat.tokens import Fetched, TokenStore

_TICKET = "/cgi-bin/ticket/getticket"


@dataclass(frozen=True, slots=True)
class Signature:
    """What `config` of the JS-SDK takes."""

    appid: str
    timestamp: int
    nonce: str
    signature: str


def ticket_of(api: WeChatAPI, store: TokenStore) -> str:
    """The account's jsapi_ticket. Raises WeChatError."""

    def fetch(_force: bool) -> Fetched:
        answer = api.call("GET", _TICKET, params={"type": "jsapi"})
        ticket = answer.get("ticket")
        if not isinstance(ticket, str) or not ticket:
            raise Unreachable(
                "微信没有给出 jsapi_ticket", endpoint=_TICKET, sent_maybe=False, reason="no ticket"
            )
        return Fetched(ticket, as_int(answer.get("expires_in"), 7200))

    return store.get(api.appid, fetch)


def sign(appid: str, ticket: str, url: str, now: int, nonce: str = "") -> Signature:
    """For the page at `url`, which is taken without its fragment."""
    nonce = nonce or secrets.token_hex(8)
    page = url.partition("#")[0]
    said = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={now}&url={page}"
    return Signature(appid, now, nonce, hashlib.sha1(said.encode(), usedforsecurity=False).hexdigest())
