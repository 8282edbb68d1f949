"""Drafts (草稿箱): what is written here is what a mass send or a publication takes. A draft disappears once sent.

Source: WeChat doc pages 草稿管理 (新增草稿, 获取草稿详情, 获取草稿列表, 更新草稿, 删除草稿, 获取草稿的总数).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from wechat.api.articles import AnyArticle, StoredArticle, as_total, check_articles, page_body, read_articles
from wechat.api.base import Endpoints, as_int, as_rows, check_range


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft of 1 to 8 articles. `updated_at` None where the platform does not say."""

    media_id: str
    articles: tuple[StoredArticle, ...]
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DraftPage:
    """`total` counts all drafts of the account."""

    total: int
    items: tuple[Draft, ...]


class Drafts(Endpoints):
    """`api.drafts`."""

    def add(self, articles: Sequence[AnyArticle]) -> str:
        """Keep 1 to 8 articles as a draft; its media_id. Raises Invalid, WeChatError."""
        return str(self._post("/cgi-bin/draft/add", {"articles": check_articles(articles)})["media_id"])

    def get(self, media_id: str) -> Draft:
        """One draft with its contents. Raises WeChatError 40007 when it is gone."""
        return Draft(media_id, read_articles(self._post("/cgi-bin/draft/get", {"media_id": media_id})))

    def batchget(self, offset: int = 0, count: int = 20, *, with_content: bool = False) -> DraftPage:
        """`count` (1 to 20) drafts from `offset`, newest first."""
        answer = self._post("/cgi-bin/draft/batchget", page_body(offset, count, with_content))
        items = (
            Draft(
                str(row.get("media_id", "")),
                read_articles(row.get("content") or {}),
                as_moment(row.get("update_time")),
            )
            for row in as_rows(answer, "item")
        )
        return DraftPage(as_total(answer), tuple(items))

    def update(self, media_id: str, article: AnyArticle, index: int = 0) -> None:
        """Replace the article at `index` (0 is the first)."""
        check_range("index", "图文序号", index, 0, 7)
        self._post(
            "/cgi-bin/draft/update", {"media_id": media_id, "index": index, "articles": article.checked()}
        )

    def delete(self, media_id: str) -> None:
        """Delete a draft. It can't be taken back."""
        self._post("/cgi-bin/draft/delete", {"media_id": media_id})

    def count(self) -> int:
        """How many drafts there are."""
        return as_total(self._get("/cgi-bin/draft/count"))


def as_moment(value: object) -> datetime | None:
    """The platform's epoch seconds as aware UTC."""
    seconds = as_int(value)
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
