"""Web sign-in: only the browser that began ends it, it leads nowhere else, and a session is of one account."""

from urllib.parse import urlsplit

import pytest
from itsdangerous.timed import TimestampSigner

from tests.members.conftest import Pages, query
from web.session import COOKIE, Sessions, Visitor
from wechat.errors import Unreachable


def test_a_worker_who_opens_the_own_page_is_signed_in_and_comes_back_to_it(pages: Pages):
    browser = pages.browser()
    first = browser.get("/h5/ours/me")
    assert (first.status_code, urlsplit(first.location).path) == (302, "/h5/ours/signin")
    begun = browser.get(first.location)
    assert begun.location.startswith(f"{pages.platform.url}/connect/oauth2/authorize?")
    assert query(begun)["scope"] == ["snsapi_base"]
    done = browser.get(pages.ask_wechat(begun))
    assert (done.status_code, done.location) == (302, "/h5/ours/me")
    assert "code=" not in done.location
    pages.remember(pages.person(), "试用期多久？")
    page = browser.get("/h5/ours/me")
    assert page.status_code == 200
    assert "试用期多久？" in page.text


def test_the_session_cookie_is_for_this_accounts_pages_only_and_no_script_reads_it(pages: Pages):
    cookies = pages.sign_in(pages.browser()).headers.getlist("Set-Cookie")
    (session,) = [cookie for cookie in cookies if cookie.startswith(COOKIE)]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/h5/ours/", "Max-Age=604800"):
        assert part in session
    assert pages.person() not in session.replace("%", "")


def test_another_browser_can_not_finish_what_one_began(pages: Pages):
    callback = pages.ask_wechat(pages.browser().get("/h5/ours/signin"))
    thief = pages.browser().get(callback)
    assert thief.status_code == 409
    assert "登录超时" in thief.text
    assert "Set-Cookie" not in thief.headers


def test_a_browser_that_began_another_sign_in_is_refused_too(pages: Pages):
    callback = pages.ask_wechat(pages.browser().get("/h5/ours/signin"))
    victim = pages.browser()
    victim.get("/h5/ours/signin")
    answer = victim.get(callback)
    assert answer.status_code == 422
    assert "登录信息对不上" in answer.text


@pytest.mark.parametrize("state", ["", "x", "中文", "\x00", "😀" * 50, "a" * 5000])
def test_a_state_that_is_not_ours_is_refused(pages: Pages, state: str):
    browser = pages.browser()
    browser.get("/h5/ours/signin")
    answer = browser.get("/h5/ours/signin/callback", query_string={"state": state, "code": "x"})
    assert answer.status_code == 422


@pytest.mark.parametrize("code", ["", "wrong", "x" * 600, "中文"])
def test_a_code_the_platform_does_not_know_signs_nobody_in(pages: Pages, code: str):
    browser = pages.browser()
    state = query(browser.get("/h5/ours/signin"))["state"][0]
    answer = browser.get("/h5/ours/signin/callback", query_string={"state": state, "code": code})
    assert answer.status_code == 409
    assert "微信登录没有完成" in answer.text
    assert COOKIE not in str(answer.headers)


def test_a_code_signs_in_once(pages: Pages):
    browser = pages.browser()
    callback = pages.ask_wechat(browser.get("/h5/ours/signin"))
    assert browser.get(callback).status_code == 302
    again = pages.browser()
    state = query(again.get("/h5/ours/signin"))["state"][0]
    code = query(type("R", (), {"location": callback})())["code"][0]
    answer = again.get("/h5/ours/signin/callback", query_string={"state": state, "code": code})
    assert answer.status_code == 409


@pytest.mark.parametrize(
    "to",
    [
        "",
        "https://evil.example",
        "//evil.example",
        "///evil.example/h5/ours/",
        "/\\evil.example",
        "/h5/ours/\\evil.example",
        "/h5/other/me",
        "/h5/oursevil/me",
        "/console/",
        "/h5/ours/../other/me",
        "/h5/ours/../../simulator/",
        "javascript:alert(1)",
        "\thttps://evil.example",
        "h5/ours/me",
    ],
)
def test_sign_in_leads_to_no_other_place(pages: Pages, to: str):
    assert pages.sign_in(pages.browser(), to).location == "/h5/ours/me"


def test_line_breaks_in_the_place_to_come_back_to_make_no_headers(pages: Pages):
    answer = pages.sign_in(pages.browser(), "/h5/ours/me\r\nSet-Cookie: a=b")
    assert "\n" not in answer.location
    assert answer.location.startswith("/h5/ours/me%0D%0A")


