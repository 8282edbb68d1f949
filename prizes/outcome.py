"""What a turn is about, and what it wins: the request, the tape in memory, the result as bytes. Shared by both ways of taking
a turn (`prizes.turns_plain`, `prizes.turns_postgres`).
"""

import json
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.errors import Closed, NotAllowed, SoldOut
from members.ledger import Answered, Limit
from models.db import Database
from models.prizes import Draw
from prizes import tape
from prizes.rules import parse_odds, prize_for, scale_of
from prizes.store import published_text
from prizes.view import DrawView, PrizeView

WINS = "wins"
TURNS = "turns"
_FULL = {
    WINS: "您已经中过奖了，把机会留给其他工友吧。",
    TURNS: "您的抽奖次数已经用完，谢谢参与。",
}
_TAPES = 32
_tapes: "OrderedDict[tuple[int, str], bytes]" = OrderedDict()
_making = threading.Lock()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for a turn."""

    draw: DrawView
    mark: str
    """Whose, as the draw's ledger knows them."""
    staff_mark: str
    """Whose, as links of staff know them (`members.staff_links`)."""
    key: str
    now: datetime
    limits: tuple[Limit, ...]
    """Of the person's turns; the day's comes first (see `prizes.turns_postgres`)."""


@dataclass(frozen=True, slots=True)
class Result:
    """A turn as it is kept; `prize` None for a blank."""

    turn_id: str
    win_id: str
    prize: PrizeView | None


def tape_of(db: Database, draw: DrawView) -> bytes:
    """The shuffled tape of a draw: made once a process, kept in memory, never written anywhere. Empty without a tape.

    Raises Closed where the draw is no longer what was committed to.
    """
    if draw.mode != "tape":
        return b""
    key = (draw.id, draw.commitment)
    found = _tapes.get(key)
    if found is not None:
        return found
    with _making:
        if key not in _tapes:
            query = select(Draw.seed).where(Draw.account_id == draw.account_id, Draw.id == draw.id)
            with db.read() as session:
                seed = session.scalar(query) or ""
            if tape.commit(published_text(draw), seed) != draw.commitment:
                raise bad_commitment()
            _tapes[key] = tape.shuffle(seed, [one.stock for one in draw.prizes], draw.slots)
            while len(_tapes) > _TAPES:
                _tapes.popitem(last=False)
        return _tapes[key]


def prize_at(draw: DrawView, strip: bytes, slot: int | None) -> PrizeView | None:
    """What a slot of the tape holds; nothing beyond its end."""
    number = strip[slot] if slot is not None else 0
    return draw.prizes[number - 1] if number else None


def roll(draw: DrawView) -> PrizeView | None:
    """What a turn wins by the odds, if there is any of it left."""
    scale, bounds = scale_of(tuple(parse_odds(one.odds) for one in draw.prizes))
    number = prize_for(bounds, secrets.randbelow(scale))
    return draw.prizes[number] if number >= 0 else None


def answer(result: Result) -> Answered:
    """Made from what is kept alone, so that it is the same bytes whenever it is asked for."""
    prize = result.prize
    told: dict[str, Any] = {
        "turn": result.turn_id,
        "prize": None if prize is None else {"id": prize.public_id, "name": prize.name},
        "win": result.win_id if prize else None,
    }
    return Answered(200, json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())


def no_chance() -> SoldOut:
    return SoldOut("no_chance", "您现在没有抽奖机会。完成活动任务就能得到，做过的不会丢。")


def full(slot: str) -> SoldOut:
    """`slot` is WINS, TURNS, or a day."""
    return SoldOut("limit", _FULL.get(slot, "今天的抽奖次数用完了，明天再来。"))


def barred() -> NotAllowed:
    return NotAllowed("staff", "您是主办单位的工作人员，按规则不参加抽奖。")


def over() -> Closed:
    return Closed("over", "抽奖已经结束，谢谢您的参与。没有用完的机会已失效。")


def bad_commitment() -> Closed:
    return Closed("bad_commitment", "抽奖数据和公布的承诺不一致，已暂停。请联系主办单位核查。")
