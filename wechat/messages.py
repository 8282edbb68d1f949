"""What followers and the platform send, as typed, frozen values; `wechat.reader` makes them from the callback's XML.

Fields follow 接收普通消息, 接收事件推送 and the finish events of mass send, templates, publishing and subscription notices.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inbound:
    """What every callback has. `created` is the platform's CreateTime, seconds since 1970.

    `key` names the message for ever: the same for each retry, different for any other message of the account.
    """

    account_name: str
    openid: str
    created: int
    key: str

    kind = "unknown"
    """A short English word for logs and statistics."""


@dataclass(frozen=True, slots=True)
class Text(Inbound):
    """A text; `menu_id` is set when it came from a tap on a `msgmenu` (which counts as a menu click)."""

    content: str
    menu_id: str = ""
    kind = "text"


@dataclass(frozen=True, slots=True)
class Image(Inbound):
    media_id: str
    pic_url: str
    kind = "image"


@dataclass(frozen=True, slots=True)
class Voice(Inbound):
    """`recognition` is the platform's own transcript; empty where the account has not switched it on."""

    media_id: str
    format: str
    recognition: str
    kind = "voice"


@dataclass(frozen=True, slots=True)
class Video(Inbound):
    media_id: str
    thumb_media_id: str
    kind = "video"


@dataclass(frozen=True, slots=True)
class ShortVideo(Inbound):
    media_id: str
    thumb_media_id: str
    kind = "shortvideo"


@dataclass(frozen=True, slots=True)
class Location(Inbound):
    """A place somebody chose to send; degrees, WGS-84 as the phone gave them."""

    latitude: float
    longitude: float
    scale: int
    label: str
    kind = "location"


@dataclass(frozen=True, slots=True)
class Link(Inbound):
    title: str
    description: str
    url: str
    kind = "link"


@dataclass(frozen=True, slots=True)
class UnknownMessage(Inbound):
    """A message type this version does not know; it is logged and answered politely."""

    type_name: str
    kind = "unknown"


@dataclass(frozen=True, slots=True)
class Event(Inbound):
    """Anything that is no message. `event` is the platform's word in lower case."""

    event: str
    kind = "event"


@dataclass(frozen=True, slots=True)
class Subscribe(Event):
    """Somebody follows; `scene` and `ticket` are set when it was by a scene code."""

    scene: str
    ticket: str
    kind = "subscribe"


@dataclass(frozen=True, slots=True)
class Unsubscribe(Event):
    kind = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Scan(Event):
    """A follower scanned a scene code."""

    scene: str
    ticket: str
    kind = "scan"


@dataclass(frozen=True, slots=True)
class Click(Event):
    """A tap on a menu entry of type click."""

    menu_key: str
    kind = "click"


@dataclass(frozen=True, slots=True)
class View(Event):
    """A tap on a menu entry that opened a page or a mini program."""

    url: str
    menu_id: str
    kind = "view"


@dataclass(frozen=True, slots=True)
class LocationReport(Event):
    """The platform's periodical position of a follower who allowed it."""

    latitude: float
    longitude: float
    precision: float
    kind = "location_report"


@dataclass(frozen=True, slots=True)
class MenuAction(Event):
    """scancode_push, scancode_waitmsg, pic_sysphoto, pic_photo_or_album, pic_weixin, location_select."""

    menu_key: str
    scan_result: str
    picture_count: int
    label: str
    kind = "menu_action"


@dataclass(frozen=True, slots=True)
class MassSendFinished(Event):
    """The result of a mass send: `status` is `send success`, `send fail` or `err(n)`; counts are followers."""

    msg_id: str
    status: str
    total: int
    filtered: int
    sent: int
    errors: int
    article_urls: tuple[str, ...]
    kind = "mass_send_finished"


@dataclass(frozen=True, slots=True)
class TemplateSendFinished(Event):
    msg_id: str
    status: str
    kind = "template_send_finished"


@dataclass(frozen=True, slots=True)
class PublishFinished(Event):
    """The result of freepublish: `status` 0 done, 1 in progress, 2 originality, 3 failed, 4 refused, 5–6 removed."""

    publish_id: str
    status: int
    article_id: str
    article_urls: tuple[str, ...]
    failed_positions: tuple[int, ...]
    kind = "publish_finished"


@dataclass(frozen=True, slots=True)
class SubscribeNotice(Event):
    """subscribe_msg_popup, _change, _sent_event: (template id, accept/reject/…, error code as text) per template."""

    outcomes: tuple[tuple[str, str, str], ...]
    kind = "subscribe_notice"


@dataclass(frozen=True, slots=True)
class UserInfoModified(Event):
    kind = "user_info_modified"


@dataclass(frozen=True, slots=True)
class AuthorizationRevoked(Event):
    """A follower took back what was granted at web sign-in: their data must go (`revoke_info` says which)."""

    revoke_info: str
    kind = "authorization_revoked"


@dataclass(frozen=True, slots=True)
class UnknownEvent(Event):
    """An event this version does not know; it is logged."""

    kind = "unknown_event"


def spoken_text(message: Inbound) -> str | None:
    """What a follower said in words: a text, or a voice's transcript; None where there are none."""
    if isinstance(message, Text):
        return message.content
    if isinstance(message, Voice) and message.recognition.strip():
        return message.recognition
    return None


def is_message(message: Inbound) -> bool:
    """Did a person write this (and expects an answer), or is it an event?"""
    return not isinstance(message, Event)
