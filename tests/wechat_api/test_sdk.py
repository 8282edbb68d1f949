"""wechatpy's namespaces run on our request path, and what they get wrong is mended or refused."""

import io

import pytest
import requests

from core.errors import ConfigError
from wechat.client import Credentials, WeChatAPI
from wechat.errors import WeChatError
from wechat.tokens import TokenStore

from .fake import APPID, SECRET, Reply, answer, error


def test_wechatpys_namespaces_run_on_our_path(api, platform):
    platform.script("/cgi-bin/menu/get", answer(menu={"button": []}))
    platform.script("/cgi-bin/user/get", answer(total=1, count=1, data={"openid": ["o1"]}, next_openid=""))
    platform.script("/cgi-bin/tags/get", answer(tags=[{"id": 2, "name": "星标组", "count": 0}]))
    platform.script(
        "/cgi-bin/qrcode/create", answer(ticket="T", expire_seconds=60, url="http://weixin.qq.com/q/x")
    )
    platform.script("/customservice/kfsession/getwaitcase", answer(count=0, waitcaselist=[]))
    platform.script("/cgi-bin/material/add_material", answer(media_id="M", url="u"))
    assert api.menu.get() == {"menu": {"button": []}}
    assert list(api.user.iter_followers()) == ["o1"]
    assert api.tag.get()[0]["name"] == "星标组"
    assert api.qrcode.create({"action_name": "QR_SCENE"})["ticket"] == "T"
    assert api.customservice.get_wait_case()["count"] == 0
    assert api.material.add("image", io.BytesIO(b"picture"))["media_id"] == "M"
    assert platform.last().query == {"type": "image", "access_token": platform.valid_token}
    api.message.send_text("o1", "好")
    assert platform.fetches == 1


def test_hard_coded_hosts_are_redirected(api, platform):
    platform.script("/datacube/getusersummary", answer(list=[]))
    platform.script("/cgi-bin/showqrcode", Reply(b"\xff\xd8jpg", content_type="image/jpg"))
    assert api.sdk.datacube.get_user_summary("2026-01-01", "2026-01-02") == []
    assert api.qrcode.show({"ticket": "a+b/c"}).content == b"\xff\xd8jpg"
    assert platform.last().query == {"ticket": "a+b/c"}
    assert api.qrcode.get_url("a+b") == f"{platform.url}/cgi-bin/showqrcode?ticket=a%2Bb"
    response = api.http.get("https://api.weixin.qq.com/cgi-bin/anything?x=1", timeout=2)
    assert response.status_code == 200
    assert platform.last().path == "/cgi-bin/anything"
    assert platform.last().query == {"x": "1"}


def test_wechatpys_downloads_come_back_as_responses(api, platform):
    platform.script("/cgi-bin/media/get", Reply(b"\x89PNG\r\n", content_type="image/png"))
    response = api.media.download("MEDIA")
    assert isinstance(response, requests.Response)
    assert response.content == b"\x89PNG\r\n"
    platform.script("/cgi-bin/media/get", error(40007, "invalid media_id"))
    with pytest.raises(WeChatError) as caught:
        api.media.download("MEDIA")
    assert caught.value.errcode == 40007


def test_no_menu_is_none_as_wechatpy_promises(api, platform):
    platform.script("/cgi-bin/menu/get", error(46003, "menu no exist"))
    assert api.menu.get() is None


@pytest.mark.parametrize(
    "call",
    [
        lambda api: api.message.send_mass_text([1], "x"),
        lambda api: api.message.send_mass_article(1, "M", preview=False),
        lambda api: api.material.add_articles([{"title": "t", "content": "c", "thumb_media_id": "m"}]),
        lambda api: api.media.upload_articles([{"title": "t", "content": "c", "thumb_media_id": "m"}]),
        lambda api: api.sdk.fetch_access_token(),
    ],
)
def test_what_wechatpy_gets_wrong_is_refused_with_a_pointer(api, call):
    with pytest.raises(NotImplementedError):
        call(api)


def test_wechatpy_can_not_send_the_token_elsewhere(api):
    with pytest.raises(ValueError, match="not an address"):
        api.sdk.get("https://example.com/collect")


def test_a_bad_base_url_is_said_at_once():
    with pytest.raises(ConfigError):
        WeChatAPI(Credentials(APPID, SECRET), token_store=TokenStore(), base_url="api.weixin.qq.com")
