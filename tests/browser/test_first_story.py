"""The first story: somebody follows, taps the menu, asks, and reads a right answer with its statute."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.settings import ROOT
from proofs.phone import is_desk, new_follower, newest_answer, say
from tests.browser.conftest import Service

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(400)]


def test_a_worker_follows_taps_the_menu_asks_and_reads_the_statute(page: Page, service: Service) -> None:
    new_follower(page, "姜师傅" if is_desk(page) else "小姜")
    page.get_by_test_id("follow").click()
    expect(newest_answer(page)).to_contain_text("欢迎回家")

    page.get_by_test_id("menu-1").click()
    page.get_by_test_id("menu-1-1").click()
    expect(newest_answer(page)).to_contain_text("工会是职工自愿结合的群众组织")

    say(page, "公司收了我1000元保证金，合法吗？")
    expect(newest_answer(page)).to_contain_text("不合法")
    expect(newest_answer(page)).to_contain_text("《劳动合同法》第九条")

    if is_desk(page):  # the drawer beside the phone shows what really travelled
        expect(page.get_by_test_id("raw-request")).to_contain_text("encrypt_type=aes")
        expect(page.get_by_test_id("raw-request")).to_contain_text("<Encrypt>")
        expect(page.get_by_test_id("raw-request")).not_to_contain_text("保证金")
        expect(page.get_by_test_id("answer-ms")).to_contain_text(re.compile(r"\d"))


def open_my_page(page: Page) -> None:
    if page.get_by_test_id("show-menu").is_visible():
        page.get_by_test_id("show-menu").click()
    page.get_by_test_id("menu-3").click()
    page.get_by_test_id("menu-3-3").click()


def test_a_page_opens_inside_the_phone_after_sign_in(page: Page, service: Service) -> None:
    new_follower(page, "阿芳" if is_desk(page) else "小芳")
    page.get_by_test_id("follow").click()
    expect(newest_answer(page)).to_contain_text("欢迎回家")
    say(page, "试用期最长多久？")
    expect(newest_answer(page)).to_contain_text("六个月")

    frame = page.frame_locator("[data-testid=h5-frame]")
    asked = frame.get_by_text("试用期最长多久？")
    open_my_page(page)
    expect(frame.get_by_role("heading", name="我的", exact=True)).to_be_visible()
    for _ in range(10):  # the worker takes the journal over about every second
        page.get_by_test_id("h5-close").click()
        page.wait_for_timeout(1000)
        open_my_page(page)
        expect(frame.get_by_role("heading", name="我的", exact=True)).to_be_visible()
        if asked.is_visible():
            break
    expect(asked).to_be_visible()
    page.get_by_test_id("h5-close").click()
    expect(page.get_by_test_id("h5-frame")).to_have_count(0)


def test_a_number_chooses_from_what_was_suggested(page: Page, service: Service) -> None:
    new_follower(page, "老赵" if is_desk(page) else "小赵")
    page.get_by_test_id("follow").click()
    expect(newest_answer(page)).to_contain_text("欢迎回家")
    say(page, "加班")
    expect(newest_answer(page)).to_contain_text("您是想问")
    say(page, "1")
    expect(newest_answer(page)).to_contain_text("【静静有问题】")


def test_a_scheduled_push_reaches_the_phone_once(desk_page: Page, service: Service) -> None:
    page = desk_page
    new_follower(page, "阿海")
    page.get_by_test_id("follow").click()
    expect(newest_answer(page)).to_contain_text("欢迎回家")
    file = Path(service.env["ZHIJIA_VAR"]) / "pushes.yaml"
    cover = ROOT / "content" / "demo" / "covers" / "jingjing.jpg"
    file.write_text(
        f"pushes:\n  - {{code: first, title: 静静有问题第一期, digest: 押金能要回来吗, cover: '{cover}',"
        " link: '{h5}/faq', at: now}\n",
        "utf-8",
    )
    assert "已安排" in service.flask("push", "schedule", str(file), "--account", "demo")
    card = page.get_by_test_id("news-card").filter(has_text="静静有问题第一期")
    expect(card).to_be_visible(timeout=20_000)
    page.wait_for_timeout(4000)
    expect(card).to_have_count(1)
    assert "已送达" in service.flask("push", "list", "--account", "demo")
