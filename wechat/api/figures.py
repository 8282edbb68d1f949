"""Figures (数据统计): followers and articles by day. Ask after 08:00 for the day before.

The old article calls are frozen; these are the four that took their place (data from 2025-11-01 on). Articles with fewer
than 3 interactions are left out. Source: WeChat doc pages 数据统计 (获取用户增减数据, 获取发表内容每日阅读数据, …).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from core.clock import SHANGHAI
from core.errors import Invalid
from wechat.api.base import Answer, Endpoints, Fields, as_int, as_rows

USER_DAYS = 7
ARTICLE_DAYS = 30  # the platform may allow less for some; it then answers 61501


@dataclass(frozen=True, slots=True)
class UserChange:
    """Followers won and lost on a day by one way in (`source`: 0 other, 1 search, 17 card, 30 QR code …)."""

    day: str
    source: int
    won: int
    lost: int


@dataclass(frozen=True, slots=True)
class UserTotal:
    day: str
    followers: int


@dataclass(frozen=True, slots=True)
class ArticleFigures:
    """One row. `day`: of the figures (of publication in `article_totals`); `msgid`: msg_data_id + "_" + index.

    `details`: one object a day for `article_totals`, else one: read_user, share_user, like_user, comment_count …, and
    `read_user_source` [{user_count, scene_desc}]. `msgid` is "" for the account's sums.
    """

    day: str
    msgid: str
    title: str
    url: str
    notified: bool
    details: tuple[Mapping[str, Any], ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """`is_delayed`: the platform is behind; ask again later."""

    rows: tuple[ArticleFigures, ...]
    is_delayed: bool


class Figures(Endpoints):
    """`api.figures`. Dates are days in China, the last one yesterday at the latest. All raise Invalid, WeChatError."""

    def user_changes(self, begin: date, end: date) -> tuple[UserChange, ...]:
        """At most 7 days."""
        rows = as_rows(self._ask("getusersummary", begin, end, USER_DAYS), "list")
        return tuple(
            UserChange(
                str(r.get("ref_date", "")),
                as_int(r.get("user_source")),
                as_int(r.get("new_user")),
                as_int(r.get("cancel_user")),
            )
            for r in rows
        )

    def user_totals(self, begin: date, end: date) -> tuple[UserTotal, ...]:
        """At most 7 days."""
        rows = as_rows(self._ask("getusercumulate", begin, end, USER_DAYS), "list")
        return tuple(UserTotal(str(r.get("ref_date", "")), as_int(r.get("cumulate_user"))) for r in rows)

    def article_reads(self, begin: date, end: date) -> FiguresPage:
        """Readers of everything that was read on those days."""
        return self._articles("getarticleread", begin, end)

    def article_shares(self, begin: date, end: date) -> FiguresPage:
        """Sharers of everything that was shared on those days."""
        return self._articles("getarticleshare", begin, end)

    def account_sums(self, begin: date, end: date) -> FiguresPage:
        """The account's sums by day."""
        return self._articles("getbizsummary", begin, end)

    def article_totals(self, begin: date, end: date) -> FiguresPage:
        """What was published on those days, with the sums up to each of the 30 days after."""
        return self._articles("getarticletotaldetail", begin, end)

    def _articles(self, name: str, begin: date, end: date) -> FiguresPage:
        answer = self._ask(name, begin, end, ARTICLE_DAYS)
        return FiguresPage(
            tuple(_read_row(row) for row in as_rows(answer, "list")), bool(answer.get("is_delay"))
        )

    def _ask(self, name: str, begin: date, end: date, most_days: int) -> Answer:
        return self._post(f"/datacube/{name}", self._span(begin, end, most_days))

    def _span(self, begin: date, end: date, most_days: int) -> Fields:
        yesterday = self._api.clock().astimezone(SHANGHAI).date() - timedelta(days=1)
        if end < begin:
            raise Invalid("bad_span", "结束日期早于开始日期", field="end")
        if end > yesterday:
            raise Invalid("bad_span", f"结束日期最晚是昨天（{yesterday.isoformat()}）", field="end")
        if (end - begin).days >= most_days:
            raise Invalid("bad_span", f"一次最多查询 {most_days} 天", field="begin")
        return {"begin_date": begin.isoformat(), "end_date": end.isoformat()}


def _read_row(row: Answer) -> ArticleFigures:
    one = row.get("detail")
    details = [one] if isinstance(one, dict) else as_rows(row, "detail_list")
    return ArticleFigures(
        day=str(row.get("ref_date", "")),
        msgid=str(row.get("msgid", "")),
        title=str(row.get("title", "")),
        url=str(row.get("content_url", "")),
        notified=as_int(row.get("publish_type")) == 0,
        details=tuple(details),
    )
