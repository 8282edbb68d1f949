"""A campaign as pages, the chat and kinds see it: frozen, its JSON checked, free of the session it was read in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from campaigns.eligibility import Eligibility


class KindConfig(BaseModel):
    """A kind's settings as stored in `Campaign.settings`; a kind derives its own. `title` of a field is its label."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rules(BaseModel):
    """What the rules page (活动规则) says, section by section; plain text."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    who: Annotated[str, Field(max_length=500, title="参加对象")] = ""
    how: Annotated[str, Field(max_length=2000, title="参加办法")] = ""
    prizes: Annotated[str, Field(max_length=2000, title="奖品种类和数量")] = ""
    odds: Annotated[str, Field(max_length=1000, title="中奖概率或抽奖办法")] = ""
    claim: Annotated[str, Field(max_length=1000, title="领奖时间和办法")] = ""
    forfeit: Annotated[str, Field(max_length=500, title="逾期未领怎么办")] = ""
    contact: Annotated[str, Field(max_length=200, title="主办单位和咨询电话")] = ""
    privacy: Annotated[str, Field(max_length=2000, title="个人信息怎么用")] = ""
    other: Annotated[str, Field(max_length=2000, title="其他说明")] = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the check before opening found. A `stop` must be mended; a `hint` may be accepted."""

    level: Literal["stop", "hint"]
    what: str
    remedy: str = ""
    where: str = "settings"
    """Where staff mend it: a step of the console's wizard."""


State = Literal["draft", "checked", "live", "frozen", "publicised", "archived", "deleted"]
Phase = Literal["draft", "soon", "on", "frozen", "over", "publicised", "archived"]

STATES: dict[str, str] = {
    "draft": "草稿",
    "checked": "已审核",
    "live": "已开放",
    "frozen": "已冻结",
    "publicised": "公示中",
    "archived": "已归档",
    "deleted": "已删除",
}
PHASES: dict[str, str] = {
    "draft": "未开放",
    "soon": "即将开始",
    "on": "进行中",
    "frozen": "暂停中",
    "over": "已结束",
    "publicised": "公示中",
    "archived": "已结束",
}


@dataclass(frozen=True, slots=True)
class CampaignView:
    """One campaign; `settings` is an instance of its kind's config."""

    id: int
    account_id: int
    public_id: str
    kind: str
    title: str
    summary: str
    word: str
    cover: str
    state: State
    opens_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    frozen_why: str
    eligibility: Eligibility
    settings: KindConfig
    rules: Rules
    rules_hash: str
    draw_id: int | None
    version: int
    frozen_at: datetime | None = None
    extended_from: datetime | None = None
    extended_why: str = ""
    draw_hash: str = ""
    publicised_at: datetime | None = None

    @property
    def scope(self) -> str:
        """Its name in the ledgers (`members.ledger`)."""
        return f"c:{self.public_id}"

    def phase(self, now: datetime) -> Phase:
        """What it is for workers at `now`."""
        match self.state:
            case "draft" | "checked" | "deleted":
                return "draft"
            case "frozen" | "publicised" | "archived":
                return self.state
        if self.closed_at is not None or now >= self.closes_at:
            return "over"
        return "soon" if now < self.opens_at else "on"
