"""Pure decisions on followers: the views of their list, where a page of it ends, what they may agree to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from core.errors import Invalid

OFTEN = 5
"""Questions from which somebody asks often (and the last one within OFTEN_DAYS)."""
OFTEN_DAYS = 90
REMARK_CHARS = 60
BATCH = 50
"""Followers that one act of staff may touch: as many as the platform tags in one call."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class View(StrEnum):
    """A part of the followers that the list shows. Each has an index of its own (`models.members`)."""

    ALL = "all"
    FOLLOWING = "following"
    LEFT = "left"
    NEW = "new"
    ACTIVE = "active"
    ASLEEP = "asleep"
    ASKED = "asked"
    OFTEN = "often"
    BLOCKED = "blocked"


VIEWS: Mapping[View, str] = {
    View.ALL: "全部",
    View.FOLLOWING: "已关注",
    View.LEFT: "已取消关注",
    View.NEW: "新关注（近 N 天）",
    View.ACTIVE: "活跃（近 N 天有互动）",
    View.ASLEEP: "沉睡（N 天没有互动）",
    View.ASKED: "提过问题",
    View.OFTEN: "常提问",
    View.BLOCKED: "黑名单",
}
DAYS: Mapping[View, int] = {View.NEW: 7, View.ACTIVE: 30, View.ASLEEP: 90}
"""Views of the last so many days, and how many unless somebody says otherwise."""

GROUPS: Mapping[View, tuple[str, str]] = {
    View.NEW: ("新粉丝", "近 7 天关注，现在仍在关注的"),
    View.ACTIVE: ("活跃粉丝", "近 30 天发过消息、点过菜单或扫过码的"),
    View.ASLEEP: ("沉睡粉丝", "仍在关注，但 90 天没有任何互动的"),
    View.OFTEN: ("常提问", f"提问不少于 {OFTEN} 次，最近一次在 {OFTEN_DAYS} 天内的"),
}
"""Groups by behaviour that can be turned into a tag."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody wants to see of the list, as of `now`. `tag_id` and `scene` narrow the view."""

    now: datetime
    view: View = View.ALL
    days: int = 7
    tag_id: int | None = None
    scene: str = ""

    @property
    def since(self) -> datetime:
        """Where the view's last days begin."""
        return self.now - timedelta(days=self.days)


def read_view(text: str) -> View:
    """Raises Invalid."""
    try:
        return View(text or View.ALL)
    except ValueError:
        raise Invalid("bad_view", "没有这样的筛选，请重新选择") from None


def read_days(text: str, view: View) -> int:
    """1 to 3650; raises Invalid."""
    if not text.strip():
        return DAYS.get(view, 7)
    if not (text.strip().isascii() and text.strip().isdigit()) or not 1 <= int(text.strip()[:5]) <= 3650:
        raise Invalid("bad_days", "天数应为 1 到 3650 之间的整数")
    return int(text.strip())


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: what it is ordered by (microseconds or a number) and its id."""

    value: int
    id: int

    def __str__(self) -> str:
        return f"{self.value}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """None for the first page. Raises Invalid."""
        if not text:
            return None
        value, _, id_ = text.partition(".")
        if not (_is_number(value) and _is_number(id_)):
            raise Invalid("bad_cursor", "这一页的地址不完整，请回到第一页")
        return cls(int(value), int(id_))

    @classmethod
    def at(cls, value: datetime | int, id_: int) -> "Cursor":
        if isinstance(value, datetime):
            value = (value - _EPOCH) // timedelta(microseconds=1)
        return cls(value, id_)

    @property
    def moment(self) -> datetime:
        return _EPOCH + timedelta(microseconds=self.value)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 17


def check_remark(text: str) -> str:
    """Raises Invalid."""
    text = " ".join(text.split())
    if len(text) > REMARK_CHARS:
        raise Invalid("too_long", f"备注最多 {REMARK_CHARS} 个字，现在是 {len(text)} 个")
    return text


@dataclass(frozen=True, slots=True)
class Purpose:
    """Something personal data may be used for; what happens without consent stands in `without`."""

    key: str
    title: str
    about: str
    without: str


TAGGING, HISTORY = "tagging", "history"
PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        TAGGING,
        "分组和打标签",
        "工会按您的关注和互动情况分组、打标签，只发与您有关的消息。",
        "不再给您打标签，已有的标签马上取消。",
    ),
    Purpose(
        HISTORY,
        "工作人员查看我的聊天记录",
        "您找人工帮助时，本公众号的工会工作人员可以看您以前问过什么。",
        "工作人员在后台看不到您的聊天记录；您自己仍然可以看到。",
    ),
)
