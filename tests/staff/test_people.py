"""人员与权限: who may be let in, changed and put out by whom, and what is told."""

import re

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from models.audit import AuditEntry
from models.staff import Grant, Staff
from staff import acts, people, service
from staff.roles import Role
from tests.conftest import Home, new_account
from tests.neighbours import together
from tests.staff.desk import SECRET, Desk, Door, Watch, add_organisation, add_person, set_watch, text_of

PEOPLE = "/console/o/ours/people"
PASSWORD = re.compile(r"密码 ?：?([a-z2-9]{4}(?:-[a-z2-9]{4}){3})")


@pytest.fixture
def watch(house: Home) -> Watch:
    house.add_account(new_account("others"))
    return set_watch(house)


@pytest.fixture
def anna(house: Home, watch: Watch) -> Desk:
    """The administrator of `ours`."""
    return Desk(house, "anna", "ours", Role.ADMIN)


def add(desk: Desk, login: str, role: str = Role.EDITOR, **more: str) -> TestResponse:
    return desk.post(PEOPLE, {"login": login, "name": "王小明", "role": str(role), **more})


def public_id(house: Home, login: str) -> str:
    with house.parts.db.read() as session:
        return session.scalar(select(Staff.public_id).where(Staff.login == login)) or ""


def roles_of(house: Home, login: str) -> set[str]:
    query = select(Grant.role).join(Staff).where(Staff.login == login)
    with house.parts.db.read() as session:
        return set(session.scalars(query.execution_options(all_tenants="a test looks at everything")))


def first_password(told: TestResponse) -> str:
    found = PASSWORD.search(text_of(told))
    assert found, text_of(told)
    return found[1]


def test_a_new_person_gets_a_first_password_that_is_told_once(house: Home, anna: Desk):
    told = add(anna, "Bob", email="bob@example.cn")
    password = first_password(told)
    assert password not in anna.get(PEOPLE).text
    door = Door(house)
    door.sign_in("bob@example.cn", password)
    assert door.get("/console/").location == "/console/me/password"
    assert roles_of(house, "bob") == {"editor"}


def test_a_known_person_gets_another_role_and_keeps_the_password(house: Home, anna: Desk):
    add_person(house, "bob", "ours", Role.VIEWER)
    told = add(anna, " BOB ", Role.SERVICE)
    assert "已给 bob 同志 开通「客服」" in text_of(told)
    assert not PASSWORD.search(text_of(told))
    assert roles_of(house, "bob") == {"viewer", "service"}
    assert Door(house).sign_in("bob").status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("login", "a", "用户名用 3 至 40 位"),
        ("login", "王小明", "用户名用 3 至 40 位"),
        ("name", "", "姓名要填"),
        ("name", "王" * 41, "姓名要填"),
        ("email", "not-an-address", "邮箱写得不对"),
        ("email", "anna@example.cn", "已经有人用了"),
        ("role", "emperor", "请选择一个角色"),
        ("until", "soon", "到期日写成"),
        ("until", "9999-12-31", "到期日写成"),
        ("until", "0000-00-00", "到期日写成"),
        ("until", "2026-11-19", "到期日不能早于今天"),
    ],
)
def test_what_is_refused_says_why_keeps_what_was_typed_and_changes_nothing(
    house: Home, anna: Desk, field: str, value: str, why: str
):
    with house.parts.db.work() as session:
        session.get_one(Staff, anna.staff_id).email = "anna@example.cn"
    typed = {
        "login": "bob-the-first",
        "email": "bob@example.cn",
        "name": "王小明",
        "until": "2026-12-24",
        field: value,
    }
    refused = add(anna, **typed)
    assert refused.status_code in (409, 422)
    assert why in text_of(refused)
    for name in ("login", "email", "until"):
        assert f'value="{typed[name]}"' in refused.text
    assert public_id(house, "bob-the-first") == ""


def test_a_right_lasts_to_the_end_of_its_last_day_in_shanghai(house: Home, anna: Desk, watch: Watch):
    add_person(house, "bob", "others", Role.VIEWER)
    add(anna, "bob", until="2026-11-20")
    assert "有效至 2026-11-20" in text_of(anna.get(PEOPLE))
    bob = Door(house)
    bob.sign_in("bob")
    assert bob.get("/console/o/ours/").status_code == 200
    watch.wait(hours=13, minutes=59)  # 23:59 in Shanghai
    bob.sign_in("bob")
    assert bob.get("/console/o/ours/").status_code == 200
    watch.wait(minutes=1)
    assert bob.get("/console/o/ours/").status_code == 404
    assert bob.get("/console/o/others/").status_code == 200


