"""user/* and tags/*: who follows, and the tags they carry."""

from __future__ import annotations

from ..followers import Follower
from ..tags import FIRST_ID, STARRED
from .errors import ApiError
from .gate import Call, Endpoint, Json, Right

PAGE = 10_000
BATCH = 100
MAX_TAGS = 100
TAG_NAME_CHARS = 30
TAGS_PER_FOLLOWER = 20
TAGGING_BATCH = 50
REMARK_CHARS = 30
BLACKLISTING_BATCH = 20


def _info(call: Call, follower: Follower) -> Json:
    union = {"unionid": follower.unionid} if call.account.open_platform else {}
    if not follower.subscribed:
        return {"subscribe": 0, "openid": follower.openid, **union}
    scene = follower.scene or ""
    return {
        "subscribe": 1,
        "openid": follower.openid,
        "language": "zh_CN",
        "subscribe_time": int(follower.subscribed_at or 0),
        **union,
        "remark": follower.remark,
        "groupid": 0,
        "tagid_list": call.world.tags.of_follower(call.account.key, follower.openid),
        "subscribe_scene": "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH",
        "qr_scene": int(scene) if scene.isdigit() and len(scene) <= 9 else 0,
        "qr_scene_str": "" if scene.isdigit() else scene,
    }


def _found(call: Call, openid: object) -> Follower:
    if not openid:
        raise ApiError(41009)
    follower = call.world.followers.get(call.account.key, str(openid))
    if follower is None:
        raise ApiError(40003)
    return follower


def _user_info(call: Call) -> Json:
    return _info(call, _found(call, call.params.get("openid")))


def _batch_info(call: Call) -> Json:
    wanted = call.body.get("user_list")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= BATCH:
        raise ApiError(40032)
    openids = [entry.get("openid") if isinstance(entry, dict) else None for entry in wanted]
    return {"user_info_list": [_info(call, _found(call, openid)) for openid in openids]}


def _page(openids: list[str], after: str | None) -> Json:
    """One page of openids after `after`, in the platform's shape."""
    if after and after not in openids:
        raise ApiError(40003)
    start = openids.index(after) + 1 if after else 0
    page = openids[start : start + PAGE]
    listed: Json = {"count": len(page)}
    if page:
        listed["data"] = {"openid": page}
    return {**listed, "next_openid": page[-1] if page else ""}


def _user_get(call: Call) -> Json:
    openids = [follower.openid for follower in call.world.followers.list_subscribed(call.account.key)]
    return {"total": len(openids), **_page(openids, call.params.get("next_openid"))}


def _update_remark(call: Call) -> Json:
    follower = _found(call, call.body.get("openid"))
    remark = str(call.body.get("remark") or "")
    if len(remark) >= REMARK_CHARS:
        raise ApiError(40035, "remark")
    call.world.followers.set_remark(call.account.key, follower.openid, remark)
    return _OK


_OK: Json = {"errcode": 0, "errmsg": "ok"}


def _tag_argument(call: Call) -> Json:
    tag = call.body.get("tag")
    if not isinstance(tag, dict):
        raise ApiError(40035, "tag missing")
    return tag


def _tag_name(call: Call) -> str:
    name = _tag_argument(call).get("name")
    if not isinstance(name, str) or not name.strip():
        raise ApiError(45157)
    if len(name) > TAG_NAME_CHARS:
        raise ApiError(45158)
    if name == "星标组" or call.world.tags.by_name(call.account.key, name) is not None:
        raise ApiError(45157)
    return name


def _own_tag(call: Call, value: object) -> int:
    try:
        tag = int(value)  # type: ignore[call-overload]
    except (TypeError, ValueError) as error:
        raise ApiError(45159) from error
    if tag < FIRST_ID:
        raise ApiError(45058)
    if not call.world.tags.exists(call.account.key, tag):
        raise ApiError(45159)
    return int(tag)


