"""Every address × everybody × their own union and others: nobody sees or changes what belongs to somebody else."""

import pytest
from flask import Flask

from house.permissions import Permission
from proofs.isolation import control
from proofs.isolation.walk import (
    Answer,
    Visit,
    anonymous_visits,
    check_open,
    other_visits,
    own_visits,
    swapped_visits,
)
from proofs.isolation.world import A, B, C, things_of
from staff import guard
from staff.guard import COOKIE, console_pages, needs
from staff.sessions import csrf_token
from tests.isolation.conftest import Walked

pytestmark = pytest.mark.timeout(600)
"""Some thousand pages each."""


def test_every_address_outside_the_console_has_a_reason_to_be_open(walked: Walked):
    check_open(walked.app)


def test_an_address_that_nobody_wrote_down_is_told(walked: Walked):
    app = Flask("more", static_folder=None)
    app.add_url_rule("/h5/<account_key>/new", "fresh", lambda account_key: "")
    with pytest.raises(RuntimeError, match="fresh"):
        check_open(app)


def test_an_argument_that_nobody_knows_how_to_fill_is_told(walked: Walked):
    app, pages = Flask("more", static_folder=None), console_pages("fresh", __name__)

    @pages.get("/a/<account_key>/fresh/<riddle>")
    @needs(Permission.LOOK)
    def fresh(account_key: str, riddle: str) -> str:
        return riddle

    app.register_blueprint(pages)
    with pytest.raises(RuntimeError, match="riddle"):
        own_visits(app, walked.world)


def test_without_signing_in_the_console_shows_nothing_and_open_pages_only_their_own_unions_texts(
    walked: Walked,
):
    visits = anonymous_visits(walked.app, walked.world)
    assert len(visits) > 150
    assert walked.wrong_at(visits) == []


def test_everybody_may_at_home_what_their_role_allows_and_nothing_else(walked: Walked):
    visits = own_visits(walked.app, walked.world)
    assert len(visits) > 1500
    assert walked.wrong_at(visits) == []


def test_other_unions_do_not_exist_for_anybody(walked: Walked):
    before = [things_of(walked.parts.db, tenant) for tenant in walked.world.tenants.values()]
    visits = other_visits(walked.app, walked.world)
    assert len(visits) > 2000
    assert walked.wrong_at(visits) == []
    assert [things_of(walked.parts.db, tenant) for tenant in walked.world.tenants.values()] == before


def test_things_of_other_unions_are_neither_shown_nor_changed_at_home(walked: Walked):
    others = [walked.world.tenants[key] for key in (B, C)]
    before = [things_of(walked.parts.db, tenant) for tenant in others]
    visits = swapped_visits(walked.app, walked.world)
    assert len(visits) > 500
    assert walked.wrong_at(visits) == []
    assert [things_of(walked.parts.db, tenant) for tenant in others] == before


def test_the_walk_would_see_a_leak(walked: Walked):
    """At home people do see their union's mark: on so many pages it would be noticed with others, too."""
    admins = [
        one for one in own_visits(walked.app, walked.world) if one.person and one.person.login == f"{A}-admin"
    ]
    mark = walked.world.tenants[A].mark
    shown = {one.endpoint for one in admins if one.method == "GET" and mark in walked.ask(one).text.lower()}
    reached = {one.endpoint for one in admins if one.method == "GET" and one.place}
    assert len(shown) > len(reached) * 2 / 3, sorted(reached - shown)


def test_the_walk_meets_a_vote_on_every_page_of_votes(walked: Walked):
    assert (
        nothing_of_theirs(walked, ("vote", "ballot_"))
        == {
            "vote_files.looked_at": "somebody else's upload",
            "vote.enter": "asks for the follower's own session",
            "vote.mine": "asks for the follower's own session",
            "vote.receipt": "the number is none of a ballot",
            "vote.result": "not before the end",
            "vote.digests": "numbers",
            "vote.counts": "numbers",
        }.keys()
    )


