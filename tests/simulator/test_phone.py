"""The phone page in a real browser, on a desk and on a phone: the story a visitor lives through."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect
from wechatpy.replies import ArticlesReply

from proofs.browser import CHROMIUM_ARGUMENTS

from .conftest import PNG, Api, Hook, Person, wait_for

ARGUMENTS = [*CHROMIUM_ARGUMENTS, "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
CHROMIUM = shutil.which("chromium")
DESK, PHONE = (1440, 900), (390, 844)
STORY = '【不合法】依据《劳动合同法》第九条\n<a href="http://127.0.0.1:9/h5">指南</a> <img src=x onerror=alert(1)>'

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def problems() -> list[str]:
    """Script errors and requests that leave this machine; must be empty when a test ends."""
    return []


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser, base: str, problems: list[str]) -> Iterator[Page]:
    """The opened page; the test fails when there are problems."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    opened = context.new_page()
    opened.set_default_timeout(5000)
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
    opened.on("request", lambda sent: problems.append(sent.url) if _leaves(sent.url) else None)
    opened.goto(f"{base}/simulator/")
    opened.wait_for_selector("html[data-ready]")
    yield opened
    context.close()
    assert problems == []


def _leaves(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1", "data:", "blob:"))


def type_and_send(page: Page, words: str) -> None:
    if page.get_by_test_id("show-keyboard").is_visible():
        page.get_by_test_id("show-keyboard").click()
    page.get_by_test_id("composer").fill(words)
    page.get_by_test_id("composer").press("Enter")


def test_follow_ask_and_look_behind_the_scenes(page: Page, hook: Hook) -> None:
    hook.answer = lambda message: STORY if message.type == "text" else "欢迎"

    page.get_by_test_id("follow").click()
    expect(page.get_by_test_id("bubble-out")).to_have_text("指尖之家：指欢迎")
    type_and_send(page, "公司收了我1000元保证金，合法吗？")

    answer = page.get_by_test_id("bubble-out").last
    expect(answer).to_contain_text("不合法")
    expect(answer).to_contain_text("<img src=x onerror=alert(1)>")
    expect(answer.locator("a")).to_have_text("指南")
    expect(page.get_by_test_id("bubble-in").last).to_contain_text("保证金")
    if page.viewport_size == {"width": 390, "height": 844}:
        page.get_by_role("button", name="公众号资料与更多").click()
        page.get_by_test_id("open-drawer").click()
    expect(page.get_by_test_id("drawer")).to_be_visible()
    expect(page.get_by_test_id("raw-request")).to_contain_text("<Encrypt>")
    expect(page.get_by_test_id("raw-request")).to_contain_text("msg_signature=")
    expect(page.get_by_test_id("raw-answer")).to_contain_text("<Encrypt>")
    expect(page.get_by_test_id("answer-ms")).to_contain_text("毫秒")


def test_menu_cards_and_menu_messages(page: Page, hook: Hook, api: Api, people: list[Person]) -> None:
    card = {
        "title": "防暑手册",
        "description": "一次说清",
        "image": "http://elsewhere.example/p.png",
        "url": "http://u",
    }
    hook.answer = (
        lambda message: ArticlesReply(message=message, articles=[card, card]) if _clicked(message) else None
    )
    click, view = (
        {"type": "click", "name": "新闻", "key": "NEWS"},
        {"type": "view", "name": "活动", "url": "http://127.0.0.1:9/"},
    )
    api.post("/cgi-bin/menu/create", button=[{"name": "会资讯", "sub_button": [click, click]}, view])
    page.get_by_test_id("follow").click()

    page.get_by_test_id("menu-1").click()
    page.get_by_test_id("menu-1-2").click()
    expect(page.get_by_test_id("news-card")).to_contain_text("防暑手册")
    items = [{"id": "101", "content": "加班费怎么算"}]
    menu = {"head_content": "您是想问", "list": items, "tail_content": ""}
    api.post("/cgi-bin/message/custom/send", touser=people[0].openid, msgtype="msgmenu", msgmenu=menu)
    page.get_by_test_id("msgmenu-item").click()

    expect(page.get_by_test_id("bubble-in").last).to_contain_text("加班费怎么算")


def _clicked(message: Any) -> bool:
    return getattr(message, "event", "") == "click"


def test_pages_open_inside_the_phone(page: Page, hook: Hook, api: Api, world: Any) -> None:
    media = world.media.add("demo", "image", "inline", PNG)
    article = {
        "title": "劳动节快乐",
        "author": "",
        "digest": "",
        "content": f'<p>正文</p><img src="{media.path}">',
    }
    key = world.articles.add("demo", {**article, "content_source_url": "", "article_type": "news"})
    hook.answer = lambda message: f'<a href="{world.articles.url(key)}">看文章</a>'
    page.get_by_test_id("follow").click()

    page.get_by_role("link", name="看文章").click()

    expect(page.frame_locator("[data-testid=h5-frame]").get_by_test_id("article")).to_contain_text("正文")
    page.get_by_test_id("h5-close").click()
    expect(page.get_by_test_id("h5-frame")).to_have_count(0)


def test_picture_place_and_voice(page: Page, hook: Hook) -> None:
    hook.answer = lambda message: f"听到：{message.recognition}" if message.type == "voice" else None
    page.get_by_test_id("follow").click()

    page.get_by_test_id("plus").click()
    page.get_by_test_id("plus-sample").click()
    expect(page.get_by_test_id("bubble-in").locator("img")).to_be_visible()
    page.get_by_test_id("plus").click()
    page.get_by_test_id("plus-location").click()
    page.get_by_test_id("dialog-ok").click()
    expect(page.get_by_test_id("bubble-in").last).to_contain_text("钟楼")
    page.get_by_test_id("voice").click()
    page.get_by_role("button", name="按住 说话").hover()
    page.mouse.down()
    expect(page.get_by_role("button", name="松开 结束")).to_be_visible()
    page.mouse.up()
    page.get_by_test_id("recognition").fill("加班费怎么算")
    page.get_by_test_id("dialog-ok").click()

    expect(page.get_by_test_id("bubble-out").last).to_contain_text("听到：加班费怎么算")


def test_faults_people_and_scanning(page: Page, hook: Hook, people: list[Person]) -> None:
    on_phone = page.viewport_size == {"width": 390, "height": 844}
    if on_phone:
        page.get_by_role("button", name="切换粉丝与公众号").first.click()
    page.get_by_role("tab", name="故障").click()
    page.get_by_test_id("fault-down").check()
    expect(page.locator("#fault-count")).to_have_text("1")
    page.get_by_test_id("faults-off").click()
    expect(page.get_by_test_id("fault-down")).not_to_be_checked()
    page.get_by_role("tab", name="粉丝").click()
    page.get_by_test_id("new-follower").click()
    page.get_by_test_id("new-name").fill("小林")
    page.get_by_test_id("dialog-ok").click()
    expect(page.locator("#nav-who")).to_have_text("小林")
    if on_phone:  # the sheet closes for whoever now has the phone in hand
        page.get_by_role("button", name="切换粉丝与公众号").first.click()
    page.get_by_test_id("scan-scene").fill("union-park")
    page.get_by_test_id("scan").click()
    expect(page.get_by_test_id("system-line")).to_contain_text("你已关注")

    assert wait_for(lambda: hook.messages)[0].scene_id == "union-park"


def test_a_reset_by_somebody_else_empties_the_screen(
    page: Page, hook: Hook, people: list[Person], problems: list[str]
) -> None:
    hook.answer = lambda message: "欢迎"
    page.get_by_test_id("follow").click()
    expect(page.get_by_test_id("bubble-out")).to_be_visible()

    people[0].http.post(f"{people[0].base}/simulator/api/reset", json={}, timeout=5)

    expect(page.get_by_test_id("follow")).to_be_visible()
    expect(page.get_by_test_id("bubble-out")).to_have_count(0)
    # What the page was just asking about may be gone when the answer comes.
    problems[:] = [problem for problem in problems if "404" not in problem]
