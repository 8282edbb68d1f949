"""The simulator's phone in a browser: somebody new follows the account, taps its menu, says something and reads the answer.
Used by proofs and browser tests."""

from playwright.sync_api import Locator, Page, expect

from proofs.browser import DESK


def is_desk(page: Page) -> bool:
    return page.viewport_size == DESK


def new_follower(page: Page, name: str) -> None:
    """Open the simulator with a follower of our own, who does not follow yet."""
    page.goto("/simulator/")
    page.wait_for_selector("html[data-ready]")
    if not is_desk(page):
        page.get_by_label("切换粉丝与公众号").click()
    page.get_by_test_id("new-follower").click()
    page.get_by_test_id("new-name").fill(name)
    page.get_by_test_id("new-name").press("Enter")
    expect(page.locator("#nav-who")).to_have_text(name)  # before that, the phone is still somebody else's
    expect(page.get_by_test_id("follow")).to_be_visible()


def follow(page: Page, name: str) -> None:
    """As `new_follower`, and follows."""
    new_follower(page, name)
    page.get_by_test_id("follow").click()
    expect(newest_answer(page)).to_contain_text("欢迎回家")


def say(page: Page, words: str) -> None:
    composer = page.get_by_test_id("composer")
    if not composer.is_visible():
        page.get_by_test_id("show-keyboard").click()
    composer.fill(words)
    page.get_by_test_id("send").click()


def newest_answer(page: Page) -> Locator:
    return page.get_by_test_id("bubble-out").last


def ask(page: Page, words: str) -> str:
    """Says it; returns the answer."""
    answers = page.get_by_test_id("bubble-out")
    before = answers.count()
    say(page, words)
    expect(answers).not_to_have_count(before)
    return answers.last.inner_text()
