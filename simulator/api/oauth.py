"""Web sign-in: /connect/oauth2/authorize in the phone's browser, /sns/* for the account's server."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, redirect, render_template, request

from ..accounts import Account
from ..world import World
from .errors import ApiError
from .gate import guarded, respond
from .tokens import check_app

Json = dict[str, Any]

CODE_S = 300
TOKEN_S = 7200
COOKIE = "sim_follower"


def cookie_value(account: Account, openid: str) -> str:
    """What `/simulator/open` puts into the phone's cookie."""
    return f"{account.key}:{openid}"


def add_routes(blueprint: Blueprint, world: World) -> None:
    """The addresses of this module."""

    @blueprint.get("/simulator/connect/oauth2/authorize")
    def authorize() -> Response:
        return authorize_answer(world)

    @blueprint.get("/connect/oauth2/authorize")
    def authorize_at_root() -> Response:
        if COOKIE in request.cookies:
            return authorize_answer(world)
        # The phone's cookie is only sent below /simulator/.
        return redirect(f"/simulator{request.full_path}", 302)  # type: ignore[return-value]

    def sns(path: str, answer: Callable[[World], Json]) -> None:
        def view() -> Response:
            return guarded(world, lambda: (None, respond(answer(world))))

        blueprint.add_url_rule(path, path, view, methods=["GET", "POST"])

    sns("/sns/oauth2/access_token", _access_token)
    sns("/sns/oauth2/refresh_token", _refresh_token)
    sns("/sns/auth", _auth)
    sns("/sns/userinfo", _user_info)


def authorize_answer(world: World) -> Response:
    """302 back to the app with code and state, for whoever holds the phone; a Chinese page when that can't be."""
    account = world.book.by_appid(request.args.get("appid", ""))
    scope = request.args.get("scope", "")
    target = request.args.get("redirect_uri", "")
    if account is None:
        return _page("参数错误", "appid 不存在。错误码：10013")
    if scope not in ("snsapi_base", "snsapi_userinfo") or request.args.get("response_type") != "code":
        return _page("参数错误", "Scope 或 response_type 参数错误。错误码：10005")
    if account.kind != "service" or not account.verified or world.faults.current.unverified:
        return _page("没有权限", "只有认证服务号可以使用网页授权，请从聊天里的链接进入。错误码：10005")
    if not _allowed(account, target):
        return _page("链接不可用", "redirect_uri 的域名与后台配置不一致。错误码：10003")
    openid = _holder(world, account)
    if openid is None:
        return _page("请在微信客户端打开链接", "请在模拟器的手机里打开这个页面。")
    code = _issue_code(world, account, openid, scope)
    return redirect(_with(target, {"code": code, "state": request.args.get("state", "")}), 302)  # type: ignore[return-value]


def _page(title: str, text: str) -> Response:
    return Response(render_template("notice.html", title=title, text=text))


def _allowed(account: Account, target: str) -> bool:
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return False
    return not account.h5_hosts or parts.netloc in account.h5_hosts or parts.hostname in account.h5_hosts


def _holder(world: World, account: Account) -> str | None:
    key, _, openid = request.cookies.get(COOKIE, "").partition(":")
    if key != account.key or world.followers.get(account.key, openid) is None:
        return None
    return openid


def _with(url: str, params: Json) -> str:
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), *params.items()]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _issue_code(world: World, account: Account, openid: str, scope: str) -> str:
    code = secrets.token_urlsafe(24)
    world.database.run(
        "INSERT INTO oauth_codes VALUES (?, ?, ?, ?, ?, 0, ?)",
        code, account.key, openid, scope, int(world.faults.current.snapshot_user), world.clock() + CODE_S,
    )  # fmt: skip
    return code


def _access_token(world: World) -> Json:
    account = check_app(world, request.args.get("appid"), request.args.get("secret"))
    code = request.args.get("code")
    if not code:
        raise ApiError(41008)
    if request.args.get("grant_type") != "authorization_code":
        raise ApiError(40002)
    with world.database.transaction():
        row = world.database.one("SELECT * FROM oauth_codes WHERE code=? AND account=?", code, account.key)
        if row is None:
            raise ApiError(40029)
        if row["used"]:
            raise ApiError(40163)
        if row["expires_at"] < world.clock():
            raise ApiError(42003)
        world.database.run("UPDATE oauth_codes SET used=1 WHERE code=?", code)
    return _issue_token(world, account, row)


def _issue_token(world: World, account: Account, row: sqlite3.Row) -> Json:
    token, refresh = secrets.token_urlsafe(64), secrets.token_urlsafe(64)
    # A snapshot page shows a virtual visitor, not the person.
    openid = f"oSNAP{row['openid'][5:]}" if row["snapshot"] else row["openid"]
    world.database.run(
        "INSERT INTO oauth_tokens VALUES (?, ?, ?, ?, ?, ?, ?)",
        token, refresh, account.key, openid, row["scope"], row["snapshot"], world.clock() + TOKEN_S,
    )  # fmt: skip
    answer: Json = {
        "access_token": token,
        "expires_in": TOKEN_S,
        "refresh_token": refresh,
        "openid": openid,
        "scope": row["scope"],
    }
    if row["snapshot"]:
        answer["is_snapshotuser"] = 1
    follower = world.followers.get(account.key, openid)
    if follower is not None and account.open_platform:
        answer["unionid"] = follower.unionid
    return answer


def _refresh_token(world: World) -> Json:
    account = world.book.by_appid(request.args.get("appid", ""))
    if account is None:
        raise ApiError(40013)
    row = world.database.one(
        "SELECT * FROM oauth_tokens WHERE refresh_token=? AND account=?",
        request.args.get("refresh_token", ""), account.key,
    )  # fmt: skip
    if row is None:
        raise ApiError(40030)
    world.database.run(
        "UPDATE oauth_tokens SET expires_at=? WHERE token=?", world.clock() + TOKEN_S, row["token"]
    )
    names = {"access_token": "token", "refresh_token": "refresh_token", "openid": "openid", "scope": "scope"}
    return {"expires_in": TOKEN_S, **{name: row[column] for name, column in names.items()}}


def _token_row(world: World) -> sqlite3.Row:
    token, openid = request.args.get("access_token"), request.args.get("openid")
    if not token:
        raise ApiError(41001)
    row = world.database.one("SELECT * FROM oauth_tokens WHERE token=?", token)
    if row is None:
        raise ApiError(40001)
    if row["expires_at"] < world.clock():
        raise ApiError(42001)
    if row["openid"] != openid:
        raise ApiError(40003)
    return row


def _auth(world: World) -> Json:
    _token_row(world)
    return {"errcode": 0, "errmsg": "ok"}


def _user_info(world: World) -> Json:
    row = _token_row(world)
    if row["scope"] != "snsapi_userinfo":
        raise ApiError(48001)
    follower = world.followers.get(row["account"], row["openid"])
    account = world.book.by_key(row["account"])
    union = {"unionid": follower.unionid} if follower and account and account.open_platform else {}
    return {
        "openid": row["openid"],
        "nickname": follower.name if follower else "微信用户",
        "sex": 0,
        "language": "",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "privilege": [],
        **({"is_snapshotuser": 1} if row["snapshot"] else {}),
        **union,
    }
