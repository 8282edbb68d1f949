"""A campaign's story: somebody who never saw the console approves and opens the demonstration quiz; a worker plays it in the
chat, draws on the campaign's pages and claims the prize."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from core.settings import ROOT
from proofs.browser import PHONE, WECHAT_AGENT
from tests.browser.conftest import Service
from tests.browser.test_console_story import grave_findings, open_part, sign_in
from tests.browser.test_first_story import new_follower, newest_answer, say

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(400)]
_TITLE = "职工劳动法律法规有奖答题"
_WORD = "有奖答题"


def bank() -> dict[str, list[str]]:
    """Right answers by question: texts of options, 对 or 错, or what is to be written."""
    return {row["question"].strip(): _right(row) for path in _tables() for row in _rows(path)}


def _tables() -> Iterator[Path]:
    yield from (ROOT / "content" / "quiz").glob("*.csv")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _right(row: dict[str, str]) -> list[str]:
    if row["kind"] in ("单选", "多选"):
        return [row[letter].strip() for letter in row["answer"] if letter in "ABCDEF"]
    return [row["answer"].split("|")[0].strip()]


def reply_to(asked: str, answers: dict[str, list[str]]) -> str:
    """What somebody who knows writes to a question in the chat."""
    right = next(right for question, right in answers.items() if question in asked)
    options = dict(re.findall(r"^([A-F])\. (.+)$", asked, re.MULTILINE))
    if options:
        return "".join(sorted(letter for letter, text in options.items() if text.strip() in right))
    return right[0] if right[0] in ("对", "错") else f"答 {right[0]}"


def launch(page: Page, service: Service) -> None:
    """From the console's front door to an open campaign."""
    sign_in(page, service)
    open_part(page, "微活动")
    assert grave_findings(page) == []
    page.get_by_role("link", name=_TITLE).click()
    # At night the check reminds of the hour.
    expect(page.get_by_text("没有发现问题").or_(page.get_by_text("可以送审了"))).to_be_visible()
    assert grave_findings(page) == []
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("审核通过，可以开放了")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="开放活动").click()
    expect(page.get_by_text("活动已开放")).to_be_visible()
    assert grave_findings(page) == []


def play(page: Page) -> None:
    """All questions of one try, in the chat."""
    answers = bank()
    page.wait_for_timeout(2000)  # what was opened reaches all processes
    say(page, _WORD)
    expect(newest_answer(page)).to_contain_text("第 1/5 题")
    for number in range(1, 6):
        expect(newest_answer(page)).to_contain_text(f"第 {number}/5 题")
        say(page, reply_to(newest_answer(page).inner_text(), answers))
    expect(newest_answer(page)).to_contain_text("答对 5/5 题")
    expect(newest_answer(page)).to_contain_text("得到一次抽奖机会")


def open_campaign(page: Page) -> FrameLocator:
    """By the menu, inside the phone."""
    if page.get_by_test_id("show-menu").is_visible():
        page.get_by_test_id("show-menu").click()
    page.get_by_test_id("menu-3").click()
    page.get_by_test_id("menu-3-1").click()
    frame = page.frame_locator("[data-testid=h5-frame]")
    frame.get_by_role("link", name=_TITLE).click()
    expect(frame.get_by_role("heading", name=_TITLE)).to_be_visible()
    expect(frame.get_by_text("已有 1 人参加")).to_be_visible()
    return frame


@contextmanager
def worker_s_phone(chromium: Browser, desk_page: Page) -> Iterator[Page]:
    """A phone of the size and the name of WeChat's, signed in as the worker on the simulator's is."""
    context = chromium.new_context(
        viewport=PHONE,
        user_agent=WECHAT_AGENT,
        has_touch=True,
        locale="zh-CN",
        storage_state=desk_page.context.storage_state(),
    )
    problems: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert problems == []


def is_well_made(page: Page) -> None:
    """Nothing for axe to complain of, nothing wider than the phone, nothing too small for a thumb."""
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        "[...document.querySelectorAll('button, .weui-btn, .weui-cell_access')].filter((one) => one.offsetHeight"
        " && one.offsetHeight < 44).map((one) => one.textContent)"
    )
    assert small == []


def draw_and_claim(page: Page) -> None:
    is_well_made(page)
    page.get_by_role("link", name="开始答题").click()
    page.get_by_role("link", name=re.compile("抽奖")).first.click()
    expect(page.get_by_role("button", name="刮一张")).to_be_visible()
    is_well_made(page)
    draw = page.url
    page.get_by_role("button", name="刮一张").tap()
    page.get_by_role("button", name="直接查看结果").tap()
    expect(page.get_by_role("link", name="去领奖")).to_be_visible()
    is_well_made(page)
    page.get_by_role("link", name="去领奖").tap()
    # Once the box is there, so are the fields of this prize.
    page.get_by_label(re.compile("同意把这些信息")).check()
    is_well_made(page)
    for label, text in (
        ("姓名", "林小海"),
        ("手机号", "13800001111"),
        ("收货地址", "海湾市东港区海员路 1 号"),
    ):
        field = page.get_by_role("textbox", name=re.compile(label))
        if field.count():
            field.first.fill(text)
    page.get_by_label(re.compile("同意在中奖名单里公布")).check()
    page.get_by_role("button", name="领取", exact=True).tap()
    told = re.compile("充值|到账|已登记收货地址|请到工会领取")
    expect(page.get_by_text(told).first).to_be_visible()
    is_well_made(page)
    page.goto(f"{draw}/winners")
    expect(page.get_by_text("138****1111")).to_be_visible()
    is_well_made(page)
    page.goto(f"{draw}/fair")
    is_well_made(page)


def look_at_draws(page: Page) -> None:
    """The organiser's pages of the same draw."""
    page.goto("/console/a/demo/draws")
    assert grave_findings(page) == []
    page.get_by_role("main").get_by_role("link", name=re.compile("抽奖|刮刮")).first.click()
    assert grave_findings(page) == []
    page.goto("/console/a/demo/draws/new")
    assert grave_findings(page) == []
    page.goto("/console/a/demo/claims")
    assert grave_findings(page) == []


def test_a_newcomer_launches_the_quiz_and_a_worker_plays_it_to_a_claimed_prize(
    chromium: Browser, desk_page: Page, service: Service
) -> None:
    launch(desk_page, service)
    new_follower(desk_page, "林小海")
    desk_page.get_by_test_id("follow").click()
    expect(newest_answer(desk_page)).to_contain_text("欢迎回家")
    play(desk_page)
    open_campaign(desk_page)
    with worker_s_phone(chromium, desk_page) as phone:
        phone.goto(desk_page.frames[-1].url)
        draw_and_claim(phone)
    look_at_draws(desk_page)
