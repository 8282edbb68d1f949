"""The way out: limits of time, what is tried again, what is sent."""

import json
import threading
import time

import pytest

from core.breaker import Breaker
from core.errors import SoldOut
from wechat.api.base import Upload
from wechat.api.transport import Limits
from wechat.errors import ErrorKind, Unreachable, WeChatError

from .fake import APPID, SECRET, Reply, answer, error, free_port

COUNT = "/cgi-bin/draft/count"
TOKEN = "/cgi-bin/stable_token"


class Noted:
    """A ledger that only remembers, and forbids one endpoint where it is told to."""

    def __init__(self) -> None:
        self.spent: list[str] = []
        self.empty: list[str] = []
        self.forbidden = ""

    def spend(self, path: str) -> None:
        if path == self.forbidden:
            raise SoldOut("quota", "今天的额度用完了")
        self.spent.append(path)

    def used_up(self, path: str) -> None:
        self.empty.append(path)


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
    ledger = Noted()
    api = make_api(breaker=Breaker("wechat", threshold=2, rest_s=0.2), ledger=ledger)
    platform.script(COUNT, Reply(status=503), Reply(status=503), answer(total_count=1))
    for _ in range(2):
        with pytest.raises(Unreachable):
            api.drafts.count()
    for _ in range(5):
        with pytest.raises(Unreachable, match="暂停") as caught:
            api.drafts.count()
        assert not caught.value.sent_maybe
    assert len(platform.calls(COUNT)) == 2
    assert ledger.spent.count(COUNT) == 2
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


def test_the_ledger_counts_each_request_that_leaves_and_can_forbid_it(make_api, platform):
    ledger = Noted()
    api = make_api(ledger=ledger)
    platform.script(COUNT, error(-1, "busy"), answer(total_count=1))
    assert api.drafts.count() == 1
    assert ledger.spent == [TOKEN, COUNT, COUNT]
    ledger.forbidden = COUNT
    with pytest.raises(SoldOut):
        api.drafts.count()
    assert len(platform.calls(COUNT)) == 2


def test_the_ledger_hears_that_the_platform_gives_no_more(make_api, platform):
    ledger = Noted()
    api = make_api(ledger=ledger)
    platform.script(COUNT, error(45009, "reach max api daily quota limit"))
    with pytest.raises(WeChatError) as caught:
        api.drafts.count()
    assert caught.value.kind is ErrorKind.QUOTA
    assert ledger.empty == [COUNT]


def test_web_sign_in_is_counted_nowhere_for_it_has_no_limit(make_api, platform):
    ledger = Noted()
    platform.script("/sns/oauth2/access_token", answer(openid="o-somebody"))
    make_api(ledger=ledger).call_with_secret("/sns/oauth2/access_token", {"code": "x"})
    assert ledger.spent == []
