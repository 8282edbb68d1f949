"""menu/*: the custom menu, checked against the platform's limits, and the personalised menus."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .errors import ApiError
from .gate import Call, Endpoint, Json

MAX_BUTTONS = 3
MAX_SUB_BUTTONS = 5
NAME_BYTES = 16
SUB_NAME_BYTES = 60
KEY_BYTES = 128
URL_BYTES = 1024
TYPES_WITH_KEY = {
    "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
    "location_select",
}  # fmt: skip
TYPES_WITH_MEDIA = {"media_id", "view_limited"}
TYPES_WITH_ARTICLE = {"article_id", "article_view_limited"}


def _bytes(value: object) -> int:
    return len(str(value).encode())


def check_buttons(call: Call, value: object) -> list[Mapping[str, Any]]:
    """The buttons of a menu. Raises ApiError with the platform's code for what is wrong."""
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_BUTTONS:
        raise ApiError(40016)
    for button in value:
        if not isinstance(button, dict):
            raise ApiError(40015)
        subs = button.get("sub_button")
        if isinstance(subs, dict):  # the shape that menu/get of selfmenu answers
            subs = subs.get("list")
        _check_name(button, NAME_BYTES, 40018)
        if subs:
            _check_subs(call, subs)
        else:
            _check_target(call, button, 40015, 40019, 40020)
    return value


def _check_subs(call: Call, subs: object) -> None:
    if not isinstance(subs, list) or len(subs) > MAX_SUB_BUTTONS:
        raise ApiError(40022)
    for sub in subs:
        if not isinstance(sub, dict) or sub.get("sub_button"):
            raise ApiError(40023)
        _check_name(sub, SUB_NAME_BYTES, 40025)
        _check_target(call, sub, 40023, 40026, 40027)


def _check_name(button: Mapping[str, Any], maximum: int, errcode: int) -> None:
    if not isinstance(button.get("name"), str) or not 1 <= _bytes(button["name"]) <= maximum:
        raise ApiError(errcode)


def _check_target(call: Call, button: Mapping[str, Any], bad_type: int, bad_key: int, bad_url: int) -> None:
    kind = button.get("type")
    if kind in TYPES_WITH_KEY:
        if not 1 <= _bytes(button.get("key") or "") <= KEY_BYTES:
            raise ApiError(bad_key)
    elif kind in ("view", "miniprogram"):
        url = str(button.get("url") or "")
        if not 1 <= _bytes(url) <= URL_BYTES or not url.startswith(("http://", "https://")):
            raise ApiError(bad_url)
        if kind == "miniprogram" and not (button.get("appid") and button.get("pagepath")):
            raise ApiError(bad_type)
    elif kind in TYPES_WITH_MEDIA:
        if call.world.media.get(call.account.key, str(button.get("media_id") or "")) is None:
            raise ApiError(40007)
    elif kind not in TYPES_WITH_ARTICLE:
        raise ApiError(bad_type)


def _clean(buttons: Sequence[Mapping[str, Any]]) -> list[Json]:
    """As menu/get answers: every button has a `sub_button` list, parents have no type."""
    cleaned = []
    for button in buttons:
        subs = button.get("sub_button") or []
        if isinstance(subs, Mapping):
            subs = subs.get("list") or []
        if subs:
            cleaned.append(
                {"name": button["name"], "sub_button": [{**sub, "sub_button": []} for sub in subs]}
            )
        else:
            cleaned.append({**button, "sub_button": []})
    return cleaned


def _create(call: Call) -> Json:
    buttons = check_buttons(call, call.body.get("button"))
    call.world.menus.set_default(call.account.key, _clean(buttons))
    return {"errcode": 0, "errmsg": "ok"}


def _get(call: Call) -> Json:
    default = call.world.menus.get_default(call.account.key)
    if default is None:
        raise ApiError(46003)
    conditional = call.world.menus.list_conditional(call.account.key)
    return {"menu": default, **({"conditionalmenu": conditional} if conditional else {})}


def _delete(call: Call) -> Json:
    call.world.menus.delete_all(call.account.key)
    return {"errcode": 0, "errmsg": "ok"}


def _add_conditional(call: Call) -> Json:
    buttons = check_buttons(call, call.body.get("button"))
    rule = call.body.get("matchrule")
    if not isinstance(rule, dict) or not any(rule.values()):
        raise ApiError(65320)
    # Since 2023 only the tag counts; sex, country, province, city and language are refused.
    if any(value for name, value in rule.items() if name not in ("tag_id", "client_platform_type")):
        raise ApiError(65320)
    if call.world.menus.get_default(call.account.key) is None:
        raise ApiError(65303)
    tag = str(rule.get("tag_id") or "")
    if not tag.isdigit() or not call.world.tags.exists(call.account.key, int(tag)):
        raise ApiError(45159)
    menu_id = call.world.menus.add_conditional(call.account.key, _clean(buttons), int(tag))
    return {"menuid": str(menu_id)}


def _delete_conditional(call: Call) -> Json:
    if not call.world.menus.delete_conditional(call.account.key, call.number("menuid", errcode=65301)):
        raise ApiError(65301)
    return {"errcode": 0, "errmsg": "ok"}


def _try_match(call: Call) -> Json:
    openid = call.words("user_id", errcode=40003)
    if call.world.followers.get(call.account.key, openid) is None:
        raise ApiError(46004)
    tags = call.world.tags.of_follower(call.account.key, openid)
    menu = call.world.menus.for_follower(call.account.key, tags)
    if menu is None:
        raise ApiError(46003)
    return {"button": menu["button"]}


def _self_menu(call: Call) -> Json:
    """get_current_selfmenu_info: the same menu in the shape of the operator's website."""
    default = call.world.menus.get_default(call.account.key)
    if default is None:
        return {"is_menu_open": 0}
    buttons = []
    for button in default["button"]:
        subs = [
            {name: value for name, value in sub.items() if name != "sub_button"}
            for sub in button["sub_button"]
        ]
        rest = {name: value for name, value in button.items() if name != "sub_button"}
        buttons.append({**rest, **({"sub_button": {"list": subs}} if subs else {})})
    return {"is_menu_open": 1, "selfmenu_info": {"button": buttons}}


ENDPOINTS = (
    Endpoint("/cgi-bin/menu/create", _create, "POST"),
    Endpoint("/cgi-bin/menu/get", _get),
    Endpoint("/cgi-bin/menu/delete", _delete),
    Endpoint("/cgi-bin/menu/addconditional", _add_conditional, "POST"),
    Endpoint("/cgi-bin/menu/delconditional", _delete_conditional, "POST"),
    Endpoint("/cgi-bin/menu/trymatch", _try_match, "POST"),
    Endpoint("/cgi-bin/get_current_selfmenu_info", _self_menu),
)
