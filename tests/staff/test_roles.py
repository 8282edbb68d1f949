"""What each role may do: one table, and how it reaches down the tree."""

from datetime import timedelta

import pytest

from house.permissions import Permission as P
from staff.roles import ALLOWED, TITLES, Access, Held, Role
from tests.conftest import NOW

COUNTY, CITY, PROVINCE = 3, 2, 1
CHAIN = (COUNTY, CITY, PROVINCE)

MATRIX = """
                 look entries first second publish rules menus columns pushes campaigns judge followers talk personal figures accounts people audit
admin            x    x       x     x      x       x     x     x       x      x         -     x         x    -        x       x        x      x
editor           x    x       -     -      -       x     x     x       x      -         -     -         -    -        x       -        -      -
first_reviewer   x    -       x     -      -       -     -     -       -      -         -     -         -    -        -       -        -      -
second_reviewer  x    -       x     x      -       -     -     -       -      -         -     -         -    -        -       -        -      -
final_reviewer   x    -       x     x      x       -     -     -       -      -         -     -         -    -        -       -        -      -
organiser        x    -       -     -      -       -     -     -       -      x         -     -         -    -        x       -        -      -
service          x    -       -     -      -       -     -     -       -      -         -     x         x    -        -       -        -      -
judge            -    -       -     -      -       -     -     -       -      -         x     -         -    -        -       -        -      -
viewer           x    -       -     -      -       -     -     -       -      -         -     -         -    -        x       -        -      -
auditor          x    -       -     -      -       -     -     -       -      -         -     -         -    -        -       -        -      x
privacy          x    -       -     -      -       -     -     -       -      -         -     -         -    x        -       -        -      -
"""
SHORT = {"first": P.REVIEW_FIRST, "second": P.REVIEW_SECOND}


def rows() -> list[tuple[Role, P, bool]]:
    head, *lines = [line.split() for line in MATRIX.strip().splitlines()]
    permissions = [SHORT.get(name) or P(name) for name in head]
    return [
        (Role(role), permission, mark == "x")
        for role, *marks in lines
        for permission, mark in zip(permissions, marks, strict=True)
    ]


def test_the_table_is_whole():
    assert {(role, permission) for role, permission, _ in rows()} == {(r, p) for r in Role for p in P}
    assert set(ALLOWED) == set(TITLES) == set(Role)


@pytest.mark.parametrize(("role", "permission", "may"), rows())
def test_what_a_role_may_do_where_it_is_held(role: Role, permission: P, may: bool):
    assert Access((Held(COUNTY, role),)).may(permission, CHAIN) is may


@pytest.mark.parametrize(("role", "permission", "may"), rows())
def test_all_but_personal_data_is_inherited_down_the_tree(role: Role, permission: P, may: bool):
    access = Access((Held(PROVINCE, role),))
    assert access.may(permission, CHAIN) is (may and permission is not P.PERSONAL)


@pytest.mark.parametrize("role", Role)
def test_nothing_reaches_up_or_beside(role: Role):
    access = Access((Held(COUNTY, role),))
    assert access.permissions((CITY, PROVINCE)) == frozenset()
    assert access.permissions((99, CITY, PROVINCE)) == frozenset()
    assert access.permissions(()) == frozenset()


def test_roles_of_several_places_add_up_and_do_not_mix():
    access = Access((Held(COUNTY, Role.VIEWER), Held(PROVINCE, Role.PRIVACY), Held(CITY, Role.SERVICE)))
    assert access.permissions(CHAIN) == {P.LOOK, P.FIGURES, P.TALK, P.FOLLOWERS}
    assert access.may(P.PERSONAL, (PROVINCE,))
    assert access.organisations({COUNTY: CHAIN, PROVINCE: (PROVINCE,), 99: (99,)}) == [COUNTY, PROVINCE]


def test_a_right_ends_at_its_very_moment():
    held = [Held(COUNTY, Role.ADMIN, NOW)]
    assert Access.at(held, NOW - timedelta(microseconds=1)).roles == {Role.ADMIN}
    assert Access.at(held, NOW).roles == set()
