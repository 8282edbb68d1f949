"""Web sign-in (网页授权): who is it that opened our page inside WeChat. Verified service accounts only.

Used by the H5 pages. `snsapi_base` asks nobody anything and gives the openid. Source: WeChat doc page 网页授权.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from core.errors import Invalid
from wechat.client import WeChatAPI
from wechat.errors import Unreachable, error_from

OPEN_PLATFORM = "https://open.weixin.qq.com"
"""Where the browser is sent; the simulator's address otherwise."""

SCOPES = ("snsapi_base", "snsapi_userinfo")
STATE_BYTES = 128
_CODE_CHARS = 512
_ACCESS = "/sns/oauth2/access_token"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came. `unionid` None unless the account is tied to an open platform. `scope`: as granted.

    `is_snapshotuser`: a virtual visitor of a snapshot page: may look, must never write; offer 「使用完整服务」.
    """

    openid: str
    unionid: str | None
    is_snapshotuser: bool
    scope: str


def authorize_url(base_url: str, appid: str, redirect_uri: str, scope: str, state: str) -> str:
    """Where to send the browser; it comes back to `redirect_uri` with `code` and `state`.

    `base_url`: `OPEN_PLATFORM`, or the simulator. Everything is encoded, `state` too. Raises Invalid.
    """
    if scope not in SCOPES:
        raise Invalid("bad_choice", "授权范围只能是 snsapi_base 或 snsapi_userinfo", field="scope")
    if urlsplit(redirect_uri).scheme not in ("http", "https"):
        raise Invalid("bad_url", "回调地址应以 http:// 或 https:// 开头", field="redirect_uri")
    if len(state.encode(errors="replace")) > STATE_BYTES:
        raise Invalid("too_long", f"state 最多 {STATE_BYTES} 字节", field="state", limit=STATE_BYTES)
    # The order is part of the interface: WeChat's page refuses another one.
    fields = {
        "appid": appid,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": scope,
        "state": state,
    }
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in fields.items())
    return f"{base_url.rstrip('/')}/connect/oauth2/authorize?{query}#wechat_redirect"


def exchange_code(api: WeChatAPI, code: str) -> SignedIn:
    """The follower behind a `code`, which works once and for 5 minutes.

    Raises WeChatError kind `oauth` (40029 wrong, 40163 used: start the sign-in again), Unreachable.
    """
    if not code or len(code) > _CODE_CHARS:
        raise error_from(40029, "invalid code", endpoint=_ACCESS)
    answer = api.call_with_secret(_ACCESS, {"code": code, "grant_type": "authorization_code"})
    openid = answer.get("openid")
    if not isinstance(openid, str) or not openid:
        raise Unreachable("微信没有给出 openid", endpoint=_ACCESS, sent_maybe=True, reason="no openid")
    return SignedIn(
        openid=openid,
        unionid=str(answer["unionid"]) if answer.get("unionid") else None,
        is_snapshotuser=str(answer.get("is_snapshotuser", 0)) == "1",
        scope=str(answer.get("scope", "")),
    )
