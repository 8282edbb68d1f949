"""How a worker becomes known to a page: WeChat's web sign-in, or a one-use link from the chat."""

import secrets
from typing import cast
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from redis.exceptions import RedisError

from accounts.capabilities import Capability, may
from accounts.directory import AccountView
from core.errors import Closed, Invalid, NotAllowed
from core.masking import mask_openid
from house.current import parts
from members.links import OneUseLinks
from web.pages import secure
from web.session import Sessions, Visitor
from wechat.errors import WeChatError
from wechat.oauth import authorize_url, exchange_code

SESSIONS = "zhijia.sessions"
_STATE_COOKIE = "zj_state"
_STATE_AGE_S = 600
_USED = "这个链接已经用过或超过 10 分钟。请回到公众号重新要一个。"

pages = secure(Blueprint("signin", __name__, template_folder="templates"))


def sessions() -> Sessions:
    return cast(Sessions, current_app.extensions[SESSIONS])


def visitor_or_signin(account: AccountView) -> Visitor | Response:
    """Who is looking; or the response that starts the sign-in and comes back to this page."""
    visitor = sessions().read(account.key)
    if visitor is not None:
        return visitor
    if not _has_web_signin(account):
        return Response(
            render_template("members/ask_link.html", title="请从公众号进入", account=account), status=403
        )
    return cast(Response, redirect(f"/h5/{account.key}/signin?{urlencode({'to': request.path})}"))


@pages.get("/h5/<account_key>/signin")
def begin(account_key: str) -> Response:
    """Send the browser to WeChat, remembering in a signed cookie where it wanted to go."""
    account = parts().directory.get(account_key)
    if not _has_web_signin(account):
        raise NotAllowed(
            "no_web_signin", "这个公众号没有网页登录的权限，请在公众号里回复「我的」，用收到的链接打开"
        )
    state = secrets.token_urlsafe(18)
    back = f"{parts().settings.public_url}/h5/{account.key}/signin/callback"
    url = authorize_url(parts().settings.wechat.open_url, account.appid, back, "snsapi_base", state)
    response = cast(Response, redirect(url))
    response.set_cookie(
        _STATE_COOKIE,
        _states().dumps([state, _own_path(account, request.args.get("to", ""))]),
        max_age=_STATE_AGE_S,
        path=f"/h5/{account.key}/signin",
        httponly=True,
        secure=parts().settings.public_url.startswith("https://"),
        samesite="Lax",
    )
    return response


@pages.get("/h5/<account_key>/signin/callback")
def finish(account_key: str) -> Response:
    """WeChat sent the browser back with a code; only the browser that began may finish."""
    account = parts().directory.get(account_key)
    target = _expected_target(account)
    try:
        who = exchange_code(parts().platform.api(account), request.args.get("code", ""))
    except WeChatError as error:
        raise Closed("signin_failed", f"微信登录没有完成：{error.message}") from None
    response = cast(Response, redirect(target))
    sessions().write(response, account.key, Visitor(who.openid, who.is_snapshotuser))
    response.delete_cookie(_STATE_COOKIE, path=f"/h5/{account.key}/signin")
    return response


@pages.get("/h5/<account_key>/enter/<token>")
def look(account_key: str, token: str) -> Response:
    """A link from the chat: say whose it is; nothing is used up."""
    account = parts().directory.get(account_key)
    led = _links().look(account.id, token)
    if led is None:
        raise Closed("link_used", _USED)
    html = render_template(
        "members/enter.html", title="确认打开", account=account, who=mask_openid(led.openid), to=led.to
    )
    return Response(html)


@pages.post("/h5/<account_key>/enter/<token>")
def enter(account_key: str, token: str) -> Response:
    """Exchange the link's token for a session, once, and go on to a clean address."""
    account = parts().directory.get(account_key)
    led = _links().take(account.id, token)
    if led is None:
        raise Closed("link_used", _USED)
    response = cast(Response, redirect(_own_path(account, led.to), 303))
    sessions().write(response, account.key, Visitor(led.openid, by_link=True))
    return response


@pages.errorhandler(RedisError)
def redis_away(_error: RedisError) -> Response:
    html = render_template("web/error.html", title="暂时打不开", message="服务正在恢复，请过一两分钟再试。")
    return Response(html, status=503)


def _has_web_signin(account: AccountView) -> bool:
    return may(account, Capability.SIGN_IN)


def _expected_target(account: AccountView) -> str:
    try:
        state, target = _states().loads(request.cookies.get(_STATE_COOKIE, ""), max_age=_STATE_AGE_S)
    except (BadSignature, ValueError, TypeError):
        raise Closed("signin_expired", "登录超时了，请回到公众号重新打开这个页面。") from None
    given = request.args.get("state", "")
    if not secrets.compare_digest(str(state).encode(), given.encode(errors="replace")):
        raise Invalid("bad_state", "登录信息对不上，请回到公众号重新打开这个页面。")
    return str(target)


def _own_path(account: AccountView, path: str) -> str:
    """Only our own pages of this account may be come back to."""
    home = f"/h5/{account.key}/"
    ours = path.startswith(home) and "\\" not in path and ".." not in path.split("/")
    ours = ours and not path.startswith(f"{home}signin")  # or it would go round in circles
    return quote(path) if ours else f"{home}me"


def _states() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(parts().settings.derive_key("signin-state"), salt="signin-state")


def _links() -> OneUseLinks:
    redis = parts().redis
    if redis is None:
        raise Closed("no_redis", "服务正在恢复，请过一两分钟再试。")
    return OneUseLinks(redis)
