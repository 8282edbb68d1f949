"""What the platform would refuse is refused at the edge, with the field named."""

from datetime import date

import pytest

from core.errors import Invalid
from wechat.api.articles import Article, PictureArticle
from wechat.api.base import Upload
from wechat.api.mass import MassContent

from .fake import answer

ARTICLE = Article("标题", "<p>正文</p>", "THUMB")
MPNEWS = MassContent.article("M")

INVALID = [
    ("title", "标题", lambda a: a.drafts.add([Article("标" * 33, "c", "T")])),
    ("title", "标题", lambda a: a.drafts.add([Article(" ", "c", "T")])),
    ("author", "作者", lambda a: a.drafts.add([Article("t", "c", "T", author="名" * 17)])),
    ("digest", "摘要", lambda a: a.drafts.add([Article("t", "c", "T", digest="要" * 129)])),
    ("content", "正文", lambda a: a.drafts.add([Article("t", "文" * 20_000, "T")])),
    ("content", "正文", lambda a: a.drafts.add([Article("t", "", "T")])),
    ("thumb_media_id", "封面", lambda a: a.drafts.add([Article("t", "c", "")])),
    (
        "content_source_url",
        "原文链接",
        lambda a: a.drafts.add([Article("t", "c", "T", content_source_url="u" * 1025)]),
    ),
    ("articles", "图文", lambda a: a.drafts.add([])),
    ("articles", "图文", lambda a: a.drafts.add([ARTICLE] * 9)),
    ("image_media_ids", "图片", lambda a: a.drafts.add([PictureArticle("t", "c", ())])),
    ("index", "图文序号", lambda a: a.drafts.update("M", ARTICLE, 8)),
    ("count", "每页", lambda a: a.drafts.batchget(0, 21)),
    ("clientmsgid", "clientmsgid", lambda a: a.mass.send_to_all(MPNEWS, clientmsgid="字" * 22)),
    ("clientmsgid", "clientmsgid", lambda a: a.mass.send_to_all(MPNEWS, clientmsgid="")),
    ("openids", "接收人", lambda a: a.mass.send(MPNEWS, ["o1"], clientmsgid="c")),
    ("openids", "接收人", lambda a: a.mass.send(MPNEWS, ["o"] * 10_001, clientmsgid="c")),
    ("openid", "预览人", lambda a: a.mass.preview(MPNEWS)),
    ("speed", "群发速度", lambda a: a.mass.set_speed(5)),
    ("media_ids", "图片", lambda a: MassContent.pictures([])),
    ("content", "文字", lambda a: a.custom.send_text("o1", "字" * 683)),
    ("content", "文字", lambda a: a.custom.send_text("o1", "")),
    ("touser", "接收人", lambda a: a.custom.send_text("", "好")),
    ("media_id", "素材", lambda a: a.custom.send_image("o1", "")),
    ("items", "选项", lambda a: a.custom.send_msgmenu("o1", "h", [])),
    ("kidList", "关键词", lambda a: a.subscribe.add_template("1", [1], "x")),
    ("sceneDesc", "使用场景", lambda a: a.subscribe.add_template("1", [1, 2], "景" * 16)),
    ("action", "检测动作", lambda a: a.operations.check_callback("trace")),
    ("type", "素材类型", lambda a: a.files.add_material("news", Upload("a", b"x"))),
    ("title", "视频标题", lambda a: a.files.add_material("video", Upload("a.mp4", b"x"))),
    ("file", "文件是空的", lambda a: a.files.upload_article_image(Upload("a.png", b""))),
    ("file", "jpg 或 png", lambda a: a.files.upload_article_image(Upload("a.gif", b"x"))),
    ("file", "正文图片最大", lambda a: a.files.upload_article_image(Upload("a.png", bytes(1_048_576)))),
    ("file", "缩略图最大", lambda a: a.files.upload_temporary("thumb", Upload("a.jpg", bytes(65_537)))),
    ("end", "早于", lambda a: a.figures.user_totals(date(2026, 1, 2), date(2026, 1, 1))),
    ("end", "昨天", lambda a: a.figures.user_totals(date(2999, 1, 1), date(2999, 1, 1))),
    ("begin", "7 天", lambda a: a.figures.user_totals(date(2026, 1, 1), date(2026, 1, 8))),
    ("begin", "30 天", lambda a: a.figures.article_reads(date(2026, 1, 1), date(2026, 1, 31))),
]


@pytest.mark.parametrize(("field", "words", "call"), INVALID)
def test_what_the_platform_would_refuse_is_refused_here_with_the_field(api, platform, field, words, call):
    with pytest.raises(Invalid, match=words) as caught:
        call(api)
    assert caught.value.facts["field"] == field
    assert not platform.seen


def test_the_longest_allowed_pass(api, platform):
    platform.script("/cgi-bin/draft/add", answer(media_id="M"))
    api.drafts.add([Article("标" * 32, "文" * 19_999, "T", author="名" * 16, digest="要" * 128)])
    api.mass.send_to_all(MPNEWS, clientmsgid="c" * 64)
    api.custom.send_text("o1", "字" * 682)
