"""From a callback's XML to a typed message. Numbers and times are checked here, so that nothing raises later."""

import hashlib
from collections.abc import Callable

from wechat.messages import (
    AuthorizationRevoked,
    Click,
    Event,
    Image,
    Inbound,
    Link,
    Location,
    LocationReport,
    MassSendFinished,
    MenuAction,
    PublishFinished,
    Scan,
    ShortVideo,
    Subscribe,
    SubscribeNotice,
    TemplateSendFinished,
    Text,
    UnknownEvent,
    UnknownMessage,
    Unsubscribe,
    UserInfoModified,
    Video,
    View,
    Voice,
)
from wechat.xml import Fields, Malformed

MAX_OPENID = 64


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def _whole(fields: Fields, name: str, missing: int | None = 0) -> int:
    value = _text(fields, name).strip()
    if not value and missing is not None:
        return missing
    # int() would also take "１２", "1_0" and signs; the platform sends plain digits.
    if not (value.isascii() and value.isdigit() and len(value) <= 19):
        raise Malformed("bad_number")
    return int(value)


def _decimal(fields: Fields, name: str) -> float:
    try:
        value = float(_text(fields, name) or "0")
    except ValueError:
        raise Malformed("bad_number") from None
    if not -1e6 < value < 1e6:
        raise Malformed("bad_number")
    return value


def _inner(fields: Fields, name: str) -> Fields:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def _items(fields: Fields, name: str) -> list[Fields]:
    value = fields.get(name, [])
    found = value if isinstance(value, list) else [value]
    return [item for item in found if isinstance(item, dict)]


def _scene(fields: Fields) -> str:
    return _text(fields, "EventKey").removeprefix("qrscene_")


Common = tuple[str, str, int, str]
_Reader = Callable[[Fields, Common], Inbound]

_MESSAGES: dict[str, _Reader] = {
    "text": lambda f, c: Text(*c, _text(f, "Content"), _text(f, "bizmsgmenuid")),
    "image": lambda f, c: Image(*c, _text(f, "MediaId"), _text(f, "PicUrl")),
    "voice": lambda f, c: Voice(*c, _text(f, "MediaId"), _text(f, "Format"), _text(f, "Recognition")),
    "video": lambda f, c: Video(*c, _text(f, "MediaId"), _text(f, "ThumbMediaId")),
    "shortvideo": lambda f, c: ShortVideo(*c, _text(f, "MediaId"), _text(f, "ThumbMediaId")),
    "location": lambda f, c: Location(
        *c, _decimal(f, "Location_X"), _decimal(f, "Location_Y"), _whole(f, "Scale"), _text(f, "Label")
    ),
    "link": lambda f, c: Link(*c, _text(f, "Title"), _text(f, "Description"), _text(f, "Url")),
}

EventCommon = tuple[str, str, int, str, str]
_EventReader = Callable[[Fields, EventCommon], Event]


def _menu_action(f: Fields, c: EventCommon) -> Event:
    pictures = _inner(f, "SendPicsInfo")
    return MenuAction(
        *c,
        _text(f, "EventKey"),
        _text(_inner(f, "ScanCodeInfo"), "ScanResult"),
        _whole(pictures, "Count"),
        _text(_inner(f, "SendLocationInfo"), "Label"),
    )


def _mass_send_finished(f: Fields, c: EventCommon) -> Event:
    results = _items(_inner(_inner(f, "ArticleUrlResult"), "ResultList"), "item")
    return MassSendFinished(
        *c,
        _text(f, "MsgID") or _text(f, "MsgId"),
        _text(f, "Status"),
        _whole(f, "TotalCount"),
        _whole(f, "FilterCount"),
        _whole(f, "SentCount"),
        _whole(f, "ErrorCount"),
        tuple(_text(item, "ArticleUrl") for item in results),
    )


def _publish_finished(f: Fields, c: EventCommon) -> Event:
    info = _inner(f, "PublishEventInfo")
    failed = info.get("fail_idx", [])
    positions = failed if isinstance(failed, list) else [failed]
    return PublishFinished(
        *c,
        _text(info, "publish_id"),
        _whole(info, "publish_status", None),
        _text(info, "article_id"),
        tuple(_text(item, "article_url") for item in _items(_inner(info, "article_detail"), "item")),
        tuple(_whole({"idx": position}, "idx") for position in positions if isinstance(position, str)),
    )