def _any_tag(call: Call) -> int:
    tag = call.number("tagid", errcode=45159)
    if tag != STARRED and not call.world.tags.exists(call.account.key, tag):
        raise ApiError(45159)
    return tag


def _tag_create(call: Call) -> Json:
    name = _tag_name(call)
    if len(call.world.tags.list_all(call.account.key)) > MAX_TAGS:
        raise ApiError(45056)
    return {"tag": {"id": call.world.tags.create(call.account.key, name), "name": name}}


def _tag_get(call: Call) -> Json:
    tags = call.world.tags.list_all(call.account.key)
    return {"tags": [{"id": tag.id, "name": tag.name, "count": tag.count} for tag in tags]}


def _tag_update(call: Call) -> Json:
    tag = _own_tag(call, _tag_argument(call).get("id"))
    call.world.tags.rename(call.account.key, tag, _tag_name(call))
    return _OK


def _tag_delete(call: Call) -> Json:
    call.world.tags.delete(call.account.key, _own_tag(call, _tag_argument(call).get("id")))
    return _OK


def _tagging_list(call: Call) -> list[str]:
    openids = call.body.get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(openids) <= TAGGING_BATCH:
        raise ApiError(40032)
    followers = [_found(call, openid) for openid in openids]
    if not all(follower.subscribed for follower in followers):
        raise ApiError(49003)
    return [follower.openid for follower in followers]


def _batch_tagging(call: Call) -> Json:
    tag, openids = _any_tag(call), _tagging_list(call)
    for openid in openids:
        carried = set(call.world.tags.of_follower(call.account.key, openid)) | {tag}
        if len(carried) > TAGS_PER_FOLLOWER:
            raise ApiError(45059, "has added over 20 tags")
    call.world.tags.stick(call.account.key, tag, openids)
    return _OK


def _batch_untagging(call: Call) -> Json:
    call.world.tags.peel(call.account.key, _any_tag(call), _tagging_list(call))
    return _OK


def _tags_of(call: Call) -> Json:
    follower = _found(call, call.body.get("openid"))
    return {"tagid_list": call.world.tags.of_follower(call.account.key, follower.openid)}


def _tag_members(call: Call) -> Json:
    return _page(call.world.tags.members(call.account.key, _any_tag(call)), call.body.get("next_openid"))


def _blacklisting_list(call: Call) -> list[str]:
    openids = call.body.get("openid_list")
    if not isinstance(openids, list) or not 1 <= len(openids) <= BLACKLISTING_BATCH:
        raise ApiError(40032)
    return [_found(call, openid).openid for openid in openids]


def _batch_blacklist(call: Call) -> Json:
    call.world.followers.block(call.account.key, _blacklisting_list(call))
    return _OK


def _batch_unblacklist(call: Call) -> Json:
    call.world.followers.unblock(call.account.key, _blacklisting_list(call))
    return _OK


def _get_blacklist(call: Call) -> Json:
    openids = call.world.followers.list_blocked(call.account.key)
    return {"total": len(openids), **_page(openids, call.body.get("begin_openid"))}


ENDPOINTS = (
    Endpoint("/cgi-bin/user/info", _user_info, "GET", Right.VERIFIED),
    Endpoint("/cgi-bin/user/info/batchget", _batch_info, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/user/get", _user_get, "GET", Right.VERIFIED),
    Endpoint("/cgi-bin/user/info/updateremark", _update_remark, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/create", _tag_create, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/get", _tag_get, "ANY", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/update", _tag_update, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/delete", _tag_delete, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/members/batchtagging", _batch_tagging, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/members/batchuntagging", _batch_untagging, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/members/batchblacklist", _batch_blacklist, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/members/batchunblacklist", _batch_unblacklist, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/members/getblacklist", _get_blacklist, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/tags/getidlist", _tags_of, "POST", Right.VERIFIED),
    Endpoint("/cgi-bin/user/tag/get", _tag_members, "ANY", Right.VERIFIED),
)
