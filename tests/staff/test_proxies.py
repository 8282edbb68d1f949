"""Behind reverse proxies: whose address counts for lock-outs and in the log, and that nobody can make one up."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

import app as application
from core.settings import ServerSettings
from house.current import EXTENSION
from models.audit import AuditEntry
from staff.roles import Role
from tests.conftest import Home, make_settings, new_account
from tests.staff.desk import OURS, PASSWORD, add_person

PROXY = "10.0.0.1"


@pytest.fixture
def behind(tmp_path: Path, sqlite_template: Path) -> Callable[[int], Home]:
    """A house behind so many proxies, with Bob in it."""

    def make(proxies: int) -> Home:
        shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
        settings = make_settings(tmp_path, server=ServerSettings(trusted_proxies=proxies))
        app = application.create_app(settings)
        home = Home(app, app.extensions[EXTENSION])
        home.add_account(new_account())
        add_person(home, "bob", "ours", Role.EDITOR)
        return home

    return make


def sign_in(client: FlaskClient, forwarded: str, password: str = "wrong-wrong-wrong-1") -> int:
    answer = client.post(
        "/console/signin",
        data={"login": "bob", "password": password},
        headers={**OURS, "X-Forwarded-For": forwarded},
        environ_base={"REMOTE_ADDR": PROXY},
    )
    return answer.status_code


def addresses(home: Home) -> list[str]:
    with home.parts.db.read() as session:
        return list(session.scalars(select(AuditEntry.address).order_by(AuditEntry.number)))


def test_the_address_is_the_one_that_our_proxy_added(behind: Callable[[int], Home]):
    home = behind(1)
    sign_in(home.app.test_client(), "192.0.2.7")
    sign_in(home.app.test_client(), "203.0.113.9, 192.0.2.7")
    assert addresses(home) == ["192.0.2.7", "192.0.2.7"]


def test_with_two_proxies_the_one_before_them_counts(behind: Callable[[int], Home]):
    home = behind(2)
    sign_in(home.app.test_client(), "203.0.113.9, 192.0.2.7, 10.0.0.2")
    assert addresses(home) == ["192.0.2.7"]


def test_without_a_proxy_the_header_is_not_believed(behind: Callable[[int], Home]):
    home = behind(0)
    sign_in(home.app.test_client(), "192.0.2.7")
    assert addresses(home) == [PROXY]


@pytest.mark.parametrize("proxies", [0, 1])
def test_nobody_slips_past_the_lock_by_making_up_addresses(behind: Callable[[int], Home], proxies: int):
    home = behind(proxies)
    tries = [sign_in(home.app.test_client(), f"203.0.113.{number}, 192.0.2.7") for number in range(6)]
    assert tries == [403] * 5 + [429]
    assert sign_in(home.app.test_client(), "198.51.100.1, 192.0.2.7", PASSWORD) == 429


def test_a_neighbour_behind_the_same_proxy_is_not_locked_out(behind: Callable[[int], Home]):
    home = behind(1)
    for _ in range(6):
        sign_in(home.app.test_client(), "192.0.2.7")
    assert sign_in(home.app.test_client(), "192.0.2.8", PASSWORD) == 302
