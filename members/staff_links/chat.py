"""「绑定 12345678」 in the chat: a person of the console shows which follower they are."""

import re
from dataclasses import dataclass

from chat.answer import PASS, Answer, say
from chat.turn import Hook, Turn
from members.staff_links.rules import CODE_MINUTES
from members.staff_links.service import link
from models.db import Database

_CODE = re.compile(r"绑定\s*[:：]?\s*(\d{4})\s*(\d{4})")
_WRONG = (
    f"这个绑定码不对，或者已经用过、超过 {CODE_MINUTES} 分钟了。请在后台的「我的微信」重新取一个，再发一次。"
)


@dataclass(frozen=True, slots=True)
class StaffLinkChat:
    """The hook that takes codes."""

    db: Database

    def hook(self) -> Hook:
        return Hook("staff_links", self.answer, pure=False, wants=_wants)

    def answer(self, turn: Turn) -> Answer:
        sent = _CODE.fullmatch(turn.words)
        if sent is None:
            return PASS
        account, code = turn.account, f"{sent[1]}{sent[2]}"
        with self.db.work() as session:
            staff = link(session, account.id, account.organisation_ids, turn.message.openid, code, turn.now)
            if staff is None:
                return say(_WRONG)
            return say(
                f"绑定成功：这个微信是后台「{staff.name}」本人。工作人员不参加本公众号的抽奖，其他功能照常使用。"
            )


def _wants(turn: Turn) -> bool:
    return _CODE.fullmatch(turn.words) is not None
