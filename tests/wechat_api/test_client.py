"""The way out: limits of time, what is tried again, what is sent, and what never leaves in an error."""

import io
import json
import logging
import socket
import threading
import time
import traceback

import pytest
import requests
import structlog

from core.breaker import Breaker
from core.errors import ConfigError, SoldOut
from wechat.api.base import Upload
from wechat.api.transport import Limits
from wechat.client import Credentials, WeChatAPI
from wechat.errors import ErrorKind, Unreachable, WeChatError
from wechat.tokens import TokenStore

from .fake import APPID, SECRET, Reply, answer, error

COUNT = "/cgi-bin/draft/count"
CODE = "c0de-of-a-person"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# --- what is tried again


def test_busy_is_tried_again_with_growing_pauses(api, platform, pauses):
    platform.script(COUNT, error(-1, "system error"), error(-1, "system error"), answer(total_count=3))
    assert api.drafts.count() == 3
    assert len(pauses) == 2
    assert 0.3 <= pauses[0] <= 0.6 <= pauses[1] <= 1.2


def test_busy_is_given_up_after_three_tries(api, platform, pauses):
    platform.script(COUNT, error(-1, "system error"))
    with pytest.raises(WeChatError) as caught:
        api.drafts.count()
    assert caught.value.kind is ErrorKind.BUSY
    assert not caught.value.permanent
    assert len(platform.calls(COUNT)) == 3
    assert len(pauses) == 2


def test_busy_is_not_tried_again_for_what_must_not_happen_twice(api, platform, pauses):
    platform.script("/cgi-bin/freepublish/submit", error(-1, "system error"))
    with pytest.raises(WeChatError):
        api.publishing.submit("MEDIA")
    assert len(platform.calls("/cgi-bin/freepublish/submit")) == 1
    assert not pauses


def test_busy_while_fetching_a_token_is_tried_again(api, platform):
    platform.script(
        "/cgi-bin/stable_token",
        error(-1, "system error"),
        lambda _: answer(access_token=platform.new_token(), expires_in=7200),
    )
    api.drafts.count()
    assert platform.fetches == 2


def test_other_errors_are_not_tried_again(api, platform, pauses):
    platform.script(COUNT, error(48001, "api unauthorized"))
    with pytest.raises(WeChatError):
        api.drafts.count()
    assert len(platform.calls(COUNT)) == 1
    assert not pauses


@pytest.mark.parametrize("how", ["own", "wechatpy", "wechatpy in the middle of a file"])
def test_an_upload_after_a_token_error_sends_the_whole_file_again(api, platform, tmp_path, how):
    picture = bytes(range(256)) * 800
    api.drafts.count()
    platform.new_token()
    platform.script("/cgi-bin/media/uploadimg", answer(url="http://mmbiz.qpic.cn/x"))
    if how == "own":
        assert (
            api.files.upload_article_image(Upload("图.png", picture, "image/png")) == "http://mmbiz.qpic.cn/x"
        )
    else:
        path = tmp_path / "picture.png"
        path.write_bytes(b"skip" + picture if "middle" in how else picture)
        with path.open("rb") as file:
            file.seek(4 if "middle" in how else 0)
            assert api.media.upload_image(file) == "http://mmbiz.qpic.cn/x"
    first, second = platform.calls("/cgi-bin/media/uploadimg")
    assert first.query["access_token"] != second.query["access_token"]
    for call in (first, second):
        assert picture in call.body
        assert b"skip" not in call.body
    assert len(first.body) == len(second.body)


def test_file_names_stay_readable_for_the_platform(api, platform):
    platform.script("/cgi-bin/media/uploadimg", answer(url="u"))
    api.files.upload_article_image(Upload("封面.png", b"x", "image/png"))
    body = platform.last().body
    assert 'name="media"; filename="封面.png"'.encode() in body
    assert b"filename*" not in body


# --- network


def test_no_answer_ends_in_time_and_may_have_been_sent(make_api, platform):
    api = make_api(limits=Limits(connect_s=0.3, read_s=0.4))
    platform.script(COUNT, Reply(delay_s=5))
    api.token()
    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        api.drafts.count()
    assert time.monotonic() - started < 0.8
    assert caught.value.sent_maybe
    assert caught.value.kind is ErrorKind.BUSY
    assert not caught.value.permanent
    assert len(platform.calls(COUNT)) == 1


