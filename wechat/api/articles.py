"""Articles (图文) as they go into a draft, and as they come back from drafts and from what was published."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Invalid
from wechat.api.base import Answer, Fields, as_int, as_rows, check_bytes, check_chars, check_count

TITLE_CHARS, AUTHOR_CHARS, DIGEST_CHARS = 32, 16, 128
CONTENT_CHARS, CONTENT_BYTES = 20_000, 1_048_576
SOURCE_URL_BYTES = 1024
PICTURES = 20


@dataclass(frozen=True, slots=True)
class Article:
    """A news article. `content` is HTML whose pictures came from `api.files.upload_article_image`; scripts are removed.

    `thumb_media_id`: permanent picture. `digest` empty: the platform takes the first 54 characters.
    `crop_wide`, `crop_square`: "X1_Y1_X2_Y2" in 0…1 of the cover, for 2.35:1 and 1:1. Source: 新增草稿.
    """

    title: str
    content: str
    thumb_media_id: str
    author: str = ""
    digest: str = ""
    content_source_url: str = ""
    open_comment: bool = False
    fans_only_comment: bool = False
    crop_wide: str = ""
    crop_square: str = ""

    def checked(self) -> Fields:
        """The fields for the platform. Raises Invalid that names the field."""
        fields = _common(self.title, self.content, self.author, self.digest, self.content_source_url)
        if not self.thumb_media_id:
            raise Invalid("missing", "请先上传封面图片", field="thumb_media_id")
        crops = {"pic_crop_235_1": self.crop_wide, "pic_crop_1_1": self.crop_square}
        return {
            "article_type": "news",
            **fields,
            "thumb_media_id": self.thumb_media_id,
            "need_open_comment": int(self.open_comment),
            "only_fans_can_comment": int(self.fans_only_comment),
            **{name: crop for name, crop in crops.items() if crop},
        }


@dataclass(frozen=True, slots=True)
class PictureArticle:
    """A picture post (图片消息): plain text and up to 20 permanent pictures, the first of which is the cover."""

    title: str
    content: str
    image_media_ids: tuple[str, ...]
    open_comment: bool = False
    fans_only_comment: bool = False

    def checked(self) -> Fields:
        """The fields for the platform. Raises Invalid that names the field."""
        check_count("image_media_ids", "图片", self.image_media_ids, 1, PICTURES)
        check_chars("title", "标题", self.title, TITLE_CHARS, required=True)
        check_chars("content", "正文", self.content, CONTENT_CHARS - 1)
        return {
            "article_type": "newspic",
            "title": self.title,
            "content": self.content,
            "need_open_comment": int(self.open_comment),
            "only_fans_can_comment": int(self.fans_only_comment),
            "image_info": {"image_list": [{"image_media_id": media_id} for media_id in self.image_media_ids]},
        }


def _common(title: str, content: str, author: str, digest: str, source_url: str) -> Fields:
    return {
        "title": check_chars("title", "标题", title, TITLE_CHARS, required=True),
        "author": check_chars("author", "作者", author, AUTHOR_CHARS),
        "digest": check_chars("digest", "摘要", digest, DIGEST_CHARS),
        "content": check_bytes(
            "content",
            "正文",
            check_chars("content", "正文", content, CONTENT_CHARS - 1, required=True),
            CONTENT_BYTES - 1,
        ),
        "content_source_url": check_bytes("content_source_url", "原文链接", source_url, SOURCE_URL_BYTES),
    }


AnyArticle = Article | PictureArticle


def check_articles(articles: Sequence[AnyArticle]) -> list[Fields]:
    """1 to 8 articles as fields. Raises Invalid that names the field."""
    check_count("articles", "图文", articles, 1, 8)
    return [article.checked() for article in articles]


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as the platform has it. `url`: its page (of a draft: temporary). `content` "" when not asked for."""

    article_type: str
    title: str
    author: str
    digest: str
    content: str
    content_source_url: str
    thumb_media_id: str
    thumb_url: str
    url: str
    is_deleted: bool


def read_articles(answer: Answer) -> tuple[StoredArticle, ...]:
    """`{"news_item": [{title, author, …}]}`."""
    return tuple(_read_article(row) for row in as_rows(answer, "news_item"))


def _read_article(row: Answer) -> StoredArticle:
    def text(name: str) -> str:
        return str(row.get(name) or "")

    return StoredArticle(
        article_type=text("article_type") or "news",
        title=text("title"),
        author=text("author"),
        digest=text("digest"),
        content=text("content"),
        content_source_url=text("content_source_url"),
        thumb_media_id=text("thumb_media_id"),
        thumb_url=text("thumb_url"),
        url=text("url"),
        is_deleted=bool(row.get("is_deleted")),
    )


def page_body(offset: int, count: int, with_content: bool) -> Fields:
    """Body of the two `batchget` calls."""
    if offset < 0 or not 1 <= count <= 20:
        raise Invalid("out_of_range", "每页 1 到 20 条，起点不能小于 0", field="count")
    return {"offset": offset, "count": count, "no_content": int(not with_content)}


def as_total(answer: Answer) -> int:
    return as_int(answer.get("total_count"))
