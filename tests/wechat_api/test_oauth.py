"""Web sign-in."""

from urllib.parse import parse_qs, urlsplit

import pytest

from core.errors import Invalid
from wechat.errors import ErrorKind, Unreachable, WeChatError
from wechat.oauth import OPEN_PLATFORM, SignedIn, authorize_url, exchange_code

from .fake import APPID, SECRET, Reply, answer, error

PATH = "/sns/oauth2/access_token"


def test_everything_in_the_address_is_encoded_and_in_order():
    url = authorize_url(OPEN_PLATFORM, APPID, "https://a.cn/h5/demo?x=1&y=2", "snsapi_base", "a b&c=1#d")
    assert url.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?appid=")
    assert url.endswith("#wechat_redirect")
    parts = urlsplit(url)
    assert [pair.split("=")[0] for pair in parts.query.split("&")] == [
        "appid",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ]
    query = parse_qs(parts.query, strict_parsing=True)
    assert query["redirect_uri"] == ["https://a.cn/h5/demo?x=1&y=2"]
    assert query["state"] == ["a b&c=1#d"]
    assert authorize_url("http://127.0.0.1:8000/", APPID, "http://x", "snsapi_userinfo", "").startswith(
        "http://127.0.0.1:8000/connect/"
    )


@pytest.mark.parametrize(
    ("field", "arguments"),
    [
        ("scope", ("https://x", "snsapi_login", "s")),
        ("redirect_uri", ("javascript:alert(1)", "snsapi_base", "s")),
        ("state", ("https://x", "snsapi_base", "态" * 43)),
    ],
)
def test_bad_arguments_are_named(field, arguments):
    with pytest.raises(Invalid) as caught:
        authorize_url(OPEN_PLATFORM, APPID, *arguments)
    assert caught.value.facts["field"] == field


def test_a_code_becomes_a_person(api, platform):
    platform.script(PATH, answer(access_token="PERSONAL", openid="o1", scope="snsapi_base", unionid="u1"))
    assert exchange_code(api, "CODE") == SignedIn("o1", "u1", False, "snsapi_base")
    seen = platform.last()
    assert seen.method == "GET"
    assert seen.query == {
        "appid": APPID,
        "secret": SECRET,
        "code": "CODE",
        "grant_type": "authorization_code",
    }
    assert platform.fetches == 0


def test_a_virtual_visitor_is_told_apart(api, platform):
    platform.script(PATH, answer(openid="o1", scope="snsapi_base", is_snapshotuser=1))
    assert exchange_code(api, "CODE") == SignedIn("o1", None, True, "snsapi_base")


@pytest.mark.parametrize("errcode", [40029, 40163])
def test_a_spent_code_means_signing_in_again(api, platform, errcode):
    platform.script(PATH, error(errcode, "code been used"))
    with pytest.raises(WeChatError, match="重新进入") as caught:
        exchange_code(api, "CODE")
    assert caught.value.kind is ErrorKind.OAUTH
    assert len(platform.calls(PATH)) == 1


@pytest.mark.parametrize("code", ["", "x" * 513])
def test_a_code_that_can_not_be_one_is_not_sent(api, platform, code):
    with pytest.raises(WeChatError) as caught:
        exchange_code(api, code)
    assert caught.value.kind is ErrorKind.OAUTH
    assert not platform.seen


def test_an_answer_without_openid_is_an_error(api, platform):
    platform.script(PATH, answer(scope="snsapi_base"), Reply(b"<html>", content_type="text/html"))
    for _ in range(2):
        with pytest.raises(Unreachable):
            exchange_code(api, "CODE")
