"""Signatures and AES: the platform's own published samples, and wechatpy on the other side in both directions."""

import base64
import itertools
import os
import re
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException, InvalidSignatureException

from wechat import crypto as crypto_module
from wechat import xml
from wechat.crypto import MessageCrypto, decode_aes_key, same, sign
from wechat.gate import Gate, Refused
from wechat.messages import Text
from wechat.xml import Malformed

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TOKEN = "spamtest"
APPID = "wx2c2769f8efd9abc2"
NONCE = "1320562132"
TIMESTAMP = "1409735669"
MSG_SIGNATURE = "5d197aaffba7e9b25a30732f161a50dee96bd5fa"
ENCRYPT = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2L"
    "dJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6u"
    "x5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJ"
    "pXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCz"
    "pu9GhglF2PE="
)
"""The sample of Tencent's own demonstration code (cryptoDemo.zip)."""

DEMO_REPLY_TIMESTAMP = "1415979516"
DEMO_REPLY_SIGNATURE = "096d8cda45e4678ca23460f6b8cd281b3faf1fc3"
DEMO_REPLY = (
    "3kKZ++U5ocvIF8dAHPct7xvUqEv6vplhuzA8Vwj7OnVcBu9fdmbbI41zclSfKqP6/bdYAxuE3x8jse43ImHaV07siJF473TsXhl8Yt8t"
    "ask0n9KC7BDA73mFTwlhYvuCIFnU6wFlzOkHyM5Bh2qpOHYk5nSMRyUG4BwmXpxq8TvLgJV1jj2DXdGW4qdknGLfJgDH5sCPJeBzNC8j"
    "8KtrJFxmG7qIwKHn3H5sqBf6UqhXFdbLuTWL3jwE7yMLhzOmiHi/MX/ZsVQ7sMuBiV6bW0wkgielESC3yNUPo4q/RMAFEH0fRLr76BR5"
    "Ct0nUbf9PdClc0RdlYcztyOs54X/KLbYRNCQ2kXxmJYL6ekdNe70PCAReIEfXEp+pGpry4ss8bD6LKAtNvBJUwHshZe6sbf+fOiDiuKE"
    "qp1wdQLmgN+8nX62LklySWr8QrNCpsmKClxco0kbVYNX/QVh5yd0UA1sAqIn6baZ9G+Z/OXG+Q4n9lUuzLprLhDBPaCvXm4N14oqXNcw"
    "7tqU2xfhYNIDaD72djyIc/4eyAi2ZsJ+3hb+jgiISR5WVveRWYYqGZGTW3u+27JiXEo0fs3DQDbGVIcYxaMgU/RRIDdXzZSFcf6Z1azj"
    "zCDyV9FFEsicghHn"
)
"""The demonstration's reply (a video), as another implementation sealed it."""

DOC_TOKEN, DOC_KEY, DOC_APPID = "AAAAA", "A" * 43, "wxba5fad812f8e6fb9"
DOC_MESSAGE = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv"
    "6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNq"
    "J4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
DOC_REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
"""The worked example of the page 消息推送, every number of which is printed there."""


@pytest.fixture
def ours():
    return MessageCrypto(TOKEN, KEY, APPID)


@pytest.fixture
def theirs():
    return WeChatCrypto(TOKEN, KEY, APPID)


def test_the_platforms_sample_message_is_read(ours):
    assert ours.signature(TIMESTAMP, NONCE, ENCRYPT) == MSG_SIGNATURE
    fields = xml.parse(ours.decrypt(ENCRYPT))
    assert (fields["MsgType"], fields["Content"]) == ("text", "abcdteT")
    assert fields["FromUserName"] == "oyORnuP8q7ou2gfYjqLzSIWZf0rs"


COMPATIBILITY_BODY = (
    "<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName>"
    "<FromUserName><![CDATA[oyORnuP8q7ou2gfYjqLzSIWZf0rs]]></FromUserName>"
    "<CreateTime>1409735668</CreateTime><MsgType><![CDATA[text]]></MsgType>"
    "<Content><![CDATA[{content}]]></Content><MsgId>6054768590064713728</MsgId>"
    f"<Encrypt><![CDATA[{ENCRYPT}]]></Encrypt></xml>"
)
SAFE_BODY = (
    f"<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName><Encrypt><![CDATA[{ENCRYPT}]]></Encrypt></xml>"
)


