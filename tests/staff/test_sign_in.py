"""Signing in with name and password: who comes in, who is told what, and when the door is locked."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from werkzeug.test import TestResponse

from core.settings import ServerSettings
from house.current import EXTENSION
from models.staff import Staff
from staff import console, passwords
from staff.guard import COOKIE
from staff.roles import Role
from tests.conftest import Home, make_settings
from tests.neighbours import together
from tests.staff.desk import PASSWORD, Door, add_person, set_watch, text_of

WRONG = "not-the-right-one-1"
LOCKED = "试错的次数太多"


@pytest.fixture
def anna(house: Home) -> Staff:
    return add_person(house, "anna", "ours", Role.EDITOR, email="anna@example.cn")


def change(house: Home, staff: Staff, **values: object) -> None:
    with house.parts.db.work() as session:
        person = session.get_one(Staff, staff.id)
        for name, value in values.items():
            setattr(person, name, value)


@pytest.mark.parametrize("name", ["anna", "ANNA ", "anna@example.cn", " Anna@Example.cn"])
def test_a_person_signs_in_by_user_name_or_e_mail(house: Home, anna: Staff, name: str):
    door = Door(house)
    assert door.sign_in(name).location == "/console/"
    assert door.is_in()


@pytest.mark.parametrize("name", ["anna", "nobody", ""])
def test_a_wrong_password_and_an_unknown_name_are_told_the_same(house: Home, anna: Staff, name: str):
    door = Door(house)
    refused = door.sign_in(name, WRONG)
    assert refused.status_code == 403
    assert "用户名或密码不对。忘了密码，请找本单位的管理员重设。" in text_of(refused)
    assert not door.token


def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    sqlite_home: Home, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher())
    passwords._nobodys_hash.cache_clear()
    add_person(sqlite_home, "anna", "ours", Role.EDITOR)

    def median_s(name: str) -> float:
        taken = []
        for number in range(8):
            door, started = Door(sqlite_home, f"192.0.2.{number}"), time.perf_counter()
            door.sign_in(name, WRONG)
            taken.append(time.perf_counter() - started)
        return statistics.median(taken)

    median_s("warm-up")
    known, unknown = median_s("anna"), median_s("nobody")
    assert 0.6 < known / unknown < 1.67


def test_a_person_who_was_put_out_is_told_nothing_else_than_a_stranger(house: Home, anna: Staff):
    change(house, anna, active=False)
    refused = Door(house).sign_in()
    assert refused.status_code == 403
    assert "用户名或密码不对" in text_of(refused)


def test_who_is_put_out_is_out_at_once(house: Home, anna: Staff):
    door = Door(house)
    door.sign_in()
    assert door.is_in()
    change(house, anna, active=False)
    assert not door.is_in()


def test_after_five_failures_the_right_password_does_not_help_for_a_quarter_of_an_hour(
    house: Home, anna: Staff
):
    watch, door = set_watch(house), Door(house)
    assert [door.sign_in(password=WRONG).status_code for _ in range(5)] == [403] * 5
    locked = door.sign_in()
    assert locked.status_code == 429
    assert f"{LOCKED}，请 15 分钟后再试" in text_of(locked)
    watch.wait(minutes=14, seconds=59)
    assert door.sign_in().status_code == 429
    watch.wait(seconds=1)
    assert door.sign_in().status_code == 302


def test_tries_during_the_lock_do_not_prolong_it(house: Home, anna: Staff):
    watch, door = set_watch(house), Door(house)
    for _ in range(30):
        door.sign_in(password=WRONG)
        watch.wait(seconds=29)
    watch.wait(minutes=3)
    assert door.sign_in().status_code == 302


def test_another_address_and_another_name_are_not_locked(house: Home, anna: Staff):
    add_person(house, "bob", "ours", Role.EDITOR)
    door = Door(house)
    for _ in range(6):
        door.sign_in(password=WRONG)
    assert door.sign_in("bob").status_code == 302
    assert Door(house, "192.0.2.2").sign_in().status_code == 302


def test_a_name_nobody_has_is_locked_the_same_way(house: Home):
    door = Door(house)
    statuses = [door.sign_in("nobody", WRONG).status_code for _ in range(7)]
    assert statuses == [403] * 5 + [429] * 2


def test_the_spelling_of_a_name_gives_no_more_tries(house: Home, anna: Staff):
    door = Door(house)
    for name in ("anna", "ANNA", " anna", "Anna ", "aNNa"):
        assert door.sign_in(name, WRONG).status_code == 403
    assert door.sign_in("anna").status_code == 429


def test_signing_in_forgets_the_failures_before(house: Home, anna: Staff):
    for _ in range(3):
        door = Door(house)
        for _ in range(4):
            door.sign_in(password=WRONG)
        assert door.sign_in().status_code == 302


def test_failures_of_long_ago_do_not_count(house: Home, anna: Staff):
    watch, door = set_watch(house), Door(house)
    for _ in range(4):
        door.sign_in(password=WRONG)
    watch.wait(hours=1, seconds=1)
    assert [door.sign_in(password=WRONG).status_code for _ in range(5)] == [403] * 5


def counted_checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    checked: list[str] = []
    right = console.is_right

    def is_right(password: str, hashed: str | None) -> bool:
        checked.append(password)
        return right(password, hashed)

    monkeypatch.setattr(console, "is_right", is_right)
    return checked


def twenty_at_once(home: Home) -> list[TestResponse | Exception]:
    doors = [Door(home) for _ in range(20)]
    return together(20, lambda number: doors[number].sign_in(password=f"{WRONG}{number}"))


def test_of_twenty_tries_at_once_five_passwords_are_checked(
    postgres_home: Home, monkeypatch: pytest.MonkeyPatch
):
    add_person(postgres_home, "anna", "ours", Role.EDITOR)
    checked = counted_checks(monkeypatch)
    told = [one.status_code for one in twenty_at_once(postgres_home)]
    assert len(checked) == 5
    assert sorted(told) == [403] * 5 + [429] * 15


def test_without_counting_before_the_check_more_would_slip_through(
    postgres_home: Home, monkeypatch: pytest.MonkeyPatch
):
    add_person(postgres_home, "anna", "ours", Role.EDITOR)
    checked = counted_checks(monkeypatch)
    monkeypatch.setattr(console, "_enter", lambda _name: None)
    twenty_at_once(postgres_home)
    assert len(checked) == 20


def test_a_first_password_is_changed_before_anything_else(house: Home, anna: Staff):
    change(house, anna, must_change_password=True)
    door = Door(house)
    door.sign_in()
    for path in ("/console/", "/console/o/ours/", "/console/me/sessions", "/console/me/second-factor"):
        assert door.get(path).location == "/console/me/password", path
    assert door.post("/console/me/sessions/end").location == "/console/me/password"
    assert "请换成自己的密码" in door.get("/console/me/password").text


def set_password(door: Door, new: str, old: str = PASSWORD, again: str = "") -> TestResponse:
    return door.post("/console/me/password", {"old": old, "new": new, "repeated": again or new})


def test_the_first_password_itself_is_no_new_one(house: Home, anna: Staff):
    change(house, anna, must_change_password=True)
    door = Door(house)
    door.sign_in()
    refused = set_password(door, PASSWORD)
    assert refused.status_code == 422
    assert "新密码要和现在的不一样" in text_of(refused)
    assert door.get("/console/o/ours/").location == "/console/me/password"


def test_after_the_change_the_old_password_is_dead_and_the_new_one_lives(house: Home, anna: Staff):
    change(house, anna, must_change_password=True)
    door = Door(house)
    door.sign_in()
    assert set_password(door, "purple-tram-lantern-42").location == "/console/"
    assert door.is_in()
    assert Door(house).sign_in().status_code == 403
    assert Door(house).sign_in(password="purple-tram-lantern-42").status_code == 302


@pytest.mark.parametrize(
    ("new", "again", "why"),
    [
        ("short-1", "", "至少要 10 位"),
        ("1234567890", "", "太容易被猜到"),
        ("anna同志anna同志", "", "太容易被猜到"),
        ("a" * 201, "", "最长 200 位"),
        ("purple-tram-lantern-42", "purple-tram-lantern-43", "不一样"),
    ],
)
def test_a_weak_or_mistyped_new_password_is_refused_with_the_reason(
    house: Home, anna: Staff, new: str, again: str, why: str
):
    door = Door(house)
    door.sign_in()
    refused = set_password(door, new, again=again)
    assert refused.status_code == 422
    assert why in text_of(refused)
    assert Door(house).sign_in().status_code == 302


def test_whoever_finds_an_open_browser_can_not_guess_the_password_there(house: Home, anna: Staff):
    door = Door(house)
    door.sign_in()
    for _ in range(5):
        assert "现在的密码不对" in text_of(set_password(door, "purple-tram-lantern-42", old=WRONG))
    assert LOCKED in text_of(set_password(door, "purple-tram-lantern-42"))
    assert Door(house).sign_in().status_code == 302


def test_weak_new_passwords_lock_nobody_out_of_changing_it(house: Home, anna: Staff):
    door = Door(house)
    door.sign_in()
    for _ in range(6):
        assert "至少要 10 位" in text_of(set_password(door, "short-1"))
    assert set_password(door, "purple-tram-lantern-42").status_code == 302


def test_a_password_that_is_reset_while_it_is_checked_signs_nobody_in(
    house: Home, anna: Staff, monkeypatch: pytest.MonkeyPatch
):
    right = console.is_right

    def reset_meanwhile(password: str, hashed: str | None) -> bool:
        change(house, anna, password_hash="$argon2id$of-another-password")
        return right(password, hashed)

    monkeypatch.setattr(console, "is_right", reset_meanwhile)
    door = Door(house)
    assert door.sign_in().status_code == 403
    assert not door.token


def test_a_cookie_planted_before_is_not_the_one_after(house: Home, anna: Staff):
    door = Door(house)
    door.client.set_cookie(COOKIE, "planted-by-an-attacker", path="/console/")
    door.sign_in()
    assert door.token != "planted-by-an-attacker"
    assert len(door.token) > 40
    stranger = Door(house)
    stranger.client.set_cookie(COOKIE, "planted-by-an-attacker", path="/console/")
    assert not stranger.is_in()


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(house: Home, anna: Staff):
    cookie = Door(house).sign_in().headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/console/" in cookie
    assert "Secure" not in cookie
    assert "Max-Age=604800" in cookie


def test_behind_https_the_cookie_goes_nowhere_else(tmp_path: Path, sqlite_home: Home):
    add_person(sqlite_home, "anna", "ours", Role.EDITOR)
    settings = make_settings(tmp_path, server=ServerSettings(public_url="https://gonghui.example.cn"))
    sqlite_home.app.extensions[EXTENSION] = replace(sqlite_home.parts, settings=settings)
    assert "Secure" in Door(sqlite_home).sign_in().headers["Set-Cookie"]


def test_two_sign_ins_are_two_sessions(house: Home, anna: Staff):
    first, second = Door(house), Door(house)
    first.sign_in()
    second.sign_in()
    assert first.token != second.token


@pytest.mark.parametrize(
    "wanted",
    ["/console/o/ours/people", "/console/a/ours/?tab=2", "/console/o/ours/entries?q=押金&state=live"],
)
def test_after_signing_in_one_is_where_one_wanted_to_be(house: Home, anna: Staff, wanted: str):
    shown = Door(house).get(f"/console/signin?next={wanted.replace('&', '%26')}")
    assert f'name="next" value="{wanted.replace("&", "&amp;")}"' in shown.text
    assert Door(house).sign_in(next=wanted).location.startswith(wanted[:14])


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/console/",
        "/\\evil.example/",
        "\\\\evil.example",
        "https://evil.example/console/",
        "javascript:alert(1)",
        "/console/../wechat/ours",
        "/console/..//evil.example",
        "/console/%2e%2e/wechat/ours",
        "/console/.%2E/wechat/ours",
        "/console/\\..\\wechat",
        "/console/%5c..%5cwechat",
        "/console\n/../x",
        "/console/\r\nSet-Cookie: a=b",
        "/console/\t../x",
        "/consoles/",
        "console/",
        " /console/",
    ],
)
def test_nobody_is_led_out_of_the_console_by_signing_in(house: Home, anna: Staff, wanted: str):
    assert Door(house).sign_in(next=wanted).location == "/console/"


def test_what_was_typed_as_a_name_stands_in_the_page_as_text(house: Home):
    page = Door(house).sign_in('"><script>alert(1)</script>', WRONG).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize("field", ["login", "password", "next"])
def test_a_character_that_no_database_keeps_is_no_crash(house: Home, field: str):
    form = {"login": "anna", "password": WRONG, "next": "", field: "a\0b"}
    assert Door(house).post("/console/signin", form).status_code == 422


def test_a_sign_in_form_from_another_site_is_refused(house: Home, anna: Staff):
    form = {"login": "anna", "password": PASSWORD}
    told: Callable[..., TestResponse] = Door(house).client.post
    assert told("/console/signin", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    assert told("/console/signin", data=form, headers={"Origin": "null"}).status_code == 403
    assert told("/console/signin", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
