"""Voting in a real browser: the choice across pages and searches, one ballot under one key, and what goes wrong."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Response
from playwright.sync_api import Browser, BrowserContext, Page, Route
from sqlalchemy import update

from campaigns import errands, service
from campaigns.ballots.ballot import Origin
from campaigns.ballots.guard.odd import Odd
from campaigns.ballots.store import list_ballots
from campaigns.ballots.tables import VoteSearch
from campaigns.ballots.tasks import search_due
from campaigns.kinds.vote.tables import VoteCandidate
from campaigns.store import STAMP, get_row
from members.ledger import find_person
from members.signin import SESSIONS
from models.stamps import raise_stamp
from proofs.browser import PHONE, WECHAT_AGENT, grave_findings
from staff.guard import COOKIE as COOKIE_OF_STAFF
from staff.roles import Role
from tests.campaigns.vote.conftest import make_web
from tests.campaigns.vote.phones import Web
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import open_web, parts_of, served
from tests.staff.desk import Desk
from web.session import COOKIE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser"), pytest.mark.timeout(400)]
NAMES = tuple(f"候选{number:03d}" for number in range(1, 66))


@pytest.fixture
def web(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Web]:
    """65 candidates; three on a ballot, five a day."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    with open_web(make_settings(tmp_path, valkey_url)) as app:
        home = Home(app, parts_of(app))
        home.add_account(new_account())
        yield make_web(home, {"choose_most": 3, "votes": 5, "order": "按编号"}, names=NAMES)


@pytest.fixture
def context(web: Web, chromium: Browser) -> Iterator[BrowserContext]:
    with served(web.home.app) as url:
        made = chromium.new_context(viewport=PHONE, user_agent=WECHAT_AGENT, has_touch=True, base_url=url)
        made.set_default_timeout(10_000)
        yield made
        made.close()


def sign_in(web: Web, context: BrowserContext, openid: str = "o1", *, snapshot: bool = False) -> Page:
    carrier = Response()
    web.home.app.extensions[SESSIONS].write(carrier, web.key, Visitor(openid, snapshot))
    value = carrier.headers["Set-Cookie"].split(";")[0].partition("=")[2]
    page = context.new_page()
    page.goto("/healthz")
    context.add_cookies([{"name": COOKIE, "value": value, "url": page.url}])
    return page


def ballots(web: Web, openid: str = "o1") -> list[tuple[int, ...]]:
    with web.vote.db.read() as session:
        person = find_person(session, web.vote.account_id, web.vote.campaign.scope, openid)
        lines = list_ballots(session, web.vote.campaign, person.id) if person else []
    return [tuple(line.candidates) for line in lines]


def choose(page: Page, number: int) -> None:
    page.locator(f"input[name=choice][value='{number}']").check()


def told(page: Page, words: str) -> None:
    page.locator("[data-told]", has_text=words).wait_for()


def test_a_choice_is_kept_across_pages_and_searches_and_cast_once(web: Web, context: BrowserContext):
    page = sign_in(web, context)
    page.goto(f"{web.base}/vote")
    choose(page, 2)
    told(page, "已选 1/3，今天还剩 5 票")
    page.get_by_role("link", name="下一页").click()
    choose(page, 33)
    page.fill("#vote-q", "65号")
    page.get_by_role("button", name="查找").click()
    page.wait_for_url(re.compile("q="))
    choose(page, 65)
    told(page, "已选 3/3")
    page.locator("[data-chosen] summary").click()
    page.get_by_role("button", name="去掉 33 号 候选033").click()
    told(page, "已选 2/3")
    page.get_by_role("button", name="投票").click()
    page.wait_for_url(re.compile("/receipts/"))
    assert ballots(web) == [(2, 65)]
    page.goto(f"{web.base}/vote")
    told(page, "已选 0/3，今天还剩 3 票")
    assert page.locator("input[value='2']").is_disabled()


def test_one_more_than_a_ballot_holds_is_refused_at_once(web: Web, context: BrowserContext):
    page = sign_in(web, context)
    page.goto(f"{web.base}/vote")
    for number in (1, 2, 3):
        choose(page, number)
    page.locator("input[name=choice][value='4']").click()
    page.get_by_role("alert").filter(has_text="最多选 3 个").wait_for()
    assert not page.locator("input[value='4']").is_checked()
    told(page, "已选 3/3")


def test_a_lost_answer_is_asked_for_again_and_counts_once(web: Web, context: BrowserContext):
    page, seen = sign_in(web, context), []

    def lose(route: Route) -> None:
        """The ballot arrives; its answer does not."""
        seen.append(route.request.headers["idempotency-key"])
        if len(seen) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    page.route(re.compile("/vote/cast"), lose)
    page.goto(f"{web.base}/vote")
    choose(page, 5)
    page.get_by_role("button", name="投票").click()
    page.get_by_role("alert").filter(has_text="不会重复计").wait_for()
    page.get_by_role("button", name="投票").click()
    page.wait_for_url(re.compile("/receipts/"))
    assert len(seen) == 2
    assert seen[0] == seen[1]
    assert ballots(web) == [(5,)]


def test_who_is_not_signed_in_looks_and_is_led_to_the_sign_in(web: Web, context: BrowserContext):
    page = context.new_page()
    page.route(re.compile("/vote/enter"), lambda route: route.fulfill(status=200, body="sign in"))
    page.goto(f"{web.base}/vote")
    choose(page, 7)
    page.get_by_role("button", name="登录后投票").click()
    page.wait_for_url(re.compile("/vote/enter"))
    page = sign_in(web, context)
    page.goto(f"{web.base}/vote")
    assert ballots(web) == []


