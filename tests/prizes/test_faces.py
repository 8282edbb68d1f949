"""The faces of a draw in a real browser: the server decides first, then a finger, a mouse or a key only shows it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from proofs.browser import DESK, PHONE, WECHAT_AGENT, grave_findings, start_chromium
from tests.neighbours import served
from tests.prizes.draws import MUG
from tests.prizes.players import House, Phone
from tests.prizes.test_pages import sure
from web.session import COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(120)]

_NOTE_LISTENERS = """
  window.__wide = [];
  const add = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (kind, ...rest) {
    const wide = [document, window, document.documentElement, document.body].includes(this);
    if (wide && /draw/.test(new Error().stack)) window.__wide.push(kind);
    return add.call(this, kind, ...rest);
  };
"""
_UNDER_THE_HAND = """() => {
  const box = document.querySelector(".wheel").getBoundingClientRect();
  const under = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height * 0.2);
  return under.map((one) => one.dataset.slice).find((one) => one !== undefined);
}"""


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    browser = start_chromium(playwright)
    yield browser
    browser.close()


@pytest.fixture
def open_draw(house: House, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens the page of a draw in which every turn wins a cup, on a phone (by touch) or a desk (by mouse)."""
    pages: list[Page] = []

    with served(house.app) as url:

        def opened(face: str, *, touch: bool = True, **context: Any) -> Page:
            draw = house.open(sure(MUG, face=face))
            house.give(draw, count=2)
            phone = Phone(house).client.get_cookie(COOKIE, path="/h5/ours/")
            size = {"viewport": PHONE, "user_agent": WECHAT_AGENT} if touch else {"viewport": DESK}
            made = chromium.new_context(has_touch=touch, locale="zh-CN", base_url=url, **size, **context)
            cookie = {"name": COOKIE, "domain": "127.0.0.1", "path": "/h5/ours/"}
            made.add_cookies([{**cookie, "value": phone.value if phone else ""}])
            made.add_init_script(_NOTE_LISTENERS)
            page = made.new_page()
            page.on("pageerror", lambda error: pytest.fail(str(error)))
            pages.append(page)
            page.goto(f"/h5/ours/d/{draw.public_id}")
            assert grave_findings(page) == []
            return page

        yield opened
        for page in pages:
            assert page.evaluate("window.__wide") == [], "a face listens to the whole page"
            page.context.close()


def take(page: Page, word: str) -> dict[str, Any]:
    """Press the button; what the server said, before anything is shown."""
    with page.expect_response(lambda answer: answer.url.endswith("/turn")) as waited:
        page.get_by_role("button", name=word).click()
    told: dict[str, Any] = waited.value.json()
    assert told["prize"]["name"] == MUG.name
    return told


def shows_the_prize(page: Page, told: dict[str, Any]) -> None:
    expect(page.locator("[data-result]")).to_contain_text(MUG.name)
    expect(page.get_by_role("link", name="去领奖")).to_have_attribute("href", f"/h5/ours/w/{told['win']}")
    expect(page.locator("[data-left]")).to_have_text("1")


def rub(page: Page, moved: Callable[[float, float], None]) -> None:
    """Back and forth over the card, until it is bare."""
    box = page.locator("[data-cover]").bounding_box()
    assert box is not None
    for row in range(1, 8):
        for step in range(20):
            moved(box["x"] + box["width"] * step / 20, box["y"] + box["height"] * row / 8)
        if page.locator("[data-cover]").is_hidden():
            return


def test_a_card_is_scratched_with_a_finger(open_draw: Callable[..., Page]):
    page = open_draw("scratch")
    told = take(page, "刮一张")
    expect(page.locator("[data-result]")).to_have_text("")
    wire, scrolled = page.context.new_cdp_session(page), page.evaluate("scrollY")
    box = page.locator("[data-cover]").bounding_box()
    assert box is not None

    def touch(kind: str, *points: dict[str, float]) -> None:
        wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": box["x"] + 5, "y": box["y"] + 5})
    rub(page, lambda x, y: touch("touchMove", {"x": x, "y": y}))
    touch("touchEnd")
    shows_the_prize(page, told)
    assert page.evaluate("scrollY") == scrolled, "the page moved under the finger"


def test_a_card_is_scratched_with_a_mouse(open_draw: Callable[..., Page]):
    page = open_draw("scratch", touch=False)
    told = take(page, "刮一张")
    box = page.locator("[data-cover]").bounding_box()
    assert box is not None
    rub(page, page.mouse.move)
    expect(page.locator("[data-result]")).to_have_text("")  # no button was pressed
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    rub(page, page.mouse.move)
    page.mouse.up()
    shows_the_prize(page, told)


def test_who_cannot_scratch_sees_the_result_by_keyboard(open_draw: Callable[..., Page]):
    page = open_draw("scratch", touch=False)
    go = page.get_by_role("button", name="刮一张")
    go.focus()
    with page.expect_response(lambda answer: answer.url.endswith("/turn")) as waited:
        page.keyboard.press("Enter")
    plain = page.get_by_role("button", name="直接查看结果")
    expect(plain).to_be_visible()
    plain.focus()
    page.keyboard.press("Enter")
    shows_the_prize(page, waited.value.json())


@pytest.mark.parametrize("touch", [True, False])
def test_the_wheel_stops_at_what_was_won(open_draw: Callable[..., Page], touch: bool):
    page = open_draw("wheel", touch=touch)
    told = take(page, "转一次")
    shows_the_prize(page, told)
    page.locator(".wheel").scroll_into_view_if_needed()
    assert page.evaluate(_UNDER_THE_HAND) == told["prize"]["id"]


def test_a_red_envelope_opens(open_draw: Callable[..., Page]):
    page = open_draw("envelope")
    shows_the_prize(page, take(page, "拆一个"))


@pytest.mark.parametrize(("face", "word"), [("wheel", "转一次"), ("envelope", "拆一个")])
def test_who_wants_no_motion_sees_the_result_at_once(open_draw: Callable[..., Page], face: str, word: str):
    page = open_draw(face, reduced_motion="reduce")
    told = take(page, word)
    expect(page.get_by_role("link", name="去领奖")).to_be_visible(timeout=600)
    shows_the_prize(page, told)
