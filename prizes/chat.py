"""Prizes in the chat: 「我的奖品」 leads to one's page; 「领奖 123456」 says that it is really them who claims there."""

import re
from dataclasses import dataclass

from chat.answer import PASS, Answer, say
from chat.turn import Hook, Turn
from members.chat import tell_link
from members.links import OneUseLinks
from models.db import Database
from prizes.claims import Won, prove

_WORDS = frozenset({"我的奖品", "领奖", "兑奖"})
_PROOF = re.compile(r"领奖\s*[:：]?\s*(\d{6})")
_DONE = {
    "code": "领奖成功！券码已经放在您的奖品页里，回到刚才的页面刷新就能看到。",
    "credit": "领奖成功！话费正在充值，一般几分钟到账，进度可以在奖品页看到。",
    "goods": "登记成功！后续的领取办法请看您的奖品页。",
}


@dataclass(frozen=True, slots=True)
class PrizeChat:
    """The hook that makes links and takes proofs."""

    db: Database
    links: OneUseLinks | None

    def hook(self) -> Hook:
        return Hook("prizes", self.answer, pure=False, wants=_wants)

    def answer(self, turn: Turn) -> Answer:
        proof = _PROOF.fullmatch(turn.words)
        if proof is not None:
            return self._prove(turn, proof[1])
        if turn.words not in _WORDS or self.links is None:
            return PASS
        return say(tell_link(self.links, turn, "点这里打开「我的奖品」", f"/h5/{turn.account.key}/prizes"))

    def _prove(self, turn: Turn, digits: str) -> Answer:
        with self.db.work() as session:
            won = prove(session, turn.account.id, turn.message.openid, digits, turn.now)
            if won is None:
                return say(
                    "没有找到等待确认的领奖。验证码 30 分钟内有效，请回到奖品页看一下最新的 6 位数字再发一次。"
                )
            return say(_told(won))


def _told(won: Won) -> str:
    return f"「{won.prize.name}」{_DONE[won.prize.kind]}"


def _wants(turn: Turn) -> bool:
    return turn.words in _WORDS or _PROOF.fullmatch(turn.words) is not None