@pytest.mark.parametrize(
    "body",
    [SAFE_BODY, COMPATIBILITY_BODY.format(content="abcdteT"), COMPATIBILITY_BODY.format(content="forged")],
    ids=["safe mode", "compatibility mode", "compatibility mode with other plain fields"],
)
def test_only_what_is_sealed_counts_in_both_modes(ours, body):
    args = {
        "timestamp": TIMESTAMP,
        "nonce": NONCE,
        "encrypt_type": "aes",
        "msg_signature": MSG_SIGNATURE,
        "signature": sign(TOKEN, TIMESTAMP, NONCE),
    }
    callback = Gate(TOKEN, ours).open(args, body.encode(), int(TIMESTAMP) + 3)
    assert isinstance(callback.message, Text)
    assert callback.message.content == "abcdteT"
    assert callback.message.account_name == "gh_10f6c3c3ac5a"
    assert callback.sealed


def test_the_platforms_sample_reply_is_read_and_its_signature_is_ours(ours):
    assert ours.signature(DEMO_REPLY_TIMESTAMP, NONCE, DEMO_REPLY) == DEMO_REPLY_SIGNATURE
    fields = xml.parse(ours.decrypt(DEMO_REPLY))
    assert fields["Video"]["Title"] == "testCallBackReplyVideo"
    assert fields["MsgType"].strip() == "video"


def test_the_worked_example_of_the_documentation_is_read():
    crypto = MessageCrypto(DOC_TOKEN, DOC_KEY, DOC_APPID)
    expected = "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
    assert crypto.signature("1714112445", "415670741", DOC_MESSAGE) == expected
    assert crypto.decrypt(DOC_MESSAGE).startswith(b'{"ToUserName":"gh_97417a04a28d"')


def test_the_worked_examples_reply_comes_out_byte_for_byte(monkeypatch):
    monkeypatch.setattr(crypto_module.os, "urandom", lambda n: b"707722b803182950"[:n])
    crypto = MessageCrypto(DOC_TOKEN, DOC_KEY, DOC_APPID)
    reply = crypto.seal_reply(b'{"demo_resp":"good luck"}', "1713424427", "415670741")
    fields = xml.parse(reply)
    assert fields == {
        "Encrypt": DOC_REPLY,
        "MsgSignature": "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
        "TimeStamp": "1713424427",
        "Nonce": "415670741",
    }


@pytest.mark.parametrize(
    ("timestamp", "nonce", "signature"),
    [
        ("1714036504", "1514711492", "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ("1714037059", "486452656", "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
    ],
)
def test_the_documentations_plain_signatures(timestamp, nonce, signature):
    assert sign(DOC_TOKEN, timestamp, nonce) == signature


def test_the_documentations_verification_is_answered_with_the_echo():
    gate = Gate(DOC_TOKEN, MessageCrypto(DOC_TOKEN, DOC_KEY, DOC_APPID))
    args = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "echostr": "4375120948345356249",
        "timestamp": "1714036504",
        "nonce": "1514711492",
    }
    assert gate.verify_url(args, 1714036504 + 10) == "4375120948345356249"
    with pytest.raises(Refused, match="too_old"):
        gate.verify_url(args, 1714036504 + 301)


CONTENTS = ["", "a", "你好", "😀" * 300, "x" * 100_000, "\n" * 31, "]]>", "\x00"]


@pytest.mark.parametrize("content", CONTENTS, ids=range(len(CONTENTS)))
def test_wechatpy_reads_what_we_seal(ours, theirs, content):
    body = ours.seal_reply(content.encode(), TIMESTAMP, NONCE).decode()
    signature = re.search(r"<MsgSignature><!\[CDATA\[(\w+)\]\]>", body)[1]
    assert theirs.decrypt_message(body, signature, TIMESTAMP, NONCE) == content


@pytest.mark.parametrize("content", CONTENTS, ids=range(len(CONTENTS)))
def test_we_read_what_wechatpy_seals(ours, theirs, content):
    fields = xml.parse(theirs.encrypt_message(content, NONCE, TIMESTAMP).encode())
    assert ours.signature(TIMESTAMP, NONCE, fields["Encrypt"]) == fields["MsgSignature"]
    assert ours.decrypt(fields["Encrypt"]) == content.encode()


@pytest.mark.parametrize("length", range(0, 70))
def test_every_length_is_padded_to_the_platforms_block(ours, length):
    sealed = base64.b64decode(ours.encrypt(b"x" * length))
    assert len(sealed) % 32 == 0
    assert ours.decrypt(base64.b64encode(sealed).decode()) == b"x" * length