def test_a_page_of_ours_is_come_back_to(pages: Pages):
    assert pages.sign_in(pages.browser(), "/h5/ours/faq").location == "/h5/ours/faq"


def test_the_session_of_one_account_opens_nothing_of_another(pages: Pages):
    browser = pages.browser()
    pages.sign_in(browser)
    value = browser.get_cookie(COOKIE, path="/h5/ours/").value
    stranger = pages.browser()
    stranger.set_cookie(COOKIE, value, path="/h5/other/")
    answer = stranger.get("/h5/other/me")
    assert (answer.status_code, urlsplit(answer.location).path) == (302, "/h5/other/signin")


@pytest.mark.parametrize(
    "damage",
    [
        lambda v: v[:-10] + "A" * 10,
        lambda v: "x" + v,
        lambda v: "",
        lambda v: "a.b.c",
        lambda v: v.rpartition(".")[0],
    ],
)
def test_a_cookie_that_was_touched_is_no_session(pages: Pages, damage):
    browser = pages.browser()
    pages.sign_in(browser)
    value = browser.get_cookie(COOKIE, path="/h5/ours/").value
    stranger = pages.browser()
    stranger.set_cookie(COOKIE, damage(value), path="/h5/ours/")
    assert stranger.get("/h5/ours/me").status_code == 302


def test_a_cookie_signed_for_another_purpose_is_no_session(pages: Pages):
    settings = pages.home.parts.settings
    for key in (settings.derive_key("signin-state"), settings.derive_key("csrf"), b"guess"):
        forged = Sessions(key, secure=False).sign("ours", Visitor(pages.person()))
        stranger = pages.browser()
        stranger.set_cookie(COOKIE, forged, path="/h5/ours/")
        assert stranger.get("/h5/ours/me").status_code == 302


def test_a_session_ends_after_a_week(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    now = TimestampSigner.get_timestamp
    browser = pages.browser()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now(self) - 7 * 86_400 - 60)
    sessions = Sessions(pages.home.parts.settings.derive_key("h5-session"), secure=False)
    value = sessions.sign("ours", Visitor("o1"))
    monkeypatch.undo()
    browser.set_cookie(COOKIE, value, path="/h5/ours/")
    assert browser.get("/h5/ours/me").status_code == 302


def test_an_account_without_web_sign_in_says_how_to_come_in(pages: Pages):
    browser = pages.browser()
    page = browser.get("/h5/paper/me")
    assert page.status_code == 403
    assert "回复「我的」" in page.text
    assert browser.get("/h5/paper/signin").status_code == 403


def test_a_platform_that_is_away_is_told_in_chinese(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    def away(*_args: object) -> None:
        raise Unreachable("微信接口连不上", sent_maybe=False)

    monkeypatch.setattr("members.signin.exchange_code", away)
    browser = pages.browser()
    state = query(browser.get("/h5/ours/signin"))["state"][0]
    answer = browser.get("/h5/ours/signin/callback", query_string={"state": state, "code": "x"})
    assert answer.status_code == 409
    assert "微信登录没有完成" in answer.text


def test_a_snapshot_visitor_sees_no_personal_data(pages: Pages):
    person = pages.person()
    pages.remember(person, "我的秘密问题")
    pages.remember(f"oSNAP{person[5:]}", "替身的问题")
    pages.platform.world.faults.update({"snapshot_user": True})
    browser = pages.browser()
    cookies = pages.sign_in(browser).headers.getlist("Set-Cookie")
    assert any(COOKIE in cookie and "Max-Age=3600" in cookie for cookie in cookies)
    page = browser.get("/h5/ours/me")
    assert "使用完整服务" in page.text
    assert "问题" not in page.text.replace("静静有问题", "")


def test_a_page_shows_the_own_questions_and_nobody_elses(pages: Pages):
    browser = pages.browser()
    pages.sign_in(browser)
    assert "还没有问过问题" in browser.get("/h5/ours/me").text
    pages.remember(pages.person(), "<script>alert(1)</script>")
    pages.remember("o-somebody", "别人的问题")
    pages.remember(pages.person(), "别处的问题", "other")
    page = browser.get("/h5/ours/me").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    assert "别人的问题" not in page
    assert "别处的问题" not in page
    assert "2026-11-20 起关注" in page
