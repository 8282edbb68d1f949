"""Passive replies: every type read back by others' parsers, escaped, and within the platform's bytes."""

import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.replies import deserialize_reply

from simulator import wire
from wechat.replies import (
    MAX_ARTICLES,
    TEXT_LIMIT_BYTES,
    ArticleCard,
    ImageReply,
    MusicReply,
    NewsReply,
    TextReply,
    TransferReply,
    VideoReply,
    VoiceReply,
    to_custom_message,
    to_xml,
)

OPENID = "oyORnuP8q7ou2gfYjqLzSIWZf0rs"


def rendered(reply, *, to_event=False):
    return to_xml(reply, openid=OPENID, account_name="gh_1", created=1700000000, to_event=to_event)


def fields(reply, **options):
    return ElementTree.fromstring(rendered(reply, **options))


def on_the_phone(reply, **options):
    return wire.parse_reply(rendered(reply, **options).decode(), sender=OPENID)


def cards(count):
    return tuple(
        ArticleCard(f"标题{n}", f"摘要{n}", f"http://p/{n}", f"http://l/{n}?a=1&b=2") for n in range(count)
    )


EVERY = {
    "text": TextReply("您好"),
    "image": ImageReply("m1"),
    "voice": VoiceReply("m1"),
    "video": VideoReply("m1", "标题", "说明"),
    "music": MusicReply("歌", "说明", "http://m/1", "http://m/2", "t1"),
    "news": NewsReply(cards(1)),
    "transfer_customer_service": TransferReply(),
}


@pytest.mark.parametrize("kind", EVERY)
def test_every_type_says_who_to_whom_when_and_what(kind):
    found = fields(EVERY[kind])
    assert found.tag == "xml"
    assert found.findtext("ToUserName") == OPENID
    assert found.findtext("FromUserName") == "gh_1"
    assert found.findtext("CreateTime") == "1700000000"
    assert found.findtext("MsgType") == kind
    assert on_the_phone(EVERY[kind])["type"] == kind


@pytest.mark.parametrize("kind", ["text", "image", "voice", "video", "music", "news"])
def test_wechatpy_reads_every_type(kind):
    ours = NewsReply(cards(2)) if kind == "news" else EVERY[kind]  # one card alone is too few for it
    reply = deserialize_reply(rendered(ours, to_event=True).decode(), update_time=False)
    assert reply.type == kind
    assert (reply.target, reply.source) == (OPENID, "gh_1")
    if kind == "text":
        assert reply.content == "您好"


def test_the_inside_of_every_type():
    assert fields(EVERY["image"]).findtext("Image/MediaId") == "m1"
    assert fields(EVERY["voice"]).findtext("Voice/MediaId") == "m1"
    video = fields(EVERY["video"])
    assert [video.findtext(f"Video/{tag}") for tag in ("MediaId", "Title", "Description")] == [
        "m1",
        "标题",
        "说明",
    ]
    music = fields(EVERY["music"])
    tags = ("Title", "Description", "MusicUrl", "HQMusicUrl", "ThumbMediaId")
    assert [music.findtext(f"Music/{tag}") for tag in tags] == [
        "歌",
        "说明",
        "http://m/1",
        "http://m/2",
        "t1",
    ]
    assert fields(TransferReply("kf@gh_1")).findtext("TransInfo/KfAccount") == "kf@gh_1"
    assert fields(TransferReply()).find("TransInfo") is None


@pytest.mark.parametrize(
    ("given_cards", "to_event", "shown"),
    [(1, False, 1), (2, False, 1), (8, False, 1), (1, True, 1), (8, True, 8), (9, True, 8), (30, True, 8)],
)
def test_one_card_to_a_message_and_eight_to_an_event(given_cards, to_event, shown):
    found = fields(NewsReply(cards(given_cards)), to_event=to_event)
    items = found.findall("Articles/item")
    assert len(items) == shown == int(found.findtext("ArticleCount"))
    assert [item.findtext("Url") for item in items] == [f"http://l/{n}?a=1&b=2" for n in range(shown)]
    assert MAX_ARTICLES == 8


