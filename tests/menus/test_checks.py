"""What stands between a draft and phones."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.errors import Invalid
from core.settings import ROOT
from menus.checks import Facts, examine, named_entries
from menus.drafts import as_draft, read_draft
from menus.rules import check_menu, from_buttons, to_buttons
from menus.service import read_menu, to_tree
from menus.words import describe
from models.menus import Tree
from tests.menus.console import TREE

FACTS = Facts(
    frozenset({"join"}),
    lambda path: path in ("/faq", "/me", "/calculators", "/c"),
    frozenset({"union.example"}),
)


def leaf(**item: Any) -> Tree:
    return [{"name": "服务", "children": [{"name": "子", **item}]}]


def reply(**content: Any) -> Tree:
    return leaf(key="k", reply=content)


BLOCKED: dict[str, tuple[Tree, str]] = {
    "nothing": ([], "还没有菜单"),
    "four columns": ([{"name": f"{n}", "url": "{h5}/me"} for n in range(4)], "最多 3 个，现在是 4 个"),
    "six entries": ([{"name": "服务", "children": [{"name": "子", "url": "{h5}/me"}] * 6}], "现在是 6 个"),
    "no name": (leaf(url="{h5}/me", name=""), "「服务 › 第 1 个子菜单」还没有名称"),
    "a long name": ([{"name": "栏目名称长", "url": "{h5}/me"}, {"name": "栏目名称太长", "url": "{h5}/me"}], "18 字节"),
    "a long child's name": (leaf(url="{h5}/me", name="子" * 21), "63 字节，最多 60 字节"),
    "no address": (leaf(url=""), "还没有填写网址"),
    "a script": (leaf(url="javascript:alert(1)"), "https://"),
    "a space": (leaf(url="https://union.example/a b"), "空格"),
    "a long address": (leaf(url="https://union.example/" + "x" * 1010), "1024 字节"),
    "no host": (leaf(url="https:///a"), "不完整"),
    "a page that is not there": (leaf(url="{h5}/lottery"), "{h5}/lottery 不存在"),
    "a dead page in a text": (reply(text="看 {h5}/lottery。"), "{h5}/lottery 不存在"),
    "a dead page on a card": (reply(news=[{"title": "卡", "link": "{h5}/lottery"}]), "不存在"),
    "an entry that is not there": (reply(entry="gone"), "（gone）不存在"),
    "no entry": (reply(entry=""), "还没有选择问答"),
    "no words": (reply(text=" \n"), "还没有写回复"),
    "no reply": (leaf(key="k"), "还没有写回复"),
    "too many words": (reply(text="字" * 683), "2049 字节"),
    "no picture": (reply(image=""), "还没有选择图片"),
    "no card": (reply(news=[]), "1 至 8 张"),
    "a card without title": (reply(news=[{"link": "{h5}/me"}]), "第 1 张卡片还没有标题"),
    "a card without link": (reply(news=[{"title": "卡"}]), "链接没有填写完整"),
    "an app without id": (leaf(appid="12", pagepath="p", url="{h5}/me"), "AppID 不对"),
    "an app without page": (leaf(appid="wx1234567890abcdef", url="{h5}/me"), "页面路径"),
    "an app without a page for old phones": (leaf(appid="wx1234567890abcdef", pagepath="p"), "备用网页"),
}  # fmt: skip


@pytest.mark.parametrize(("tree", "told"), BLOCKED.values(), ids=BLOCKED.keys())
def test_what_blocks_publishing_is_told_in_words(tree: Tree, told: str):
    blocking = [finding.text for finding in examine(tree, FACTS) if finding.blocks]
    assert any(told in text for text in blocking), blocking


WARNED: dict[str, tuple[Tree, list[str]]] = {
    "our own": (leaf(url="https://union.example/x"), []),
    "the platform's": (leaf(url="https://mp.weixin.qq.com/s/abc"), []),
    "another site": (leaf(url="https://shop.example/x"), ["外部网站 shop.example"]),
    "a look-alike": (leaf(url="https://evilqq.com/"), ["外部网站 evilqq.com"]),
    "in a text": (reply(text="报名：https://shop.example/a。"), ["外部网站 shop.example"]),
    "not encrypted": (leaf(url="http://shop.example/"), ["外部网站", "没有加密"]),
}


@pytest.mark.parametrize(("tree", "told"), WARNED.values(), ids=WARNED.keys())
def test_foreign_sites_are_named_and_block_nothing(tree: Tree, told: list[str]):
    findings = examine(tree, FACTS)
    assert not any(finding.blocks for finding in findings)
    assert len(findings) == len(told)
    assert all(words in finding.text for words, finding in zip(told, findings, strict=True))


def test_a_finding_says_where_and_errors_come_first():
    tree = [
        {"name": "a", "url": "https://shop.example/"},
        {"name": "b", "children": [{"name": "c", "url": ""}]},
    ]
    assert [(one.place, one.blocks) for one in examine(tree, FACTS)] == [("1.0", True), ("0", False)]


def test_the_demonstrations_menu_has_nothing_to_complain_of():
    tree = to_tree(read_menu(ROOT / "content" / "demo" / "menu.yaml"))
    facts = Facts(frozenset(named_entries(tree)), FACTS.serves, frozenset())
    assert examine(tree, facts) == []


def test_whatever_passes_the_checks_passes_the_platforms_limits():
    assert examine(TREE, FACTS) == []
    assert to_tree(check_menu(TREE, "x")) == TREE


def test_unfinished_work_is_kept_as_it_is():
    unfinished = (
        '[{"name": "新", "children": [{"name": "", "url": ""}, {"reply": {"entry": ""}, "key": "k"}]}]'
    )
    assert read_draft(unfinished) == [
        {"name": "新", "children": [{"url": ""}, {"key": "k", "reply": {"entry": ""}}]}
    ]


def test_what_is_answered_gets_a_key_of_its_own():
    (one, two) = read_draft('[{"name": "a", "reply": {"text": "x"}}, {"name": "b", "reply": {"text": "x"}}]')
    assert one["key"] != two["key"]
    assert as_draft([one, two]) == [one, two]


@pytest.mark.parametrize(
    "text",
    ["", "{", "5", "null", '{"name": "a"}', '[{"colour": "red"}]', '[{"type": "dance"}]', '["a"]',
     '[{"name": "' + "长" * 2000 + '"}]', "[" * 5000, '[{"name": "\\ud800"}]',
     '[{"children": [{"children": [{"name": "third"}]}]}]', f'["{"x" * 300_000}"]'],
)  # fmt: skip
def test_what_is_no_menu_at_all_is_refused(text: str):
    with pytest.raises(Invalid):
        read_draft(text)


def test_a_mini_programme_goes_to_the_platform_with_a_page_for_old_phones():
    app = {"name": "小程序", "url": "https://a.cn", "appid": "wx1234567890abcdef", "pagepath": "pages/index"}
    account: Any = SimpleNamespace(h5_url="https://h5", site_url="https://site", name="工会")
    buttons = to_buttons(check_menu([app], "x"), account)
    assert buttons == [{"type": "miniprogram", **app}]
    assert from_buttons(buttons) == [app]


@pytest.mark.parametrize("missing", ["url", "appid", "pagepath"])
def test_half_a_mini_programme_is_refused(missing: str):
    app = {"name": "小程序", "url": "https://a.cn", "appid": "wx1234567890abcdef", "pagepath": "p"}
    with pytest.raises(Invalid):
        check_menu([{**app, missing: ""}], "x")


def test_every_kind_of_entry_has_words():
    assert describe({"url": "{h5}/me"}) == "打开网页 {h5}/me"
    assert describe({"key": "k", "reply": {"entry": "join"}}) == "回复消息：问答 join"
    assert describe({"key": "k", "type": "location_select"}) == "发送位置"
    assert "第一张" in describe({"key": "k", "reply": {"news": [{"title": "第一张", "link": "{h5}/me"}]}})
    assert "图片 m1" in describe({"key": "k", "reply": {"image": "m1"}})
