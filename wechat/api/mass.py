"""Mass sends (群发): to all, to a tag, to a list of followers. They can't be taken back, and there are few.

"accepted" is not "sent": the result comes as the event MASSSENDJOBFINISH, up to 30 minutes later where the account has API
protection. Store the `clientmsgid` before the call; a repeat of it within 24 h answers 45065, which is success.
Source: WeChat doc pages 群发消息 (根据标签群发消息, 根据OpenID列表群发, 预览消息, 查询/删除群发, 群发速度).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from core.errors import Invalid
from wechat.api.base import Endpoints, Fields, as_int, check_bytes, check_chars, check_count, check_range
from wechat.errors import ErrorKind, WeChatError

CLIENTMSGID_BYTES = 64
OPENIDS = 10_000
_SENT, _SENDING, _FAILED, _DELETED = "SEND_SUCCESS", "SENDING", "SEND_FAIL", "DELETE"


@dataclass(frozen=True, slots=True)
class MassContent:
    """What is sent. `preview` differs from `body` for pictures only. Use the class methods."""

    msgtype: str
    body: Fields
    preview: Fields

    @classmethod
    def article(cls, media_id: str) -> Self:
        """A draft (mpnews)."""
        return cls._of("mpnews", {"media_id": _media(media_id)})

    @classmethod
    def text(cls, content: str) -> Self:
        return cls._of("text", {"content": check_bytes("content", "文字", content, 2048, required=True)})

    @classmethod
    def voice(cls, media_id: str) -> Self:
        return cls._of("voice", {"media_id": _media(media_id)})

    @classmethod
    def video(cls, media_id: str, title: str = "", description: str = "") -> Self:
        """`media_id` from `api.files.prepare_mass_video`."""
        return cls._of("mpvideo", {"media_id": _media(media_id), "title": title, "description": description})

    @classmethod
    def pictures(cls, media_ids: Sequence[str], recommend: str = "", *, open_comment: bool = False) -> Self:
        """1 to 20 pictures; `recommend`: a sentence above them."""
        check_count("media_ids", "图片", media_ids, 1, 20)
        images = {
            "media_ids": list(media_ids),
            "recommend": recommend,
            "need_open_comment": int(open_comment),
        }
        return cls("image", {"images": images}, {"image": {"media_id": media_ids[0]}})

    @classmethod
    def _of(cls, msgtype: str, fields: Fields) -> Self:
        return cls(msgtype, {msgtype: fields}, {msgtype: fields})


@dataclass(frozen=True, slots=True)
class MassSent:
    """Accepted. `repeated`: this clientmsgid had been accepted before, and these are the first one's ids (45065)."""

    msg_id: int
    msg_data_id: int | None
    repeated: bool


@dataclass(frozen=True, slots=True)
class MassStatus:
    """`word` is the platform's: SEND_SUCCESS, SENDING, SEND_FAIL, DELETE."""

    msg_id: int
    word: str

    @property
    def is_sent(self) -> bool:
        return self.word == _SENT

    @property
    def has_failed(self) -> bool:
        return self.word in (_FAILED, _DELETED)


@dataclass(frozen=True, slots=True)
class MassSpeed:
    """`level` 0 (fastest) to 4; `per_minute` in 10 000 followers a minute."""

    level: int
    per_minute: int


class MassMessages(Endpoints):
    """`api.mass`. Each send raises Invalid, SoldOut (from the ledger) or WeChatError (45028, 45066, 48001 …)."""

    def send_to_all(
        self, content: MassContent, *, clientmsgid: str, ignore_reprint: bool = False
    ) -> MassSent:
        """To all followers. `ignore_reprint`: send although an article was found to be a reprint."""
        return self._send_all(content, {"is_to_all": True}, clientmsgid, ignore_reprint)

    def send_to_tag(
        self, content: MassContent, tag_id: int, *, clientmsgid: str, ignore_reprint: bool = False
    ) -> MassSent:
        """To the followers with a tag."""
        return self._send_all(content, {"is_to_all": False, "tag_id": tag_id}, clientmsgid, ignore_reprint)

    def send(
        self, content: MassContent, openids: Sequence[str], *, clientmsgid: str, ignore_reprint: bool = False
    ) -> MassSent:
        """To 2 to 10 000 followers by name; service accounts only."""
        check_count("openids", "接收人", openids, 2, OPENIDS)
        return self._sent(
            "/cgi-bin/message/mass/send", {"touser": list(openids)}, content, clientmsgid, ignore_reprint
        )

    def preview(self, content: MassContent, *, openid: str = "", wechat_id: str = "") -> None:
        """To one person's phone, 100 a day. Exactly one of `openid` and `wechat_id` (a WeChat name)."""
        if bool(openid) == bool(wechat_id):
            raise Invalid("missing", "请填写预览人的 openid 或微信号（二选一）", field="openid")
        to = {"touser": openid} if openid else {"towxname": wechat_id}
        body = {**to, **content.preview, "msgtype": content.msgtype}
        self._post("/cgi-bin/message/mass/preview", body, repeatable=False)

    def get(self, msg_id: int) -> MassStatus:
        """How far a send is."""
        answer = self._post("/cgi-bin/message/mass/get", {"msg_id": str(msg_id)})
        return MassStatus(as_int(answer.get("msg_id"), msg_id), str(answer.get("msg_status", "")))

    def delete(self, msg_id: int, article_index: int = 0, *, url: str = "") -> None:
        """Take article `article_index` (from 1; 0: all) off the net; the message stays in the chats.

        `url` of an article may stand in for the number.
        """
        check_range("article_index", "图文序号", article_index, 0, 8)
        body = {"msg_id": msg_id, "article_idx": article_index, **({"url": url} if url else {})}
        self._post("/cgi-bin/message/mass/delete", body)

    def get_speed(self) -> MassSpeed:
        answer = self._post("/cgi-bin/message/mass/speed/get", {})
        return MassSpeed(as_int(answer.get("speed")), as_int(answer.get("realspeed")))

    def set_speed(self, level: int) -> None:
        """`level` 0: 800 000 a minute, 1: 600 000, 2: 450 000, 3: 300 000, 4: 100 000."""
        self._post(
            "/cgi-bin/message/mass/speed/set", {"speed": check_range("speed", "群发速度", level, 0, 4)}
        )

    def _send_all(self, content: MassContent, to: Fields, clientmsgid: str, ignore_reprint: bool) -> MassSent:
        return self._sent(
            "/cgi-bin/message/mass/sendall", {"filter": to}, content, clientmsgid, ignore_reprint
        )

    def _sent(
        self, path: str, to: Fields, content: MassContent, clientmsgid: str, ignore_reprint: bool
    ) -> MassSent:
        check_bytes("clientmsgid", "群发编号 clientmsgid", clientmsgid, CLIENTMSGID_BYTES, required=True)
        body = {
            **to,
            **content.body,
            "msgtype": content.msgtype,
            "clientmsgid": clientmsgid,
            "send_ignore_reprint": int(ignore_reprint),
        }
        try:
            answer = self._post(path, body)
        except WeChatError as error:
            if error.kind is not ErrorKind.ALREADY_DONE or "msg_id" not in error.detail:
                raise
            return MassSent(error.detail["msg_id"], error.detail.get("msg_data_id"), repeated=True)
        return MassSent(
            as_int(answer.get("msg_id")), as_int(answer.get("msg_data_id")) or None, repeated=False
        )


def _media(media_id: str) -> str:
    return check_chars("media_id", "素材", media_id, 256, required=True)
