"""「我的」 in the chat: a link to the follower's own page."""

from dataclasses import dataclass

from redis.exceptions import RedisError

from chat.answer import PASS, Answer, say
from chat.turn import Hook, Turn
from core.errors import Closed
from members.links import OneUseLinks

_WORDS = frozenset({"我的", "我的问题", "个人中心", "我的主页"})


def tell_link(links: OneUseLinks, turn: Turn, words: str, to: str = "") -> str:
    """`words` as a one-use link for who wrote, leading `to` a path of the account's pages. Raises Closed without Redis."""
    try:
        token = links.make(turn.account.id, turn.message.openid, to)
    except RedisError:
        raise Closed("no_redis", "现在打不开这个页面，请过一两分钟再试。") from None
    url = f"{turn.account.h5_url}/enter/{token}"
    return f'<a href="{url}">{words}</a>\n\n链接 10 分钟内有效，只能用一次，请不要转发给别人。'


@dataclass(frozen=True, slots=True)
class MembersChat:
    """The hook that makes one-use links."""

    links: OneUseLinks

    def hook(self) -> Hook:
        return Hook("me", self.answer, pure=False, wants=lambda turn: turn.words in _WORDS)

    def answer(self, turn: Turn) -> Answer:
        if turn.words not in _WORDS:
            return PASS
        return say(tell_link(self.links, turn, "点这里打开「我的」"))
