"""Every message and event a follower's phone or the platform sends, as XML fields for `wire.render_xml`.

Each function returns the part that is particular to its type; `compose` adds the envelope. Field names and their
spelling are the platform's (MsgID here, MsgId there).
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Sequence

from .wire import Fields, render_xml

_counter = itertools.count()
_lock = threading.Lock()


def new_msg_id() -> int:
    """A 64-bit MsgId that grows with time and is unique inside this process."""
    with _lock:
        return (int(time.time() * 1000) << 20) | (next(_counter) & 0xFFFFF)


def compose(content: Fields, *, to: str, sender: str, at_s: int, msg_id: int | None = None) -> str:
    """The whole plain XML. Messages carry `msg_id`; events don't."""
    fields = {"ToUserName": to, "FromUserName": sender, "CreateTime": at_s, **content}
    if msg_id is not None:
        fields["MsgId"] = msg_id
    return render_xml(fields)


def text(content: str, *, menu_id: str | None = None) -> Fields:
    """Typed text; with `menu_id` the tap on an item of a `msgmenu`."""
    return {"MsgType": "text", "Content": content, "bizmsgmenuid": menu_id}


def image(pic_url: str, media_id: str) -> Fields:
    """A picture."""
    return {"MsgType": "image", "PicUrl": pic_url, "MediaId": media_id}


def voice(media_id: str, *, audio_format: str = "amr", recognition: str | None = None) -> Fields:
    """A voice message; `recognition` is what the platform understood (None: recognition is switched off)."""
    return {
        "MsgType": "voice",
        "MediaId": media_id,
        "Format": audio_format,
        "MediaId16K": f"{media_id}16K",
        "Recognition": recognition,
    }


def video(media_id: str, thumb_media_id: str, *, short: bool = False) -> Fields:
    """A video, or a 小视频."""
    kind = "shortvideo" if short else "video"
    return {"MsgType": kind, "MediaId": media_id, "ThumbMediaId": thumb_media_id}


def location(latitude: float, longitude: float, label: str, *, scale: int = 16) -> Fields:
    """A place sent by hand. Degrees; Location_X is the latitude."""
    return {
        "MsgType": "location",
        "Location_X": latitude,
        "Location_Y": longitude,
        "Scale": scale,
        "Label": label,
    }


def link(title: str, description: str, url: str) -> Fields:
    """A shared link."""
    return {"MsgType": "link", "Title": title, "Description": description, "Url": url}


def _event(name: str, **fields: object) -> Fields:
    return {"MsgType": "event", "Event": name, **fields}


def subscribe(*, scene: str | None = None, ticket: str | None = None) -> Fields:
    """Somebody follows; by scanning a scene code when `scene` is given."""
    if scene is None:
        return _event("subscribe", EventKey="")
    return _event("subscribe", EventKey=f"qrscene_{scene}", Ticket=ticket)


def unsubscribe() -> Fields:
    """Somebody leaves."""
    return _event("unsubscribe", EventKey="")


def scan(scene: str, ticket: str | None) -> Fields:
    """A follower scans a scene code."""
    return _event("SCAN", EventKey=scene, Ticket=ticket)


def click(key: str) -> Fields:
    """A tap on a menu entry of type click."""
    return _event("CLICK", EventKey=key)


def view(url: str, menu_id: str = "") -> Fields:
    """A tap on a menu entry that opens a page."""
    return _event("VIEW", EventKey=url, MenuId=menu_id)


def location_report(latitude: float, longitude: float, precision_m: float) -> Fields:
    """The position a phone reports when its owner opens the chat."""
    return _event("LOCATION", Latitude=latitude, Longitude=longitude, Precision=precision_m)


def mass_finished(
    msg_id: int, *, status: str, total: int, filtered: int, sent: int, errors: int, urls: Sequence[str] = ()
) -> Fields:
    """The result of a mass send; `urls` are the addresses of its articles."""
    items = [{"ArticleIdx": index, "ArticleUrl": url} for index, url in enumerate(urls, 1)]
    checked = {"Count": 0, "ResultList": "", "CheckState": 0}
    return _event(
        "MASSSENDJOBFINISH",
        MsgID=msg_id,
        Status=status,
        TotalCount=total,
        FilterCount=filtered,
        SentCount=sent,
        ErrorCount=errors,
        CopyrightCheckResult=checked,
        ArticleUrlResult={"Count": len(items), "ResultList": {"item": items} if items else ""},
    )


def template_finished(msg_id: int, status: str) -> Fields:
    """The result of a template message: `success`, `failed:user block`, `failed: system failed`."""
    return _event("TEMPLATESENDJOBFINISH", MsgID=msg_id, Status=status)


def publish_finished(
    publish_id: int,
    status: int,
    *,
    article_id: str = "",
    urls: Sequence[str] = (),
    failed: Sequence[int] = (),
) -> Fields:
    """The result of a publication: status 0 done, 2 originality, 3 other failure, 4 refused, 5 deleted, 6 banned."""
    info: dict[str, object] = {"publish_id": publish_id, "publish_status": status}
    if article_id:
        items = [{"idx": index, "article_url": url} for index, url in enumerate(urls, 1)]
        info |= {"article_id": article_id, "article_detail": {"count": len(items), "item": items}}
    if failed:
        info["fail_idx"] = list(failed)
    return _event("PUBLISHJOBFINISH", PublishEventInfo=info)


def subscribe_popup(template_id: str, *, accepted: bool, scene: str = "2") -> Fields:
    """A follower answers the subscription pop-up of a page."""
    status = "accept" if accepted else "reject"
    entry = {"TemplateId": template_id, "SubscribeStatusString": status, "PopupScene": scene}
    return _event("subscribe_msg_popup_event", SubscribeMsgPopupEvent={"List": entry})


def subscribe_change(template_id: str) -> Fields:
    """A follower switches a subscription off in the account's settings (only `reject` is ever sent)."""
    entry = {"TemplateId": template_id, "SubscribeStatusString": "reject"}
    return _event("subscribe_msg_change_event", SubscribeMsgChangeEvent={"List": entry})


def subscribe_sent(template_id: str, msg_id: int, *, code: int = 0, status: str = "success") -> Fields:
    """A subscription message arrived, or why not."""
    entry = {"TemplateId": template_id, "MsgID": str(msg_id), "ErrorCode": str(code), "ErrorStatus": status}
    return _event("subscribe_msg_sent_event", SubscribeMsgSentEvent={"List": entry})
