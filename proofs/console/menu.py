"""Lines 1 and 5: a newcomer changes the menu, publishes it and sees it on the phone; and a platform that refuses it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
from playwright.sync_api import expect

from proofs.console.judge import says_why
from proofs.console.people import code_of
from proofs.console.story import Stage, Story
from proofs.console.visitor import Visitor
from proofs.phone import follow
from staff.roles import Role

_PATIENCE_MS = 30_000
REFUSALS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"errcode": 40018, "errcode_for": "menu/create"}, "名称太长"),
    ({"errcode": 40016, "errcode_for": "menu/create"}, "菜单数量不对"),
    ({"errcode": 40023, "errcode_for": "menu/create"}, "子菜单数量不对"),
    ({"errcode": 45064, "errcode_for": "menu/create"}, "没有与公众号关联"),
    ({"errcode": -1, "errcode_for": "menu/create"}, ""),
    ({"down": True}, ""),
)
"""A switch of the simulator, and what must be said of it."""


def change_menu(story: Story) -> None:
    """一位新管理员首次登录、改菜单、发布，在手机上看到."""
    visitor = story.visitor()
    newcomer = story.stage.people.add(Role.ADMIN, must_change=True, factor=False)
    known = visitor.first_time(newcomer)
    visitor.sign_out()
    visitor.say_who(known)
    visitor.show_code(code_of(known.secret, time.time(), 1))  # that of enrolment is used up
    expect(visitor.page.locator("details.who summary")).to_have_text(known.name)
    name = f"认识工会{story.number}{'手机' if story.phone else ''}"
    edit_menu(visitor, name)
    _publish(visitor)
    story.sees("not_published", visitor.page.get_by_role("status").filter(has_text="已发布"))
    visitor.look("菜单发布（完成）")
    started = time.monotonic()
    phone = visitor.context.new_page()
    follow(phone, f"阿梅{story.number}")
    phone.get_by_test_id("menu-1").click()
    story.sees("not_on_the_phone", phone.get_by_test_id("menu-1-1"), name)
    story.stage.findings.figure(story.line, seen_after_s=round(time.monotonic() - started, 1))


def be_refused(story: Story) -> None:
    """微信拒绝菜单：说明原因，草稿还在；恢复后照常发布."""
    visitor = story.visitor()
    visitor.sign_in(story.stage.people.add(Role.EDITOR, Role.FINAL))
    count = story.stage.run.pick(small=2, full=len(REFUSALS))
    follower = visitor.context.new_page()
    follow(follower, f"阿兰{story.number}")
    name = f"被拒{story.number}"
    edit_menu(visitor, name)
    for fault, reason in REFUSALS[:count]:
        with _platform(story.stage, fault):
            _publish(visitor)
            alert = visitor.page.get_by_role("alert").filter(has_text="草稿还在")
            expect(alert.first).to_be_visible(timeout=_PATIENCE_MS)
            told = alert.first.inner_text()
        story.holds("no_reason", reason in told and says_why(told), f"{fault}: {told}")
        visitor.look("菜单发布（被微信拒绝）")
        follower.reload()
        follower.wait_for_selector("html[data-ready]")
        follower.get_by_test_id("menu-1").click()
        shown = follower.get_by_test_id("menu-1-1").inner_text()
        story.holds("half_published", name not in shown, f"{fault}: {shown}")
        visitor.page.get_by_role("link", name="编辑草稿").click()
        children = visitor.page.locator("#menu-phone")
        children.get_by_role("button", name="会资讯", exact=True).click()
        story.sees("draft_lost", children.get_by_role("button", name=name, exact=True))
        visitor.page.get_by_role("link", name="去发布").click()
    _publish_at_last(visitor)
    story.sees("not_published_afterwards", visitor.page.get_by_role("status").filter(has_text="已发布"))


def edit_menu(visitor: Visitor, name: str) -> None:
    """Give the first entry of the first column another name, keep the draft and go to where it is published."""
    visitor.open_part("自定义菜单")
    pick_first_entry(visitor)
    visitor.page.get_by_label("菜单名称").fill(name)
    visitor.look("自定义菜单（编辑）")
    visitor.page.get_by_role("button", name="保存草稿").click()
    expect(visitor.page.get_by_text("草稿已保存")).to_be_visible()
    visitor.page.get_by_role("link", name="去发布").click()
    expect(visitor.page.get_by_role("heading", name="菜单发布", level=1)).to_be_visible()
    visitor.look("菜单发布")


def pick_first_entry(visitor: Visitor) -> None:
    """In the editor: the first entry of the first column."""
    phone = visitor.page.locator("#menu-phone")
    phone.get_by_role("button", name="会资讯", exact=True).click()
    phone.locator(".mp-children button").first.click()


def _publish(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="立即发布").click()


def _publish_at_last(visitor: Visitor) -> None:
    """As the page says: after failures the platform is left in peace for some seconds."""
    until = time.monotonic() + _PATIENCE_MS / 1000
    while True:
        _publish(visitor)
        visitor.page.wait_for_load_state()
        pause = visitor.page.get_by_role("alert").filter(has_text="暂停了几秒")
        if pause.count() == 0 or time.monotonic() > until:
            return
        time.sleep(2)


@contextmanager
def _platform(stage: Stage, fault: dict[str, Any]) -> Iterator[None]:
    """The simulator with a fault."""
    url = f"{stage.stack.platform_url}/simulator/api/faults"
    _put(url, fault)
    try:
        yield
    finally:
        _put(url, {"errcode": None, "down": False})


def _put(url: str, switches: dict[str, Any]) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.put(url, json=switches, timeout=10).raise_for_status()