def _subscribe_notice(f: Fields, c: EventCommon) -> Event:
    outer = {
        "subscribe_msg_popup_event": "SubscribeMsgPopupEvent",
        "subscribe_msg_change_event": "SubscribeMsgChangeEvent",
        "subscribe_msg_sent_event": "SubscribeMsgSentEvent",
    }[c[4]]
    outcomes = tuple(
        (
            _text(item, "TemplateId"),
            _text(item, "SubscribeStatusString") or _text(item, "ErrorStatus"),
            _text(item, "ErrorCode"),
        )
        for item in _items(_inner(f, outer), "List")
    )
    return SubscribeNotice(*c, outcomes)


_BY_THE_PLATFORM = frozenset({"user_info_modified", "user_authorization_revoke"})
"""Events whose sender is the platform itself; the follower they are about stands in OpenID."""


_EVENTS: dict[str, _EventReader] = {
    "subscribe": lambda f, c: Subscribe(*c, _scene(f), _text(f, "Ticket")),
    "unsubscribe": lambda f, c: Unsubscribe(*c),
    "scan": lambda f, c: Scan(*c, _scene(f), _text(f, "Ticket")),
    "click": lambda f, c: Click(*c, _text(f, "EventKey")),
    "view": lambda f, c: View(*c, _text(f, "EventKey"), _text(f, "MenuId")),
    "view_miniprogram": lambda f, c: View(*c, _text(f, "EventKey"), _text(f, "MenuId")),
    "location": lambda f, c: LocationReport(
        *c, _decimal(f, "Latitude"), _decimal(f, "Longitude"), _decimal(f, "Precision")
    ),
    **dict.fromkeys(
        (
            "scancode_push",
            "scancode_waitmsg",
            "pic_sysphoto",
            "pic_photo_or_album",
            "pic_weixin",
            "location_select",
        ),
        _menu_action,
    ),
    "masssendjobfinish": _mass_send_finished,
    "templatesendjobfinish": lambda f, c: TemplateSendFinished(
        *c, _text(f, "MsgID") or _text(f, "MsgId"), _text(f, "Status")
    ),
    "publishjobfinish": _publish_finished,
    **dict.fromkeys(
        ("subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"),
        _subscribe_notice,
    ),
    "user_info_modified": lambda f, c: UserInfoModified(*c),
    "user_authorization_revoke": lambda f, c: AuthorizationRevoked(*c, _text(f, "RevokeInfo")),
}


def _digest(*parts: str | bytes) -> str:
    joined = b"\0".join(p if isinstance(p, bytes) else p.encode(errors="replace") for p in parts)
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


def read(fields: Fields, body: bytes) -> Inbound:
    """The message in a callback's `fields`; `body` is the (decrypted) XML they came from. Raises Malformed.

    A message's key is sender + MsgId (MsgIds were seen to collide between followers); an event's is sender + time +
    event + EventKey + body, since two real events may share a second.
    """
    account_name, openid = _text(fields, "ToUserName"), _text(fields, "FromUserName")
    type_name = _text(fields, "MsgType").strip().lower()
    if not (account_name and openid and type_name) or len(openid) > MAX_OPENID:
        raise Malformed("missing_field")
    created = _whole(fields, "CreateTime", None)
    if type_name == "event":
        return _read_event(fields, body, account_name, openid, created)
    msg_id = _whole(fields, "MsgId", None)
    common = (account_name, openid, created, _digest("m", openid, str(msg_id)))
    reader = _MESSAGES.get(type_name)
    return reader(fields, common) if reader else UnknownMessage(*common, type_name)


def _read_event(fields: Fields, body: bytes, account_name: str, openid: str, created: int) -> Event:
    event = _text(fields, "Event").strip().lower()
    if not event:
        raise Malformed("missing_field")
    if event in _BY_THE_PLATFORM:
        openid = _text(fields, "OpenID") or openid
        if len(openid) > MAX_OPENID:
            raise Malformed("missing_field")
    key = _digest("e", openid, str(created), event, _text(fields, "EventKey"), body)
    common = (account_name, openid, created, key, event)
    reader = _EVENTS.get(event)
    return reader(fields, common) if reader else UnknownEvent(*common)