def test_the_limit_can_be_set_for_one_call(api, platform):
    platform.script(COUNT, Reply(delay_s=5))
    api.token()
    started = time.monotonic()
    with pytest.raises(Unreachable):
        api.call("GET", COUNT, timeout_s=0.2)
    assert time.monotonic() - started < 0.6


def test_an_answer_that_drips_ends_in_time(make_api, platform):
    api = make_api(limits=Limits(connect_s=0.3, read_s=0.4))
    platform.script(COUNT, Reply(b'{"total_count":' + b" " * 500 + b"1}", drip_s=0.05))
    api.token()
    started = time.monotonic()
    with pytest.raises(Unreachable, match="超时"):
        api.drafts.count()
    assert time.monotonic() - started < 1.2


def test_a_stuck_token_fetch_ends_in_time_and_nothing_was_sent(make_api, platform):
    api = make_api(limits=Limits(connect_s=0.3, read_s=0.3))
    platform.token_delay_s = 1
    started = time.monotonic()
    with pytest.raises(Unreachable) as caught:
        api.drafts.count()
    assert time.monotonic() - started < 0.8
    assert not caught.value.sent_maybe


def test_a_refused_connection_was_surely_not_sent(make_api):
    with pytest.raises(Unreachable, match="连不上微信接口") as caught:
        make_api(base_url=f"http://127.0.0.1:{free_port()}").drafts.count()
    assert not caught.value.sent_maybe


def test_an_unknown_host_was_surely_not_sent(make_api):
    with pytest.raises(Unreachable) as caught:
        make_api(base_url="http://nowhere.invalid").drafts.count()
    assert not caught.value.sent_maybe


def test_a_connection_cut_while_waiting_may_have_been_sent(api, platform):
    platform.script(COUNT, Reply(cut=True))
    with pytest.raises(Unreachable, match="中断") as caught:
        api.drafts.count()
    assert caught.value.sent_maybe


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (Reply(b"<html>login</html>", content_type="text/html"), "网页"),
        (Reply(b"<!DOCTYPE html>", content_type="application/json"), "网页"),
        (Reply(b"{broken"), "看不懂"),
        (Reply(b""), "看不懂"),
        (Reply(b"[1,2]"), "看不懂"),
        (Reply(b'"ok"'), "看不懂"),
        (Reply(b"[" * 100_000), "看不懂"),
        (Reply(b'{"errcode":"oops"}'), "看不懂"),
        (Reply(b"bad gateway", status=502, content_type="text/html"), "出错"),
        (Reply(b'{"errcode":0}', status=503), "出错"),
    ],
)
def test_an_answer_that_is_not_data_is_an_error(api, platform, reply, text):
    platform.script(COUNT, reply)
    with pytest.raises(Unreachable, match=text) as caught:
        api.drafts.count()
    assert caught.value.kind is ErrorKind.BUSY
    assert not caught.value.permanent
    assert caught.value.sent_maybe


def test_html_is_an_error_for_wechatpy_too(api, platform):
    for path in ("/cgi-bin/menu/get", "/cgi-bin/media/get"):
        platform.script(path, Reply(b"<html>", content_type="text/html"))
    with pytest.raises(Unreachable):
        api.menu.get()
    with pytest.raises(Unreachable):
        api.media.download("MEDIA")


@pytest.mark.parametrize("status", [302, 404])
def test_a_wrong_address_is_a_matter_of_configuration_and_no_redirect_is_followed(api, platform, status):
    platform.script(COUNT, Reply(b"", status=status, headers={"Location": f"{platform.url}/elsewhere"}))
    with pytest.raises(WeChatError) as caught:
        api.drafts.count()
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert not platform.calls("/elsewhere")


