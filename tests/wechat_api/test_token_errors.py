"""A refused token, as a caller of the API meets it."""

import pytest

from wechat.errors import ErrorKind, WeChatError
from wechat.tokens import TokenStore

from .fake import error


def test_permanent_40001_through_the_client_ends_after_two_fetches(make_api, platform, redis_client):
    platform.rejects_all = True
    api = make_api(token_store=TokenStore(redis_client))
    for _ in range(5):
        with pytest.raises(WeChatError) as caught:
            api.drafts.count()
        assert caught.value.kind is ErrorKind.TOKEN
        assert "AppSecret" in caught.value.advice
    assert platform.fetches == 2


def test_one_retry_after_a_token_that_somebody_else_replaced(api, platform):
    api.drafts.count()
    platform.new_token()
    api.drafts.count()
    assert platform.fetches == 2
    assert len(platform.calls("/cgi-bin/draft/count")) == 3


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_every_token_code_is_worth_one_retry(api, platform, errcode):
    platform.script("/datacube/getusersummary", error(errcode, "expired"), error(0, "ok"))
    api.call("POST", "/datacube/getusersummary", body={})
    assert len(platform.calls("/datacube/getusersummary")) == 2
    assert platform.forced == 1


def test_a_wrong_secret_names_the_secret(make_api, platform):
    platform.script("/cgi-bin/stable_token", error(40001, "invalid credential"))
    with pytest.raises(WeChatError, match="AppSecret") as caught:
        make_api().drafts.count()
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert caught.value.permanent
    assert not platform.calls("/cgi-bin/token")
