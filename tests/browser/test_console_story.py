"""The console's story: somebody who never saw it signs in, changes the menu, publishes, and sees it on the phone; adds an
answer, and gets it in the chat two seconds later."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from proofs.browser import DESK, grave_findings
from proofs.phone import new_follower, newest_answer, say
from tests.browser.conftest import Service

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(400)]


def sign_in(page: Page, service: Service) -> None:
    page.goto("/console/")
    page.get_by_label("用户名或邮箱").fill("demo")
    page.get_by_label("密码").fill((Path(service.env["ZHIJIA_VAR"]) / "demo-password").read_text())
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="海湾工会", level=1)).to_be_visible()


def open_part(page: Page, name: str) -> None:
    """By the navigation; on phones it is folded away."""
    if page.viewport_size != DESK:
        page.get_by_role("button", name="打开导航").click()
    page.get_by_label("后台导航").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_the_menu_is_changed_published_and_seen_on_the_phone(page: Page, service: Service) -> None:
    name = "认识工会" if page.viewport_size == DESK else "工会是咱家"
    sign_in(page, service)
    assert grave_findings(page) == []
    open_part(page, "自定义菜单")
    phone = page.locator("#menu-phone")
    phone.get_by_role("button", name="会资讯", exact=True).click()
    phone.get_by_role("button").filter(has_text="工会").first.click()
    page.get_by_label("菜单名称").fill(name)
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("草稿已保存")).to_be_visible()
    assert grave_findings(page) == []
    page.get_by_role("link", name="去发布").click()
    assert grave_findings(page) == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="立即发布").click()
    expect(page.get_by_text("已发布").first).to_be_visible()

    new_follower(page, "阿梅" if page.viewport_size == DESK else "小梅")
    page.get_by_test_id("follow").click()
    expect(newest_answer(page)).to_contain_text("欢迎回家")
    page.get_by_test_id("menu-1").click()
    expect(page.get_by_test_id("menu-1-1")).to_contain_text(name)


def test_an_answer_is_added_and_comes_in_the_chat_within_two_seconds(page: Page, service: Service) -> None:
    desk = page.viewport_size == DESK
    question = "厂里的班车几点发车" if desk else "职工书屋周末开门吗"
    answer = "班车早上七点发车，在北门上车。" if desk else "书屋周末九点到五点开门。"
    follower = page.context.new_page()
    new_follower(follower, "阿刚" if desk else "小刚")
    follower.get_by_test_id("follow").click()
    expect(newest_answer(follower)).to_contain_text("欢迎回家", timeout=15_000)

    sign_in(page, service)
    open_part(page, "问答")
    assert grave_findings(page) == []
    page.get_by_role("link", name="新建问答").first.click()
    page.locator("#question").fill(question)
    page.locator("#answer").fill(answer)
    assert grave_findings(page) == []
    page.get_by_role("button", name="保存并上线").click()
    expect(page.get_by_text("已上线").first).to_be_visible()
    page.wait_for_timeout(2000)
    for _ in range(4):  # whichever process answers
        say(follower, question)
        expect(newest_answer(follower)).to_contain_text(answer)
