"""The wire format: our crypto against wechatpy's, both ways, and everything a broken answer can be."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException
from wechatpy.replies import (
    ArticlesReply,
    ImageReply,
    MusicReply,
    TextReply,
    TransferCustomerServiceReply,
    VideoReply,
    VoiceReply,
)
from wechatpy.utils import check_signature

from simulator import messages
from simulator.wire import (
    Credentials,
    WireError,
    build_callback,
    decrypt,
    encrypt,
    open_callback,
    parse_answer,
    parse_reply,
    parse_xml,
    render_xml,
    seal_answer,
    sign,
    verification_url,
)

from .conftest import AES_KEY, APPID, CREDENTIALS, TOKEN

THEIRS = WeChatCrypto(TOKEN, AES_KEY, APPID)
URL = "http://127.0.0.1:8000/wechat/demo"
OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZ1"


def params_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@pytest.mark.parametrize(
    "text", ["你好", "x" * 2000, "emoji 🌷 <xml>", *("1" * n for n in range(1, 33))], ids=len
)
def test_wechatpy_reads_what_we_encrypt_and_we_read_what_it_encrypts(text: str) -> None:
    xml = messages.compose(messages.text(text), to="gh_1", sender=OPENID, at_s=1, msg_id=7)
    callback = build_callback(CREDENTIALS, URL, xml, openid=OPENID, to="gh_1")
    params = params_of(callback.url)

    opened = THEIRS.decrypt_message(
        callback.body, params["msg_signature"], params["timestamp"], params["nonce"]
    )
    answer = THEIRS.encrypt_message(reply_xml(TextReply(content=text)), params["nonce"], params["timestamp"])

    assert opened == xml
    assert parse_answer(CREDENTIALS, answer.encode(), sender=OPENID).reply == {
        "type": "text",
        "content": text,
    }


def reply_xml(reply: Any) -> str:
    reply.source, reply.target = "gh_1", OPENID
    return reply.render()


def test_the_callback_carries_everything_the_platform_sends() -> None:
    callback = build_callback(CREDENTIALS, f"{URL}?keep=1", "<xml></xml>", openid=OPENID, to="gh_1")
    params = params_of(callback.url)

    assert params["keep"] == "1"
    assert params["encrypt_type"] == "aes"
    assert params["openid"] == OPENID
    check_signature(TOKEN, params["signature"], params["timestamp"], params["nonce"])
    assert parse_xml(callback.body)["ToUserName"] == "gh_1"
    assert open_callback(CREDENTIALS, params, callback.body) == "<xml></xml>"


def test_the_platforms_own_test_vector() -> None:
    # From the sample code that the platform publishes (Java, testNormal).
    sample = Credentials("wxb11529c136998cb6", "pamtest", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")
    encrypted = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="

    assert decrypt(sample, encrypted) == "我是中文abcd123"


def test_a_changed_byte_is_noticed() -> None:
    callback = build_callback(CREDENTIALS, URL, "<xml><a>1</a></xml>", openid=OPENID, to="gh_1")
    params = params_of(callback.url)
    encrypted = parse_xml(callback.body)["Encrypt"]
    flipped = ("B" if encrypted[0] == "A" else "A") + encrypted[1:]

    with pytest.raises(WireError, match="msg_signature"):
        open_callback(CREDENTIALS, params, callback.body.replace(encrypted.encode(), flipped.encode()))
    with pytest.raises(InvalidSignatureException):
        THEIRS.decrypt_message(
            {"Encrypt": flipped}, params["msg_signature"], params["timestamp"], params["nonce"]
        )


def test_another_appid_is_noticed_on_both_sides() -> None:
    foreign = Credentials("wxother", TOKEN, AES_KEY)
    encrypted = encrypt(foreign, "<xml></xml>")

    with pytest.raises(WireError, match="appid"):
        decrypt(CREDENTIALS, encrypted)
    with pytest.raises(InvalidAppIdException):
        THEIRS.decrypt_message({"Encrypt": encrypted}, sign(TOKEN, "1", "2", encrypted), "1", "2")


@pytest.mark.parametrize(
    "encrypted", ["", "!!!!", "QUJD", "A" * 64, "中文", encrypt(CREDENTIALS, "x")[:-8]], ids=range(6)
)
def test_broken_ciphertext_raises_wire_error(encrypted: str) -> None:
    with pytest.raises(WireError):
        decrypt(CREDENTIALS, encrypted)


@pytest.mark.parametrize("key", ["", "short", "!" * 43, AES_KEY + "A"])
def test_a_bad_aes_key_raises_wire_error(key: str) -> None:
    with pytest.raises(WireError):
        encrypt(Credentials(APPID, TOKEN, key), "x")


BOMB = '<!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa">]><xml><Content>&a;</Content></xml>'


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "text",
        "<xml>",
        "<xml></xml>",
        "<html><body>502</body></html>",
        BOMB,
        "<xml>" + "<a>" * 40,
        "<xml>\0</xml>",
    ],
    ids=range(8),
)
def test_what_is_no_message_raises_wire_error(xml: str) -> None:
    with pytest.raises(WireError):
        parse_xml(xml)


def test_every_reply_of_wechatpy_is_understood() -> None:
    article = {"title": "题", "description": "述", "image": "http://p", "url": "http://u"}
    replies = {
        "text": (TextReply(content="<b>好</b> & 坏"), {"content": "<b>好</b> & 坏"}),
        "image": (ImageReply(media_id="M"), {"media_id": "M"}),
        "voice": (VoiceReply(media_id="M"), {"media_id": "M"}),
        "video": (VideoReply(media_id="M", title="t", description="d"), {"media_id": "M", "title": "t"}),
        "music": (
            MusicReply(title="t", music_url="http://m", hq_music_url="http://h", thumb_media_id="T"),
            {"hq_url": "http://h"},
        ),
        "news": (ArticlesReply(articles=[article]), {}),
        "transfer_customer_service": (TransferCustomerServiceReply(), {}),
    }
    for kind, (reply, expected) in replies.items():
        found = parse_reply(reply_xml(reply), sender=OPENID)
        assert found["type"] == kind
        assert expected.items() <= found.items()
    news = parse_reply(reply_xml(ArticlesReply(articles=[article, article])), sender=OPENID)
    assert news["articles"][1] == {
        "title": "题",
        "description": "述",
        "pic_url": "http://p",
        "url": "http://u",
    }


def test_a_closing_cdata_mark_in_a_message_survives_the_way() -> None:
    xml = messages.compose(messages.text("a ]]> b <c>"), to="gh_1", sender=OPENID, at_s=1, msg_id=7)

    assert parse_xml(xml)["Content"] == "a ]]> b <c>"


def make_reply(**changes: Any) -> str:
    fields = {
        "ToUserName": OPENID,
        "FromUserName": "gh_1",
        "CreateTime": 1,
        "MsgType": "text",
        "Content": "好",
    }
    return render_xml({name: value for name, value in {**fields, **changes}.items() if value is not None})


@pytest.mark.parametrize(
    "changes",
    [
        {"MsgType": "unknown"},
        {"ToUserName": "oSomebodyElse"},
        {"FromUserName": ""},
        {"CreateTime": "now"},
        {"Content": None},
        {"Content": ""},
        {"Content": "字" * 683},
        {"MsgType": "image"},
        {"MsgType": "image", "Image": {"MediaId": ""}},
        {"MsgType": "news", "ArticleCount": 1},
        {"MsgType": "news", "ArticleCount": 2, "Articles": {"item": [{"Title": "a"}]}},
    ],
)
def test_a_reply_the_platform_would_not_show_raises_wire_error(changes: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        parse_answer(CREDENTIALS, seal_answer(CREDENTIALS, make_reply(**changes)), sender=OPENID)


def test_2048_bytes_of_text_are_still_allowed() -> None:
    content = "字" * 682 + "ab"
    answer = parse_answer(CREDENTIALS, seal_answer(CREDENTIALS, make_reply(Content=content)), sender=OPENID)

    assert answer.reply == {"type": "text", "content": content}


@pytest.mark.parametrize("body", [b"", b"success", b" success\n"])
def test_nothing_to_say(body: bytes) -> None:
    assert parse_answer(CREDENTIALS, body).reply is None


def test_plain_text_in_answer_to_an_encrypted_message_is_malformed() -> None:
    with pytest.raises(WireError, match="Encrypt"):
        parse_answer(CREDENTIALS, make_reply().encode())


def test_plain_mode_needs_no_key() -> None:
    plain = Credentials(APPID, TOKEN, "", "plain")
    callback = build_callback(plain, URL, "<xml></xml>", openid=OPENID, to="gh_1")

    assert callback.body == b"<xml></xml>"
    assert "encrypt_type" not in params_of(callback.url)
    assert parse_answer(plain, make_reply().encode()).reply == {"type": "text", "content": "好"}


def test_the_verification_request_is_signed() -> None:
    params = params_of(verification_url(CREDENTIALS, URL, "echo"))

    assert params["echostr"] == "echo"
    check_signature(TOKEN, params["signature"], params["timestamp"], params["nonce"])