def test_the_same_text_is_never_sealed_the_same_way(ours):
    assert len({ours.encrypt(b"same") for _ in range(50)}) == 50


def test_wechatpy_refuses_what_is_for_another_account(theirs):
    body = MessageCrypto(TOKEN, KEY, "wxsomebodyelse").seal_reply(b"<xml/>", TIMESTAMP, NONCE).decode()
    signature = xml.parse(body.encode())["MsgSignature"]
    with pytest.raises(InvalidAppIdException):
        theirs.decrypt_message(body, signature, TIMESTAMP, NONCE)
    with pytest.raises(InvalidSignatureException):
        theirs.decrypt_message(body, "0" * 40, TIMESTAMP, NONCE)


def seal_raw(plain: bytes) -> str:
    key = decode_aes_key(KEY)
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def plain_of(xml_bytes: bytes, *, length: int | None = None, appid: bytes = APPID.encode()) -> bytes:
    size = len(xml_bytes) if length is None else length
    return os.urandom(16) + struct.pack(">I", size) + xml_bytes + appid


def padded(plain: bytes) -> bytes:
    pad = 32 - len(plain) % 32
    return plain + bytes((pad,)) * pad


GOOD = padded(plain_of(b"<xml></xml>"))


@pytest.mark.parametrize(
    ("encrypted", "reason"),
    [
        ("", "wrong_length"),
        ("*", "not_base64"),
        ("QUJD", "wrong_length"),
        ("QUJ", "not_base64"),
        ("QUJD\n", "not_base64"),
        ("ＱＵＪＤ", "not_base64"),
        ("你好", "not_base64"),
        (ENCRYPT[:-4], "wrong_length"),
        (ENCRYPT + "AAAA", "not_base64"),
        (ENCRYPT.replace("+", "-"), "not_base64"),
        (seal_raw(b"\x00" * 32), "bad_padding"),
        (seal_raw(b"\x21" * 64), "bad_padding"),
        (seal_raw(b"\xff" * 64), "bad_padding"),
        (seal_raw(GOOD[:-2] + b"\x00" + GOOD[-1:]), "bad_padding"),
        (seal_raw(b"\x20" * 32), "wrong_length"),
        (seal_raw(padded(b"x" * 16)), "wrong_length"),
        (seal_raw(padded(b"x" * 19)), "wrong_length"),
        (seal_raw(padded(plain_of(b"<xml/>", length=2**32 - 1))), "wrong_length"),
        (seal_raw(padded(plain_of(b"<xml/>", length=2**31))), "wrong_length"),
        (seal_raw(padded(plain_of(b"<xml/>", length=7))), "wrong_appid"),
        (seal_raw(padded(plain_of(b"<xml/>", length=5))), "wrong_appid"),
        (seal_raw(padded(plain_of(b"<xml/>", length=0))), "wrong_appid"),
        (seal_raw(padded(plain_of(b"<xml/>", length=6 + len(APPID)))), "wrong_appid"),
        (seal_raw(padded(plain_of(b"<xml/>", appid=b""))), "wrong_appid"),
        (seal_raw(padded(plain_of(b"<xml/>", appid=APPID.encode() + b"x"))), "wrong_appid"),
        (seal_raw(padded(plain_of(b"<xml/>", appid=APPID.upper().encode()))), "wrong_appid"),
        (seal_raw(padded(plain_of(b"<xml/>", appid=b"\xff\xfe" * 9))), "wrong_appid"),
    ],
    ids=itertools.count(),
)
def test_what_can_not_be_opened_says_why_and_nothing_else(ours, encrypted, reason):
    with pytest.raises(Malformed) as caught:
        ours.decrypt(encrypted)
    assert caught.value.reason == reason
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "key", ["", "A" * 42, "A" * 44, "A" * 42 + "=", "你" * 43, "A" * 42 + " ", "A" * 42 + "-"]
)
def test_a_key_that_is_none_is_refused_in_chinese(key):
    with pytest.raises(ValueError, match="43 位"):
        MessageCrypto(TOKEN, key, APPID)


@pytest.mark.parametrize(
    "given", ["", "x", MSG_SIGNATURE.upper(), MSG_SIGNATURE + " ", "签名" * 20, "\ud800"]
)
def test_signatures_of_any_kind_are_compared_without_an_error(given):
    assert not same(given, MSG_SIGNATURE)
    assert same(MSG_SIGNATURE, MSG_SIGNATURE)
