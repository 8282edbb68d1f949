"""A follower's phone before a router: what is said is offered as the desk does it, and the talk is kept as JSON."""

from dataclasses import dataclass

import orjson

from chat.answer import Answer, Reply, Talk
from chat.turn import ChatAccount, Turn
from handlers.router import Router
from tests.conftest import NOW
from wechat.messages import Text
from wechat.replies import TEXT_LIMIT_BYTES, TextReply


@dataclass(frozen=True)
class Account:
    id: int = 1
    key: str = "ours"
    name: str = "测试工会"
    organisation_ids: tuple[int, ...] = (1,)
    h5_url: str = "https://gonghui.example.cn/h5/ours"
    site_url: str = "https://gonghui.example.cn"


class Phone:
    """`talk` is what the conversation remembers; `hook` who answered last, and `note` what listeners are told."""

    def __init__(self, router: Router, account: ChatAccount | None = None) -> None:
        self._router = router
        self._account = account or Account()
        self.talk: Talk | None = None
        self.hook = ""
        self.note: dict[str, str] = {}

    def turn(self, text: str, talk: Talk | None = None) -> Turn:
        return Turn(self._account, Text("gh_1", "oA", 1, "k", text), NOW, talk)

    def answer(self, text: str) -> Answer:
        routed = None
        if self.talk and self.talk.topic in self._router.topics_for(self.turn(text)):
            routed = self._router.resume(self.turn(text, self.talk))
        routed = routed or self._router.propose(self.turn(text))
        assert routed is not None
        self.hook = routed.hook
        if isinstance(routed.answer, Reply):
            talk = routed.answer.talk
            self.talk = talk and Talk(talk.topic, orjson.loads(orjson.dumps(talk.data)))
            self.note = dict(routed.answer.note or {})
        return routed.answer

    def say(self, text: str) -> str:
        """The text that answers; it must be one, and fit."""
        answer = self.answer(text)
        assert isinstance(answer, Reply)
        assert isinstance(answer.message, TextReply)
        assert len(answer.message.content.encode()) <= TEXT_LIMIT_BYTES
        return answer.message.content
