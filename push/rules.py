"""Decisions on pushes: what a form may hold, what is left of the quota on a day, what states and reports mean in Chinese."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accounts.mass import Left
from core.clock import SHANGHAI, local_text, parse_local
from core.errors import Invalid
from core.text import clean

STATES = {
    "scheduled": "待发送",
    "sending": "发送中",
    "accepted": "平台已受理",
    "sent": "已送达",
    "failed": "失败",
    "withdrawn": "已撤回",
}
TITLE, DIGEST, LINK = 32, 120, 1024
_LINK = re.compile(r"(?:https?://[^\s<>\"']+|\{h5\}[^\s<>\"']*)")
_REPORT = re.compile(r"err\((?P<code>[0-9]+)\)")
_FAR = timedelta(days=366)
REPORTS = {
    "10001": "涉嫌广告",
    "20001": "涉嫌政治",
    "20002": "涉嫌色情",
    "20004": "涉嫌社会",
    "20006": "涉嫌违法犯罪",
    "20008": "涉嫌欺诈",
    "20013": "涉嫌版权",
    "21000": "涉嫌其他",
    "22000": "涉嫌互推（互相宣传）",
    "30001": "原创校验出错，没有发出",
    "30002": "原创校验不允许群发",
    "30003": "被判定为转载，没有发出",
    "40001": "管理员拒绝了这次群发",
    "40002": "管理员 30 分钟内没有确认，已超时",
}
"""What the platform's report of a mass send means (事件推送群发结果)."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a push shows, checked."""

    title: str
    digest: str
    link: str
    due_at: datetime


def check_card(title: str, digest: str, link: str, due: str, now: datetime) -> Card:
    """A form's words. Raises Invalid with what to mend; a time that has passed is refused."""
    title, digest, link = clean(title).strip(), clean(digest).strip(), clean(link).strip()
    if not title:
        raise Invalid("no_title", "请填写标题。")
    if len(title) > TITLE:
        raise Invalid("long_title", f"标题最多 {TITLE} 个字，现在有 {len(title)} 个。")
    if len(digest) > DIGEST:
        raise Invalid("long_digest", f"摘要最多 {DIGEST} 个字，现在有 {len(digest)} 个。")
    if not _LINK.fullmatch(link) or len(link) > LINK:
        raise Invalid("bad_link", "链接要以 https:// 或 {h5} 开头，中间不能有空格。")
    try:
        due_at = parse_local(due.strip())
    except ValueError:
        raise Invalid("bad_time", "请选择发送的日期和时间。") from None
    if due_at <= now:
        raise Invalid(
            "past", f"{local_text(due_at)} 已经过去了（现在是 {local_text(now)}），请选晚一点的时间。"
        )
    if due_at > now + _FAR:
        raise Invalid("too_far", "最多提前一年安排，请检查年份。")
    return Card(title, digest, link, due_at)


def full(left: Sequence[Left]) -> str:
    """What a person is warned of before a push is scheduled all the same; empty for room enough."""
    for one in left:
        if one.free == 0:
            span = "当天" if one.quota.span == "day" else "当月"
            return f"{span}{one.told}。照这样排，到时会因为次数用完而发送失败。"
    return ""


def explain(error: str) -> str:
    """A stored reason in words of the platform's back end."""
    found = _REPORT.search(error)
    if found:
        meaning = REPORTS.get(found["code"], "没有通过平台的审核")
        return f"平台没有发出：{meaning}（{found.group()}）"
    return error.replace("send fail", "发送失败（send fail）")


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar, in Shanghai."""

    first: date

    @classmethod
    def of(cls, text: str, today: date) -> "Month":
        """`2026-12`; the current month for anything else."""
        try:
            first = date.fromisoformat(f"{text}-01") if re.fullmatch(r"20[0-9]{2}-[0-9]{2}", text) else today
        except ValueError:
            first = today
        return cls(first.replace(day=1))

    @property
    def key(self) -> str:
        return self.first.strftime("%Y-%m")

    @property
    def title(self) -> str:
        return f"{self.first.year} 年 {self.first.month} 月"

    @property
    def next(self) -> "Month":
        return Month((self.first + timedelta(days=32)).replace(day=1))

    @property
    def before(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From its first moment to the first of the next month."""
        return _midnight(self.first), _midnight(self.next.first)

    @property
    def weeks(self) -> list[list[date]]:
        """Whole weeks, Monday first; the ends belong to the months beside."""
        day = self.first - timedelta(days=self.first.weekday())
        weeks = []
        while day < self.next.first:
            weeks.append([day + timedelta(days=n) for n in range(7)])
            day += timedelta(days=7)
        return weeks


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
