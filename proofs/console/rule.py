"""Line 3: a keyword rule with a reply that is one of several, in some hours: tried in the box, then in the chat."""

import time
from datetime import datetime, timedelta

from playwright.sync_api import Locator, expect

from core.clock import SHANGHAI
from proofs.console.answer import WITHIN_S, ask_every_process
from proofs.console.judge import hours_around, hours_away
from proofs.console.story import Story, wait_until
from proofs.console.visitor import Visitor
from proofs.phone import ask, follow
from staff.roles import Role

_REPLIES = ("今天的暗号是海风", "今天的暗号是潮汐")


def make_rule(story: Story) -> None:
    """建一条随机回复、分时段的关键词规则，先试，再到聊天里."""
    word = f"暗号牌{story.number}{'手机' if story.phone else '电脑'}"
    now = datetime.now(SHANGHAI)
    visitor = story.visitor()
    visitor.sign_in(story.stage.people.add(Role.EDITOR))
    visitor.open_part("关键词回复")
    fill_rule(visitor, word, hours_around(now))
    saved_at = save_rule(visitor)
    _try(story, visitor, word, now)
    _in_chat(story, word, saved_at)
    _out_of_hours(story, visitor, word, now)


def fill_rule(visitor: Visitor, word: str, hours: tuple[str, str]) -> None:
    """A new rule, as far as typing."""
    page = visitor.page
    page.get_by_role("link", name="新建规则").first.click()
    page.get_by_label("规则名称").fill(word)
    page.get_by_label("关键词，一行一个").fill(word)
    page.get_by_text("优先级和有效时间").click()
    fill_hours(visitor, hours)
    page.get_by_label("回复的类型").select_option(label="随机一条")
    for number, reply in enumerate(_REPLIES, 1):
        page.get_by_label(f"第 {number} 条的文字").fill(reply)
    visitor.look("新建规则")
    page.get_by_role("button", name="预览和检查").click()
    expect(page.locator("#look")).to_contain_text(_REPLIES[0])
    visitor.look("新建规则（预览）")


def fill_hours(visitor: Visitor, hours: tuple[str, str]) -> None:
    visitor.page.locator("#opens").fill(hours[0])
    visitor.page.locator("#closes").fill(hours[1])


def save_rule(visitor: Visitor) -> float:
    """Returns when it was answered, of `time.monotonic()`."""
    with visitor.page.expect_response(lambda one: one.request.method == "POST"):
        visitor.page.get_by_role("button", name="保存", exact=True).click()
    at = time.monotonic()
    expect(visitor.page.get_by_text("已保存，约 1 秒后生效")).to_be_visible()
    return at


def _try(story: Story, visitor: Visitor, word: str, now: datetime) -> None:
    """The box tells which rule answers now, and that none does five hours later."""
    wins = _ask_box(visitor, word)
    story.sees("not_tried", wins)
    for reply in _REPLIES:
        story.sees("reply_not_shown", visitor.page.locator(".phone-bubble", has_text=reply))
    visitor.look("试一试")
    later = _ask_box(visitor, word, now + timedelta(hours=5))
    story.holds("hours_ignored", later.count() == 0, "the box says that it answers out of its hours")


def _ask_box(visitor: Visitor, word: str, at: datetime | None = None) -> Locator:
    """Returns the mark of the rule that answers."""
    page = visitor.page
    if "/rules/try" not in page.url:
        page.get_by_role("link", name="试一试").first.click()
    page.get_by_label("粉丝说").fill(word)
    page.get_by_label("什么时候").fill(f"{at:%Y-%m-%dT%H:%M}" if at else "")
    page.get_by_role("button", name="看看怎么回复").click()
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    page.wait_for_url("**said=*")
    return page.get_by_text("由它回复")


def _in_chat(story: Story, word: str, saved_at: float) -> None:
    """Within two seconds of saving, everywhere; and both replies come."""
    wait_until(saved_at + WITHIN_S)
    told = [one.tries[-1].text for one in ask_every_process(story, word)]
    for said in told:
        story.holds("not_by_the_rule", said in _REPLIES, said)
    story.holds("not_random", set(_REPLIES) <= set(told), f"{set(told)} in {len(told)} answers")


def _out_of_hours(story: Story, visitor: Visitor, word: str, now: datetime) -> None:
    """With other hours it no longer answers."""
    follower = story.visitor()
    follow(follower.page, f"阿潮{story.number}")
    said = ask(follower.page, word)
    story.holds("not_in_the_chat", _is_reply(said), said)
    visitor.open_part("关键词回复")
    visitor.page.get_by_role("link", name=word, exact=True).click()
    visitor.look("修改规则")
    fill_hours(visitor, hours_away(now))
    changed_at = save_rule(visitor)
    wait_until(changed_at + WITHIN_S)
    said = ask(follower.page, word)
    story.holds("answers_out_of_hours", not _is_reply(said), said)


def _is_reply(said: str) -> bool:
    return any(reply in said for reply in _REPLIES)
