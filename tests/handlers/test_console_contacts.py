"""Contacts by district that were taken out: put back within a month."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.feature import FEATURE
from house.current import EXTENSION
from staff.roles import Role
from tests.conftest import NOW, Home, new_account
from tests.staff.desk import Desk, text_of

CONTACTS = "/console/a/ours/welcome/contacts"
EAST = {
    "district": "东区",
    "aliases": "城东",
    "department": "东区总工会",
    "phone": "0000-1111",
    "address": "",
    "hours": "",
}
WEST = {
    "district": "西区",
    "aliases": "",
    "department": "<b>西区</b>",
    "phone": "0000-2222",
    "address": "",
    "hours": "",
}


@pytest.fixture
def anna(home: Home) -> Desk:
    home.parts = home.app.extensions[EXTENSION] = replace(home.parts, clock=lambda: NOW)
    home.add_account(new_account("others"))
    return Desk(home, "anna", "ours", Role.EDITOR)


def seen(desk: Desk) -> str:
    found = re.search(r'name="seen" value="(\w+)"', desk.get(CONTACTS).text)
    assert found
    return found[1]


def save(desk: Desk, *rows: dict[str, str]) -> int:
    sent = {
        f"profile.contacts.{n}.{name}": value for n, row in enumerate(rows) for name, value in row.items()
    }
    return desk.post(CONTACTS, {"seen": seen(desk), "do": "save", **sent}).status_code


def districts(desk: Desk) -> list[str]:
    return re.findall(r'name="profile\.contacts\.\d+\.district" value="([^"]+)"', desk.get(CONTACTS).text)


def restore_path(desk: Desk) -> str:
    found = re.search(rf'action="({CONTACTS}/\w+/restore)"', desk.get(CONTACTS).text)
    assert found
    return found[1]


def test_a_contact_that_was_taken_out_comes_back_as_it_was(anna: Desk):
    save(anna, EAST, WEST)
    assert save(anna, EAST) == 302
    page = anna.get(CONTACTS)
    assert "最近删去的" in page.text
    assert "&lt;b&gt;西区" in page.text
    path = restore_path(anna)
    assert anna.post(path).status_code == 302
    assert districts(anna) == ["东区", "西区"]
    assert "最近删去的" not in anna.get(CONTACTS).text
    assert anna.post(path).status_code == 404


def test_a_contact_that_only_changed_is_not_called_removed(anna: Desk):
    save(anna, EAST, WEST)
    save(anna, {**EAST, "phone": "0000-9999"}, {**WEST, "district": "新西区"})
    assert "最近删去的" not in anna.get(CONTACTS).text


def test_a_district_that_is_there_again_is_not_added_twice(anna: Desk):
    save(anna, EAST)
    save(anna)
    path = restore_path(anna)
    save(anna, EAST)
    refused = anna.post(path)
    assert refused.status_code == 409
    assert "已经有了" in text_of(refused)
    assert districts(anna) == ["东区"]


def test_after_a_month_it_is_gone(home: Home, anna: Desk):
    save(anna, EAST)
    save(anna)
    path = restore_path(anna)
    later = replace(home.parts, clock=lambda: NOW + timedelta(days=30))
    (job,) = FEATURE.jobs(replace(home.parts, clock=lambda: NOW + timedelta(days=29)))
    assert job.run() == 0
    (job,) = FEATURE.jobs(later)
    assert job.run() == 1
    assert anna.post(path).status_code == 404


def test_another_unions_contact_can_not_be_put_back(home: Home, anna: Desk):
    save(anna, EAST)
    save(anna)
    path = restore_path(anna)
    otto, vera = Desk(home, "otto", "others", Role.ADMIN), Desk(home, "vera", "ours", Role.VIEWER)
    assert otto.post(path).status_code == 404
    assert otto.post(path.replace("/ours/", "/others/")).status_code == 404
    assert vera.post(path).status_code == 403
    assert districts(anna) == []


def test_what_was_refused_removes_nothing(anna: Desk):
    save(anna, EAST, WEST)
    sent = {"seen": "stale", "do": "save"}
    assert anna.post(CONTACTS, sent).status_code == 409
    assert "最近删去的" not in anna.get(CONTACTS).text
    assert districts(anna) == ["东区", "西区"]
