"""An unmodified wechatpy 1.8.18 client works against the platform API; only its hard-coded host is redirected."""

import io

import pytest
import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException
from wechatpy.oauth import WeChatOAuth

from .conftest import APPID, JPG, MP4, PNG, SECRET, Hook, Person, Redirect, wait_for

BUTTONS = {
    "button": [
        {"name": "会资讯", "sub_button": [{"type": "click", "name": "工会新闻", "key": "NEWS"}]},
        {"type": "view", "name": "微活动", "url": "http://127.0.0.1:8000/h5/demo/"},
    ]
}


def test_token(wechat: WeChatClient) -> None:
    answer = wechat.fetch_access_token()

    assert answer["expires_in"] == 7200
    assert wechat.access_token == answer["access_token"]


def test_menu_is_created_read_and_deleted(wechat: WeChatClient) -> None:
    assert wechat.menu.get() is None
    assert wechat.menu.create(BUTTONS)["errcode"] == 0
    menu = wechat.menu.get()["menu"]
    assert [button["name"] for button in menu["button"]] == ["会资讯", "微活动"]
    assert menu["button"][0]["sub_button"][0]["key"] == "NEWS"
    assert (
        wechat.menu.get_menu_info()["selfmenu_info"]["button"][0]["sub_button"]["list"][0]["name"]
        == "工会新闻"
    )
    wechat.menu.delete()
    assert wechat.menu.get() is None


def test_followers(wechat: WeChatClient, person: Person, stranger: Person) -> None:
    assert list(wechat.user.iter_followers()) == [person.openid]
    wechat.user.update_remark(person.openid, "钳工")
    info = wechat.user.get(person.openid)
    assert (info["subscribe"], info["remark"], info["subscribe_scene"]) == (1, "钳工", "ADD_SCENE_SEARCH")
    assert "nickname" not in info and "headimgurl" not in info
    both = wechat.user.get_batch([person.openid, stranger.openid])
    assert [one["subscribe"] for one in both] == [1, 0]


def test_the_scene_of_a_follower_is_known(wechat: WeChatClient, stranger: Person) -> None:
    code = wechat.qrcode.create(
        {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "union-park"}}}
    )
    stranger.do("scan", scene="union-park")

    info = wechat.user.get(stranger.openid)
    assert (info["subscribe_scene"], info["qr_scene_str"]) == ("ADD_SCENE_QR_CODE", "union-park")
    assert code["ticket"] and code["url"].startswith("http://weixin.qq.com/q/")


