"""A jury in a real browser: a round with undo and recusal at desk and on the phone, and a jury day with five phones."""

import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from campaigns.jury.store import list_rounds
from campaigns.jury.tables import JuryRound
from proofs.browser import DESK, PHONE, WECHAT_AGENT, grave_findings
from staff.guard import COOKIE as COOKIE_OF_STAFF
from tests.campaigns.conftest import house  # noqa: F401 - a fixture
from tests.campaigns.jury.conftest import tiny_kind  # noqa: F401 - a fixture
from tests.campaigns.jury.web import Web, cookie_of, make_jury_web
from tests.conftest import Home
from tests.neighbours import served
from tests.staff.desk import Desk
from web.session import COOKIE

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]


@pytest.fixture
def web(house: Home) -> Web:  # noqa: F811
    return make_jury_web(house)


@pytest.fixture
def url(web: Web) -> Iterator[str]:
    with served(web.home.app) as address:
        yield address


def open_(chromium: Browser, stack: ExitStack, url: str, *, phone: bool = False) -> BrowserContext:
    context = chromium.new_context(
        viewport=PHONE if phone else DESK,
        has_touch=phone,
        user_agent=WECHAT_AGENT if phone else None,
        base_url=url,
        locale="zh-CN",
    )
    context.set_default_timeout(15_000)
    stack.callback(context.close)
    return context


def at_desk(context: BrowserContext, url: str, desk: Desk) -> Page:
    context.add_cookies([{"name": COOKIE_OF_STAFF, "value": desk.token, "url": f"{url}/console/"}])
    return context.new_page()


def as_follower(context: BrowserContext, url: str, web: Web, openid: str) -> Page:
    value = cookie_of(web.home, openid)
    context.add_cookies([{"name": COOKIE, "value": value, "url": f"{url}/h5/ours/"}])
    return context.new_page()


def sound(page: Page) -> None:
    """Nothing grave, and nothing wider than the window."""
    assert grave_findings(page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0, page.url


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_round_with_undo_and_recusal(chromium: Browser, web: Web, url: str, phone: bool):
    bob, _ = web.juror("bob", "一处"), web.juror("carl", "二处")
    web.panel.works.fill(8, unit="三处")
    with ExitStack() as stack:
        anna = at_desk(open_(chromium, stack, url, phone=phone), url, web.anna)
        anna.goto(web.base)
        sound(anna)
        anna.get_by_label("名称").fill("星级评审")
        anna.get_by_label("怎么评").select_option("stars")
        anna.get_by_label("每件几位评委评").fill("1")
        anna.get_by_role("button", name="建好，看分配").click()
        anna.get_by_text("这一轮已建好").wait_for()
        sound(anna)
        anna.once("dialog", lambda dialog: dialog.accept())
        anna.get_by_role("button", name="开始评审").click()
        anna.get_by_text("评审已开始").wait_for()
        sound(anna)

        page = at_desk(open_(chromium, stack, url, phone=phone), url, bob)
        page.goto("/console/a/ours/judging")
        sound(page)
        page.get_by_role("link", name=re.compile("星级评审")).click()
        page.get_by_text("已评 0 / 4").wait_for()
        sound(page)
        first = page.locator(".jury-number").inner_text()
        if phone:
            page.get_by_role("button", name="4 星").click()
        else:
            page.keyboard.press("4")
        page.get_by_text("已评 1 / 4").wait_for()
        assert page.locator(".jury-number").inner_text() != first
        sound(page)
        if phone:
            page.get_by_role("button", name="撤销", exact=True).click()
        else:
            page.keyboard.press("u")
        page.get_by_text("已撤销，请重新评").wait_for()
        assert page.locator(".jury-number").inner_text() == first
        page.get_by_role("button", name="5 星").click()
        page.get_by_text("已评 1 / 4").wait_for()
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="我认识作者，回避").click()
        page.get_by_text("转给了别的评委").wait_for()
        page.get_by_text("已评 1 / 3").wait_for()
        page.locator("summary", has_text="我回避的").click()
        page.get_by_role("button", name="撤销回避").click()
        page.get_by_text("已撤销回避").wait_for()
        page.get_by_text("已评 1 / 4").wait_for()
        for done in (2, 3, 4):
            page.locator(".jury-star").nth(done).click()
            page.get_by_text(f"已评 {done} / 4").wait_for()
        page.get_by_text("都评完了，谢谢您").wait_for()
        sound(page)

        anna.reload()
        anna.get_by_text("4 / 8").wait_for()
        anna.once("dialog", lambda dialog: dialog.accept())
        anna.get_by_role("button", name="结束，出结果").click()
        anna.get_by_text("这一轮已结束").wait_for()
        sound(anna)
        anna.get_by_role("link", name="评审统计").click()
        anna.get_by_text("一致性系数").wait_for()
        sound(anna)
        for path in ("jurors", "outs?rule=small"):
            anna.goto(f"{web.base}/{path}")
            sound(anna)
    assert sorted(one.mark or 0 for one in web.panel.tasks(_first_round(web), "bob")) == [3, 4, 5, 5]


