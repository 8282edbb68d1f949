"""Customer-service messages (客服消息): to one follower, within 48 h of a message (5) or 1 minute of a click or follow (3).

Past the window the platform answers 45015, past the count 45047. Source: WeChat doc pages 发送客服消息, 客服输入状态, 邀请绑定客服账号.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from wechat.api.base import Endpoints, Fields, check_bytes, check_chars, check_count

TEXT_BYTES = 2048


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of a `msgmenu`; a tap comes back as a text message with `bizmsgmenuid` = `id`, and costs nothing."""

    id: str
    content: str


@dataclass(frozen=True, slots=True)
class Card:
    """An article card that leads to any page."""

    title: str
    description: str
    url: str
    picture_url: str


class CustomMessages(Endpoints):
    """`api.custom`. `staff`: a customer-service account in whose name it is sent. All raise Invalid, WeChatError."""

    def send_text(self, openid: str, content: str, *, staff: str = "") -> None:
        """At most 2048 bytes; `<a href>` links and `weixin://bizmsgmenu` links work."""
        check_bytes("content", "文字", content, TEXT_BYTES, required=True)
        self._send(openid, "text", {"content": content}, staff)

    def send_image(self, openid: str, media_id: str, *, staff: str = "") -> None:
        self._send(openid, "image", {"media_id": _media(media_id)}, staff)

    def send_voice(self, openid: str, media_id: str, *, staff: str = "") -> None:
        self._send(openid, "voice", {"media_id": _media(media_id)}, staff)

    def send_video(
        self,
        openid: str,
        media_id: str,
        thumb_media_id: str,
        title: str = "",
        description: str = "",
        *,
        staff: str = "",
    ) -> None:
        fields = {"media_id": _media(media_id), "thumb_media_id": _media(thumb_media_id)}
        self._send(openid, "video", {**fields, "title": title, "description": description}, staff)

    def send_music(
        self,
        openid: str,
        url: str,
        thumb_media_id: str,
        title: str = "",
        description: str = "",
        *,
        staff: str = "",
    ) -> None:
        fields = {"musicurl": url, "hqmusicurl": url, "thumb_media_id": _media(thumb_media_id)}
        self._send(openid, "music", {**fields, "title": title, "description": description}, staff)

    def send_card(self, openid: str, card: Card, *, staff: str = "") -> None:
        """One card (news); more than one is refused with 45008."""
        check_chars("title", "标题", card.title, 64, required=True)
        check_bytes("url", "链接", card.url, 1024, required=True)
        article = {
            "title": card.title,
            "description": card.description,
            "url": card.url,
            "picurl": card.picture_url,
        }
        self._send(openid, "news", {"articles": [article]}, staff)

    def send_mpnews(self, openid: str, media_id: str, *, staff: str = "") -> None:
        """A permanent article. Going out of use: prefer `send_mpnewsarticle`."""
        self._send(openid, "mpnews", {"media_id": _media(media_id)}, staff)

    def send_mpnewsarticle(self, openid: str, article_id: str, *, staff: str = "") -> None:
        """A published article (its `article_id`)."""
        check_chars("article_id", "文章", article_id, 256, required=True)
        self._send(openid, "mpnewsarticle", {"article_id": article_id}, staff)

    def send_msgmenu(
        self, openid: str, head: str, items: Sequence[MenuItem], tail: str = "", *, staff: str = ""
    ) -> None:
        """A question with lines to tap. At most 10, so that it fits a screen."""
        check_count("items", "选项", items, 1, 10)
        rows = [{"id": item.id, "content": item.content} for item in items]
        whole = head + tail + "".join(item.content for item in items)
        check_bytes("content", "菜单消息", whole, TEXT_BYTES, required=True)
        self._send(openid, "msgmenu", {"head_content": head, "list": rows, "tail_content": tail}, staff)

    def send_miniprogram(
        self, openid: str, appid: str, title: str, page: str, thumb_media_id: str, *, staff: str = ""
    ) -> None:
        """A page of a mini program that is tied to the account."""
        fields = {"title": title, "appid": appid, "pagepath": page, "thumb_media_id": _media(thumb_media_id)}
        self._send(openid, "miniprogrampage", fields, staff)

    def typing(self, openid: str, *, on: bool = True) -> None:
        """Show or hide 「对方正在输入」; only in answer to a message of the last 30 s (45080, 45081 otherwise)."""
        command = "Typing" if on else "CancelTyping"
        self._post("/cgi-bin/message/custom/typing", {"touser": _openid(openid), "command": command})

    def invite_staff(self, staff: str, wechat_id: str) -> None:
        """Ask a person's WeChat to become customer-service account `staff` (`name@account`)."""
        check_chars("kf_account", "客服账号", staff, 64, required=True)
        check_chars("invite_wx", "微信号", wechat_id, 64, required=True)
        self._post("/customservice/kfaccount/inviteworker", {"kf_account": staff, "invite_wx": wechat_id})

    def _send(self, openid: str, msgtype: str, fields: Fields, staff: str) -> None:
        body = {"touser": _openid(openid), "msgtype": msgtype, msgtype: fields}
        if staff:
            body["customservice"] = {"kf_account": staff}
        self._post("/cgi-bin/message/custom/send", body)


def _openid(openid: str) -> str:
    return check_chars("touser", "接收人", openid, 64, required=True)


def _media(media_id: str) -> str:
    return check_chars("media_id", "素材", media_id, 256, required=True)
