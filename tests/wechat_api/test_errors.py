"""Every code has a kind, a Chinese sentence and a remedy."""

import pickle
import re

import pytest

from core.errors import DomainError
from wechat.errors import (
    MEANINGS,
    TOKEN_CODES,
    ErrorKind,
    Unreachable,
    WeChatError,
    error_from,
    token_refused,
)

CHINESE = re.compile("[\u4e00-\u9fff]{2,}")

# The table of WECHAT.md, section 2.
CLASSES = {
    ErrorKind.BUSY: [-1],
    ErrorKind.TOKEN: [40001, 40014, 42001],
    ErrorKind.CONFIGURATION: [40013, 40125, 40164, 40243, 41001],
    ErrorKind.PERMISSION: [48001, 48004, 50002, 61004],
    ErrorKind.QUOTA: [45009, 45011, 45028, 45047],
    ErrorKind.UNREACHABLE: [45015, 43004, 43019, 40003, 43101],
    ErrorKind.ALREADY_DONE: [45065],
    ErrorKind.OAUTH: [40029, 40163],
    ErrorKind.CONTENT: [45002, 45008, 44003, 40007, 87009],
}
PASSING = {-1, 40001, 40014, 42001, 45009, 45011, 45028}


@pytest.mark.parametrize(
    ("kind", "errcode"), [(kind, code) for kind, codes in CLASSES.items() for code in codes]
)
def test_the_codes_worth_telling_apart_have_their_kind(kind, errcode):
    error = error_from(errcode, "whatever")
    assert error.kind is kind
    assert error.permanent == (errcode not in PASSING)


@pytest.mark.parametrize("errcode", sorted(MEANINGS))
def test_every_code_says_in_chinese_what_happened_and_what_to_do(errcode):
    error = error_from(errcode, "whatever")
    assert isinstance(error, DomainError)
    assert CHINESE.search(error.text)
    assert CHINESE.search(error.advice)
    assert str(error) == error.message == f"{error.text}。{error.advice}（微信错误码 {errcode}）"
    assert "{" not in str(error)
    assert not error.text.endswith("。")
    assert error.kind is not ErrorKind.UNKNOWN
    assert error.code == f"wechat_{error.kind}"
    if not error.permanent and error.kind is ErrorKind.QUOTA:
        assert error.wait_s > 0


def test_token_codes_are_the_token_kind():
    assert {code for code, meaning in MEANINGS.items() if meaning.kind is ErrorKind.TOKEN} == TOKEN_CODES


@pytest.mark.parametrize(
    ("errmsg", "ip"),
    [
        ("invalid ip 203.0.113.7, not in whitelist rid: 65a0b1c2-1f2e3d4c-11aa22bb", "203.0.113.7"),
        ("invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist", "203.0.113.7"),
    ],
)
def test_40164_names_the_address_and_the_place(errmsg, ip):
    error = error_from(40164, errmsg)
    assert f"服务器的出口 IP {ip} 不在公众号后台的 IP 白名单里。" in str(error)
    assert "微信开发者平台 → 我的业务 → 公众号/服务号 → 基础信息 → 开发密钥」的 API IP 白名单里添加" in str(
        error
    )


def test_40164_without_an_address_is_still_a_sentence():
    assert "服务器的出口 IP 不在公众号后台的 IP 白名单里" in str(error_from(40164, "not in whitelist"))


def test_the_rid_is_kept_for_looking_it_up():
    error = error_from(48001, "api unauthorized rid: 65a0b1c2-1f2e3d4c-11aa22bb")
    assert error.rid == error.facts["rid"] == "65a0b1c2-1f2e3d4c-11aa22bb"
    assert error_from(48001, "api unauthorized").rid is None


def test_an_unknown_code_shows_the_platforms_words_masked():
    error = error_from(12345, "strange access_token=abcdef", secrets=("strange",))
    assert error.kind is ErrorKind.UNKNOWN
    assert error.permanent
    assert "12345" in str(error)
    assert "abcdef" not in str(error)
    assert "strange" not in str(error)


def test_a_very_long_errmsg_is_cut():
    assert len(error_from(12345, "x" * 100_000).errmsg) <= 400
    assert len(str(error_from(12345, "x" * 100_000))) < 600


def test_45065_carries_the_first_ids():
    error = error_from(45065, "clientmsgid exist", answer={"msg_id": 34182, "msg_data_id": "206227730"})
    assert error.detail == {"msg_id": 34182, "msg_data_id": 206227730}


def test_network_failures_are_busy_and_say_whether_it_may_have_arrived():
    error = Unreachable("连不上微信接口", sent_maybe=False, reason="refused access_token=abc")
    assert isinstance(error, WeChatError)
    assert (error.kind, error.permanent, error.sent_maybe, error.errcode) == (
        ErrorKind.BUSY,
        False,
        False,
        None,
    )
    assert "abc" not in error.errmsg
    assert "请检查服务器的网络" in str(error)


def test_a_refused_token_is_permanent_only_when_a_fresh_one_was_refused_too():
    assert token_refused(40001, "x").permanent
    waiting = token_refused(40001, "x", wait_s=17)
    assert not waiting.permanent
    assert "17 秒" in str(waiting)


def test_a_copy_for_another_thread_is_equal_and_has_no_traceback():
    with pytest.raises(Unreachable) as caught:
        raise Unreachable("连不上微信接口", sent_maybe=True)
    copy = caught.value.again()
    assert (type(copy), str(copy), vars(copy)) == (Unreachable, str(caught.value), vars(caught.value))
    assert copy.__traceback__ is None


def test_kinds_are_plain_words():
    assert pickle.loads(pickle.dumps(ErrorKind.BUSY)) is ErrorKind.BUSY
    assert f"{ErrorKind.ALREADY_DONE}" == "already_done"
