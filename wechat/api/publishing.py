"""Publishing (发布): makes a draft a page with a permanent link, without telling the followers.

`submit` only queues: the result comes as the event PUBLISHJOBFINISH, or is asked for with `get` (100 of each a day). Since
July 2025 personal and unverified accounts have none of this (48001). Source: WeChat doc pages 发布管理.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from wechat.api.articles import StoredArticle, as_total, page_body, read_articles
from wechat.api.base import Answer, Endpoints, as_int, as_rows, check_range
from wechat.api.drafts import as_moment


class PublishStatus(IntEnum):
    """What became of a submission."""

    DONE = 0
    UNDER_WAY = 1
    ORIGINALITY_FAILED = 2
    FAILED = 3
    REJECTED = 4
    DELETED_LATER = 5
    BANNED_LATER = 6
    UNKNOWN = -1

    @property
    def text(self) -> str:
        """Chinese, for people."""
        return _STATUS_TEXTS[self]

    @classmethod
    def of(cls, value: object) -> "PublishStatus":
        """A number we do not know is UNKNOWN, never an exception."""
        number = as_int(value, -1)
        return cls(number) if number in _STATUS_NUMBERS else cls.UNKNOWN


_STATUS_TEXTS = {
    PublishStatus.DONE: "发布成功",
    PublishStatus.UNDER_WAY: "正在发布",
    PublishStatus.ORIGINALITY_FAILED: "原创校验没有通过",
    PublishStatus.FAILED: "发布失败",
    PublishStatus.REJECTED: "平台审核没有通过",
    PublishStatus.DELETED_LATER: "发布成功，后来被删除",
    PublishStatus.BANNED_LATER: "发布成功，后来被平台封禁",
    PublishStatus.UNKNOWN: "未知状态",
}
_STATUS_NUMBERS = frozenset(int(status) for status in PublishStatus)


@dataclass(frozen=True, slots=True)
class Submitted:
    """Queued. `msg_data_id` is the key of the figures; None where the platform does not give one."""

    publish_id: str
    msg_data_id: int | None


@dataclass(frozen=True, slots=True)
class Published:
    """State of a submission. `urls`: (index from 1, address); `failed`: indices that were refused."""

    publish_id: str
    status: PublishStatus
    article_id: str
    urls: tuple[tuple[int, str], ...]
    failed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PublishedItem:
    article_id: str
    articles: tuple[StoredArticle, ...]
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublishedPage:
    total: int
    items: tuple[PublishedItem, ...]


class Publishing(Endpoints):
    """`api.publishing`."""

    def submit(self, media_id: str) -> Submitted:
        """Queue a draft. Not tried again on -1: a second submission may publish twice. Raises WeChatError 53503 …"""
        answer = self._post("/cgi-bin/freepublish/submit", {"media_id": media_id}, repeatable=False)
        return Submitted(str(answer.get("publish_id", "")), as_int(answer.get("msg_data_id")) or None)

    def get(self, publish_id: str) -> Published:
        """What became of a submission."""
        return read_published(self._post("/cgi-bin/freepublish/get", {"publish_id": publish_id}))

    def batchget(self, offset: int = 0, count: int = 20, *, with_content: bool = False) -> PublishedPage:
        """`count` (1 to 20) of what was published, newest first."""
        answer = self._post("/cgi-bin/freepublish/batchget", page_body(offset, count, with_content))
        items = (
            PublishedItem(
                str(row.get("article_id", "")),
                read_articles(row.get("content") or {}),
                as_moment(row.get("update_time")),
            )
            for row in as_rows(answer, "item")
        )
        return PublishedPage(as_total(answer), tuple(items))

    def delete(self, article_id: str, index: int = 0) -> None:
        """Take article `index` (from 1; 0: all) off the net. It can't be taken back."""
        check_range("index", "图文序号", index, 0, 8)
        self._post("/cgi-bin/freepublish/delete", {"article_id": article_id, "index": index})

    def get_article(self, article_id: str) -> tuple[StoredArticle, ...]:
        """The articles of one publication, with contents."""
        return read_articles(self._post("/cgi-bin/freepublish/getarticle", {"article_id": article_id}))


def read_published(answer: Answer) -> Published:
    """`{publish_id, publish_status, article_id, article_detail: {item: [{idx, article_url}]}, fail_idx: []}`."""
    rows = as_rows(answer.get("article_detail") or {}, "item")
    failed = answer.get("fail_idx")
    return Published(
        publish_id=str(answer.get("publish_id", "")),
        status=PublishStatus.of(answer.get("publish_status")),
        article_id=str(answer.get("article_id", "")),
        urls=tuple((as_int(row.get("idx")), str(row.get("article_url", ""))) for row in rows),
        failed=tuple(as_int(index) for index in failed) if isinstance(failed, list) else (),
    )
