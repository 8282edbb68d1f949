"""What a person does with the phone: follow, write, tap, scan. Each deed becomes a bubble and a callback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import messages
from .accounts import Account
from .bubbles import Bubble
from .chat_log import ChatLog
from .delivery import Parcel
from .followers import Follower, Followers
from .links import absolute
from .media_store import Media, MediaStore, plain_png, read_data_url, silent_amr
from .qrcodes import QrCodes
from .settings import Settings
from .wire import Fields

MAX_IMAGE = 10 * 1024 * 1024
MAX_VOICE = 2 * 1024 * 1024
MAX_VIDEO = 10 * 1024 * 1024
MAX_TEXT = 2000
MAX_VOICE_S = 60


class Refused(Exception):
    """The phone can't do that; the message is Chinese and says what to do. `status` is the HTTP status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Deed:
    """What to deliver, and what the phone shows at once (None for taps, which leave no bubble)."""

    parcel: Parcel
    bubble: Bubble | None = None


def _words(payload: Mapping[str, Any], name: str, maximum: int, *, label: str, needed: bool = True) -> str:
    value = payload.get(name, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise Refused(f"请填写{label}")
    if len(value) > maximum:
        raise Refused(f"{label}太长，最多 {maximum} 个字")
    return value


def _degrees(payload: Mapping[str, Any], name: str, maximum: float) -> float:
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > maximum:
        raise Refused("位置的经纬度不对，请重新填写")
    return float(value)


class Person:
    """The verbs. They change what the platform knows and return a Deed; delivering it is the caller's business."""

    def __init__(
        self, *, settings: Settings, followers: Followers, chat: ChatLog, media: MediaStore, qrcodes: QrCodes
    ) -> None:
        self._settings = settings
        self._followers = followers
        self._chat = chat
        self._media = media
        self._qrcodes = qrcodes

    def follow(self, account: Account, follower: Follower, scene: str | None = None) -> Deed:
        """Starts following, by a scene code when given. Raises Refused when they already do."""
        if not self._followers.subscribe(account.key, follower.openid, scene):
            raise Refused("已经关注了这个公众号", 409)
        self._followers.note_action(account.key, follower.openid)
        self._chat.system(account.key, follower.openid, f"你已关注「{account.name}」")
        ticket = self._qrcodes.ticket_for(account.key, scene) if scene is not None else None
        title = "关注" if scene is None else f"扫码关注：{scene}"
        return Deed(Parcel(account, follower.openid, messages.subscribe(scene=scene, ticket=ticket), title))

    def unfollow(self, account: Account, follower: Follower) -> Deed:
        """Stops following. Raises Refused when they don't."""
        if not self._followers.unsubscribe(account.key, follower.openid):
            raise Refused("还没有关注这个公众号", 409)
        self._chat.system(account.key, follower.openid, "你已取消关注，将不再收到该公众号的消息")
        return Deed(Parcel(account, follower.openid, messages.unsubscribe(), "取消关注", spoken=False))

    def scan(self, account: Account, follower: Follower, scene: str) -> Deed:
        """Scans a scene code: follows by it, or tells the account that a follower scanned."""
        scene = scene.strip()
        if not scene or len(scene) > 64:
            raise Refused("场景值应有 1 到 64 个字")
        if not follower.subscribed:
            return self.follow(account, follower, scene)
        self._followers.note_action(account.key, follower.openid)
        fields = messages.scan(scene, self._qrcodes.ticket_for(account.key, scene))
        return Deed(Parcel(account, follower.openid, fields, f"扫码：{scene}"))

    def click(self, account: Account, follower: Follower, key: str) -> Deed:
        """Taps a menu entry of type click."""
        self._must_follow(follower)
        if not key:
            raise Refused("这个菜单没有 key")
        self._followers.note_action(account.key, follower.openid)
        return Deed(Parcel(account, follower.openid, messages.click(key), f"点菜单：{key}"))

    def view(self, account: Account, follower: Follower, url: str) -> Deed:
        """Taps a menu entry that opens a page."""
        self._must_follow(follower)
        if not url:
            raise Refused("这个菜单没有链接")
        self._followers.note_action(account.key, follower.openid)
        return Deed(Parcel(account, follower.openid, messages.view(url), f"打开网页：{url}", spoken=False))

    def tap_menu_message(self, account: Account, follower: Follower, item: str, content: str) -> Deed:
        """Taps an item of a msgmenu: it is sent as the follower's text and costs the account nothing."""
        self._must_follow(follower)
        self._followers.note_action(account.key, follower.openid)
        fields = messages.text(content, menu_id=item)
        parcel = Parcel(account, follower.openid, fields, f"点选：{content}")
        return Deed(parcel, ("text", {"content": content}))

    def report_location(self, account: Account, follower: Follower, payload: Mapping[str, Any]) -> Deed:
        """The phone reports where it is (the follower allowed it)."""
        self._must_follow(follower)
        latitude, longitude = _degrees(payload, "lat", 90), _degrees(payload, "lng", 180)
        fields = messages.location_report(latitude, longitude, float(payload.get("precision", 119.0)))
        return Deed(Parcel(account, follower.openid, fields, "上报位置", spoken=False))

    def answer_popup(self, account: Account, follower: Follower, template_id: str, accepted: bool) -> Deed:
        """Answers the subscription pop-up of a page."""
        fields = messages.subscribe_popup(template_id, accepted=accepted)
        title = f"{'接受' if accepted else '拒绝'}订阅通知"
        return Deed(Parcel(account, follower.openid, fields, title, spoken=False))

    def send(self, account: Account, follower: Follower, payload: Mapping[str, Any]) -> Deed:
        """Sends a message: `{"type": text|image|voice|video|shortvideo|location|link, …}`. Raises Refused, BadData."""
        self._must_follow(follower)
        makers = {
            "text": self._text,
            "image": self._image,
            "voice": self._voice,
            "video": self._video,
            "shortvideo": self._video,
            "location": self._location,
            "link": self._link,
        }
        make = makers.get(str(payload.get("type")))
        if make is None:
            raise Refused(f"不认识的消息类型：{payload.get('type')}")
        fields, bubble, title = make(account, payload)
        self._followers.note_message(account.key, follower.openid)
        return Deed(Parcel(account, follower.openid, fields, title), bubble)

    def _must_follow(self, follower: Follower) -> None:
        if not follower.subscribed:
            raise Refused("还没有关注，请先点「关注公众号」", 409)

    def _keep(self, account: Account, kind: str, data: bytes, content_type: str | None = None) -> Media:
        return self._media.add(account.key, kind, "temporary", data, content_type=content_type)

    def _text(self, _: Account, payload: Mapping[str, Any]) -> tuple[Fields, Bubble, str]:
        content = _words(payload, "content", MAX_TEXT, label="要说的话")
        return messages.text(content), ("text", {"content": content}), f"文字：{content[:40]}"

    def _image(self, account: Account, payload: Mapping[str, Any]) -> tuple[Fields, Bubble, str]:
        data, _ = read_data_url(str(payload.get("data_url", "")), MAX_IMAGE)
        media = self._keep(account, "image", data)
        if not media.content_type.startswith("image/"):
            raise Refused("请选择图片文件（JPG、PNG、GIF）")
        fields = messages.image(absolute(self._settings, media.path), media.media_id)
        return fields, ("image", {"url": media.path}), "图片"

    def _voice(self, account: Account, payload: Mapping[str, Any]) -> tuple[Fields, Bubble, str]:
        recognition = payload.get("recognition")
        if recognition is not None:
            recognition = _words(payload, "recognition", MAX_TEXT, label="语音文字", needed=False)
        seconds = max(1, min(int(payload.get("seconds") or len(recognition or "") // 4 or 1), MAX_VOICE_S))
        recorded = bool(payload.get("data_url"))
        if recorded:
            data, content_type = read_data_url(str(payload["data_url"]), MAX_VOICE)
        else:
            data, content_type = silent_amr(seconds), "audio/amr"
        media = self._keep(account, "voice", data, content_type)
        fields = messages.voice(
            media.media_id, audio_format=str(payload.get("format") or "amr"), recognition=recognition
        )
        body = {"url": media.path if recorded else "", "recognition": recognition, "seconds": seconds}
        return fields, ("voice", body), f"语音：{(recognition or '')[:40]}"

    def _video(self, account: Account, payload: Mapping[str, Any]) -> tuple[Fields, Bubble, str]:
        data, content_type = read_data_url(str(payload.get("data_url", "")), MAX_VIDEO)
        if not content_type.startswith("video/"):
            raise Refused("请选择视频文件（MP4）")
        media = self._keep(account, "video", data, content_type)
        cover = self._keep(account, "thumb", plain_png(240, 320, (60, 64, 72)))
        fields = messages.video(media.media_id, cover.media_id, short=payload.get("type") == "shortvideo")
        return fields, ("video", {"url": media.path, "title": "", "description": ""}), "视频"

    def _location(self, _: Account, payload: Mapping[str, Any]) -> tuple[Fields, Bubble, str]:
        latitude, longitude = _degrees(payload, "lat", 90), _degrees(payload, "lng", 180)
        label = _words(payload, "label", 200, label="地点名称", needed=False)
        body = {"lat": latitude, "lng": longitude, "label": label}
        return messages.location(latitude, longitude, label), ("location", body), f"位置：{label}"

    def _link(self, _: Account, payload: Mapping[str, Any]) -> tuple[Fields, Bubble, str]:
        title = _words(payload, "title", 200, label="链接标题")
        description = _words(payload, "description", 500, label="链接说明", needed=False)
        url = _words(payload, "url", 1024, label="链接地址")
        if not url.startswith(("http://", "https://")):
            raise Refused("链接地址应以 http:// 或 https:// 开头")
        body = {"title": title, "description": description, "url": url}
        return messages.link(title, description, url), ("link", body), f"链接：{title[:40]}"
