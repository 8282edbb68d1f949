"""Sessions: how long they last, and how they are listed and ended."""

import re

import pytest
from sqlalchemy import func, select

from house.parts import Parts
from models.staff import SignInTries, StaffSession
from staff.roles import Role
from staff.tasks import jobs
from tests.conftest import Home
from tests.staff.desk import PASSWORD, Door, Watch, add_person, set_watch, text_of


@pytest.fixture
def watch(house: Home) -> Watch:
    watch = set_watch(house)
    add_person(house, "anna", "ours", Role.EDITOR)
    return watch


def signed_in(house: Home, login: str = "anna", address: str = "192.0.2.1") -> Door:
    door = Door(house, address)
    door.sign_in(login)
    return door


def others(door: Door) -> list[str]:
    """Public ids of the sessions that the page offers to end."""
    return re.findall(r'name="one" value="([^"]+)"', door.get("/console/me/sessions").text)


def test_a_session_ends_after_eight_idle_hours(house: Home, watch: Watch):
    door = signed_in(house)
    watch.wait(hours=8)
    assert door.is_in()
    watch.wait(hours=8, seconds=1)
    assert not door.is_in()


def test_using_it_keeps_a_session_for_seven_days_and_no_longer(house: Home, watch: Watch):
    door = signed_in(house)
    for _ in range(24):
        watch.wait(hours=7)
        assert door.is_in()
    watch.wait(seconds=1)
    assert not door.is_in()


def test_an_ended_session_is_listed_no_more(house: Home, watch: Watch):
    signed_in(house)
    watch.wait(hours=9)
    assert others(signed_in(house)) == []


def test_the_list_shows_where_one_is_signed_in_and_marks_this_browser(house: Home, watch: Watch):
    signed_in(house, address="192.0.2.77")
    here = signed_in(house)
    page = text_of(here.get("/console/me/sessions"))
    assert "192.0.2.77" in page
    assert page.count("这台设备") == 1
    assert len(others(here)) == 1


def test_ending_one_session_leaves_the_others(house: Home, watch: Watch):
    lost, kept, here = signed_in(house), signed_in(house), signed_in(house)
    watch.wait(minutes=2)
    assert kept.is_in() and here.is_in()
    assert lost.token
    with house.parts.db.read() as session:
        oldest = session.scalar(select(StaffSession.public_id).order_by(StaffSession.id))
    here.post("/console/me/sessions/end", {"one": oldest or ""})
    assert [door.is_in() for door in (lost, kept, here)] == [False, True, True]


def test_ending_all_others_keeps_the_one_that_asks(house: Home, watch: Watch):
    doors = [signed_in(house) for _ in range(3)]
    doors[1].post("/console/me/sessions/end")
    assert [door.is_in() for door in doors] == [False, True, False]


def test_nobody_ends_a_session_of_somebody_else(house: Home, watch: Watch):
    add_person(house, "bob", "ours", Role.EDITOR)
    anna, bob = signed_in(house), signed_in(house, "bob")
    with house.parts.db.read() as session:
        annas = session.scalar(select(StaffSession.public_id).order_by(StaffSession.id)) or ""
    bob.post("/console/me/sessions/end", {"one": annas})
    bob.post("/console/me/sessions/end")
    assert anna.is_in()


def test_a_new_password_ends_all_sessions_but_gives_this_browser_a_new_one(house: Home, watch: Watch):
    here, elsewhere = signed_in(house), signed_in(house)
    before, new = here.token, "purple-tram-lantern-42"
    here.post("/console/me/password", {"old": PASSWORD, "new": new, "repeated": new})
    assert here.is_in()
    assert here.token != before
    assert not elsewhere.is_in()
    old = Door(house)
    old.client.set_cookie("zj_staff", before, path="/console/")
    assert not old.is_in()


def test_signing_out_ends_the_session_and_not_only_the_cookie(house: Home, watch: Watch):
    door = signed_in(house)
    token = door.token
    told = door.post("/console/signout")
    assert told.location == "/console/signin"
    assert not door.token
    door.client.set_cookie("zj_staff", token, path="/console/")
    assert not door.is_in()


def test_the_database_does_not_know_the_cookie(house: Home, watch: Watch):
    door = signed_in(house)
    with house.parts.db.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM staff_sessions").all()
    assert door.token not in repr(rows)


def run_jobs(parts: Parts) -> None:
    for job in jobs(parts):
        job.run()


def test_the_worker_forgets_what_is_over_and_keeps_what_is_not(house: Home, watch: Watch):
    signed_in(house)
    Door(house).sign_in("anna", "not-the-right-one-1")
    watch.wait(hours=7)
    here = signed_in(house)
    Door(house).sign_in("bob", "not-the-right-one-1")
    watch.wait(hours=1, seconds=-1)
    run_jobs(house.parts)
    with house.parts.db.read() as session:
        assert session.scalar(select(func.count()).select_from(StaffSession)) == 2
        assert session.scalar(select(func.count()).select_from(SignInTries)) == 1
    watch.wait(seconds=2)
    run_jobs(house.parts)
    with house.parts.db.read() as session:
        assert session.scalar(select(func.count()).select_from(StaffSession)) == 1
        assert session.scalar(select(func.count()).select_from(SignInTries)) == 0
    assert here.is_in()


def test_a_page_in_parts_that_meets_the_end_of_a_session_goes_to_the_sign_in(house: Home, watch: Watch):
    told = house.app.test_client().get("/console/o/ours/people", headers={"HX-Request": "true"})
    assert told.status_code == 401
    assert told.headers["HX-Redirect"] == "/console/signin"
