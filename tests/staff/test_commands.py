"""`flask staff …`: people are let in from the command line, and what is done there stands in the log too."""

import re
from collections.abc import Callable

import pytest
from click.testing import Result
from sqlalchemy import select

from models.audit import AuditEntry
from models.staff import Staff
from staff.roles import Role
from tests.conftest import Home
from tests.staff.desk import Door, add_person

Flask = Callable[..., Result]


@pytest.fixture
def flask(house: Home) -> Flask:
    return lambda *words: house.app.test_cli_runner().invoke(args=["staff", *words])


def password_in(told: Result) -> str:
    assert told.exit_code == 0, told.output
    found = re.search(r"密码：? ?([a-z2-9-]{19})", told.output)
    assert found, told.output
    return found[1]


def acts(house: Home) -> list[tuple[str, str, str]]:
    with house.parts.db.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number))
        return [(row.actor, row.action, row.target) for row in rows]


def add(flask: Flask, *more: str) -> Result:
    return flask("add", "anna", "--name", "安娜", "--organisation", "ours", *more)


def test_a_person_is_added_and_signs_in_with_the_password_that_was_printed(house: Home, flask: Flask):
    told = add(flask, "--role", "editor", "--role", "viewer")
    assert "测试工会 的编辑、数据查看" in told.output
    door = Door(house)
    door.sign_in("anna", password_in(told))
    assert door.get("/console/").location == "/console/me/password"
    assert acts(house)[0] == ("命令行", "role_given", "anna：编辑、数据查看")


def test_without_a_role_it_is_the_administrator(flask: Flask):
    assert "的管理员" in add(flask).output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["add", "anna", "--name", "安娜", "--organisation", "nowhere"], "没有名为「nowhere」的组织"),
        (["add", "a", "--name", "安娜", "--organisation", "ours"], "用户名用 3 至 40 位"),
        (["add", "bob", "--name", "x", "--organisation", "ours"], "已经有人用了"),
        (["reset", "nobody"], "没有用户名或邮箱为「nobody」的人员"),
    ],
)
def test_what_can_not_be_done_is_one_line_and_exit_code_1(
    house: Home, flask: Flask, words: list[str], why: str
):
    add_person(house, "bob", "ours", Role.VIEWER)
    refused = flask(*words)
    assert refused.exit_code == 1
    assert why in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert acts(house) == []


def test_a_reset_gives_a_new_password_and_ends_all_sessions(house: Home, flask: Flask):
    anna = add_person(house, "anna", "ours", Role.EDITOR, factor=True)
    told = flask("reset", "anna")
    assert Door(house).sign_in("anna").status_code == 403
    assert "两步验证" in Door(house).sign_in("anna", password_in(told)).text
    password_in(flask("reset", "anna", "--second-factor"))
    with house.parts.db.read() as session:
        assert session.get_one(Staff, anna.id).totp_secret is None
    assert [action for actor, action, _ in acts(house) if actor == "命令行"] == [
        "access_reset",
        "second_factor_reset",
    ]


def test_the_list_names_everybody_and_who_was_put_out(house: Home, flask: Flask):
    add_person(house, "bob", "ours", Role.VIEWER)
    anna = add_person(house, "anna", "ours", Role.VIEWER)
    with house.parts.db.work() as session:
        session.get_one(Staff, anna.id).active = False
    assert flask("list").output.splitlines() == ["anna\tanna 同志\t已停用", "bob\tbob 同志"]
