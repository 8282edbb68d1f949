"""A draw as pages and turns see it: frozen, free of the session it was read in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from members.staff_links.rules import barred_since

Mode = Literal["odds", "tape", "final"]
Face = Literal["scratch", "wheel", "envelope"]
State = Literal["draft", "open", "closed", "revealed"]
Phase = Literal["draft", "soon", "on", "over", "revealed"]

MODES: dict[str, str] = {
    "tape": "公开承诺抽奖（推荐）",
    "odds": "按概率抽奖",
    "final": "活动结束后统一抽取",
}
FACES: dict[str, str] = {"scratch": "刮刮乐", "wheel": "大转盘", "envelope": "拆红包"}
STATES: dict[str, str] = {"draft": "草稿", "open": "进行中", "closed": "已结束", "revealed": "已公布结果"}
PHASES: dict[str, str] = {
    "draft": "还没有开放",
    "soon": "即将开始",
    "on": "进行中",
    "over": "已结束",
    "revealed": "已公布结果",
}
KINDS: dict[str, str] = {"code": "券码、卡密", "credit": "话费直充", "goods": "实物"}
DELIVERIES: dict[str, str] = {"post": "邮寄", "pickup": "到工会自取"}


@dataclass(frozen=True, slots=True)
class PrizeView:
    """A prize; `odds` is a decimal as text, exact."""

    id: int
    public_id: str
    name: str
    kind: str
    value_fen: int
    stock: int
    odds: str
    delivery: str
    picture: str
    how: str


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw with its prizes in order. It never holds the seed before that is revealed."""

    id: int
    account_id: int
    public_id: str
    title: str
    mode: Mode
    face: Face
    state: State
    opens_at: datetime
    closes_at: datetime
    opened_at: datetime | None
    """When staff opened it; None of a draft."""
    claim_days: int
    turns_per_day: int
    turns_per_person: int
    wins_per_person: int
    wins_per_phone: int
    slots: int
    commitment: str
    revealed_seed: str
    entropy_source: str
    entropy: str
    list_hash: str
    prizes: tuple[PrizeView, ...]
    excluded: frozenset[str]
    version: int

    @property
    def scope(self) -> str:
        """Its name in the ledgers (`members.ledger`)."""
        return scope_of(self.public_id)

    @property
    def stock(self) -> int:
        """How many prizes there are."""
        return sum(one.stock for one in self.prizes)

    @property
    def staff_since(self) -> datetime:
        """Links of staff that ended before this moment do not count for it."""
        return barred_since(self.opened_at or self.opens_at)

    def phase(self, now: datetime) -> Phase:
        """What it is for workers at `now`."""
        if self.state == "draft" or self.state == "revealed":  # noqa: PLR1714 - so that mypy follows
            return self.state
        if self.state == "closed" or now >= self.closes_at:
            return "over"
        return "soon" if now < self.opens_at else "on"


def scope_of(public_id: str) -> str:
    """The scope of a draw's ledger."""
    return f"d:{public_id}"
