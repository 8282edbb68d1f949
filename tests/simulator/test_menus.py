"""Menus: the platform's limits, personalised menus, and what a phone shows."""

from typing import Any

import pytest

from .conftest import Api, Person

CREATE = "/cgi-bin/menu/create"


def click(**changes: Any) -> dict[str, Any]:
    return {"type": "click", "name": "新闻", "key": "K", **changes}


def parent(*subs: dict[str, Any]) -> dict[str, Any]:
    return {"name": "会资讯", "sub_button": list(subs)}


@pytest.mark.parametrize(
    ("buttons", "errcode"),
    [
        ([], 40016),
        ([click()] * 4, 40016),
        ([parent(*[click()] * 6)], 40022),
        ([click(name="")], 40018),
        ([click(name="字" * 6)], 40018),
        ([parent(click(name="字" * 21))], 40025),
        ([click(key="k" * 129)], 40019),
        ([parent(click(key=""))], 40026),
        ([{"type": "view", "name": "网页", "url": "http://" + "u" * 1020}], 40020),
        ([parent({"type": "view", "name": "网页", "url": "ftp://u"})], 40027),
        ([{"name": "空"}], 40015),
        ([click(type="dance")], 40015),
        ([parent(parent(click()))], 40023),
        ([{"type": "media_id", "name": "图", "media_id": "nothing"}], 40007),
    ],
)
def test_limits(api: Api, buttons: list[dict[str, Any]], errcode: int) -> None:
    assert api.code(CREATE, button=buttons) == errcode


def test_the_largest_menu_is_allowed(api: Api, person: Person) -> None:
    buttons = [parent(*[click(name="字" * 20, key="k" * 128)] * 5)] * 3
    for button in buttons:
        button["name"] = "五个汉字字"

    assert api.code(CREATE, button=buttons) == 0
    path = f"{person.base}/simulator/api/demo/followers/{person.openid}/menu"
    assert len(person.http.get(path, timeout=5).json()["button"]) == 3


def test_a_personalised_menu_is_for_its_tag(api: Api, person: Person, people: list[Person]) -> None:
    add = "/cgi-bin/menu/addconditional"
    tag = api.post("/cgi-bin/tags/create", tag={"name": "园区"})["tag"]["id"]
    api.post("/cgi-bin/tags/members/batchtagging", tagid=tag, openid_list=[person.openid])
    rule = {"tag_id": str(tag)}

    assert api.code(add, button=[click()], matchrule=rule) == 65303
    api.post(CREATE, button=[click(name="全体")])
    assert api.code(add, button=[click()], matchrule={"sex": "1"}) == 65320
    assert api.code(add, button=[click()], matchrule={"tag_id": "999"}) == 45159
    menu_id = api.post(add, button=[click(name="园区")], matchrule=rule)["menuid"]

    assert api.post("/cgi-bin/menu/trymatch", user_id=person.openid)["button"][0]["name"] == "园区"
    assert api.post("/cgi-bin/menu/trymatch", user_id=people[1].openid)["button"][0]["name"] == "全体"
    assert api.code("/cgi-bin/menu/trymatch", user_id="oNobody") == 46004
    assert len(api.get("/cgi-bin/menu/get")["conditionalmenu"]) == 1
    assert api.code("/cgi-bin/menu/delconditional", menuid=menu_id) == 0
    assert api.code("/cgi-bin/menu/delconditional", menuid=menu_id) == 65301


def test_no_menu(api: Api) -> None:
    assert api.get("/cgi-bin/menu/get")["errcode"] == 46003
    assert api.get("/cgi-bin/get_current_selfmenu_info")["is_menu_open"] == 0
