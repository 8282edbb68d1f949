"""Passwords, codes and cookies stand in no log and no audit entry, whatever is done with them."""

import io
import logging
import sys
from collections.abc import Iterator

import pytest

from core.logs import configure_logs
from staff.roles import Role
from staff.service import NewStaff
from tests.conftest import Home
from tests.handlers.test_secrecy import forget_cached_loggers
from tests.staff.desk import OURS, SECRET, Desk, Door, add_person, pending_of, set_watch
from tests.staff.test_people import act_on, add, first_password
from tests.staff.test_second_factor import Enrolment, code_of

TYPED = ("Wrong But Secret 77", "purple-tram-lantern-42", "correct-horse-battery-9")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that is logged from here on."""
    stream = io.StringIO()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", stream)
        forget_cached_loggers()
        configure_logs("DEBUG")
        yield stream
    forget_cached_loggers()
    configure_logs("WARNING")


def go_through_everything(house: Home) -> list[str]:
    """Every page on which a secret is typed or shown; returns the secrets."""
    watch = set_watch(house)
    add_person(house, "carol", "ours", Role.ADMIN)
    carol, bob = Door(house), Door(house)
    carol.sign_in("carol", TYPED[0])
    carol.sign_in(TYPED[0], TYPED[0])
    carol.sign_in("carol")
    page = Enrolment(carol)
    codes = page.prove(code_of(page.secret, watch)).text.split('select-all">')[1:]
    watch.wait(seconds=60)
    asked = carol.sign_in("carol")
    code = code_of(page.secret, watch)
    carol.show_code(asked, "864209")
    carol.show_code(asked, code)
    carol.post("/console/me/password", {"old": TYPED[2], "new": TYPED[1], "repeated": TYPED[1]})
    anna = Desk(house, "anna", "ours", Role.ADMIN)
    told = [first_password(add(anna, "bob")), first_password(act_on(anna, house, "bob", "reset"))]
    bob.sign_in("bob", told[1])
    add(anna, TYPED[0])
    recovery = [code.split("<")[0] for code in codes]
    assert len(recovery) == 10
    return [
        *TYPED,
        *told,
        *recovery,
        page.secret,
        page.sealed,
        pending_of(asked),
        code,
        "864209",
        anna.token,
        carol.token,
        bob.token,
    ]


def test_no_secret_is_in_the_log_of_acts(house: Home):
    secrets = go_through_everything(house)
    with house.parts.db.engine.connect() as connection:
        kept = repr(connection.exec_driver_sql("SELECT * FROM audit_entries").all())
    assert "second_factor_enrolled" in kept
    assert [one for one in secrets if one in kept] == []


def test_no_secret_stands_open_in_any_table_of_staff(house: Home):
    secrets = go_through_everything(house)
    with house.parts.db.engine.connect() as connection:
        for table in ("staff", "recovery_codes", "staff_sessions", "sign_in_tries", "grants"):
            kept = repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            assert len(kept) > 10
            assert [one for one in secrets if one in kept] == [], table


def test_no_secret_is_written_to_the_logs(house: Home, log: io.StringIO, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    secrets = go_through_everything(house)
    assert [one for one in secrets if one in log.getvalue() + caplog.text] == []


def test_a_password_that_makes_a_page_fail_is_not_in_the_logs(
    house: Home, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
):
    add_person(house, "anna", "ours", Role.EDITOR)

    def fail(*_: object) -> bool:
        raise RuntimeError("the hasher is broken")

    monkeypatch.setattr("staff.console.is_right", fail)
    form = {"login": "anna", "password": TYPED[0]}
    told = house.app.test_client().post("/console/signin", data=form, headers=OURS)
    assert told.status_code == 500
    assert TYPED[0] not in told.text
    assert "page_failed" in log.getvalue()
    assert TYPED[0] not in log.getvalue()


def test_no_secret_is_in_what_objects_say_of_themselves(house: Home):
    assert SECRET not in repr(add_person(house, "anna", "ours", factor=True))
    assert TYPED[0] not in repr(NewStaff("anna", "安娜", TYPED[0]))