def test_an_expired_right_is_shown_as_such(house: Home, anna: Desk, watch: Watch):
    add(anna, "bob", until="2026-11-20")
    watch.wait(hours=20)
    again = Desk(house, "amy", "ours", Role.ADMIN)
    assert "已到期 2026-11-20" in text_of(again.get(PEOPLE))


def test_taking_a_role_ends_what_it_allowed_at_once(house: Home, anna: Desk):
    add_person(house, "bob", "ours", Role.EDITOR)
    bob = Door(house)
    bob.sign_in("bob")
    taken = anna.post(f"{PEOPLE}/{public_id(house, 'bob')}/take", {"role": "editor"})
    assert taken.location == PEOPLE
    assert bob.get("/console/o/ours/").status_code == 404
    assert anna.post(f"{PEOPLE}/{public_id(house, 'bob')}/take", {"role": "editor"}).status_code == 404


def test_nobody_takes_their_own_administration_away(house: Home, anna: Desk):
    refused = anna.post(f"{PEOPLE}/{public_id(house, 'anna')}/take", {"role": "admin"})
    assert refused.status_code == 409
    assert roles_of(house, "anna") == {"admin"}


@pytest.mark.parametrize("role", [Role.PRIVACY, Role.ADMIN])
def test_nobody_gives_themselves_a_role_or_more_time(house: Home, anna: Desk, role: Role):
    refused = add(anna, "anna", role)
    assert refused.status_code == 409
    assert "不能给自己开通" in text_of(refused)
    assert roles_of(house, "anna") == {"admin"}


def test_a_role_is_given_and_taken_at_this_place_only(house: Home, anna: Desk):
    add_person(house, "bob", "others", Role.EDITOR)
    bob = public_id(house, "bob")
    assert anna.post(f"{PEOPLE}/{bob}/take", {"role": "editor"}).status_code == 404
    add(anna, "bob", Role.VIEWER)
    assert roles_of(house, "bob") == {"editor", "viewer"}


def act_on(desk: Desk, house: Home, login: str, what: str, **form: str) -> TestResponse:
    return desk.post(f"{PEOPLE}/{public_id(house, login)}/{what}", form)


def test_a_reset_gives_a_new_first_password_and_signs_out(house: Home, anna: Desk):
    add_person(house, "bob", "ours", Role.EDITOR)
    bob = Door(house)
    bob.sign_in("bob")
    password = first_password(act_on(anna, house, "bob", "reset"))
    assert not bob.is_in()
    assert Door(house).sign_in("bob").status_code == 403
    bob.sign_in("bob", password)
    assert bob.get("/console/").location == "/console/me/password"


def test_a_reset_leaves_the_second_factor_unless_the_telephone_is_lost(house: Home, anna: Desk):
    bob = add_person(house, "bob", "ours", Role.EDITOR, factor=True)

    def secret() -> str | None:
        with house.parts.db.read() as session:
            return session.get_one(Staff, bob.id).totp_secret

    act_on(anna, house, "bob", "reset")
    assert secret() == SECRET
    act_on(anna, house, "bob", "reset", second_factor="1")
    assert secret() is None


@pytest.mark.parametrize(("what", "form"), [("reset", {"second_factor": "1"}), ("active", {"on": "0"})])
def test_nobody_resets_or_puts_out_themselves(house: Home, anna: Desk, what: str, form: dict[str, str]):
    """Who finds an administrator's browser open must not walk away with their name."""
    refused = act_on(anna, house, "anna", what, **form)
    assert refused.status_code == 409
    assert not PASSWORD.search(text_of(refused))
    assert anna.get(PEOPLE).status_code == 200


@pytest.mark.parametrize("what", ["reset", "active"])
@pytest.mark.parametrize("place", ["others", "province"])
def test_who_has_a_role_elsewhere_is_reset_there(house: Home, anna: Desk, what: str, place: str):
    add_organisation(house.parts.db, "province")
    bob = add_person(house, "bob", place, Role.VIEWER)
    with house.parts.db.work() as session:
        ours = house.parts.directory.find_organisation("ours")
        assert ours
        service.give_role(session, bob, ours.id, Role.VIEWER, by="test", now=house.parts.clock())
    refused = act_on(anna, house, "bob", what, on="0")
    assert refused.status_code == 403
    assert "请由那里的管理员来做" in text_of(refused)
    assert Door(house).sign_in("bob").status_code == 302


