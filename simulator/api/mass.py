"""message/mass/*: sending to many. Accepting is not sending; the result comes as MASSSENDJOBFINISH."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from functools import partial
from typing import Any

from ..accounts import Account
from ..bubbles import Bubble, UnknownMedia
from ..delivery import Parcel
from ..messages import mass_finished
from ..world import World
from . import quotas
from .content import article_cards, cards_of, draft_articles
from .errors import ApiError
from .gate import Call, Endpoint, Json, Right

CLIENT_ID_BYTES = 64
CLIENT_ID_S = 24 * 3600
MONTHLY_PER_FOLLOWER = 4
MIN_OPENIDS, MAX_OPENIDS = 2, 10_000
PREVIEWS_A_DAY = 100
TEXT_BYTES = 2048
SENDING, SENT, DELETED = "SENDING", "SEND_SUCCESS", "DELETED"


def _content(call: Call) -> Json:
    """What is to be sent, resolved now because a draft is gone afterwards: `{"bubble"}` or `{"articles"}`."""
    kind = str(call.body.get("msgtype") or "")
    content = call.body.get(kind)
    if kind not in ("mpnews", "text", "image", "voice", "mpvideo") or (
        not isinstance(content, dict) and kind != "image"
    ):
        raise ApiError(40008)
    if kind == "mpnews":
        media_id = str((content or {}).get("media_id") or "")
        return {"articles": draft_articles(call, media_id), "draft": media_id}
    try:
        return {"bubble": _bubble(call, kind, content)}
    except UnknownMedia as error:
        raise ApiError(40007) from error


def _bubble(call: Call, kind: str, content: Any) -> Bubble:
    if kind == "text":
        words = str(content.get("content") or "")
        if not words:
            raise ApiError(44004)
        if len(words.encode()) > TEXT_BYTES:
            raise ApiError(45002)
        return "text", {"content": words}
    if kind == "image" and not content:  # the newer shape: images.media_ids
        content = {"media_id": next(iter((call.body.get("images") or {}).get("media_ids") or []), "")}
    return call.world.bubbles.file(call.account.key, "video" if kind == "mpvideo" else kind, content)


def _audience(call: Call) -> tuple[list[str], bool]:
    """(openids, to everybody) of a sendall."""
    wanted = call.body.get("filter")
    if not isinstance(wanted, dict):
        raise ApiError(40035, "filter missing")
    if wanted.get("is_to_all"):
        return [follower.openid for follower in call.world.followers.list_subscribed(call.account.key)], True
    tag = wanted.get("tag_id", wanted.get("group_id"))
    if tag is None or not str(tag).isdigit() or not call.world.tags.exists(call.account.key, int(tag)):
        raise ApiError(45159)
    return call.world.tags.members(call.account.key, int(tag)), False


def _check_client_id(call: Call) -> str | None:
    client_id = call.body.get("clientmsgid")
    if client_id in (None, ""):
        return None
    if len(str(client_id).encode()) > CLIENT_ID_BYTES:
        raise ApiError(45067)
    row = call.world.database.one(
        "SELECT msg_id FROM masses WHERE account=? AND client_id=? AND created_at>?",
        call.account.key, str(client_id), call.world.clock() - CLIENT_ID_S,
    )  # fmt: skip
    if row is not None:
        raise ApiError(45065, msg_id=row["msg_id"])
    return str(client_id)


def _check_quota(call: Call, *, to_all: bool) -> None:
    """A verified subscription account sends once a day; a service account to all once a day. Raises ApiError 45028."""
    day = quotas.china_day(call.world.clock())
    if call.account.kind == "service" and not to_all:
        return
    if quotas.used(call.world, call.account, "mass", day):
        raise ApiError(45028)
    quotas.count(call.world, call.account, "mass", day)


def _accept(call: Call, openids: Sequence[str], *, to_all: bool) -> Json:
    with call.world.database.transaction():
        client_id = _check_client_id(call)
        content = _content(call)
        _check_quota(call, to_all=to_all)
        msg_id = int(call.world.database.value("SELECT COALESCE(MAX(msg_id), 1000000000) + 1 FROM masses"))
        call.world.database.run(
            "INSERT INTO masses VALUES (?, ?, ?, ?, ?, ?, '[]', ?, ?)",
            msg_id, call.account.key, client_id, int(to_all), json.dumps(content, ensure_ascii=False),
            json.dumps(list(openids)), SENDING, call.world.clock(),
        )  # fmt: skip
    call.world.jobs.later(call.world.settings.job_delay_s, partial(_finish, call.world, call.account, msg_id))
    return {
        "errcode": 0,
        "errmsg": "send job submission success",
        "msg_id": msg_id,
        "msg_data_id": msg_id + 10**9,
    }


def _send_all(call: Call) -> Json:
    openids, to_all = _audience(call)
    return _accept(call, openids, to_all=to_all)


def _send(call: Call) -> Json:
    openids = call.body.get("touser")
    if not isinstance(openids, list) or not MIN_OPENIDS <= len(openids) <= MAX_OPENIDS:
        raise ApiError(40130)
    if any(call.world.followers.get(call.account.key, str(openid)) is None for openid in openids):
        raise ApiError(40003)
    return _accept(call, [str(openid) for openid in openids], to_all=False)


def _preview(call: Call) -> Json:
    name = call.body.get("towxname")
    people = call.world.followers.list_all(call.account.key)
    openid = (
        next((one.openid for one in people if one.name == name), None) if name else call.body.get("touser")
    )
    follower = call.world.followers.get(call.account.key, str(openid or ""))
    if follower is None:
        raise ApiError(40003)
    if not follower.subscribed:
        raise ApiError(43004)
    content = _content(call)
    if "articles" in content:
        bubble = call.world.bubbles.news(article_cards(call, content["articles"]))
    else:
        bubble = content["bubble"]
    call.world.chat.add(call.account.key, follower.openid, "out", *bubble)
    return {"errcode": 0, "errmsg": "preview success"}


def _finish(world: World, account: Account, msg_id: int) -> None:
    """What happens a moment later: the cards arrive on the phones, the draft is gone, the event is sent."""
    row = world.database.one("SELECT * FROM masses WHERE msg_id=?", msg_id)
    if row is None or row["status"] != SENDING:
        return
    content, receivers = json.loads(row["request"]), json.loads(row["receivers"])
    with world.database.transaction():
        keys = [world.articles.add(account.key, article) for article in content.get("articles", ())]
        urls = [world.articles.url(key) for key in keys]
        if keys:
            bubble = world.bubbles.news(cards_of(content["articles"], urls))
            world.database.run("DELETE FROM drafts WHERE media_id=?", content["draft"])
        else:
            bubble = (content["bubble"][0], content["bubble"][1])
        allowed = [openid for openid in receivers if _may_receive(world, account, openid, msg_id)]
        for openid in allowed:
            world.chat.add(account.key, openid, "out", *bubble)
        world.database.run(
            "UPDATE masses SET status=?, keys=? WHERE msg_id=?", SENT, json.dumps(keys), msg_id
        )
    fields = mass_finished(
        msg_id, status="send success", total=len(receivers), filtered=len(allowed), sent=len(allowed), errors=0, urls=urls
    )  # fmt: skip
    world.tell(Parcel(account, account.system_openid, fields, "群发完成", spoken=False))


def _may_receive(world: World, account: Account, openid: str, msg_id: int) -> bool:
    """Still following, and, under a service account, below four a month; notes the receipt."""
    follower = world.followers.get(account.key, openid)
    if follower is None or not follower.subscribed:
        return False
    month = quotas.china_day(world.clock())[:7]
    received = world.database.value(
        "SELECT COUNT(*) FROM mass_receipts WHERE account=? AND openid=? AND month=?",
        account.key,
        openid,
        month,
    )
    if account.kind == "service" and received >= MONTHLY_PER_FOLLOWER:
        return False
    world.database.run("INSERT INTO mass_receipts VALUES (?, ?, ?, ?)", account.key, openid, msg_id, month)
    return True


def resume(world: World) -> None:
    """Takes up what a stop interrupted."""
    for row in world.database.all("SELECT msg_id, account FROM masses WHERE status=?", SENDING):
        account = world.book.by_key(row["account"])
        if account is not None:
            world.jobs.later(world.settings.job_delay_s, partial(_finish, world, account, row["msg_id"]))


def _found(call: Call) -> sqlite3.Row:
    row = call.world.database.one(
        "SELECT * FROM masses WHERE account=? AND msg_id=?", call.account.key, call.number("msg_id")
    )
    if row is None:
        raise ApiError(40035, "msg_id not found")
    return row


def _get(call: Call) -> Json:
    row = _found(call)
    return {"msg_id": row["msg_id"], "msg_status": row["status"]}


def _delete(call: Call) -> Json:
    """Deletes the articles behind the cards; the cards stay on the phones, as on the platform."""
    row, index = _found(call), call.number("article_idx", 0)
    keys = json.loads(row["keys"])
    if not 0 <= index <= len(keys):
        raise ApiError(40114)
    for key in keys if index == 0 else [keys[index - 1]]:
        call.world.articles.delete(key)
    if index == 0:
        call.world.database.run("UPDATE masses SET status=? WHERE msg_id=?", DELETED, row["msg_id"])
    return {"errcode": 0, "errmsg": "ok"}


def _speed(call: Call) -> Json:
    return {"speed": 3, "realspeed": 15}


def _set_speed(call: Call) -> Json:
    if not 0 <= call.number("speed") <= 4:
        raise ApiError(45083, "set speed out of range")
    return {"errcode": 0, "errmsg": "ok"}


ENDPOINTS = (
    Endpoint("/cgi-bin/message/mass/sendall", _send_all, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/message/mass/send", _send, "POST", Right.VERIFIED_SERVICE),
    Endpoint("/cgi-bin/message/mass/preview", _preview, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/message/mass/get", _get, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/message/mass/delete", _delete, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/message/mass/speed/get", _speed, "ANY", Right.VERIFIED),
    Endpoint("/cgi-bin/message/mass/speed/set", _set_speed, "POST", Right.VERIFIED),
)
