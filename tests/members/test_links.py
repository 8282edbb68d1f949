"""One-use links: looking uses nothing up, one taker, ten minutes, one account."""

import pytest
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from members.links import LIFETIME_S, OneUseLinks
from tests.members.conftest import Pages
from tests.neighbours import together
from web.session import COOKIE


def test_looking_says_whose_it_is_and_uses_nothing_up(pages: Pages):
    link = pages.link(openid="oABCDEFGHIJKLMNOPQRSTUVWXYZ12")
    for _ in range(5):
        page = pages.browser().get(link)
        assert page.status_code == 200
        assert "发给您本人（o:" in page.text
        assert "oABCDEFG" not in page.text
        assert "Set-Cookie" not in page.headers
    assert pages.browser().head(link).status_code == 200
    assert pages.browser().post(link).status_code == 303


def test_the_link_becomes_a_session_and_a_clean_address(pages: Pages):
    pages.remember("o1", "年假几天？")
    browser = pages.browser()
    done = browser.post(pages.link(openid="o1"))
    assert (done.status_code, done.location) == (303, "/h5/ours/me")
    assert done.headers["Referrer-Policy"] == "no-referrer"
    assert done.headers["Cache-Control"] == "no-store"
    assert "年假几天？" in browser.get(done.location).text


def test_it_works_for_an_account_without_web_sign_in(pages: Pages):
    browser = pages.browser()
    browser.post(pages.link("paper"))
    assert browser.get("/h5/paper/me").status_code == 200


def test_of_a_crowd_one_gets_in(pages: Pages):
    link = pages.link()
    answers = together(8, lambda _n: pages.browser().post(link))
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 7
    assert sum(COOKIE in str(answer.headers) for answer in answers) == 1


def test_used_is_used_for_looking_too(pages: Pages):
    link = pages.link()
    pages.browser().post(link)
    for answer in (pages.browser().get(link), pages.browser().post(link)):
        assert answer.status_code == 409
        assert "已经用过或超过 10 分钟" in answer.text


def test_a_link_ends_after_ten_minutes(pages: Pages, redis: "Redis"):
    link = pages.link()
    (key,) = redis.keys("zj:link:*")
    assert LIFETIME_S - 5 <= redis.ttl(key) <= LIFETIME_S == 600
    redis.pexpire(key, 1)
    while redis.exists(key):
        pass
    assert pages.browser().post(link).status_code == 409


def test_the_link_of_one_account_opens_nothing_of_another(pages: Pages):
    link = pages.link("ours").replace("/ours/", "/other/")
    assert pages.browser().get(link).status_code == 409
    assert pages.browser().post(link).status_code == 409


def test_a_link_leads_where_it_was_made_for(pages: Pages, redis: "Redis"):
    token = OneUseLinks(redis).make(pages.account_id("ours"), pages.person(), "/h5/ours/c/abc")
    browser = pages.browser()
    assert "参加活动" in browser.get(f"/h5/ours/enter/{token}").text
    assert browser.post(f"/h5/ours/enter/{token}").headers["Location"] == "/h5/ours/c/abc"


@pytest.mark.parametrize("to", ["/h5/other/c/abc", "https://evil.example/", "//evil.example", "/console/"])
def test_a_link_leads_nowhere_else(pages: Pages, redis: "Redis", to: str):
    token = OneUseLinks(redis).make(pages.account_id("ours"), pages.person(), to)
    assert pages.browser().post(f"/h5/ours/enter/{token}").headers["Location"] == "/h5/ours/me"


@pytest.mark.parametrize("token", ["x", "*", "a:b", "中文", "%00", "a" * 3000])
def test_a_guessed_link_opens_nothing(pages: Pages, token: str):
    assert pages.browser().post(f"/h5/ours/enter/{token}").status_code == 409


def test_tokens_are_long_and_never_alike(redis: "Redis"):
    links = OneUseLinks(redis)
    tokens = {links.make(1, "o1") for _ in range(200)}
    assert len(tokens) == 200
    assert min(map(len, tokens)) >= 32


def test_while_redis_is_away_the_page_says_to_come_back(pages: Pages, monkeypatch: pytest.MonkeyPatch):
    link = pages.link()
    away = OneUseLinks(Redis(unix_socket_path="/nonexistent.sock", retry=Retry(NoBackoff(), 0)))
    monkeypatch.setattr("members.signin._links", lambda: away)
    answer = pages.browser().get(link)
    assert answer.status_code == 503
    assert "正在恢复" in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
