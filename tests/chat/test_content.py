"""Replies that staff write down: checked when they are read, rendered when they are asked for."""

from dataclasses import dataclass

import pytest

from chat.answer import PASS, Reply
from chat.content import check_content, fill, render
from core.errors import Invalid
from wechat.replies import ArticleCard, ImageReply, NewsReply, TextReply

CARD = {"title": "t", "link": "https://x/"}


@dataclass(frozen=True)
class Account:
    id = 1
    key = "ours"
    name = "测试工会"
    organisation_ids = (1,)
    h5_url = "https://x.cn/h5/ours"
    site_url = "https://x.cn"


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        (
            {"text": "{account}：{h5}/a，{site}/b"},
            TextReply("测试工会：https://x.cn/h5/ours/a，https://x.cn/b"),
        ),
        ({"image": "media"}, ImageReply("media")),
        (
            {"news": [{"title": "{account}", "digest": "d", "cover": "{site}/c.jpg", "link": "{h5}/l"}]},
            NewsReply((ArticleCard("测试工会", "d", "https://x.cn/c.jpg", "https://x.cn/h5/ours/l"),)),
        ),
    ],
)
def test_content_becomes_a_reply_with_its_placeholders_filled(value, reply):
    assert render(check_content(value, "here"), Account()) == Reply(reply)


def test_an_entry_is_asked_of_the_faq():
    assert render(check_content({"entry": "code"}, "here"), Account()) is PASS


def test_other_braces_stay():
    assert fill("{x} {} {{account}} %s", Account()) == "{x} {} {测试工会} %s"


@pytest.mark.parametrize(
    "value",
    [
        {},
        None,
        [],
        "text",
        {"text": ""},
        {"text": "a", "image": "b"},
        {"text": "a", "entry": "b"},
        {"news": []},
        {"news": [CARD] * 9},
        {"news": [{"title": "", "link": "x"}]},
        {"news": [{"title": "t", "link": ""}]},
        {"news": [{"title": "t" * 65, "link": "x"}]},
        {"news": [{"title": "t", "link": "x" * 1025}]},
        {"news": [{"title": "t", "digest": "d" * 121, "link": "x"}]},
        {"news": [{**CARD, "url": "x"}]},
        {"text": "工" * 683},
        {"text": 5},
        {"texts": "a"},
    ],
)
def test_what_is_no_reply_is_refused_with_its_place(value):
    with pytest.raises(Invalid, match=r"^第 3 条："):
        check_content(value, "第 3 条")


@pytest.mark.parametrize("value", [{"text": "工" * 682}, {"news": [CARD] * 8}, {"text": "\n"}])
def test_what_just_fits_is_taken(value):
    check_content(value, "here")
