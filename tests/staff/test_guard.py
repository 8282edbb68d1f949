"""The guard: who is let in where; every console page declares what it needs."""

import re

import pytest
from flask import Flask

from house.permissions import Permission
from staff.guard import check_declared, console_pages, need_of, needs
from staff.roles import Role
from staff.sessions import csrf_token
from tests.conftest import Home, new_account
from tests.staff.desk import Desk, add_organisation

PEOPLE = "/console/o/ours/people"


@pytest.fixture
def house(home: Home) -> Home:
    home.add_account(new_account("others"))
    return home


def test_nobody_is_sent_to_sign_in_and_back_to_where_they_wanted(house: Home):
    refused = house.app.test_client().get(PEOPLE)
    assert refused.status_code == 302
    assert refused.location.endswith("/console/signin?next=/console/o/ours/people")


def test_an_administrator_sees_the_people_of_their_union(house: Home):
    anna = Desk(house, "anna", "ours", Role.ADMIN)
    assert "anna 同志" in anna.get(PEOPLE).text


def test_without_the_permission_a_known_place_is_forbidden(house: Home):
    assert Desk(house, "bob", "ours", Role.VIEWER).get(PEOPLE).status_code == 403


def test_another_unions_place_does_not_exist(house: Home):
    charlie = Desk(house, "charlie", "others", Role.ADMIN)
    assert charlie.get(PEOPLE).status_code == 404
    assert charlie.get("/console/a/ours/").status_code == 404
    assert charlie.get("/console/o/nowhere/people").status_code == 404


def test_roles_reach_down_the_tree_and_not_up(house: Home):
    add_organisation(house.parts.db, "province")
    add_organisation(house.parts.db, "city", "province")
    above = Desk(house, "anna", "province", Role.ADMIN)
    below = Desk(house, "bob", "city", Role.ADMIN)
    assert above.get("/console/o/city/people").status_code == 200
    assert below.get("/console/o/province/people").status_code == 404


def test_a_form_without_the_token_of_the_session_changes_nothing(house: Home):
    anna = Desk(house, "anna", "ours", Role.ADMIN)
    refused = anna.post("/console/signout", {"csrf": "0" * 64})
    assert refused.status_code == 403
    assert anna.get(PEOPLE).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}],
)
def test_a_form_from_elsewhere_is_refused_even_with_the_token(house: Home, headers: dict[str, str]):
    anna = Desk(house, "anna", "ours", Role.ADMIN)
    sent = {"csrf": csrf_token(anna.token)}
    assert anna.client.post("/console/signout", data=sent, headers=headers).status_code == 403


@pytest.mark.parametrize(
    "path", ["/console/o/ours/acts?x=1&x=a%00b", "/console/o/o%00urs/people", f"{PEOPLE}?a=%00"]
)
def test_a_character_that_no_database_keeps_is_no_crash(house: Home, path: str):
    assert Desk(house, "anna", "ours", Role.ADMIN).get(path).status_code == 422


def test_an_address_that_does_not_exist_leads_back_into_the_console(house: Home):
    lost = Desk(house, "anna", "ours", Role.ADMIN).get("/console/o/ours/nothing")
    assert lost.status_code == 404
    assert "回到后台首页" in lost.text
    assert house.app.test_client().get("/console/nothing").location.startswith("/console/signin?next=")


def test_every_page_of_the_console_tells_browsers_to_be_careful(house: Home):
    anna = Desk(house, "anna", "ours", Role.ADMIN)
    for path in ("/console/signin", PEOPLE, "/console/o/nowhere/", "/console/nothing", "/console/"):
        headers = anna.get(path).headers
        assert "script-src 'self'" in headers["Content-Security-Policy"], path
        assert headers["Cache-Control"] == "no-store", path
        assert headers["Referrer-Policy"] == "same-origin", path
        assert headers["X-Content-Type-Options"] == "nosniff", path


def test_every_console_page_declares_what_it_needs(house: Home):
    console = [rule for rule in house.app.url_map.iter_rules() if rule.rule.startswith("/console")]
    assert len(console) > 10
    assert [rule.rule for rule in console if need_of(house.app, rule.endpoint) is None] == []


def test_a_page_that_declares_nothing_stops_the_start():
    app = Flask("bare")
    pages = console_pages("forgetful", __name__)

    @pages.get("/o/<organisation_key>/secrets")
    def secrets(organisation_key: str) -> str:
        return "all of them"

    app.register_blueprint(pages)
    with pytest.raises(RuntimeError, match="secrets"):
        check_declared(app)


def test_a_page_before_which_no_guard_stands_stops_the_start():
    app = Flask("bare")

    @app.get("/console/open")
    @needs(Permission.LOOK)
    def unguarded() -> str:
        return "hello"

    with pytest.raises(RuntimeError, match="/console/open"):
        check_declared(app)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (PEOPLE, "人员与权限"),
        ("/console/o/ours/acts", "操作记录"),
        (f"{PEOPLE}/", None),
        ("/console/o/ours/", None),
    ],
)
def test_the_navigation_marks_where_one_is(house: Home, path: str, line: str | None):
    page = Desk(house, "anna", "ours", Role.ADMIN).get(path).text
    marked = re.findall(r'aria-current="page">.*?nav-link-title">([^<]+)<', page, re.DOTALL)
    assert marked == ([line] if line else [])


def test_the_navigation_still_marks_it_when_a_form_is_refused(house: Home):
    refused = Desk(house, "anna", "ours", Role.ADMIN).post(PEOPLE, {"login": "x", "role": "editor"})
    assert refused.status_code == 422
    assert refused.text.count('aria-current="page"') == 1