def test_the_picture_of_a_scene_code(wechat: WeChatClient, base: str, http: requests.Session) -> None:
    ticket = wechat.qrcode.create({"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 7}}})
    address = wechat.qrcode.get_url(ticket).replace("https://mp.weixin.qq.com", base)

    assert ticket["expire_seconds"] == 60
    assert http.get(address, timeout=5).content.startswith(b"\x89PNG")


def test_tags(wechat: WeChatClient, person: Person) -> None:
    tag = wechat.tag.create("园区")
    wechat.tag.tag_user(tag["id"], person.openid)
    assert wechat.tag.get_user_tag(person.openid) == [tag["id"]]
    assert wechat.tag.get_tag_users(tag["id"])["data"]["openid"] == [person.openid]
    wechat.tag.update(tag["id"], "产业园区")
    assert {"id": tag["id"], "name": "产业园区", "count": 1} in wechat.tag.get()
    wechat.tag.untag_user(tag["id"], person.openid)
    assert wechat.tag.get_user_tag(person.openid) == []
    wechat.tag.delete(tag["id"])
    assert tag["id"] not in [one["id"] for one in wechat.tag.get()]


def test_customer_service_messages_reach_the_phone(wechat: WeChatClient, person: Person) -> None:
    person.say("在吗")
    image = wechat.media.upload("image", ("a.jpg", io.BytesIO(JPG)))

    wechat.message.send_text(person.openid, "在的")
    wechat.message.send_image(person.openid, image["media_id"])
    wechat.message.send_articles(
        person.openid, [{"title": "题", "description": "述", "url": "http://u", "image": ""}]
    )
    wechat.message.send_link(
        person.openid, {"title": "链", "description": "述", "url": "http://u", "image": ""}
    )

    entries = [entry for entry in person.phone() if entry["direction"] == "out"]
    assert [entry["kind"] for entry in entries] == ["text", "image", "news", "news"]
    assert entries[0]["content"] == "在的"
    assert entries[1]["url"].startswith("/simulator/media/")


def test_temporary_media(wechat: WeChatClient) -> None:
    media = wechat.media.upload("image", ("a.png", io.BytesIO(PNG)))

    assert media["type"] == "image" and media["created_at"] > 1_000_000_000
    assert wechat.media.download(media["media_id"]).content == PNG
    with pytest.raises(WeChatClientException) as refused:
        wechat.media.download("nothing")
    assert refused.value.errcode == 40007


def test_pictures_for_articles(wechat: WeChatClient, http: requests.Session) -> None:
    url = wechat.media.upload_image(("a.png", io.BytesIO(PNG)))

    assert http.get(url, timeout=5).content == PNG


def test_permanent_material(wechat: WeChatClient) -> None:
    image = wechat.material.add("image", ("a.jpg", io.BytesIO(JPG)))
    video = wechat.material.add("video", ("a.mp4", io.BytesIO(MP4)), title="片", introduction="述")

    assert image["url"]
    assert wechat.material.get(image["media_id"]).content == JPG
    assert wechat.material.get(video["media_id"])["title"] == "片"
    assert wechat.material.get_count() == {
        "voice_count": 0,
        "video_count": 1,
        "image_count": 1,
        "news_count": 0,
    }
    assert wechat.material.batchget("image")["item"][0]["media_id"] == image["media_id"]
    wechat.material.delete(image["media_id"])
    with pytest.raises(WeChatClientException) as refused:
        wechat.material.get(image["media_id"])
    assert refused.value.errcode == 40007


def test_mass_text_to_a_tag_and_to_all(wechat: WeChatClient, people: list[Person], hook: Hook) -> None:
    for one in people[:3]:
        one.do("follow")
    tag = wechat.tag.create("园区")
    wechat.tag.tag_user(tag["id"], [people[0].openid, people[1].openid])

    sent = wechat.message.send_mass_text(tag["id"], "通知", client_msg_id="push-1")

    done = wait_for(lambda: hook.events("masssendjobfinish"))[0]
    assert (done.id, done.status) == (sent["msg_id"], "send success")
    assert [one.phone()[-1].get("content") == "通知" for one in people[:3]] == [True, True, False]
    assert wechat.message.get_mass(sent["msg_id"])["msg_status"] == "SEND_SUCCESS"


def test_mass_preview(wechat: WeChatClient, person: Person) -> None:
    wechat.message.send_mass_text(person.openid, "先看看", preview=True)

    assert person.phone()[-1]["content"] == "先看看"


def test_template_message(wechat: WeChatClient, person: Person, hook: Hook) -> None:
    data = {"thing1": {"value": "您已中奖"}, "time2": {"value": "2025-05-01"}}

    sent = wechat.message.send_template(
        person.openid, "TEMPLATE", data, url="http://127.0.0.1:8000/h5/demo/prize"
    )

    done = wait_for(lambda: hook.events("templatesendjobfinish"))[0]
    assert (done.id, done.status) == (sent["msgid"], "success")
    card = person.phone()[-1]
    assert (card["kind"], card["rows"][0]["value"]) == ("template", "您已中奖")


def test_jsapi_ticket_is_kept(wechat: WeChatClient) -> None:
    assert wechat.jsapi.get_ticket()["ticket"] == wechat.jsapi.get_jsapi_ticket()


def test_misc_and_figures(wechat: WeChatClient) -> None:
    assert wechat.misc.get_wechat_ips()
    assert wechat.message.get_autoreply_info()["is_autoreply_open"] == 1
    assert wechat.datacube.get_user_summary("2025-01-01", "2025-01-02")[0]["ref_date"] == "2025-01-01"
    assert wechat.datacube.get_user_cumulate("2025-01-01", "2025-01-01")[0]["cumulate_user"] == 0


def test_wrong_secret(base: str) -> None:
    client = WeChatClient(APPID, "wrong", timeout=5, auto_retry=False)
    client._http.trust_env = False
    client._http.mount("https://api.weixin.qq.com", Redirect(base))
    with client._http, pytest.raises(WeChatClientException) as refused:
        client.fetch_access_token()
    assert refused.value.errcode == 40125


def test_oauth(base: str, person: Person) -> None:
    oauth = WeChatOAuth(APPID, SECRET, "http://127.0.0.1:8000/h5/demo/back", "snsapi_userinfo", "s1")
    oauth._http.trust_env = False
    oauth._http.mount("https://api.weixin.qq.com", Redirect(base))
    with requests.Session() as browser:
        browser.trust_env = False
        opened = {"account": "demo", "follower": person.openid, "url": "/h5/demo/"}
        browser.get(f"{base}/simulator/open", params=opened, allow_redirects=False, timeout=5)
        address = oauth.authorize_url.replace("https://open.weixin.qq.com", f"{base}/simulator").split("#")[0]
        answer = browser.get(address, allow_redirects=False, timeout=5)
    assert answer.status_code == 302
    code = answer.headers["Location"].split("code=")[1].split("&")[0]

    with oauth._http:
        got = oauth.fetch_access_token(code)
        assert got["openid"] == person.openid
        assert oauth.check_access_token()
        assert oauth.get_user_info()["nickname"] == "阿强"
        assert oauth.refresh_access_token(got["refresh_token"])["openid"] == person.openid