def test_the_breaker_rests_and_probes(make_api, platform):
    api = make_api(breaker=Breaker("wechat", threshold=2, rest_s=0.2))
    spent: list[str] = []
    api._spend = spent.append
    platform.script(COUNT, Reply(status=503), Reply(status=503), answer(total_count=1))
    for _ in range(2):
        with pytest.raises(Unreachable):
            api.drafts.count()
    for _ in range(5):
        with pytest.raises(Unreachable, match="暂停") as caught:
            api.drafts.count()
        assert not caught.value.sent_maybe
    assert len(platform.calls(COUNT)) == 2
    assert len(spent) == 2
    time.sleep(0.25)
    assert api.drafts.count() == 1
    assert api.drafts.count() == 1


def test_an_error_code_is_an_answer_and_does_not_open_the_breaker(make_api, platform):
    breaker = Breaker("wechat", threshold=1)
    api = make_api(breaker=breaker)
    platform.script(COUNT, error(48001, "api unauthorized"))
    for _ in range(3):
        with pytest.raises(WeChatError):
            api.drafts.count()
    assert not breaker.is_open


def test_a_cold_start_behind_an_open_breaker_recovers(make_api, platform):
    breaker = Breaker("wechat", threshold=1, rest_s=0.1)
    api = make_api(breaker=breaker)
    platform.script(
        "/cgi-bin/stable_token",
        Reply(status=500),
        lambda _: answer(access_token=platform.new_token(), expires_in=7200),
    )
    with pytest.raises(Unreachable):
        api.drafts.count()
    time.sleep(0.15)
    api._tokens._slots[APPID].failed_at = 0.0
    api.drafts.count()
    assert not breaker.is_open


def test_proxies_and_netrc_of_the_machine_are_ignored(make_api, monkeypatch):
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("all_proxy", f"http://127.0.0.1:{free_port()}")
    make_api().drafts.count()


def test_cookies_are_not_kept(api, platform):
    platform.script(COUNT, Reply(b'{"total_count":1}', headers={"Set-Cookie": "a=b; Path=/"}))
    api.drafts.count()
    api.drafts.count()
    assert "Cookie" not in platform.last().headers


