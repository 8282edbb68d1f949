"""Personalised menus: a draft for the followers with a tag, on the platform and in the answers of clicks."""

import json
from copy import deepcopy
from typing import Any

import pytest

from chat.content import ContentReply
from menus.shelf import MenuShelf
from menus.store import list_variants
from staff.roles import Role
from tests.conftest import Home, new_account
from tests.menus.console import MENU, RELEASE, TREE, hidden, publish, save
from tests.neighbours import Platform
from tests.staff.desk import Desk, text_of

VARIANTS = f"{MENU}/variants"


@pytest.fixture
def tag(home: Home, anna: Desk, platform: Platform) -> str:
    """Of union officers; the default menu is published."""
    save(anna, TREE)
    publish(anna)
    api = home.parts.platform.api(home.parts.directory.get("ours"))
    return str(api.tag.create("工会干部")["id"])


def add(desk: Desk, tag: str, name: str = "工会干部") -> str:
    """A personalised menu; its path."""
    made = desk.post(VARIANTS, {"name": name, "tag": tag})
    assert made.status_code == 302, text_of(made)
    return str(made.location)


def release(path: str) -> str:
    return path.replace("/variants/", "/release/")


def write(desk: Desk, path: str, tree: Any, tag: str, **more: str) -> Any:
    return save(desk, tree, path=path, **{"name": "工会干部", "tag": tag, **more})


def conditional(platform: Platform) -> list[dict[str, Any]]:
    return platform.world.menus.list_conditional("ours")


def officers_menu() -> Any:
    tree = deepcopy(TREE)
    tree[0]["children"][0]["reply"] = {"text": "干部看这里。"}
    return tree


def test_a_personalised_menu_begins_as_a_copy_and_is_published(
    home: Home, anna: Desk, tag: str, platform: Platform
):
    path = add(anna, tag)
    assert json.loads(hidden(anna.get(path), "tree")) == TREE
    write(anna, path, officers_menu(), tag)
    assert "没有发布" in text_of(anna.get(VARIANTS))
    assert conditional(platform) == []
    done = publish(anna, release(path))
    assert done.status_code == 302, text_of(done)
    (menu,) = conditional(platform)
    assert menu["matchrule"] == {"tag_id": tag}
    assert "在手机上" in text_of(anna.get(VARIANTS))
    assert "工会干部（0 人）" in text_of(anna.get(VARIANTS))


def test_clicks_are_answered_by_the_menu_they_were_made_in(
    home: Home, anna: Desk, tag: str, platform: Platform
):
    path = add(anna, tag)
    write(anna, path, officers_menu(), tag)
    publish(anna, release(path))
    (menu,) = conditional(platform)
    key = menu["button"][0]["sub_button"][0]["key"]
    shelf = MenuShelf(home.parts.directory)
    with home.parts.db.read() as session:
        shelf.load(session)
    assert shelf.find("ours", key) == ContentReply(text="干部看这里。")
    assert shelf.find("ours", "about") == ContentReply(text="工会是职工之家。")


def test_publishing_again_leaves_one_on_the_platform(anna: Desk, tag: str, platform: Platform):
    path = add(anna, tag)
    publish(anna, release(path))
    (first,) = conditional(platform)
    write(anna, path, officers_menu(), tag)
    assert "有改动没有发布" in text_of(anna.get(VARIANTS))
    publish(anna, release(path))
    (second,) = conditional(platform)
    assert second["menuid"] != first["menuid"]


def test_an_old_one_that_could_not_be_taken_away_goes_the_next_time(
    home: Home, anna: Desk, tag: str, platform: Platform
):
    path = add(anna, tag)
    publish(anna, release(path))
    api = home.parts.platform.api(home.parts.directory.get("ours"))
    delete = api.menu.del_conditional
    try:
        api.menu.del_conditional = lambda menu_id: (_ for _ in ()).throw(_unreachable())
        refused = publish(anna, release(path))
    finally:
        api.menu.del_conditional = delete
    assert refused.status_code == 502
    assert len(conditional(platform)) == 2
    publish(anna, release(path))
    assert len(conditional(platform)) == 1


def _unreachable() -> Exception:
    from wechat.errors import Unreachable

    return Unreachable("微信没有回应", sent_maybe=True)


