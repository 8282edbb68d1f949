"""The console's welcome texts, scene codes and contacts."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from accounts.profile import Profile, check_profile
from accounts.service import add_account, get_account, set_profile
from core.errors import Conflict
from handlers.welcome import mark, part_of, save_part
from models.audit import AuditEntry
from models.db import Database
from staff.roles import Role
from tests.conftest import NOW, Home, new_account
from tests.handlers.conftest import PROFILE
from tests.staff.desk import Desk, text_of

WELCOME = "/console/a/ours/welcome"
CONTACT = {"district": "西河区", "aliases": "西河、河西", "department": "服务中心", "phone": "0000-1"}


@pytest.fixture
def anna(home: Home) -> Desk:
    with home.parts.db.work() as session:
        set_profile(session, get_account(session, "ours"), check_profile(PROFILE, "test"))
    return Desk(home, "anna", "ours", Role.EDITOR)


def profile(db: Database) -> Profile:
    with db.read() as session:
        return check_profile(get_account(session, "ours").profile, "test")


def seen(home: Home, *part: str) -> str:
    return mark(part_of(profile(home.parts.db), part))


def reply(text: str, **more: str) -> dict[str, str]:
    return {"reply.kind": "text", "reply.text": text, "do": "save", **more}


def contacts(*rows: dict[str, str], **more: str) -> dict[str, str]:
    fields = {
        f"profile.contacts.{n}.{name}": value for n, row in enumerate(rows) for name, value in row.items()
    }
    return {**fields, "do": "save", **more}


# The happy story


def test_all_texts_are_shown_as_phones_show_them(anna: Desk):
    page = text_of(anna.get(WELCOME))
    for text in (
        "欢迎关注测试工会。",
        "又见面了。",
        "欢迎园区的工友。",
        "帮助文字。",
        "收到了。",
        "12351",
        "权益保障部",
    ):
        assert text in page


def test_a_welcome_is_changed(home: Home, anna: Desk):
    shown = anna.get(f"{WELCOME}/text/welcome").text
    assert (
        "欢迎关注{account}。" in shown and "欢迎关注测试工会。" in shown
    )  # the form, and the phone beside it
    saved = anna.post(f"{WELCOME}/text/welcome", reply("您好！", seen=seen(home, "welcome")))
    assert saved.status_code == 302
    assert "已保存" in anna.get(saved.location).text
    assert profile(home.parts.db).welcome.text == "您好！"
    assert profile(home.parts.db).help == "帮助文字。"
    with home.parts.db.read() as session:
        assert [(one.action, one.target) for one in session.scalars(select(AuditEntry))] == [
            ("welcome_saved", "关注后的欢迎语")
        ]


@pytest.mark.parametrize("name", ["help", "fallback", "received", "hotline"])
def test_a_plain_text_is_changed(home: Home, anna: Desk, name: str):
    assert getattr(profile(home.parts.db), name) in anna.get(f"{WELCOME}/text/{name}").text
    assert anna.post(f"{WELCOME}/text/{name}", {"text": "新的", "seen": seen(home, name)}).status_code == 302
    assert getattr(profile(home.parts.db), name) == "新的"


def test_a_scene_code_gets_a_welcome_of_its_own_and_loses_it(home: Home, anna: Desk):
    fresh = anna.get(f"{WELCOME}/scene")
    assert fresh.status_code == 200
    added = reply("窗口欢迎您", scene="window", seen=mark(None))
    assert anna.post(f"{WELCOME}/scene", added).status_code == 302
    assert profile(home.parts.db).scenes["window"].text == "窗口欢迎您"
    assert "窗口欢迎您" in anna.get(f"{WELCOME}/scene?scene=window").text
    gone = {"scene": "window", "seen": seen(home, "scenes", "window")}
    assert anna.post(f"{WELCOME}/scene/delete", gone).status_code == 302
    assert set(profile(home.parts.db).scenes) == {"factory"}
    assert anna.get(f"{WELCOME}/scene?scene=window").status_code == 404


def test_contacts_are_added_moved_and_taken_away(home: Home, anna: Desk):
    assert "权益保障部" in anna.get(f"{WELCOME}/contacts").text
    old = {"district": "东港区", "department": "权益保障部", "phone": "0000-8100001"}
    more = anna.post(f"{WELCOME}/contacts", contacts(old, do="add contacts")).text
    assert 'name="profile.contacts.1.district"' in more
    saved = contacts(CONTACT, old, {"district": " "}, seen=seen(home, "contacts"))
    assert anna.post(f"{WELCOME}/contacts", saved).status_code == 302
    found = profile(home.parts.db)
    assert [one.district for one in found.contacts] == ["西河区", "东港区"]
    assert found.contact_for("河西的电话").phone == "0000-1"
    assert anna.post(f"{WELCOME}/contacts", contacts(seen=seen(home, "contacts"))).status_code == 302
    assert profile(home.parts.db).contacts == ()


# Bad input


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (reply(" "), "请填写回复的文字"),
        ({"reply.kind": "entry", "reply.entry": "nowhere", "do": "save"}, "没有编号为「nowhere」的问答"),
        ({"reply.kind": "menu", "reply.menu.ask": "?", "do": "save"}, "至少要有一个选项"),
        ({"reply.kind": "random", "do": "save"}, "至少要有两条"),
    ],
)
def test_a_bad_welcome_is_refused_and_stays_as_it_was(home: Home, anna: Desk, fields, reason):
    refused = anna.post(f"{WELCOME}/text/welcome", {**fields, "seen": seen(home, "welcome")})
    assert refused.status_code == 422
    assert reason in text_of(refused)
    assert profile(home.parts.db).welcome.text == "欢迎关注{account}。"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{**CONTACT, "phone": ""}], "第 1 行：请填写电话"),
        ([{**CONTACT, "phone": "12"}], "至少 3 个字"),
        ([{**CONTACT, "department": "长" * 61}], "部门最多 60 个字"),
        ([CONTACT, {**CONTACT, "district": "河西"}], "「西河」出现了两次"),
    ],
)
def test_a_bad_contact_is_refused_and_what_was_typed_stays(home: Home, anna: Desk, rows, reason):
    refused = anna.post(f"{WELCOME}/contacts", contacts(*rows, seen=seen(home, "contacts")))
    assert refused.status_code == 422
    assert reason in text_of(refused)
    assert 'value="西河区"' in refused.text
    assert profile(home.parts.db).contacts[0].district == "东港区"


@pytest.mark.parametrize("code", ["", "two words", "长" * 65])
def test_a_bad_scene_code_is_refused(anna: Desk, code: str):
    assert anna.post(f"{WELCOME}/scene", reply("好", scene=code, seen=mark(None))).status_code == 422


@pytest.mark.parametrize("text", ["", "  ", "长" * 1001])
def test_a_bad_text_is_refused(anna: Desk, home: Home, text: str):
    refused = anna.post(f"{WELCOME}/text/help", {"text": text, "seen": seen(home, "help")})
    assert refused.status_code == 422


def test_there_is_no_form_for_what_is_no_text(anna: Desk):
    assert anna.get(f"{WELCOME}/text/scenes").status_code == 404
    assert anna.post(f"{WELCOME}/text/contacts", {"text": "x"}).status_code == 404


def test_texts_of_others_are_shown_as_text(home: Home, anna: Desk):
    evil = "<script>alert(1)</script>"
    anna.post(f"{WELCOME}/text/welcome", reply(evil, seen=seen(home, "welcome")))
    anna.post(f"{WELCOME}/text/help", {"text": evil, "seen": seen(home, "help")})
    for page in (WELCOME, f"{WELCOME}/text/welcome", f"{WELCOME}/text/help"):
        assert evil not in anna.get(page).text


# Two people


def test_the_second_of_two_people_sees_what_the_first_saved(home: Home, anna: Desk):
    before = seen(home, "welcome")
    bert = Desk(home, "bert", "ours", Role.EDITOR)
    assert bert.post(f"{WELCOME}/text/welcome", reply("伯特", seen=before)).status_code == 302
    refused = anna.post(f"{WELCOME}/text/welcome", reply("安娜", seen=before))
    assert refused.status_code == 409
    assert "伯特" in refused.text and "安娜" in refused.text
    assert profile(home.parts.db).welcome.text == "伯特"
    assert anna.post(f"{WELCOME}/text/welcome", reply("安娜", seen=seen(home, "welcome"))).status_code == 302


def test_two_people_may_change_different_parts_at_once(home: Home, anna: Desk):
    marks = {name: seen(home, name) for name in ("help", "contacts")}
    assert anna.post(f"{WELCOME}/text/help", {"text": "新的", "seen": marks["help"]}).status_code == 302
    saved = anna.post(f"{WELCOME}/contacts", contacts(CONTACT, seen=marks["contacts"]))
    assert saved.status_code == 302
    assert anna.post(f"{WELCOME}/text/help", {"text": "更新的", "seen": marks["help"]}).status_code == 409
    stale = anna.post(f"{WELCOME}/contacts", contacts(seen=marks["contacts"]))
    assert stale.status_code == 409 and "服务中心" in stale.text
    assert anna.post(f"{WELCOME}/scene/delete", {"scene": "factory", "seen": "x"}).status_code == 409


def test_of_eight_who_save_at_once_one_succeeds_and_no_part_is_lost(db: Database):
    with db.work() as session:
        id_ = add_account(session, new_account(), NOW).id
    parts = [("help",), ("received",), *[("fallback",)] * 6]
    marks = [mark(part_of(Profile(), part)) for part in parts]

    def save(number: int) -> bool:
        try:
            with db.work() as session:
                save_part(session, id_, parts[number], f"第{number}位", marks[number])
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as people:
        done = list(people.map(save, range(8)))
    assert done[:2] == [True, True] and sum(done[2:]) == 1
    saved = profile(db)
    assert (saved.help, saved.received) == ("第0位", "第1位")


# Who may


def test_another_accounts_texts_do_not_exist(home: Home, anna: Desk):
    home.add_account(new_account("others"))
    charlie = Desk(home, "charlie", "others", Role.ADMIN)
    assert charlie.get(WELCOME).status_code == 404
    assert charlie.post(f"{WELCOME}/text/help", {"text": "x", "seen": seen(home, "help")}).status_code == 404
    assert profile(home.parts.db).help == "帮助文字。"


def test_without_the_permission_the_pages_are_forbidden(home: Home, anna: Desk):
    viewer = Desk(home, "vera", "ours", Role.VIEWER)
    assert viewer.get(WELCOME).status_code == 403
    assert viewer.post(f"{WELCOME}/text/help", {"text": "x", "seen": seen(home, "help")}).status_code == 403