def test_many_threads_share_one_api(api, platform):
    platform.script(COUNT, answer(total_count=1))
    results: list[int] = []
    threads = [threading.Thread(target=lambda: results.append(api.drafts.count())) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [1] * 40
    assert platform.fetches == 1


# --- what is sent


def test_chinese_is_sent_as_it_is_and_control_characters_are_not_sent(api, platform):
    api.custom.send_text("oOpenId", '您好，😀 "引号"\n第二行\x07\ud800')
    raw = platform.last().body
    assert "您好，😀".encode() in raw
    assert b"\\u" not in raw
    assert json.loads(raw)["text"]["content"] == '您好，😀 "引号"\n第二行'
    assert platform.last().headers["Content-Type"] == "application/json; charset=utf-8"


def test_wechatpy_bodies_are_sent_unescaped_too(api, platform):
    platform.script("/cgi-bin/tags/create", answer(tag={"id": 1, "name": "一线职工"}))
    assert api.tag.create("一线职工")["id"] == 1
    assert "一线职工".encode() in platform.last().body


def test_the_token_stands_in_the_query_only(api, platform):
    api.custom.send_text("oOpenId", "好")
    seen = platform.last()
    assert seen.query == {"access_token": platform.valid_token}
    assert platform.valid_token.encode() not in seen.body
    assert all(platform.valid_token not in value for value in seen.headers.values())


def test_the_stable_token_is_asked_for_by_post_and_never_the_other(api, platform):
    api.drafts.count()
    (fetch,) = platform.calls("/cgi-bin/stable_token")
    assert fetch.method == "POST"
    assert fetch.json == {
        "grant_type": "client_credential",
        "appid": APPID,
        "secret": SECRET,
        "force_refresh": False,
    }
    assert not fetch.query
    assert not platform.calls("/cgi-bin/token")


def test_the_ledger_is_asked_once_a_call_and_can_forbid_it(make_api, platform):
    asked: list[str] = []

    def spend(path: str) -> None:
        asked.append(path)
        if len(asked) > 1:
            raise SoldOut("quota", "今天的额度用完了")

    api = make_api(spend=spend)
    platform.script(COUNT, error(-1, "busy"), answer(total_count=1))
    assert api.drafts.count() == 1
    with pytest.raises(SoldOut):
        api.drafts.count()
    assert asked == [COUNT, COUNT]
    assert len(platform.calls(COUNT)) == 2


# --- wechatpy's namespaces


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


# --- nothing secret gets out


def scenarios(make_api, platform):
    """(name, call) of every way in which a call can fail."""
    api = make_api(limits=Limits(connect_s=0.3, read_s=0.3))
    api.token()
    token = platform.valid_token
    leak = f"invalid {token} and {SECRET} access_token={token}&secret={SECRET}"
    replies = {
        "code": error(40013, leak),
        "unknown code": error(99999, leak),
        "busy": error(-1, leak),
        "html": Reply(b"<html>" + leak.encode(), content_type="text/html"),
        "broken": Reply(b"{" + leak.encode()),
        "500": Reply(leak.encode(), status=500),
        "404": Reply(leak.encode(), status=404),
        "302": Reply(b"", status=302, headers={"Location": f"http://127.0.0.1:1/?access_token={token}"}),
        "timeout": Reply(delay_s=2),
        "cut": Reply(cut=True),
        "bad chunk": Reply(b"x", headers={"Transfer-Encoding": "chunked"}),
    }

    def scripted(reply):
        platform.script(COUNT, reply)
        return api.drafts.count()

    for name, reply in replies.items():
        yield name, lambda reply=reply: scripted(reply)

    def refused():
        platform.script(COUNT, error(40001, leak))
        api.drafts.count()

    yield "refused token", refused

    def dead(**options):
        return make_api(base_url=f"http://127.0.0.1:{free_port()}", **options)

    yield "cold and dead", lambda: dead().drafts.count()
    store = TokenStore()
    warm = make_api(token_store=store)
    warm.token()
    yield "warm and dead", lambda: dead(token_store=store).drafts.count()
    yield "sign-in and dead", lambda: dead().call_with_secret("/sns/oauth2/access_token", {"code": CODE})
    yield "wechatpy and dead", lambda: dead(token_store=store).user.get("o1")

    def bad_token_answer(reply):
        platform.script("/cgi-bin/stable_token", reply)
        make_api().drafts.count()

    leak = f"invalid appsecret {SECRET} secret={SECRET}"  # here the secret is what was sent
    yield "wrong secret", lambda: bad_token_answer(error(40125, leak))
    yield "token html", lambda: bad_token_answer(Reply(leak.encode(), content_type="text/html"))
    yield "token timeout", lambda: bad_token_answer(Reply(delay_s=2))


def chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        found += [e for e in (error.__cause__, error.__context__) if e is not None and e not in found]
        error = error.__cause__ or error.__context__
    return found


def test_no_secret_in_any_error_traceback_or_log_record(make_api, platform, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    structlog.reset_defaults()
    hidden: set[str] = {SECRET, CODE}
    texts: list[tuple[str, str]] = []
    names = []
    for name, call in scenarios(make_api, platform):
        hidden.add(platform.valid_token)
        names.append(name)
        with pytest.raises(WeChatError) as caught:
            call()
        error = caught.value
        for link in chain(error):
            texts += [
                (name, str(link)),
                (name, repr(link)),
                (name, repr(link.args)),
                (name, repr(vars(link))),
            ]
            assert not isinstance(link, requests.RequestException), name
        texts.append((name, "".join(traceback.format_exception(error))))
    hidden.discard("")
    assert len(names) >= 18
    captured = capfd.readouterr()
    texts += [("log", record.getMessage() + repr(record.args)) for record in caplog.records]
    texts += [("stdout", captured.out), ("stderr", captured.err)]
    assert any(
        "urllib3" in record.name for record in caplog.records
    )  # the scan saw the logger that leaks by itself
    for value in hidden:
        for name, text in texts:
            assert value not in text, name


def test_reprs_hide_the_secret(api, platform):
    api.token()
    for thing in (api, api.credentials, api._tokens._slots[APPID], api._tokens):
        assert SECRET not in repr(thing)
        assert platform.valid_token not in repr(thing)
    assert SECRET not in repr(vars(api.sdk))
    with pytest.raises(AttributeError):
        api.credentials.secret = "x"
