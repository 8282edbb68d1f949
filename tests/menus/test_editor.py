"""The editor in a real Chromium: what people click and type becomes the draft, on a desk and on a phone."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from core.settings import ROOT
from menus.service import check_menu, get_draft, save_menu
from proofs.browser import DESK, PHONE, start_chromium
from staff.guard import COOKIE
from tests.conftest import NOW, Home
from tests.menus.console import MENU, TREE
from tests.neighbours import served
from tests.staff.desk import Desk

pytestmark = pytest.mark.browser
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = start_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture(params=["desk", "phone"])
def page(request: pytest.FixtureRequest, home: Home, anna: Desk, chromium: Browser) -> Iterator[Page]:
    """Anna's browser on the menu; the test fails on any script error."""
    with home.parts.db.work() as session:
        save_menu(session, home.parts.directory.get("ours").id, check_menu(TREE, "x"), NOW)
    with served(home.app) as url:
        context = chromium.new_context(viewport=PHONE if request.param == "phone" else DESK, base_url=url)
        context.set_default_timeout(15_000)
        context.add_cookies([{"name": COOKIE, "value": anna.token, "url": f"{url}/console/"}])
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.goto(MENU)
        yield page
        context.close()
        assert problems == []


def saved(home: Home, page: Page) -> Any:
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    with home.parts.db.read() as session:
        return get_draft(session, home.parts.directory.get("ours").id).tree


def tap(page: Page, name: str) -> None:
    page.locator("#menu-phone").get_by_role("button", name=name, exact=True).click()


def test_names_replies_and_order_become_the_draft(home: Home, page: Page):
    tap(page, "惠服务")
    tap(page, "走进工会")
    page.get_by_label("菜单名称").fill("认识工会")
    expect(page.get_by_text("12 / 60 字节")).to_be_visible()
    page.get_by_label("回复的文字").fill("工会是咱家。")
    expect(page.locator(".mp-bubble")).to_have_text("工会是咱家。")
    page.get_by_role("button", name="下移").click()
    children = saved(home, page)[0]["children"]
    assert [child["name"] for child in children] == ["静静有问题", "认识工会"]
    assert children[1] == {"name": "认识工会", "key": "about", "reply": {"text": "工会是咱家。"}}
    expect(page.locator("#panel-title")).to_have_text("认识工会")


def test_an_entry_is_added_and_pointed_at_a_page(home: Home, page: Page):
    tap(page, "惠服务")
    page.get_by_role("button", name="在「惠服务」下添加子菜单").click()
    page.get_by_label("菜单名称").fill("算一算")
    page.get_by_label("点了以后").select_option("打开网页")
    page.locator("#item-page").select_option("维权计算器（全部）")
    assert saved(home, page)[0]["children"][2] == {"name": "算一算", "url": "{h5}/calculators"}


def test_a_column_is_added_and_its_entry_keeps_what_it_did(home: Home, page: Page):
    tap(page, "我的")
    page.locator("[data-act=add-child]").click()
    page.get_by_label("菜单名称").fill("问答")
    page.get_by_label("回复的文字").fill("问吧")
    page.get_by_role("button", name="添加一级菜单").click()
    page.get_by_label("菜单名称").fill("微活动")
    page.get_by_label("点了以后").select_option("发送位置")
    tree = saved(home, page)
    assert tree[1]["children"][0] == {"name": "我的", "url": "{h5}/me"}
    assert tree[1]["children"][1]["reply"] == {"text": "问吧"}
    assert (tree[2]["name"], tree[2]["type"]) == ("微活动", "location_select")
    expect(page.get_by_role("button", name="添加一级菜单")).to_have_count(0)


def test_what_was_deleted_comes_back_with_undo(home: Home, page: Page):
    page.on("dialog", lambda dialog: dialog.accept())
    tap(page, "惠服务")
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("有改动没有保存", exact=True)).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    assert saved(home, page) == TREE


def test_changing_ones_mind_about_the_kind_loses_nothing(home: Home, page: Page):
    tap(page, "惠服务")
    tap(page, "走进工会")
    for kind in ("打开网页", "打开小程序", "发送位置", "回复消息"):
        page.get_by_label("点了以后").select_option(kind)
    for kind in ("图文卡片", "文字"):
        page.get_by_label("回复什么").select_option(kind)
    assert saved(home, page) == TREE


def test_the_pages_have_no_barriers(home: Home, page: Page):
    tap(page, "惠服务")
    tap(page, "走进工会")
    for path in ("", f"{MENU}/release", f"{MENU}/versions", f"{MENU}/variants", f"{MENU}/match"):
        if path:
            page.goto(path)
        page.evaluate(AXE)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        assert [(path, one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_viewer_of_an_old_version_takes_it_into_the_draft(home: Home, page: Page):
    page.goto(f"{MENU}/versions")
    page.locator("main .list-group-item").first.click()
    page.get_by_role("link", name="放进草稿再改").click()
    expect(page.get_by_text("这是旧版的内容")).to_be_visible()
    assert saved(home, page) == TREE
