"""The library's pages, and citations that lead to them."""

import re
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from faq.statutes.h5 import SHELF, statute_url
from faq.statutes.shelf import Library
from tests.conftest import Home
from tests.faq.statutes.conftest import EVIL

LIST = "/h5/ours/statutes"
LAW = f"{LIST}/{quote('工友法')}"


def get(site: Home, path: str, **query: str) -> TestResponse:
    return site.app.test_client().get(path, query_string=query or None)


def plain(page: TestResponse) -> str:
    return re.sub(r"<[^>]+>", "", page.text)


PAGES = [
    (LIST, 200),
    (f"{LIST}?q=宿舍", 200),
    (LAW, 200),
    (f"{LIST}/{quote('没有的法')}", 404),
    ("/h5/nobody/statutes", 404),
]


@pytest.mark.parametrize(("path", "status"), PAGES)
def test_every_page_is_safe_and_needs_no_script(site: Home, path: str, status: int):
    page = get(site, path)
    assert page.status_code == status
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", page.text)


def test_the_list_names_every_statute_with_edition_and_number(site: Home):
    text = plain(get(site, LIST))
    assert "共 4 部" in text
    assert "工友法2020年修正 · 6 条" in text
    assert "住房公积金管理条例 旧版本2019年修正" in text


def test_a_statute_shows_contents_chapters_articles_and_appendix(site: Home):
    page = get(site, LAW)
    assert re.findall(r'id="(a[\d-]+)"', page.text) == ["a1", "a2", "a3", "a4", "a4-1", "a5"]
    assert re.findall(r'href="#(\w+)"', page.text) == ["c1", "c2", "c3", "appendix"]
    assert set(re.findall(r'href="#(\w+)"', page.text)) <= set(re.findall(r'id="(\w+)"', page.text))
    text = plain(page)
    for part in (
        "全称：中华人民共和国工友法",
        "第一章 总则",
        "第一节 一般规定",
        "第四条之一",
        "互相帮助不收费。",
        "工具清单",
    ):
        assert part in text
    assert text.count("第二节 特别规定") == 1
    assert '<p class="statute-item">（一）借工具；</p>' in page.text
    assert "2020-05-01" in text


@pytest.mark.parametrize("name", ["中华人民共和国工友法", "《工友法》", "工友法 "])
def test_a_statute_is_found_by_its_other_names(site: Home, name: str):
    assert get(site, f"{LIST}/{quote(name)}").status_code == 200


def test_words_are_found_and_marked(site: Home):
    page = get(site, LIST, q="宿舍 安静")
    assert "<mark>宿舍</mark>夜里应当<mark>安静</mark>" in page.text
    assert f'href="{LAW}#a4"' in page.text
    assert "（2 条）" in page.text  # 第四条之一 stands in the chapter 宿舍


def test_words_run_together_are_found_by_their_parts(site: Home):
    page = get(site, LIST, q="宿舍应当安静吗")
    assert "包含其中一部分" in page.text
    assert f'href="{LAW}#a4"' in page.text


@pytest.mark.parametrize("query", ["工友法第四条之一", "工友法 第4条之1", "《工友法》第四条之一"])
def test_a_reference_finds_its_article(site: Home, query: str):
    page = get(site, LIST, q=query)
    assert re.findall(r'href="[^"]+#(a[\d-]+)"', page.text) == ["a4-1"]


@pytest.mark.parametrize("query", ["4", "四", "第4条", "4条"])
def test_within_a_statute_a_number_is_an_article(site: Home, query: str):
    page = get(site, LIST, q=query, law="工友法")
    assert re.findall(r'href="[^"]+#(a[\d-]+)"', page.text) == ["a4"]
    assert "在全部法律法规里找" in page.text


def test_a_search_within_a_statute_leaves_the_others_out(site: Home):
    assert "怪法" in get(site, LIST, q="工资").text
    assert "没有找到这样的条文" in get(site, LIST, q="工资", law="工友法").text


def test_the_name_of_a_statute_leads_to_it(site: Home):
    assert "《工友法》全文" in plain(get(site, LIST, q="工友法"))


def test_many_hits_are_cut_and_counted(site: Home):
    page = get(site, LIST, q="段")
    assert "（36 条）" in page.text
    assert "先显示前 30 条" in page.text


def test_nothing_found_leads_to_the_questions(site: Home):
    page = get(site, LIST, q="xyzzy")
    assert "没有找到这样的条文" in page.text
    assert "/h5/ours/faq?q=xyzzy" in page.text


@pytest.mark.parametrize(
    "query", ["", " ", "。", "押" * 5000, "\x00", "%", "'; DROP TABLE statutes; --", EVIL, "İ" * 50]
)
def test_any_search_is_a_page(site: Home, query: str):
    page = get(site, LIST, q=query, law=query)
    assert page.status_code == 200
    assert "<script" not in page.text


def test_what_texts_hold_is_shown_as_text(site: Home):
    for page in (get(site, f"{LIST}/{quote('怪法')}"), get(site, LIST, q="工资"), get(site, LIST)):
        assert page.status_code == 200
        assert "<script" not in page.text
    assert "&lt;script&gt;" in get(site, f"{LIST}/{quote('怪法')}").text


def test_an_outdated_statute_says_so_on_top_and_in_searches(site: Home):
    assert "这是旧版本" in get(site, f"{LIST}/{quote('住房公积金管理条例')}").text
    assert "这是旧版本" in get(site, LIST, q="公积金条例第一条").text


def test_a_library_without_texts_says_so(bare_site: Home):
    page = get(bare_site, LIST)
    assert page.status_code == 200
    assert "这里还没有法律法规的原文" in page.text
    assert "12351" in page.text


def entry_page(site: Home) -> str:
    entry = site.app.extensions["zhijia.faq"].entries_of("ours").by_code["night"]
    return get(site, f"/h5/ours/faq/{entry.public_id}").text


def test_citations_of_an_answer_lead_to_the_article_and_show_it(site: Home):
    page = entry_page(site)
    assert f'<a href="{LAW}#a4-1">《工友法》第四条之一</a>' in page
    assert "<p>夜班工友白天休息的，白天也应当安静。</p>" in page
    assert page.count("<details>") == 2
    assert "第一款自2025年9月1日起已经废止" in page


@pytest.mark.parametrize(
    "citation",
    ["《工友法》第九十九条", "《民法典》第五百七十七条", "《住房公积金管理条例》第一条", "工友手册第三页"],
)
def test_citations_that_the_library_cannot_prove_stay_plain_text(site: Home, citation: str):
    assert f"<li>{citation}</li>" in re.sub(r"\s*\n\s*", "", entry_page(site))


def test_without_texts_all_citations_are_plain(site: Home):
    site.app.extensions[SHELF].library = Library(())
    assert "<details>" not in entry_page(site)


def test_the_address_of_a_citation(site: Home):
    account = site.parts.directory.get("other")
    with site.app.test_request_context():
        found = statute_url(account, "《工友法》第四条")
        missing = [
            statute_url(account, text)
            for text in ("《工友法》第九十九条", "", "《工友法》", "《工友法》第一条、第二条")
        ]
    assert found == f"/h5/other/statutes/{quote('工友法')}#a4"
    assert missing == [None] * 4
