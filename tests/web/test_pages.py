"""Pages for people: headers on every one, errors in Chinese, nothing of another account, no foreign script."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from core.errors import Conflict
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import open_web
from tests.web.conftest import EVIL


def get(web: Home, path: str, **more: object) -> TestResponse:
    return web.app.test_client().get(path, **more)


def address(web: Home, account: str, code: str) -> str:
    shelf = web.app.extensions["zhijia.faq"]
    return f"/h5/{account}/faq/{shelf.entries_of(account).by_code[code].public_id}"


PAGES = [
    ("/h5/ours/faq", 200),
    ("/h5/ours/faq?q=押金", 200),
    ("/h5/ours/faq/nothing", 404),
    ("/h5/nobody/faq", 404),
    ("/h5/ours/me", 302),
    ("/h5/ours/signin", 302),
    ("/h5/ours/signin/callback", 409),
    ("/h5/ours/enter/nothing", 409),
    ("/nothing/at/all", 404),
    ("/h5/ours/enter", 404),
]


@pytest.mark.parametrize(("path", "status"), PAGES)
def test_every_page_has_the_security_headers_and_is_not_kept(web: Home, path: str, status: int):
    answer = get(web, path)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    for part in ("default-src 'self'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("path", "status"), PAGES)
def test_every_page_that_is_shown_is_chinese_html_without_inline_script_or_style(
    web: Home, path: str, status: int
):
    if status == 302:
        return
    page = get(web, path)
    assert page.content_type == "text/html; charset=utf-8"
    assert '<html lang="zh-CN">' in page.text
    assert re.search("[\u4e00-\u9fff]{4}", page.text)
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)


@pytest.mark.parametrize(
    ("method", "path", "status", "told"),
    [
        ("GET", "/nothing", 404, "找不到这个页面"),
        ("POST", "/h5/ours/faq", 405, "请求有误"),
        ("DELETE", "/h5/ours/me", 405, "请求有误"),
        ("GET", "/h5/nobody/me", 404, "没有名为「nobody」的公众号"),
        ("GET", "/h5/ours/faq/nothing", 404, "下线"),
    ],
)
def test_errors_are_pages_in_chinese(web: Home, method: str, path: str, status: int, told: str):
    page = web.app.test_client().open(path, method=method)
    assert page.status_code == status
    assert told in page.text


@pytest.fixture
def failing(home: Home) -> Flask:
    def fail() -> None:
        raise RuntimeError("password=hunter2 at /secret/place")

    def refuse() -> None:
        raise Conflict("taken", "已经有人领走了<b>")

    home.app.add_url_rule("/fail", "fail", fail)
    home.app.add_url_rule("/refuse", "refuse", refuse)
    return home.app


def test_what_nobody_foresaw_is_a_page_with_a_number_and_no_details(failing: Flask):
    page = failing.test_client().get("/fail")
    assert page.status_code == 500
    assert re.search(r"编号 [2-9a-z]{8}", page.text)
    assert "hunter2" not in page.text
    assert "RuntimeError" not in page.text
    assert page.headers["X-Content-Type-Options"] == "nosniff"


def test_what_a_service_refuses_is_told_in_its_words_escaped(failing: Flask):
    page = failing.test_client().get("/refuse")
    assert page.status_code == 409
    assert "已经有人领走了&lt;b&gt;" in page.text


def test_an_entry_is_shown_with_its_answer_line_by_line(web: Home):
    page = get(web, address(web, "ours", "deposit"))
    assert page.status_code == 200
    assert '<p class="conclusion">不合法。</p><p>留好收据。</p>' in page.text
    assert "12351" in page.text


def test_entries_of_another_account_are_not_found(web: Home):
    foreign = address(web, "other", "secret")
    assert get(web, foreign).status_code == 200
    assert get(web, foreign.replace("/other/", "/ours/")).status_code == 404
    for query in ("", "?q=别人家的问题"):
        assert "别人家" not in re.sub(
            '「别人家的问题」|value="(?:/h5/ours/faq.q=)?别人家的问题"',
            "",
            get(web, f"/h5/ours/faq{query}").text,
        )


def test_scripts_in_entries_names_and_questions_are_text(web: Home):
    pages = [
        get(web, address(web, "evil", "x")),
        get(web, "/h5/evil/faq"),
        get(web, "/h5/evil/faq", query_string={"q": EVIL}),
        get(web, "/h5/ours/faq", query_string={"q": EVIL}),
        get(web, f"/h5/{EVIL}/faq"),
        get(web, "/h5/ours/faq/<script>alert(1)</script>"),
    ]
    for page in pages:
        assert "<script" not in page.text
        assert "<img" not in page.text
        assert "onerror=alert" not in page.text.replace("&lt;img src=x onerror=alert", "")


@pytest.mark.parametrize("query", ["", " ", "押" * 5000, "\x00", "%", "'; DROP TABLE entries; --", "\ud83d"])
def test_any_search_is_a_page(web: Home, query: str):
    text = query.encode("utf-8", "surrogatepass")
    assert get(web, "/h5/ours/faq", query_string={b"q": text}).status_code == 200


def test_a_search_finds_and_what_it_does_not_find_names_a_person(web: Home):
    assert "进厂要交押金合法吗？" in get(web, "/h5/ours/faq?q=收押金").text
    assert "没有找到相近的问题" in get(web, "/h5/ours/faq?q=鲸鱼").text


def test_an_account_without_entries_has_a_page_that_says_so(web: Home):
    web.add_account(new_account("empty"))
    web.app.extensions["zhijia.runtime"].shelves.refresh()
    assert "这里还没有内容" in get(web, "/h5/empty/faq").text


def test_the_process_lives_and_says_how_its_neighbours_are(web: Home):
    assert get(web, "/healthz").text == "ok\n"
    assert get(web, "/readyz").json == {"database": "ok", "redis": "ok"}
    assert "zhijia_answer_seconds" in get(web, "/metrics").text


def test_a_neighbour_that_is_away_is_named_without_its_address(tmp_path, sqlite_template):
    (tmp_path / "test.sqlite3").write_bytes(sqlite_template.read_bytes())
    with open_web(make_settings(tmp_path, "redis://:hunter2@127.0.0.1:9/0")) as app:
        answer = app.test_client().get("/readyz")
    assert answer.json["database"] == "ok"
    assert answer.json["redis"] != "ok"
    assert "hunter2" not in answer.text


def test_the_simulator_is_nowhere_unless_it_is_switched_on(web: Home):
    assert get(web, "/simulator/").status_code == 404