def test_withdrawing_takes_it_from_phones_and_keeps_the_draft(
    home: Home, anna: Desk, tag: str, platform: Platform
):
    path = add(anna, tag)
    publish(anna, release(path))
    live = anna.post(f"{path}/delete")
    assert live.status_code == 409
    assert "请先下线" in text_of(live)
    assert anna.post(f"{release(path)}/withdraw").status_code == 302
    assert conditional(platform) == []
    assert anna.get(path).status_code == 200
    assert anna.post(f"{path}/delete").status_code == 302
    assert anna.get(path).status_code == 404


def test_withdrawing_one_that_is_gone_from_the_platform_works(anna: Desk, tag: str, platform: Platform):
    path = add(anna, tag)
    publish(anna, release(path))
    platform.world.menus.delete_all("ours")
    assert anna.post(f"{release(path)}/withdraw").status_code == 302
    assert "没有发布" in text_of(anna.get(VARIANTS))


def test_a_tag_the_platform_does_not_know_is_told_in_chinese(anna: Desk, tag: str, platform: Platform):
    path = add(anna, "4711")
    assert "没有这个标签" in text_of(anna.get(path))
    refused = publish(anna, release(path))
    assert refused.status_code == 502
    assert "草稿还在" in text_of(refused)
    assert conditional(platform) == []


@pytest.mark.parametrize(
    ("name", "tag_id"),
    [("", "2"), ("名" * 41, "2"), ("干部", ""), ("干部", "x"), ("干部", "0"), ("干部", "9" * 30)],
)
def test_a_menu_without_name_or_tag_is_refused_and_what_was_typed_stays(
    anna: Desk, tag: str, name: str, tag_id: str
):
    refused = anna.post(VARIANTS, {"name": name, "tag": tag_id})
    assert refused.status_code == 422
    assert f'value="{name}"' in refused.text
    path = add(anna, tag)
    refused = write(anna, path, officers_menu(), tag_id, name=name)
    assert refused.status_code == 422
    assert json.loads(hidden(refused, "tree")) == officers_menu()


def test_of_two_people_the_second_sees_the_difference(anna: Desk, bob: Desk, tag: str):
    path = add(anna, tag)
    seen = hidden(bob.get(path), "version")
    write(anna, path, officers_menu(), tag)
    refused = write(bob, path, [TREE[1]], tag, version=seen)
    assert refused.status_code == 409
    assert "去掉" in text_of(refused)
    assert json.loads(hidden(refused, "tree")) == [TREE[1]]
    assert json.loads(hidden(bob.get(path), "tree")) == officers_menu()


def test_what_a_follower_sees_is_asked_of_the_platform(home: Home, anna: Desk, tag: str, platform: Platform):
    path = add(anna, tag)
    write(anna, path, [{"name": "干部园地", "children": [{"name": "培训", "url": "{h5}/faq"}]}], tag)
    publish(anna, release(path))
    officer, worker = platform.people("ours")[:2]
    platform.world.tags.stick("ours", int(tag), [officer])
    seen = anna.post(f"{MENU}/match", {"openid": officer})
    assert "干部园地" in text_of(seen)
    assert "培训" in text_of(seen)
    assert "惠服务" in text_of(anna.post(f"{MENU}/match", {"openid": worker}))


def test_somebody_who_does_not_follow_is_told(anna: Desk, tag: str):
    for openid in ("", "nobody"):
        refused = anna.post(f"{MENU}/match", {"openid": openid})
        assert refused.status_code in (422, 502)
        assert "alert-danger" in refused.text


def test_an_editor_may_not_publish_one_and_nobody_elses_exists(home: Home, anna: Desk, bob: Desk, tag: str):
    path = add(bob, tag)
    assert bob.get(release(path)).status_code == 403
    assert bob.post(f"{release(path)}/withdraw").status_code == 403
    home.add_account(new_account("others"))
    charlie = Desk(home, "charlie", "others", Role.ADMIN)
    theirs = path.replace("/a/ours/", "/a/others/")
    for gone in (charlie.get(theirs), charlie.get(release(theirs)), charlie.post(f"{theirs}/delete"),
                 save(charlie, TREE, version="1", path=theirs), charlie.post(f"{release(theirs)}/withdraw")):  # fmt: skip
        assert gone.status_code == 404
    with home.parts.db.read() as session:
        assert len(list_variants(session, home.parts.directory.get("ours").id)) == 1


def test_the_release_page_lists_them_for_who_may_only_publish(home: Home, anna: Desk, tag: str):
    path = add(anna, tag, "<b>干部</b>")
    final = Desk(home, "frida", "ours", Role.FINAL)
    page = final.get(RELEASE).text
    assert release(path) in page
    assert "<b>干部" not in page
    assert publish(final, release(path)).status_code == 302