NASTY = {
    "end of cdata": "a]]>b",
    "many ends": "]]>]]>]]>",
    "overlapping ends": "]]]]>>",
    "end at the end": "text]]>",
    "half an end": "]]",
    "a whole reply": "]]></Content><MsgType><![CDATA[image]]></MsgType><Content><![CDATA[",
    "markup": "<a href=\"http://x/?a=1&b=2\">'点这里'</a>",
    "entities": "&amp;&lt;&#10;&nbsp;",
    "emoji": "👨‍👩‍👧‍👦🇨🇳👍🏽🀄️",
    "rare characters": "𠮷㐂𪚥",
    "lines": "一\n二\n\n三\t四",
    "right to left": "‮abc؟",
}


@pytest.mark.parametrize("name", NASTY)
def test_nothing_in_a_text_can_break_out_of_its_field(name):
    text = NASTY[name]
    assert fields(TextReply(text)).findtext("Content") == text
    news = fields(NewsReply((ArticleCard(text, text, text, text),)))
    item = news.find("Articles/item")
    assert [child.text for child in item] == [text] * 4
    assert [child.tag for child in news] == [
        "ToUserName",
        "FromUserName",
        "CreateTime",
        "MsgType",
        "ArticleCount",
        "Articles",
    ]
    video = fields(VideoReply(text, text, text))
    assert [child.text for child in video.find("Video")] == [text] * 3
    assert deserialize_reply(rendered(TextReply(text)).decode()).content == text


def test_what_names_sender_and_receiver_is_escaped_too():
    found = ElementTree.fromstring(to_xml(TextReply("x"), openid="a]]>b", account_name="<&>", created=1))
    assert (found.findtext("ToUserName"), found.findtext("FromUserName")) == ("a]]>b", "<&>")


@pytest.mark.parametrize(
    "char", [*map(chr, (0, 1, 8, 11, 12, 14, 31, 127)), "\ufffe", "\uffff", "\ud800", "\udfff"]
)
def test_characters_that_xml_can_not_hold_are_left_out(char):
    assert fields(TextReply(f"前{char}后")).findtext("Content") == "前后"
    assert fields(NewsReply((ArticleCard(f"{char}题", "", "", ""),))).findtext("Articles/item/Title") == "题"
    assert fields(ImageReply(f"m{char}")).findtext("Image/MediaId") == "m"
    custom = to_custom_message(TextReply(f"前{char}后"), OPENID)
    assert custom["text"]["content"] == "前后"


@pytest.mark.parametrize("unit", ["a", "é", "工", "😀", "👨‍👩‍👧‍👦", "]]>", "\n", "<a>"])
@pytest.mark.parametrize("lead", range(5))
def test_a_long_text_is_cut_between_characters(unit, lead):
    text = "x" * lead + unit * 3000
    shown = fields(TextReply(text)).findtext("Content")
    assert TEXT_LIMIT_BYTES - 6 <= len(shown.encode()) <= TEXT_LIMIT_BYTES
    assert shown.endswith("…")
    assert text.startswith(shown[:-1])
    assert to_custom_message(TextReply(text), OPENID)["text"]["content"] == shown


@pytest.mark.parametrize("size", [2045, 2046, 2047, 2048, 2049])
def test_a_text_of_just_the_limit_is_whole(size):
    shown = fields(TextReply("x" * size)).findtext("Content")
    assert shown == ("x" * size if size <= TEXT_LIMIT_BYTES else "x" * 2045 + "…")


def test_control_characters_do_not_count_against_the_limit():
    text = "\x00" * 5000 + "工" * 682
    assert fields(TextReply(text)).findtext("Content") == "工" * 682


@settings(database=None, deadline=None, max_examples=40)
@given(st.text(st.sampled_from("a工😀é…]>&<\x00\ud800\n"), max_size=2000))
def test_any_text_is_one_valid_reply_within_the_limit(text):
    if not rendered(TextReply(text)):
        assert not text.replace("\x00", "").replace("\ud800", "").strip()
        return
    shown = fields(TextReply(text)).findtext("Content") or ""
    assert len(shown.encode()) <= TEXT_LIMIT_BYTES


@pytest.mark.parametrize("text", ["", " \n", "\x00", "\ud800 "])
def test_a_text_that_says_nothing_is_no_reply(text):
    assert rendered(TextReply(text)) == b""


@pytest.mark.parametrize("kind", EVERY)
def test_every_type_has_a_form_for_later(kind):
    body = to_custom_message(EVERY[kind], OPENID)
    if kind == "transfer_customer_service":
        assert body is None
        return
    assert body["touser"] == OPENID
    assert set(body) == {"touser", "msgtype", body["msgtype"]}
    assert len(to_custom_message(NewsReply(cards(8)), OPENID)["news"]["articles"]) == 1
