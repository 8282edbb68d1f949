"""Line 7: an editor is offered what an editor may do, and nothing else works by hand; another union sees nothing at all."""

import re
from collections.abc import Iterator, Mapping

from playwright.sync_api import expect

from proofs.console.answer import fill_new
from proofs.console.people import ELSEWHERE
from proofs.console.story import Hand, Story
from proofs.console.visitor import Visitor
from staff.roles import Role

_NO_PERMISSION = "权限，请找本单位的管理员开通"
_NO_PLACE = "没有这个单位或公众号"
_PUBLISHING = re.compile("上线|发布")
_MAY = {"问答", "自定义菜单", "关键词回复", "推送日历"}
_MAY_NOT = {"人员与权限", "操作记录", "公众号", "组织", "菜单发布", "粉丝", "场景二维码", "取回原有设置"}

Form = tuple[str, Mapping[str, str]]


def work_as_an_editor(story: Story) -> None:
    """编辑只看到、只做得了编辑的事."""
    visitor = story.visitor()
    visitor.sign_in(story.stage.people.add(Role.EDITOR))
    shown = set(visitor.page.locator("nav .nav-link-title").all_text_contents())
    story.holds("too_much_in_the_navigation", not shown & _MAY_NOT, str(shown & _MAY_NOT))
    story.holds("too_little_in_the_navigation", shown >= _MAY, str(_MAY - shown))
    address = _draft(story, visitor)
    visitor.open_part("自定义菜单")
    _nothing_offered(story, visitor, "自定义菜单")
    hand = Hand(story.stage.url, visitor.token)
    entry = address.removeprefix(story.stage.url)
    for path in _forbidden_pages(story):
        _is_forbidden(story, "GET", path, hand.get(path).status_code, hand.get(path).text)
    for path, fields in _forbidden_forms(story, entry):
        answer = hand.post(path, fields)
        _is_forbidden(story, "POST", path, answer.status_code, answer.text)
    live = hand.post(
        f"{story.stage.union}/entries/new", {"question": "越权上线", "answer": "不该上线", "go": "live"}
    )
    story.holds("published_by_the_form", live.status_code == 403, str(live.status_code))


def come_from_elsewhere(story: Story) -> None:
    """别的工会的管理员来看、来改."""
    stranger = story.stage.people.add(Role.ADMIN, place=ELSEWHERE)
    visitor = story.visitor()
    visitor.sign_in(stranger)
    visitor.page.goto(f"{story.stage.union}/entries")
    story.sees("is_shown", visitor.page.get_by_text(_NO_PLACE))
    visitor.look("没有这个单位")
    hand = Hand(story.stage.url, visitor.token)
    nowhere = hand.get("/console/o/nowhere/entries").text
    story.holds("tells_that_it_exists", hand.get(f"{story.stage.union}/entries").text == nowhere)
    forms = (*_forbidden_forms(story, f"{story.stage.union}/entries/q"), *_own_forms(story))
    answers = [(path, hand.get(path)) for path in (*_forbidden_pages(story), *_own_pages(story))]
    answers += [(path, hand.post(path, fields)) for path, fields in forms]
    for path, answer in answers:
        gone = answer.status_code == 404 and _NO_PLACE in answer.text
        story.holds("exists_for_strangers", gone, f"{path}: {answer.status_code}")


def _draft(story: Story, visitor: Visitor) -> str:
    """An editor's draft: kept, and no way to publish it; returns its address."""
    visitor.open_part("问答")
    fill_new(visitor, f"第{story.number}食堂几点开饭{'手机' if story.phone else '电脑'}", "十一点半开饭。")
    _nothing_offered(story, visitor, "新建问答")
    visitor.page.get_by_role("button", name="存为草稿").click()
    expect(visitor.page.get_by_text("草稿已保存")).to_be_visible()
    visitor.look("一条问答（编辑的草稿）")
    _nothing_offered(story, visitor, "一条问答")
    return visitor.page.url.partition("?")[0]


def _nothing_offered(story: Story, visitor: Visitor, page: str) -> None:
    """No button and no link to publish."""
    main = visitor.page.locator("#content")
    ways = main.get_by_role("button", name=_PUBLISHING).or_(main.get_by_role("link", name=_PUBLISHING))
    offered = ways.all_inner_texts()
    story.holds("publishing_offered", not offered, f"{page}: {offered}")


def _is_forbidden(story: Story, method: str, path: str, status: int, words: str) -> None:
    story.holds("not_forbidden", status == 403 and _NO_PERMISSION in words, f"{method} {path}: {status}")


def _forbidden_pages(story: Story) -> tuple[str, ...]:
    """Of an editor."""
    account, union = story.stage.account, story.stage.union
    return (
        f"{account}/menu/release",
        f"{account}/followers",
        f"{account}/settings",
        f"{account}/takeover",
        f"{union}/people",
        f"{union}/acts",
        f"{union}/accounts",
        f"{union}/organisations",
    )


def _forbidden_forms(story: Story, entry: str) -> Iterator[Form]:
    """Of an editor. `entry`: the page of one."""
    account, union = story.stage.account, story.stage.union
    yield f"{account}/menu/release", {"version": "0"}
    yield f"{account}/menu/release/later", {"version": "0", "at": "2099-01-01T09:00"}
    yield f"{account}/menu/versions/1/restore", {}
    for step in ("review", "publish", "withdraw", "bring-back", "checked", "history"):
        yield f"{entry}/{step}", {"version": "1", "number": "1"}
    yield f"{union}/people", {"login": "intruder", "name": "外人", "role": "admin"}
    yield f"{union}/organisations", {"name": "新工会", "key": "intruder"}
    yield f"{account}/settings", {"name": "改名"}
    yield f"{account}/takeover", {}
    yield f"{account}/followers/tag", {}


def _own_pages(story: Story) -> tuple[str, ...]:
    """Of an editor: also what they may do is not there for others."""
    account, union = story.stage.account, story.stage.union
    return (
        f"{account}/",
        f"{account}/menu",
        f"{union}/",
        f"{union}/entries",
        f"{union}/rules",
        f"{union}/columns",
    )


def _own_forms(story: Story) -> tuple[Form, ...]:
    account, union = story.stage.account, story.stage.union
    return (
        (f"{account}/menu", {"version": "0", "tree": "[]"}),
        (f"{union}/rules/edit", {"code": "x", "keywords": "x", "reply.kind": "text", "reply.text": "x"}),
        (f"{union}/entries/new", {"question": "外来的问题", "answer": "外来的答案", "go": "draft"}),
    )