def test_the_walk_meets_a_contest_on_every_page_of_contests(walked: Walked):
    pages = ("works", "compose", "mine", "enter", "object_form", "report_form", "show", "draw")
    assert (
        nothing_of_theirs(walked, ("photo",))
        == {
            **{f"photo.{one}": "asks for the follower's own session" for one in pages},
            "photo.receipt": "the number is none of a ballot",
            "photo.digests": "numbers",
            "photo.counts": "numbers",
            "photo.verify": "not before the days of objections are over",
        }.keys()
    )


def test_the_walk_meets_a_jury_on_every_page_of_juries(walked: Walked):
    assert (
        nothing_of_theirs(walked, ("jury",))
        == {
            "jury_day.phone": "asks for the follower's own session",
            "jury_day.mine": "asks for the follower's own session",
            "jury_day.phone_state": "numbers",
            "jury_day.screen_state": "numbers",
            "jury_live.count": "numbers",
        }.keys()
    )


def nothing_of_theirs(walked: Walked, beginnings: tuple[str, ...]) -> set[str]:
    """Endpoints on whose pages nobody of the first union finds anything of it, who may look there or who is not signed in."""
    own = [*own_visits(walked.app, walked.world), *anonymous_visits(walked.app, walked.world)]
    visits = [
        one
        for one in own
        if one.method == "GET" and one.endpoint.startswith(beginnings) and one.things == A
        if one.person is None or one.person.place == A
    ]
    mark = walked.world.tenants[A].mark
    shown = {one.endpoint for one in visits if _is_shown(walked.ask(one), mark)}
    return {one.endpoint for one in visits} - shown


def _is_shown(answer: Answer, mark: str) -> bool:
    return answer.status == 200 and mark in answer.text.lower()


def test_the_walk_would_see_a_guard_that_is_gone(walked: Walked, monkeypatch: pytest.MonkeyPatch):
    control.open_all_doors(monkeypatch.setattr)
    visits = [one for one in other_visits(walked.app, walked.world) if one.method == "GET"][:300]
    wrong = "\n".join(walked.wrong_at(visits))
    assert f"leak of {B}" in wrong
    assert "place exists" in wrong


def test_the_control_says_so_when_there_is_nothing_to_take_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delattr(guard, "_place")
    with pytest.raises(AttributeError, match="removes nothing"):
        control.open_all_doors(monkeypatch.setattr)


def administrators_forms(walked: Walked) -> list[Visit]:
    visits = own_visits(walked.app, walked.world)
    return [one for one in visits if one.method == "POST" and one.person and one.person.login == f"{A}-admin"]


@pytest.mark.parametrize("form", [{}, {"csrf": ""}, {"csrf": "0" * 64}])
def test_no_form_of_the_console_is_taken_without_the_sessions_token(walked: Walked, form: dict[str, str]):
    before = things_of(walked.parts.db, walked.world.tenants[A])
    visits = [one for one in administrators_forms(walked) if one.need != "open"]
    assert len(visits) > 60
    for visit in visits:
        client = walked.app.test_client()
        client.set_cookie(COOKIE, visit.person.token if visit.person else "", path="/console/")
        told = client.post(visit.path, data=form, headers={"Sec-Fetch-Site": "same-origin"})
        assert (told.status_code, "页面放得太久了" in told.text) == (403, True), visit
    assert things_of(walked.parts.db, walked.world.tenants[A]) == before


def test_no_form_of_the_console_is_taken_from_elsewhere(walked: Walked):
    visits = administrators_forms(walked)
    assert {"console.sign_in_with_password", "console.sign_in_with_code"} <= {one.endpoint for one in visits}
    for visit in visits:
        token = visit.person.token if visit.person else ""
        client = walked.app.test_client()
        client.set_cookie(COOKIE, token, path="/console/")
        sent = {"csrf": csrf_token(token)}
        told = client.post(visit.path, data=sent, headers={"Origin": "https://evil.example"})
        assert told.status_code == 403, visit
        assert "不是从后台页面发出的" in told.text, visit


def test_the_console_knows_no_other_methods_than_pages_and_forms(walked: Walked):
    methods = {
        method
        for rule in walked.app.url_map.iter_rules()
        if rule.rule.startswith("/console")
        for method in rule.methods or ()
    }
    assert methods == {"GET", "HEAD", "OPTIONS", "POST"}
