"""Looking through a contest's works in a real browser: by keyboard, by finger, undone, without a reload."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from campaigns.kinds.photo.judging import REASONS
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.suspects import compare_due
from proofs.browser import DESK, PHONE, grave_findings
from staff.guard import COOKIE
from staff.roles import Role
from tests.campaigns.photo.clerks import AWARDS, award, judge
from tests.campaigns.photo.world import Contest, a_picture, make_contest
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import open_web, parts_of, served
from tests.staff.desk import Desk, set_watch

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(400)]
TITLES = ("夜班的灯", "塔吊之上", "焊花", "食堂阿姨", "第一缕光", "接力", "母女同岗", "雨中巡线")


@dataclass
class Desktop:
    """A house with a contest in it."""

    home: Home
    contest: Contest


@pytest.fixture
def desktop(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Desktop]:
    """Eight works that wait; the eighth is the first one's picture once more."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    with open_web(make_settings(tmp_path, valkey_url)) as app:
        home = Home(app, parts_of(app))
        home.add_account(new_account())
        app.extensions["zhijia.runtime"].shelves.refresh()
        contest = make_contest(home.parts.db, AWARDS, home.parts.directory.get("ours").id)
        keeper = Keeper.of(home.parts)
        for n, title in enumerate(TITLES):
            openid = f"o-{n}"
            work_id = contest.begin(openid)
            for more in range(1 + n % 2):
                size = random.Random(n).choice(((1200, 800), (800, 1200), (1000, 1000)))
                contest.add(openid, work_id, kept=keeper.keep(a_picture(n % 7 + more * 50, size)))
            contest.write(openid, work_id, title=title, about="凌晨三点，车间的灯还亮着。", author="老陈")
            contest.hand_in(openid, work_id)
        compare_due(home.parts)
        set_watch(home).now = contest.now
        yield Desktop(home, contest)


@pytest.fixture
def contest(desktop: Desktop) -> Contest:
    return desktop.contest


@pytest.fixture(params=["desk", "phone"])
def page(request: pytest.FixtureRequest, desktop: Desktop, chromium: Browser) -> Iterator[Page]:
    yield from open_page(desktop.home, chromium, on_phone=request.param == "phone")


@pytest.fixture
def desk_page(desktop: Desktop, chromium: Browser) -> Iterator[Page]:
    yield from open_page(desktop.home, chromium, on_phone=False)


def open_page(home: Home, chromium: Browser, *, on_phone: bool) -> Iterator[Page]:
    """Anna's, who organises and may schedule pushes."""
    anna = Desk(home, "anna", "ours", Role.ORGANISER, Role.EDITOR, Role.PRIVACY)
    with served(home.app) as url:
        context: BrowserContext = chromium.new_context(
            viewport=PHONE if on_phone else DESK, has_touch=on_phone, base_url=url
        )
        context.set_default_timeout(10_000)
        context.add_cookies([{"name": COOKIE, "value": anna.token, "url": f"{url}/console/"}])
        page = context.new_page()
        problems: list[str] = []
        page.on("pageerror", lambda error: problems.append(str(error)))
        yield page
        context.close()
        assert problems == []


def path(contest: Contest, name: str) -> str:
    return f"/console/a/ours/campaigns/{contest.campaign.public_id}/photo/{name}"


def told(page: Page, words: str) -> None:
    page.locator("[data-told]", has_text=words).wait_for()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('.photo-tile')?.dataset.title ?? ''"))


def states(contest: Contest) -> list[str]:
    return [contest.work(number).state for number in range(1, len(TITLES) + 1)]


def test_works_are_looked_through_by_keyboard_alone(contest: Contest, desk_page: Page) -> None:
    page = desk_page
    page.goto(path(contest, "works"))
    page.evaluate("document.mark = 'still the same page'")
    assert focused(page).startswith("1 号")
    page.keyboard.press("a")
    told(page, "已通过 1 件：1 号")
    assert focused(page).startswith("2 号")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("r")
    page.keyboard.press("2")
    told(page, "已退回 1 件：3 号")
    assert contest.work(3).state_why == REASONS[1]
    page.keyboard.press("u")
    told(page, "已撤销")
    page.wait_for_function("document.activeElement.closest('.photo-tile')?.dataset.title.startsWith('3 号')")
    assert contest.work(3).state == "waiting"
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("a")
    told(page, "已通过 3 件：3、4、5 号")
    assert states(contest) == ["shown", "waiting", "shown", "shown", "shown"] + ["waiting"] * 3
    page.keyboard.press("Space")
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("a")
    told(page, "已通过 1 件")
    page.keyboard.press("Space")
    page.locator("dialog:not([open])").wait_for(state="attached")
    assert page.evaluate("document.mark") == "still the same page"


def test_what_a_colleague_decided_is_told_and_leaves_the_page_as_it_is(
    contest: Contest, desk_page: Page
) -> None:
    page = desk_page
    page.goto(path(contest, "works"))
    judge(contest, "refused", 1, why=REASONS[0], by="bob")
    page.locator(".photo-tile .photo-look").first.focus()
    page.keyboard.press("a")
    told(page, "刚刚有同事处理过")
    assert page.locator(".photo-tile").count() == len(TITLES)


def test_works_are_let_through_and_refused_by_finger(contest: Contest, page: Page) -> None:
    page.goto(path(contest, "works"))
    for number in (1, 2):
        page.get_by_label(f"选中 {number} 号").check()
    page.locator("[data-bar]").get_by_role("button", name="通过", exact=True).click()
    told(page, "已通过 2 件")
    page.get_by_label("选中 3 号").check()
    page.locator("[data-refuse] summary").click()
    page.get_by_label(REASONS[0]).check()
    page.locator("[data-refuse]").get_by_role("button", name="退回").click()
    told(page, "已退回 1 件：3 号")
    page.get_by_role("button", name="撤销", exact=True).click()
    told(page, "已撤销")
    assert states(contest)[:3] == ["shown", "shown", "waiting"]


def test_every_page_fits_its_screen_and_can_be_read(contest: Contest, page: Page) -> None:
    judge(contest, "shown", 1, 2, 3)
    award(contest, 1, "一等奖")
    award(contest, 2, "二等奖")
    names = ["works", "works?state=shown", f"works/{contest.work(1).public_id}", "suspects"]
    for name in [*names, "awards", "awards?by=公众点赞", "objections", "months"]:
        page.goto(path(contest, name))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert grave_findings(page) == [], name
