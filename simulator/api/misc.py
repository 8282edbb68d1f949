"""The rest: scene codes, tickets, address lists, self checks, quotas, what the operator had set up before."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, request

from ..qr_picture import qr_png
from ..world import World
from . import quotas
from .errors import ApiError
from .gate import Call, Endpoint, Json, Right

MAX_QR_S = 30 * 24 * 3600
DEFAULT_QR_S = 60
TICKET_S = 7200
MAX_NUMERIC_LIMIT = 100_000
SCENE_CHARS = 64
_OK: Json = {"errcode": 0, "errmsg": "ok"}


def _scene(call: Call, *, numeric: bool, limited: bool) -> str:
    info = call.body.get("action_info")
    scene = info.get("scene") if isinstance(info, dict) else None
    if not isinstance(scene, dict):
        raise ApiError(40053)
    if not numeric:
        text = scene.get("scene_str")
        if not isinstance(text, str) or not 1 <= len(text) <= SCENE_CHARS:
            raise ApiError(40053)
        return text
    number = scene.get("scene_id")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ApiError(40053)
    if limited and number > MAX_NUMERIC_LIMIT:
        raise ApiError(40053)
    return str(number)


def _qrcode_create(call: Call) -> Json:
    action = call.body.get("action_name")
    if action not in ("QR_SCENE", "QR_STR_SCENE", "QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE"):
        raise ApiError(40053)
    numeric, limited = "STR" not in action, "LIMIT" in action
    scene = _scene(call, numeric=numeric, limited=limited)
    lasts_s = None if limited else call.number("expire_seconds", DEFAULT_QR_S)
    if lasts_s is not None and not 1 <= lasts_s <= MAX_QR_S:
        raise ApiError(40053)
    code = call.world.qrcodes.create(call.account.key, scene, numeric=numeric, lasts_s=lasts_s)
    expires = {} if lasts_s is None else {"expire_seconds": lasts_s}
    return {"ticket": code.ticket, **expires, "url": code.url}


def _ticket(call: Call) -> Json:
    kind = call.params.get("type", "jsapi")
    if kind not in ("jsapi", "wx_card"):
        raise ApiError(40035, "type")
    name, now = f"ticket:{kind}:{call.account.key}", call.world.clock()
    with call.world.database.transaction():
        kept = str(call.world.database.value("SELECT value FROM kept WHERE name=?", name) or "")
        value, _, ends = kept.partition(" ")
        if not value or float(ends) <= now:
            value, ends = secrets.token_urlsafe(64), str(now + TICKET_S)
            call.world.database.run(
                "INSERT INTO kept VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value=excluded.value",
                name, f"{value} {ends}",
            )  # fmt: skip
    return {**_OK, "ticket": value, "expires_in": int(float(ends) - now)}


def _callback_ips(call: Call) -> Json:
    return {"ip_list": ["127.0.0.1", "127.0.0.0/8"]}


def _callback_check(call: Call) -> Json:
    action = call.body.get("action", "all")
    if action not in ("all", "dns", "ping"):
        raise ApiError(40035, "action")
    answer: Json = {}
    if action in ("all", "dns"):
        answer["dns"] = [{"ip": "127.0.0.1", "real_operator": "UNICOM"}]
    if action in ("all", "ping"):
        ping = {"ip": "127.0.0.1", "from_operator": "UNICOM", "package_loss": "0%", "time": "0.1ms"}
        answer["ping"] = [ping]
    return answer


def _clear_quota(call: Call) -> Json:
    if call.body.get("appid") != call.account.appid:
        raise ApiError(40013)
    quotas.clear(call.world, call.account)
    return _OK


def _quota_get(call: Call) -> Json:
    path = call.words("cgi_path", errcode=76021)
    limit = quotas.LIMITS.get(path, quotas.DEFAULT_LIMIT)
    used = quotas.used(call.world, call.account, path, quotas.china_day(call.world.clock()))
    if call.world.faults.current.quota_used_up:
        used = limit
    quota = {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}
    return {**_OK, "quota": quota, "rate_limit": {"call_count": 0, "refresh_second": 60}}


def _rid_get(call: Call) -> Json:
    row = call.world.database.one("SELECT * FROM calls WHERE rid=?", call.words("rid", errcode=76001))
    if row is None:
        raise ApiError(76001)
    about = {
        "invoke_time": int(row["at"]),
        "cost_in_ms": int(row["took_ms"]),
        "request_url": row["path"],
        "request_body": "",
        "response_body": f'{{"errcode":{row["errcode"]}}}',
        "client_ip": "127.0.0.1",
    }
    return {**_OK, "request": about}


def _autoreply(call: Call) -> Json:
    """What the operator had set up on the website before the bot came."""
    rule = {
        "rule_name": "工会电话",
        "create_time": 1_700_000_000,
        "reply_mode": "random_one",
        "keyword_list_info": [{"type": "text", "match_mode": "contain", "content": "电话"}],
        "reply_list_info": [{"type": "text", "content": "职工服务热线：12351"}],
    }
    return {
        "is_add_friend_reply_open": 1,
        "is_autoreply_open": 1,
        "add_friend_autoreply_info": {"type": "text", "content": f"欢迎关注{call.account.name}！"},
        "message_default_autoreply_info": {"type": "text", "content": "您的留言已收到，工作人员会尽快回复。"},
        "keyword_autoreply_info": {"list": [rule]},
    }


def _kf_list(call: Call) -> Json:
    raise ApiError(65400)


ENDPOINTS = (
    Endpoint("/cgi-bin/qrcode/create", _qrcode_create, "POST", Right.VERIFIED_SERVICE),
    Endpoint("/cgi-bin/ticket/getticket", _ticket, "GET"),
    Endpoint("/cgi-bin/getcallbackip", _callback_ips, "GET"),
    Endpoint("/cgi-bin/get_api_domain_ip", _callback_ips, "GET"),
    Endpoint("/cgi-bin/callback/check", _callback_check, "POST"),
    Endpoint("/cgi-bin/clear_quota", _clear_quota, "POST"),
    Endpoint("/cgi-bin/openapi/quota/get", _quota_get, "POST"),
    Endpoint("/cgi-bin/openapi/rid/get", _rid_get, "POST"),
    Endpoint("/cgi-bin/get_current_autoreply_info", _autoreply, "ANY"),
    Endpoint("/cgi-bin/customservice/getkflist", _kf_list, "ANY", Right.VERIFIED),
)


def add_public_routes(blueprint: Blueprint, world: World) -> None:
    """What needs no token: the picture of a scene code."""

    @blueprint.get("/cgi-bin/showqrcode")
    def show_qrcode() -> Response:
        code = world.qrcodes.find(request.args.get("ticket", ""))
        if code is None:
            return Response("<html><body>404</body></html>", 404)
        return Response(qr_png(code.url), content_type="image/png")