def test_a_virtual_visitor_reads_why_it_cannot_vote(web: Web, context: BrowserContext):
    page = sign_in(web, context, "o9", snapshot=True)
    page.goto(f"{web.base}/vote")
    told(page, "使用完整服务")
    assert page.get_by_role("button", name="投票").is_disabled()


def test_the_keyboard_alone_chooses_and_votes(web: Web, context: BrowserContext):
    page = sign_in(web, context)
    page.goto(f"{web.base}/vote?q=3号")
    page.locator("input[value='3']").focus()
    page.keyboard.press("Space")
    told(page, "已选 1/3")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[data-cast]')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/receipts/"))
    assert ballots(web) == [(3,)]


def test_a_ballot_that_looks_odd_is_worked_for_by_the_phone_itself(
    web: Web, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Odd, "look", lambda *_: True)
    page, asked = sign_in(web, context), []
    page.on("response", lambda answer: asked.append(answer.status) if "/vote/cast" in answer.url else None)
    page.goto(f"{web.base}/vote")
    choose(page, 9)
    page.get_by_role("button", name="投票").click()
    page.wait_for_url(re.compile("/receipts/"), timeout=60_000)
    assert asked == [403, 200]
    assert ballots(web) == [(9,)]


def test_the_result_fits_a_phone_with_all_its_columns(web: Web, context: BrowserContext):
    page = sign_in(web, context)
    with web.vote.db.work() as session:
        of = VoteCandidate.account_id == web.vote.account_id
        values = {
            "jury_hundredths": 9999,
            "name": "阿卜杜热合曼" * 5,
            "unit": "轨道交通装备制造有限责任公司" * 4,
        }
        session.execute(update(VoteCandidate).where(of).values(values))
        row = get_row(session, web.vote.account_id, web.vote.campaign.public_id)
        row.settings = {**row.settings, "public_percent": 70}
        raise_stamp(session, STAMP)
        service.close(session, web.vote.campaign, web.vote.now)
    web.refresh()
    page.goto(f"{web.base}/vote/result")
    page.locator("details summary").first.click()
    page.get_by_role("columnheader", name="总分").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert grave_findings(page) == []


def test_the_ranking_follows_the_count_without_a_reload_and_pauses_while_hidden(
    web: Web, context: BrowserContext
):
    context.clock.install()
    page, asked = sign_in(web, context), []
    page.on("request", lambda sent: asked.append(sent.url) if "/vote/counts" in sent.url else None)
    page.goto(f"{web.base}/vote/ranking")
    page.evaluate("document.mark = 'still the same page'")
    first = page.locator(".vote-ranks li").first
    first.locator("a").focus()
    web.vote.cast("o7", 3, 5)
    web.vote.cast("o8", 5)
    web.vote.seal()
    web.refresh()
    context.clock.run_for(13_000)
    page.locator(".vote-ranks li:first-child", has_text="5 号 候选005").wait_for()
    lines = page.locator(".vote-ranks li").all_inner_texts()
    assert [line.split()[0] for line in lines[:4]] == ["1", "2", "3", "3"]
    assert "2 票" in lines[0]
    assert first.locator("rect").get_attribute("width") == "100.0"
    assert page.evaluate("document.activeElement.textContent").startswith("1 号")
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { get: () => true });
        document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    before = len(asked)
    context.clock.run_for(60_000)
    assert len(asked) == before >= 1
    assert page.evaluate("document.mark") == "still the same page"
    assert grave_findings(page) == []


def test_the_list_follows_the_count_and_keeps_what_was_chosen(web: Web, context: BrowserContext):
    context.clock.install()
    page = sign_in(web, context)
    page.goto(f"{web.base}/vote")
    choose(page, 2)
    web.vote.cast("o7", 3)
    web.vote.seal()
    web.refresh()
    context.clock.run_for(13_000)
    page.locator("[data-votes='3']", has_text="1 票").wait_for()
    assert page.locator("input[value='2']").is_checked()


def test_a_search_shows_how_far_it_is_and_what_it_found_without_a_reload(web: Web, context: BrowserContext):
    for number in range(60):
        web.vote.cast(f"o-robot-{number}", 3, origin=Origin("page", "a" * 16, "r" * 16, ""))
        web.vote.cast(f"o-{number}", 4 + number % 9)
    web.vote.seal()
    anna, page = Desk(web.home, "anna", "ours", Role.ORGANISER), context.new_page()
    page.goto("/healthz")
    context.add_cookies(
        [{"name": COOKIE_OF_STAFF, "value": anna.token, "url": page.url.replace("healthz", "console/")}]
    )
    page.goto(f"/console/a/ours/campaigns/{web.vote.campaign.public_id}/guard/rules/silent")
    page.fill("#ballots", "20")
    page.get_by_role("button", name="看看会剔除哪些").click()
    page.get_by_text("排队中").wait_for()
    page.evaluate("document.mark = 'still the same page'")
    with web.vote.db.work() as session:
        row = errands.claim(session, VoteSearch, web.vote.now)
        errands.note(session, row, web.vote.now, rows=row.all_rows // 2)
    page.get_by_text("已经看了 50%").wait_for()
    assert grave_findings(page) == []
    web.watch.wait(minutes=6)
    assert search_due(web.home.parts) == 1
    page.get_by_role("button", name="剔除 60 张选票").wait_for()
    assert page.evaluate("document.mark") == "still the same page"
    assert grave_findings(page) == []
    page.fill("#reason", "机器投的")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="剔除 60 张选票").click()
    page.get_by_text("已剔除。选票一张没删").wait_for()
