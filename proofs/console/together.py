"""Line 4: two people save the same thing. The second sees what is different, has lost nothing, and may decide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from playwright.sync_api import Locator, Page, expect

from core.clock import SHANGHAI
from proofs.console.answer import fill_new, publish
from proofs.console.judge import hours_around
from proofs.console.menu import pick_first_entry
from proofs.console.rule import fill_rule, save_rule
from proofs.console.story import Story
from proofs.console.visitor import Visitor
from staff.roles import Role


@dataclass(frozen=True, slots=True)
class _Thing:
    """How something is edited. `field`: where the wording is typed; `address`: of its form, once it is open."""

    name: str
    open: Callable[[Visitor], None]
    field: Callable[[Page], Locator]
    save: str
    first: str
    second: str
    difference: str
    """The heading above what is different."""


def both_save(story: Story) -> None:
    """两个人改同一条问答、同一份菜单、同一条规则."""
    first, second = story.visitor(), story.visitor(phone=not story.phone)
    for visitor in (first, second):
        visitor.sign_in(story.stage.people.add(Role.EDITOR, Role.FINAL))
    for thing in (_entry(story, first), _menu(), _rule(story, first)):
        _collide(story, thing, first, second)


def _collide(story: Story, thing: _Thing, first: Visitor, second: Visitor) -> None:
    for visitor in (first, second):
        thing.open(visitor)
    thing.field(first.page).fill(thing.first)
    thing.field(second.page).fill(thing.second)
    story.holds("first_not_saved", _save(first, thing) == 302, thing.name)
    story.holds("second_not_stopped", _save(second, thing) == 409, thing.name)
    differences = second.page.locator("section.card").filter(has_text=thing.difference).first
    for wording in (thing.first, thing.second):
        story.sees("difference_not_shown", differences, wording)
    kept = thing.field(second.page).input_value()
    story.holds("typed_is_lost", kept == thing.second, f"{thing.name}: {kept}")
    second.look(f"{thing.name}（别人先存了）")
    story.holds("first_lost_too_early", _stored(thing, first) == thing.first, thing.name)
    story.holds("second_can_not_decide", _save(second, thing) == 302, thing.name)
    story.holds("decision_not_stored", _stored(thing, first) == thing.second, thing.name)


def _save(visitor: Visitor, thing: _Thing) -> int:
    with visitor.page.expect_response(lambda one: one.request.method == "POST") as answered:
        visitor.page.get_by_role("button", name=thing.save, exact=True).click()
    visitor.page.wait_for_load_state()
    status: int = answered.value.status
    return status


def _stored(thing: _Thing, visitor: Visitor) -> str:
    thing.open(visitor)
    return thing.field(visitor.page).input_value()


def _entry(story: Story, author: Visitor) -> _Thing:
    question = f"第{story.number}工区的浴室{'手机' if story.phone else '电脑'}怎么预约"
    author.open_part("问答")
    fill_new(author, question, "到值班室登记预约。")
    publish(author)
    expect(author.page.get_by_text("已上线").first).to_be_visible()
    address = author.page.url.partition("?")[0] + "/edit"
    return _Thing(
        "问答",
        lambda visitor: _go(visitor, address),
        lambda page: page.locator("#answer"),
        "保存并上线",
        "打电话预约",
        "扫二维码登记",
        "有什么不同",
    )


def _menu() -> _Thing:
    def open_first_entry(visitor: Visitor) -> None:
        visitor.open_part("自定义菜单")
        pick_first_entry(visitor)

    return _Thing(
        "自定义菜单",
        open_first_entry,
        lambda page: page.get_by_label("菜单名称"),
        "保存草稿",
        "家园简介",
        "组织概况",
        "保存过",
    )


def _rule(story: Story, author: Visitor) -> _Thing:
    word = f"共享书架{story.number}{'手机' if story.phone else '电脑'}"
    author.open_part("关键词回复")
    fill_rule(author, word, hours_around(datetime.now(SHANGHAI)))
    save_rule(author)
    author.page.get_by_role("link", name=word, exact=True).click()
    address = author.page.url
    return _Thing(
        "规则",
        lambda visitor: _go(visitor, address),
        lambda page: page.get_by_label("第 1 条的文字"),
        "保存",
        "书架在一号楼",
        "书架在二号楼",
        "两边的不同",
    )


def _go(visitor: Visitor, address: str) -> None:
    visitor.page.goto(address)
