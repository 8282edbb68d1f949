"""The menu: the platform's limits, its buttons, and what a click is answered."""

from pathlib import Path
from typing import Any

import pytest

from chat.answer import PASS, SILENT, Reply, say
from chat.content import ContentReply
from chat.turn import Turn
from core.errors import Invalid
from menus.rules import check_menu, leaves, to_buttons
from menus.service import newest_menu, read_menu, save_menu
from menus.shelf import MenuShelf, click_hook
from models.menus import MenuVersion
from tests.conftest import NOW, Home, new_account
from wechat.messages import Click, MenuAction, Text, View

REPLY = {"text": "好的"}


def click(name: str = "问", key: str = "k", **more: Any) -> dict[str, Any]:
    return {"name": name, "key": key, "reply": REPLY, **more}


def column(*children: dict[str, Any], name: str = "惠服务") -> dict[str, Any]:
    return {"name": name, "children": list(children)}


def many(count: int, **more: Any) -> list[dict[str, Any]]:
    return [click(key=f"k{n}", **more) for n in range(count)]


GOOD: dict[str, list[dict[str, Any]]] = {
    "one entry": [click()],
    "three columns of five": [column(*many(5, name=f"第{n}"), name=f"栏{n}") for n in range(1)]
    + [{"name": "页", "url": "https://a.cn"}, {"name": "家", "url": "{h5}/me"}],
    "names at their limits": [column(click("子" * 20), name="栏" * 5)],
    "a key at its limit": [click(key="k" * 128)],
    "an address at its limit": [{"name": "页", "url": "https://a.cn/" + "x" * 1011}],
    "a key that the phone answers": [{"name": "扫", "type": "scancode_push", "key": "scan"}],
}

BAD: dict[str, tuple[Any, str]] = {
    "no list": ({"name": "x"}, "列表"),
    "empty": ([], "1 至 3 个"),
    "four columns": (many(4), "1 至 3 个，现在是 4 个"),
    "six entries": ([column(*many(6))], "有 6 个子菜单，最多 5 个"),
    "a third level": ([column({"name": "下", "children": [click()]})], "不能再有下级"),
    "a column's name": ([click("栏" * 6)], "有 18 字节，最多 16 字节"),
    "an entry's name": ([column(click("子" * 21))], "有 63 字节，最多 60 字节"),
    "a key": ([click(key="k" * 129)], "key 超过 128 字节"),
    "a key in Chinese": ([click(key="钥" * 43)], "key 超过 128 字节"),
    "an address": ([{"name": "页", "url": "https://a.cn/" + "x" * 1012}], "url 超过 1024 字节"),
    "a script": ([{"name": "页", "url": "javascript:alert(1)"}], "https://"),
    "a bare address": ([{"name": "页", "url": "a.cn"}], "https://"),
    "one key twice": ([column(click(), click("答"))], "key「k」用了两次"),
    "one key twice in two columns": ([column(click()), column(click(), name="另")], "用了两次"),
    "no reply": ([{"name": "问", "key": "k"}], "缺少 reply"),
    "nothing to do": ([{"name": "问"}], "其中|一种|只能有"),
    "two things to do": ([click(url="https://a.cn")], "一种"),
    "no name": ([{"name": "", "key": "k", "reply": REPLY}], "menu.yaml"),
    "an unknown word": ([click(colour="red")], "menu.yaml"),
    "an unknown type": ([click(type="dance")], "menu.yaml"),
    "two replies": ([click(reply={"text": "a", "image": "b"})], "一种"),
    "a reply too long": ([click(reply={"text": "字" * 683})], "2048 字节"),
    "text for an entry": (["问"], "menu.yaml"),
}


@pytest.mark.parametrize("menu", GOOD.values(), ids=GOOD.keys())
def test_within_the_limits(menu: list[dict[str, Any]]):
    assert check_menu(menu, "menu.yaml")


@pytest.mark.parametrize(("menu", "told"), BAD.values(), ids=BAD.keys())
def test_beyond_the_limits(menu: Any, told: str):
    with pytest.raises(Invalid, match=told) as caught:
        check_menu(menu, "menu.yaml")
    assert str(caught.value).startswith("menu.yaml：")


def test_every_breach_is_told_at_once():
    with pytest.raises(Invalid) as caught:
        check_menu([column(*many(6), name="很长很长的栏目"), *many(3)], "x")
    assert str(caught.value).count("；") >= 3


