"""A contest as everybody sees it, in a real browser at desk and on the phone: from the wall to the exhibition and the certificate."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Response
from playwright.sync_api import Browser, BrowserContext, Page, Route

from campaigns.ballots import open_pages, part
from campaigns.ballots.tasks import seal_due
from campaigns.kinds.photo import h5_wall
from campaigns.kinds.photo.awards import list_awards, withdraw
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.months import choose_month
from campaigns.kinds.photo.objections import list_objections
from core.settings import ROOT
from members.signin import SESSIONS
from proofs.browser import DESK, PHONE, WECHAT_AGENT, grave_findings
from tests.campaigns.photo.clerks import AWARDS, award, judge, publicise
from tests.campaigns.photo.phones import Web, make_web
from tests.campaigns.photo.world import a_picture
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import open_web, parts_of, served
from web.session import COOKIE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(300)]
SETTINGS = AWARDS | {"order": "最新在前", "most_works": 50, "votes": 3, "categories": "劳动者、工地、家园"}
DRAWN = ROOT / "content" / "demo" / "works" / "moments"
TITLES = ("夜班的灯", "塔吊之上", "焊花", "食堂阿姨", "第一缕光", "接力", "母女同岗", "雨中巡线")
WORKS = 34


@pytest.fixture
def web(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Web]:
    """34 works of real pictures on the wall; the last has three, the one before a link."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    with open_web(make_settings(tmp_path, valkey_url)) as app:
        home = Home(app, parts_of(app))
        home.add_account(new_account())
        web = make_web(home, SETTINGS, title="最美劳动者职工摄影大赛", summary="镜头对准劳动者。")
        keeper = Keeper.of(home.parts)
        drawn = [keeper.keep((DRAWN / f"{n}.jpg").read_bytes()) for n in range(1, 25)]
        drawn += [keeper.keep(a_picture(n, size)) for n, size in enumerate(((800, 1200), (1000, 1000)))]
        for n in range(WORKS):
            openid, contest = f"o-{n}", web.contest
            work_id = contest.begin(openid)
            for more in range(3 if n == WORKS - 1 else 1):
                contest.add(openid, work_id, kept=drawn[(n + more * 5) % len(drawn)])
            link = "https://works.example/h5" if n == WORKS - 2 else ""
            about = "凌晨三点，车间的灯还亮着。\n他说，再有一炉就收工。"
            title, category = TITLES[n % len(TITLES)], ("劳动者", "工地", "家园")[n % 3]
            contest.write(
                openid,
                work_id,
                title=title,
                about=about,
                author=f"作者{n}",
                category=category,
                link=link,
                place="三号车间",
            )
            contest.hand_in(openid, work_id)
        assert len(judge(web.contest, "shown", *range(1, WORKS + 1)).done) == WORKS
        yield web


@pytest.fixture(params=["desk", "phone"])
def page(request: pytest.FixtureRequest, web: Web, chromium: Browser) -> Iterator[Page]:
    """Of `o-anna`, who took part in nothing yet."""
    phone = request.param == "phone"
    with served(web.home.app) as url:
        context = chromium.new_context(
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            user_agent=WECHAT_AGENT,
            base_url=url,
            locale="zh-CN",
        )
        context.set_default_timeout(15_000)
        sign_in(web, context, url, "o-anna")
        yield context.new_page()
        context.close()


def sign_in(web: Web, context: BrowserContext, url: str, openid: str) -> None:
    carrier = Response()
    web.home.app.extensions[SESSIONS].write(carrier, web.key, Visitor(openid))
    value = carrier.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    context.add_cookies([{"name": COOKIE, "value": value, "url": f"{url}/h5/{web.key}/"}])


def sound(page: Page) -> None:
    """Nothing grave, and nothing wider than the window."""
    assert grave_findings(page) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0, page.url


def forget_pages() -> None:
    for kept in (open_pages._pages, open_pages._rare, part._rolls, h5_wall._liked):
        kept._known.clear()


def told(page: Page, words: str) -> None:
    page.locator("[data-say]", has_text=words).wait_for()


def heart(page: Page, number: int) -> object:
    return page.locator(f"[data-like='{number}'] button")


