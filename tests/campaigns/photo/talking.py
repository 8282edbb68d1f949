"""Somebody who chats with an account that has contests: through all hooks of the running house, in their order."""

from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import select

from chat.answer import Reply
from chat.turn import Turn
from models.jobs import OutboxItem
from tests.campaigns.photo.phones import EVERYBODY, Web
from wechat.messages import Image, Inbound, Text, Video, Voice
from wechat.replies import NewsReply, TextReply

_keys = count(1)


@dataclass
class Talker:
    """`say` and the others give what was answered; the same `key` is the same message again."""

    web: Web
    openid: str = "o-anna"
    sent: list[str] = field(default_factory=list)

    def say(self, words: str, key: str = "") -> str:
        return self.send(Text("gh", self.openid, 0, self._key(key), words))

    def show(self, key: str = "", media_id: str = "media-1") -> str:
        return self.send(Image("gh", self.openid, 0, self._key(key), media_id, "http://127.0.0.1/1.jpg"))

    def film(self, key: str = "", media_id: str = "film-1") -> str:
        return self.send(Video("gh", self.openid, 0, self._key(key), media_id, "thumb-1"))

    def speak(self, heard: str = "") -> str:
        return self.send(Voice("gh", self.openid, 0, self._key(""), "voice-1", "amr", heard))

    def send(self, message: Inbound) -> str:
        runtime = self.web.home.app.extensions["zhijia.runtime"]
        account = self.web.home.parts.directory.get(self.web.key)
        answer = runtime.router.answer(Turn(account, message, self.web.watch.now)).answer
        if not isinstance(answer, Reply):
            return ""
        if isinstance(answer.message, NewsReply):
            return " ".join(card.title for card in answer.message.articles)
        assert isinstance(answer.message, TextReply)
        return answer.message.content

    def _key(self, key: str) -> str:
        return key or f"key-{next(_keys)}"


def posted(web: Web, kind: str) -> list[OutboxItem]:
    with web.contest.db.read() as session:
        query = select(OutboxItem).where(OutboxItem.kind == kind).order_by(OutboxItem.id)
        return list(session.scalars(query.execution_options(**EVERYBODY)))