def test_somebody_of_another_union_is_nobody_here(house: Home, anna: Desk):
    add_person(house, "bob", "others", Role.VIEWER)
    for what in ("reset", "active", "take"):
        assert act_on(anna, house, "bob", what, on="0", role="viewer").status_code == 404
    assert Door(house).sign_in("bob").status_code == 302


def test_put_out_and_let_in_again(house: Home, anna: Desk):
    add_person(house, "bob", "ours", Role.EDITOR)
    bob = Door(house)
    bob.sign_in("bob")
    act_on(anna, house, "bob", "active", on="0")
    assert not bob.is_in()
    assert Door(house).sign_in("bob").status_code == 403
    assert "已停用" in text_of(anna.get(PEOPLE))
    act_on(anna, house, "bob", "active", on="1")
    assert not bob.is_in()
    assert Door(house).sign_in("bob").status_code == 302


def test_names_stand_in_the_page_as_text(house: Home, anna: Desk):
    add(anna, "bob", name='"><script>alert(1)</script>')
    page = anna.get(PEOPLE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_of_two_administrators_who_add_one_name_the_second_is_told(
    postgres_home: Home, monkeypatch: pytest.MonkeyPatch
):
    desks = [Desk(postgres_home, login, "ours", Role.ADMIN) for login in ("anna", "amy")]
    monkeypatch.setattr(people, "find_staff", lambda _session, _login: None)
    monkeypatch.setattr(service, "check_strength", lambda *_: None)
    told = together(2, lambda number: add(desks[number], "bob"))
    assert sorted(one.status_code for one in told) == [200, 409]
    refused = next(one for one in told if one.status_code == 409)
    assert "已经有人用了" in text_of(refused)
    assert add(desks[0], "bob").status_code == 409


def test_what_was_done_stands_in_the_log_with_who_and_whom(house: Home, anna: Desk):
    add(anna, "Bob", until="2026-12-31")
    act_on(anna, house, "bob", "reset")
    act_on(anna, house, "bob", "active", on="0")
    act_on(anna, house, "bob", "take", role="editor")
    page = text_of(anna.get("/console/o/ours/acts"))
    for line in (
        "授予角色 bob：编辑，至 2026-12-31",
        "重设密码 bob",
        "停用人员 bob",
        "收回角色 bob：编辑",
        "anna 同志（anna）",
    ):
        assert line in page


def test_a_refused_act_leaves_no_trace(house: Home, anna: Desk):
    add(anna, "x")
    add(anna, "anna")
    with house.parts.db.read() as session:
        assert session.scalars(select(AuditEntry.action)).all() == []


def note_acts(desk: Desk, count: int) -> None:
    for number in range(count):
        add(desk, "bob", list(Role)[number % 3 + 1])


def test_the_log_goes_on_on_a_second_page(house: Home, anna: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(acts, "_PAGE", 3)
    note_acts(anna, 5)
    first = anna.get("/console/o/ours/acts").text
    assert first.count("<b>授予角色") == 3
    older = re.search(r'href="([^"]+before=\d+)"', first)
    assert older
    second = anna.get(older[1]).text
    assert second.count("<b>授予角色") == 2
    assert "更早的" not in second


@pytest.mark.parametrize("before", ["0", "-1", "9" * 30, "x", "", "1e3", "٣"])
def test_a_page_of_the_log_that_is_none_is_the_first(house: Home, anna: Desk, before: str):
    note_acts(anna, 1)
    assert "<b>授予角色" in anna.get("/console/o/ours/acts", query_string={"before": before}).text


def test_the_log_of_a_union_shows_those_below_and_none_beside(house: Home, watch: Watch):
    add_organisation(house.parts.db, "province")
    add_organisation(house.parts.db, "city", "province")
    above, beside = Desk(house, "anna", "province", Role.ADMIN), Desk(house, "bob", "others", Role.ADMIN)
    below = Desk(house, "carol", "city", Role.ADMIN)
    below.post("/console/o/city/people", {"login": "dora", "name": "朵拉", "role": "editor"})
    assert "dora" in above.get("/console/o/province/acts").text
    assert "dora" in below.get("/console/o/city/acts").text
    assert "dora" not in beside.get("/console/o/others/acts").text