@pytest.mark.parametrize("text", ["menu: [", "other: 1", "5", "", "menu: {a: 1}"])
def test_a_file_that_holds_no_menu_is_told_in_one_line(tmp_path: Path, text: str):
    path = tmp_path / "menu.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(Invalid, match=r"menu\.yaml") as caught:
        read_menu(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path):
    (tmp_path / "menu.yaml").write_bytes(b"\xff\xfe\x00")
    for name in ("none.yaml", "menu.yaml"):
        with pytest.raises(Invalid, match="读不到"):
            read_menu(tmp_path / name)


MENU = [
    column(
        click("走进工会", "about"),
        {"name": "静静有问题", "url": "{h5}/faq"},
        {"name": "扫", "type": "scancode_waitmsg", "key": "scan", "reply": {"text": "扫到了"}},
    ),
    click("入会", "join", reply={"entry": "union-join"}),
]


@pytest.fixture
def shelf(home: Home) -> MenuShelf:
    return MenuShelf(home.parts.directory)


def publish(home: Home, shelf: MenuShelf, menu: list[dict[str, Any]] = MENU) -> None:
    with home.parts.db.read() as session:
        home.parts.directory.reload(session)
    with home.parts.db.work() as session:
        save_menu(session, home.parts.directory.get("ours").id, check_menu(menu, "x"), NOW)
    with home.parts.db.read() as session:
        shelf.load(session)


def test_buttons_are_what_the_platform_wants(home: Home, shelf: MenuShelf):
    publish(home, shelf)
    account = home.parts.directory.get("ours")
    assert to_buttons(check_menu(MENU, "x"), account) == [
        {
            "name": "惠服务",
            "sub_button": [
                {"type": "click", "name": "走进工会", "key": "about"},
                {"type": "view", "name": "静静有问题", "url": f"{account.h5_url}/faq"},
                {"type": "scancode_waitmsg", "name": "扫", "key": "scan"},
            ],
        },
        {"type": "click", "name": "入会", "key": "join"},
    ]


def test_a_menu_is_kept_as_it_was_written_and_the_newest_counts(home: Home, shelf: MenuShelf):
    publish(home, shelf)
    account = home.parts.directory.get("ours")
    with home.parts.db.read() as session:
        assert newest_menu(session, account.id) == check_menu(MENU, "x")
    publish(home, shelf, [click("新", "new")])
    with home.parts.db.read() as session:
        assert [leaf.key for leaf in leaves(newest_menu(session, account.id) or ())] == ["new"]
    assert shelf.find("ours", "about") is None


def test_menus_of_two_accounts_do_not_mix(home: Home, shelf: MenuShelf):
    home.add_account(new_account("other"))
    publish(home, shelf)
    assert shelf.find("ours", "about") == ContentReply(text="好的")
    assert shelf.find("other", "about") is None


def answer(home: Home, shelf: MenuShelf, message: Any) -> Any:
    hook = click_hook(shelf, lambda content, _turn: say(content.text or f"entry {content.entry}"))
    return hook.answer(Turn(home.parts.directory.get("ours"), message, NOW))


BASE = {"account_name": "gh", "openid": "o", "created": 1, "key": "m"}
EVENT = {**BASE, "event": "CLICK"}


def test_a_click_is_answered_after_the_menu_was_saved_and_loaded(home: Home, shelf: MenuShelf):
    publish(home, shelf)
    assert answer(home, shelf, Click(**EVENT, menu_key="about")) == say("好的")
    assert answer(home, shelf, Click(**EVENT, menu_key="join")) == say("entry union-join")
    assert answer(home, shelf, Click(**EVENT, menu_key="gone")) is PASS
    assert answer(home, shelf, View(**EVENT, url="https://a.cn", menu_id="1")) is SILENT
    assert answer(home, shelf, Text(**BASE, content="about")) is PASS


def test_a_scanned_code_is_answered_too(home: Home, shelf: MenuShelf):
    publish(home, shelf)
    fields = {name: "" for name in MenuAction.__dataclass_fields__ if name not in (*BASE, "menu_key")}
    assert isinstance(answer(home, shelf, MenuAction(**BASE, **fields, menu_key="scan")), Reply)


def test_a_damaged_menu_of_one_account_stops_no_other(home: Home, shelf: MenuShelf):
    other = home.add_account(new_account("other"))
    publish(home, shelf)
    with home.parts.db.work() as session:
        session.add(MenuVersion(account_id=other, tree=[{"name": ""}], pushed_at=NOW))
    with home.parts.db.read() as session:
        shelf.load(session)
    assert shelf.find("ours", "about") == ContentReply(text="好的")
    assert shelf.find("other", "about") is None