def _first_round(web: Web) -> JuryRound:
    with web.home.parts.db.read() as session:
        return list_rounds(session, web.panel.campaign)[0]


def test_a_ranking_is_put_in_order_by_buttons_and_by_numbers(chromium: Browser, web: Web, url: str):
    bob = web.juror("bob")
    web.panel.works.fill(3)
    round_ = web.panel.open("ranking")
    with ExitStack() as stack:
        page = at_desk(open_(chromium, stack, url, phone=True), url, bob)
        page.goto(f"/console/a/ours/judging/{round_.public_id}")
        before = [one.get_attribute("name") for one in page.locator(".jury-order input[name^=place]").all()]
        page.get_by_role("button", name=re.compile("往后")).first.click()
        page.locator(".jury-order input[name^=place]").nth(2).fill("1")
        page.locator(".jury-order input[name^=place]").nth(2).press("Tab")
        after = [one.get_attribute("name") for one in page.locator(".jury-order input[name^=place]").all()]
        assert after == [before[2], before[1], before[0]]
        sound(page)
        page.get_by_role("button", name="保存次序").click()
        page.get_by_text("次序已保存").wait_for()
    marks = {f"place-{one.number}": one.mark for one in web.panel.tasks(round_, "bob")}
    assert [marks[str(name)] for name in after] == [1, 2, 3]


def test_a_jury_day_with_five_phones_and_the_screen(chromium: Browser, web: Web, url: str):
    web.panel.works.fill(3)
    round_ = web.panel.open("yes_no", live=True)
    with ExitStack() as stack:
        anna = at_desk(open_(chromium, stack, url), url, web.anna)
        anna.goto(f"{web.base}/rounds/{round_.public_id}/live")
        sound(anna)
        phone_url = anna.locator("small", has_text="/jury-day/").inner_text()
        path = "/h5/" + phone_url.partition("/h5/")[2]
        wall = open_(chromium, stack, url).new_page()
        wall.goto(str(anna.get_by_role("link", name="打开大屏幕").get_attribute("href")))
        wall.get_by_text("微信扫码加入评审").wait_for()
        sound(wall)

        phones = [as_follower(open_(chromium, stack, url, phone=True), url, web, f"o{n}") for n in range(5)]
        for phone in phones:
            phone.goto(path)
            phone.get_by_role("button", name="加入评审").click()
            phone.get_by_text("请等主持人开始").wait_for()
        sound(phones[0])
        wall.locator("[data-seated]", has_text="5").wait_for()

        anna.reload()
        anna.keyboard.press("ArrowRight")
        anna.get_by_text("第 1 / 3 件").wait_for()
        for at, phone in enumerate(phones[:4]):
            phone.get_by_text("画面 1").wait_for()
            phone.get_by_role("button", name="通过" if at < 3 else "不通过", exact=True).click()
            phone.get_by_text("已投").wait_for()
        sound(phones[0])
        wall.locator("[data-marked]", has_text="4").wait_for()

        seen = _vote_with_a_lost_answer(phones[4])
        assert len(seen) == 2
        assert seen[0] == seen[1]
        wall.locator("[data-marked]", has_text="5").wait_for()
        sound(wall)

        anna.keyboard.press("Enter")
        anna.get_by_text("通过：4").wait_for()
        wall.get_by_text("80.0%").wait_for()
        for phone in phones:
            phone.get_by_text("80.0%").wait_for()
            assert phone.locator("[data-marks]").is_hidden()
        sound(phones[0])
        sound(anna)
        anna.keyboard.press("ArrowRight")
        wall.get_by_text("画面 2").wait_for()
        phones[2].get_by_text("画面 2").wait_for()
        assert phones[2].locator("[aria-pressed=true]").count() == 0
        web.panel.close(round_)
        wall.get_by_text("这场评审已经结束").wait_for()
        phones[0].get_by_text("这场评审已经结束").wait_for()
    best = web.panel.standings(round_)[0]
    assert (best.number, best.score) == (1, 80.0)


def _vote_with_a_lost_answer(phone: Page) -> list[str]:
    """The vote arrives, its answer does not; the phone sends it again by itself. Returns the keys it was sent with."""
    seen: list[str] = []

    def lose(route: Route) -> None:
        seen.append(route.request.headers["idempotency-key"])
        if len(seen) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    phone.route(re.compile("/vote$"), lose)
    phone.get_by_text("画面 1").wait_for()
    phone.get_by_role("button", name="通过", exact=True).click()
    phone.get_by_role("alert").filter(has_text="自动重发").wait_for()
    phone.get_by_text("已投").wait_for()
    return seen
