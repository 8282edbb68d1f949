"""What is different between two menus, as staff would say it."""

from copy import deepcopy
from typing import Any

import pytest

from menus.differences import differences
from models.menus import Tree
from tests.menus.console import TREE


def told(before: Tree, after: Tree) -> list[tuple[str, str]]:
    return [(one.kind, one.what) for one in differences(before, after)]


@pytest.fixture
def after() -> Any:
    return deepcopy(TREE)


def test_the_same_menu_has_no_differences(after: Any):
    assert told(TREE, after) == []


def test_a_new_entry_and_one_taken_away(after: Any):
    after[0]["children"].append({"name": "找工会", "url": "{h5}/faq?q=找工会"})
    assert told(TREE, after) == [("added", "惠服务 › 找工会")]
    assert told(after, TREE) == [("removed", "惠服务 › 找工会")]


def test_a_changed_reply_shows_both_texts(after: Any):
    after[0]["children"][0]["reply"] = {"text": "工会是咱家。"}
    (one,) = differences(TREE, after)
    assert (one.kind, one.what) == ("changed", "惠服务 › 走进工会：内容")
    assert "职工之家" in one.before
    assert "咱家" in one.after


def test_another_name_is_a_change_and_no_new_entry(after: Any):
    after[0]["children"][0]["name"] = "认识工会"
    assert told(TREE, after) == [("changed", "惠服务 › 认识工会：名称")]


def test_a_column_of_another_name_keeps_its_entries(after: Any):
    after[0]["name"] = "会服务"
    assert told(TREE, after) == [("changed", "会服务：名称")]


def test_another_order_is_told_once(after: Any):
    after[0]["children"].reverse()
    assert told(TREE, after) == [("moved", "惠服务：子菜单的顺序")]
    after = deepcopy(TREE)
    after.reverse()
    assert told(TREE, after) == [("moved", "一级菜单的顺序")]


def test_an_entry_in_another_column_has_moved(after: Any):
    after[1] = {"name": "我的", "children": [{"name": "静静有问题", "url": "{h5}/faq"}]}
    after[0]["children"].pop()
    assert ("moved", "我的 › 静静有问题") in told(TREE, after)


def test_what_has_no_name_yet_can_be_compared():
    assert told([], [{"url": ""}]) == [("added", "（没有名称）")]
    assert told([{"children": [{"url": ""}]}], []) == [("removed", "第 1 个菜单 › （没有名称）")]
