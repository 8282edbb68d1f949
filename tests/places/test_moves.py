"""Moving an account to another organisation, closing it and opening it again."""

import re

import pytest
from sqlalchemy import select

from core.clock import parse_local
from models.accounts import Account
from models.content import Entry
from models.push import Push
from staff.roles import Role
from tests.conftest import NOW, Home
from tests.places.conftest import reload
from tests.staff.desk import Desk, text_of

MOVE = "/console/a/ours/settings/move"
CLOSE = "/console/a/ours/settings/close"
ACCOUNTS = "/console/o/province/accounts"


def stored(home: Home) -> Account:
    with home.parts.db.read() as session:
        return session.scalars(select(Account).where(Account.key == "ours")).one()


def organisation(home: Home, key: str) -> int:
    found = home.parts.directory.find_organisation(key)
    assert found
    return found.id


def add_entry(home: Home, key: str) -> None:
    with home.parts.db.work() as session:
        session.add(
            Entry(
                organisation_id=organisation(home, key),
                public_id=f"p{key}",
                code=key,
                question=f"{key} 的问题？",
                answer="答",
                updated_at=NOW,
            )
        )


def form(home: Home, **changes: str) -> dict[str, str]:
    return {"version": str(stored(home).version), "typed": "ours", **changes}


def test_an_account_is_moved_after_a_look_at_what_changes(tree: Home, anna: Desk):
    add_entry(tree, "ours")
    add_entry(tree, "city")
    page = text_of(anna.get(f"{MOVE}?to=mill"))
    assert "不再有 「测试工会」的1 条问答" in page
    assert "新得到" in page
    assert "「city 工会」的1 条问答" in page
    moved = anna.post(MOVE, form(tree, to="mill"))
    assert "已移到「mill 工会」" in text_of(anna.get(moved.location))
    names = ("mill", "city", "province")
    assert tree.parts.directory.get("ours").organisation_ids == tuple(
        organisation(tree, one) for one in names
    )
    act = text_of(anna.get("/console/o/province/acts"))
    assert "移动公众号" in act
    assert "改为：mill 工会" in act


def test_people_of_the_old_place_lose_it_and_those_of_the_new_one_get_it(tree: Home, anna: Desk):
    old, new = Desk(tree, "old", "ours", Role.EDITOR), Desk(tree, "new", "mill", Role.EDITOR)
    assert (old.get("/console/a/ours/").status_code, new.get("/console/a/ours/").status_code) == (200, 404)
    anna.post(MOVE, form(tree, to="mill"))
    assert (old.get("/console/a/ours/").status_code, new.get("/console/a/ours/").status_code) == (404, 200)


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"typed": "other"}, 422, "请在框里输入这个公众号的代号 ours"),
        ({"typed": ""}, 422, "请在框里输入"),
        ({"to": "elsewhere"}, 422, "请在列表里选择"),
        ({"to": "ours"}, 422, "请在列表里选择"),
        ({"to": ""}, 422, "请在列表里选择"),
        ({"version": "99"}, 409, "别人改过这个公众号"),
    ],
)
def test_a_move_is_refused_with_its_reason(
    tree: Home, anna: Desk, changes: dict[str, str], status: int, why: str
):
    before = stored(tree).organisation_id
    refused = anna.post(MOVE, form(tree, **{"to": "mill", **changes}))
    assert refused.status_code == status
    assert why in text_of(refused)
    assert stored(tree).organisation_id == before


def test_who_administers_no_other_place_can_move_it_nowhere(tree: Home):
    own = Desk(tree, "own", "ours", Role.ADMIN)
    assert "没有可以移去的组织" in own.get(MOVE).text
    assert own.post(MOVE, form(tree, to="mill")).status_code == 422


def test_a_closed_account_is_unknown_everywhere_and_comes_back(tree: Home, anna: Desk):
    closed = anna.post(CLOSE, form(tree))
    assert closed.status_code == 302
    client = tree.app.test_client()
    assert client.get("/wechat/ours?signature=x&timestamp=1&nonce=2&echostr=3").status_code == 404
    assert client.get("/wechat/unknown").status_code == 404
    assert client.get("/h5/ours/faq").status_code == 404
    assert anna.get("/console/a/ours/").status_code == 404
    assert anna.get("/console/o/ours/rules").status_code == 200
    page = anna.get(ACCOUNTS)
    assert "已停用" in text_of(page)
    assert "保存的密钥或资料已损坏" not in page.text
    again = anna.post(f"{ACCOUNTS}/ours/reopen")
    assert "已恢复" in text_of(anna.get(again.location))
    assert anna.get("/console/a/ours/").status_code == 200
    assert anna.post(f"{ACCOUNTS}/ours/reopen").status_code == 404
    log = text_of(anna.get("/console/o/province/acts"))
    assert re.search("恢复公众号.*停用公众号", log)


def test_a_closed_accounts_appid_can_not_be_registered_again(tree: Home, anna: Desk):
    anna.post(CLOSE, form(tree))
    with tree.parts.db.work() as session:
        session.scalars(select(Account).where(Account.key == "ours")).one().appid = "wx00000000000000aa"
    new = {
        "key": "again",
        "name": "再来",
        "kind": "service",
        "appid": "wx00000000000000aa",
        "secret": "0123456789abcdef0123456789abcdef",
        "token": "token123",
        "aes_key": "a" * 43,
    }
    refused = anna.post("/console/o/city/accounts/new", new)
    assert refused.status_code == 409
    assert "现在停用着" in text_of(refused)


def test_while_something_is_still_to_go_out_it_is_not_closed(tree: Home, anna: Desk):
    with tree.parts.db.work() as session:
        session.add(
            Push(
                account_id=stored(tree).id,
                code="one",
                title="推送",
                cover="x.jpg",
                link="https://example.cn",
                due_at=parse_local("2030-01-01 09:00"),
                client_msg_id="c" * 32,
            )
        )
    assert "还有 1 件" in text_of(anna.get(CLOSE))
    refused = anna.post(CLOSE, form(tree))
    assert refused.status_code == 409
    assert stored(tree).closed_at is None


def test_closing_asks_for_the_key_and_for_what_was_seen(tree: Home, anna: Desk):
    assert anna.post(CLOSE, form(tree, typed="our")).status_code == 422
    assert anna.post(CLOSE, form(tree, version="77")).status_code == 409
    assert stored(tree).closed_at is None


def test_others_may_neither_move_nor_close_nor_reopen(tree: Home, anna: Desk, bob: Desk, charlie: Desk):
    for path in (MOVE, CLOSE):
        assert (bob.get(path).status_code, charlie.get(path).status_code) == (403, 404)
        assert (bob.post(path, form(tree)).status_code, charlie.post(path, form(tree)).status_code) == (
            403,
            404,
        )
    anna.post(CLOSE, form(tree))
    reload(tree)
    assert bob.post(f"{ACCOUNTS}/ours/reopen").status_code == 403
    assert charlie.post("/console/o/elsewhere/accounts/ours/reopen").status_code == 404
    assert stored(tree).closed_at is not None