def test_hearts_on_the_wall_and_one_more_page(web: Web, page: Page):
    page.goto(f"{web.base}/photo")
    sound(page)
    assert page.locator(".wall-card").count() == 30
    page.get_by_text("今天还有 3 个赞").wait_for()
    heart(page, 34).click()
    told(page, "点上了，今天还有 2 个赞")
    assert heart(page, 34).get_attribute("aria-pressed") == "true"
    heart(page, 34).click()
    told(page, "您今天已经给这一件点过赞了")
    page.get_by_role("link", name="再看一页").click()
    page.locator(".wall-page").nth(1).wait_for()
    assert page.locator(".wall-card").count() == WORKS
    page.get_by_text("都看完了").wait_for()
    heart(page, 1).click()
    told(page, "还有 1 个赞")
    seal_due(web.home.parts)
    forget_pages()
    page.reload()
    page.locator("[data-like='34'] [data-count]", has_text="1").wait_for()
    assert heart(page, 34).get_attribute("aria-pressed") == "true"
    page.get_by_role("link", name="最多赞").click()
    page.wait_for_url(re.compile("order=likes"))
    assert page.locator(".wall-card strong").first.text_content() == TITLES[33 % 8]
    page.get_by_role("link", name="工地", exact=True).click()
    page.get_by_text("找到 11 件").wait_for()
    sound(page)


def test_a_lost_answer_is_sent_again_and_counts_once(web: Web, page: Page):
    page.goto(f"{web.base}/photo")
    page.get_by_text("今天还有 3 个赞").wait_for()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page.route("**/photo/cast", lose, times=1)
    heart(page, 30).click()
    told(page, "网络不稳")
    heart(page, 30).click()
    told(page, "今天还有 2 个赞")


def test_a_work_with_several_pictures_by_keyboard_and_on_to_the_next(web: Web, page: Page):
    page.goto(f"{web.base}/photo/34")
    sound(page)
    strip = page.locator("[data-strip]")
    assert strip.locator("figure").count() == 3
    strip.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('[data-strip]').scrollLeft > 100")
    page.get_by_role("link", name="下一件").click()
    page.wait_for_url(re.compile("/photo/33$"))
    page.get_by_text("离开本站，去 works.example").wait_for()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile("/photo/32$"))
    sound(page)


def test_from_the_award_list_over_an_objection_to_the_exhibition_and_the_certificate(web: Web, page: Page):
    number = bring_to_the_end(web)
    page.goto(f"{web.base}/photo")
    page.get_by_text("获奖名单正在公示").wait_for()
    sound(page)
    page.get_by_role("link", name="看名单").click()
    page.get_by_text("奖项已撤销：原作见某杂志").wait_for()
    sound(page)
    page.get_by_role("link", name=re.compile("提异议.*20 号")).click()
    page.get_by_label("理由").fill("和某杂志的封面一样，见附的网址")
    sound(page)
    page.get_by_role("button", name="提交异议").click()
    page.get_by_text("收到了").wait_for()
    with web.contest.db.read() as session:
        assert [one.work.number for one in list_objections(session, web.contest.campaign)] == [20]
    page.goto(f"{web.base}/photo/exhibition")
    assert page.locator(".hall-work").count() == 4
    sound(page)
    page.goto(f"{web.base}/photo/months")
    page.get_by_text("光找得好").wait_for()
    sound(page)
    web.watch.now += timedelta(days=6)
    page.goto(f"{web.base}/photo/verify/{number}")
    page.get_by_text("证书有效").wait_for()
    sound(page)
    sign_in(web, page.context, page.url.partition("/h5/")[0], "o-33")
    page.goto(f"{web.base}/photo/certificates/{number}")
    page.get_by_role("link", name="查验页面").wait_for()
    sound(page)


def bring_to_the_end(web: Web) -> str:
    """The list is public; the number of the first award's certificate."""
    contest = web.contest
    now = contest.now
    with contest.db.work() as session:
        choose_month(
            session, contest.campaign, now.strftime("%Y-%m"), 5, "光找得好，人也拍得暖。", "anna", now
        )
    first = award(contest, 34, "一等奖").public_id
    for number, level in ((20, "二等奖"), (12, "二等奖"), (33, "组织奖"), (9, "组织奖")):
        award(contest, number, level)
    publicise(contest)
    with contest.db.work() as session:
        struck = next(one for one in list_awards(session, contest.campaign) if one.work.number == 9)
        withdraw(session, contest.campaign, struck.award.public_id, "原作见某杂志", "anna", contest.now)
    web.watch.now = contest.now
    web.refresh()
    forget_pages()
    return first
