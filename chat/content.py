"""Replies that staff write down in files and forms, checked and turned into replies.

A content reply has exactly one of: `text`, `news` (1–8 cards), `image` (a media id), `entry` (an answer's code).
`{h5}` in texts and links stands for the address of the account's own pages, `{site}` for the installation's,
`{account}` for the account's name.
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from chat.answer import PASS, Answer, Reply, say
from chat.turn import ChatAccount
from core.checks import explain
from core.errors import Invalid
from wechat.replies import MAX_ARTICLES, TEXT_LIMIT_BYTES, ArticleCard, ImageReply, NewsReply


class ContentCard(BaseModel):
    """An article card; `link` and `cover` are addresses."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    title: Annotated[str, Field(min_length=1, max_length=64)]
    digest: Annotated[str, Field(max_length=120)] = ""
    cover: str = ""
    link: Annotated[str, Field(min_length=1, max_length=1024)]


class ContentReply(BaseModel):
    """One reply as staff write it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    text: str = ""
    news: Annotated[tuple[ContentCard, ...], Field(max_length=MAX_ARTICLES)] = ()
    image: str = ""
    entry: str = ""

    @model_validator(mode="after")
    def exactly_one(self) -> "ContentReply":
        given = [name for name in ("text", "news", "image", "entry") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError("回复内容须且只能填写 text、news、image、entry 中的一种")
        if len(self.text.encode()) > TEXT_LIMIT_BYTES:
            raise ValueError(f"文字回复超过 {TEXT_LIMIT_BYTES} 字节，请缩短或改用图文")
        return self


def fill(text: str, account: ChatAccount) -> str:
    """`text` with its placeholders filled in."""
    return (
        text.replace("{h5}", account.h5_url)
        .replace("{site}", account.site_url)
        .replace("{account}", account.name)
    )


def render(content: ContentReply, account: ChatAccount) -> Answer:
    """The reply `content` stands for; PASS for an `entry`, which only the FAQ can answer."""
    if content.text:
        return say(fill(content.text, account))
    if content.news:
        cards = tuple(
            ArticleCard(
                fill(c.title, account), fill(c.digest, account), fill(c.cover, account), fill(c.link, account)
            )
            for c in content.news
        )
        return Reply(NewsReply(cards))
    if content.image:
        return Reply(ImageReply(content.image))
    return PASS


def check_content(value: object, where: str) -> ContentReply:
    """`value` (from YAML or JSON) as a ContentReply; raises Invalid naming `where` it stands."""
    try:
        return ContentReply.model_validate(value)
    except ValidationError as error:
        raise Invalid("bad_reply", f"{where}：{explain(error)}") from None
