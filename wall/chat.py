"""「人工」 in the chat: the request is stored before the worker is told its number."""

import re
from dataclasses import dataclass

from accounts.directory import AccountDirectory
from chat.answer import PASS, Answer, say
from chat.turn import Hook, Turn
from faq.answers import contact_text
from models.db import Database
from wall.service import request_help

_ASKS = re.compile(
    r"(?:我要|我想|请|帮我)?(?:转|找)?(?:人工|真人)(?:客服|服务|工作人员)?(?:[，,：:\s]+(?P<text>.*))?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class WallChat:
    """The hook that writes requests for a person."""

    db: Database
    directory: AccountDirectory

    def hook(self) -> Hook:
        return Hook(
            "human", self.answer, pure=False, wants=lambda turn: _ASKS.fullmatch(turn.words) is not None
        )

    def answer(self, turn: Turn) -> Answer:
        found = _ASKS.fullmatch(turn.words)
        if found is None:
            return PASS
        account = self.directory.get(turn.account.key)
        with self.db.work() as session:
            request = request_help(
                session,
                account.id,
                openid=turn.message.openid,
                message_key=turn.message.key,
                text=(found["text"] or "").strip(),
                now=turn.now,
            )
            number = request.number
        contact = account.profile.contact_for(turn.words)
        who = f"\n\n{contact_text(contact)}" if contact else ""
        return say(
            f"已为您登记，编号 {number}。工会工作人员会在工作时间回复您，请不要取消关注。{who}\n\n"
            f"着急的事请直接拨打 {account.profile.hotline}。"
        )
