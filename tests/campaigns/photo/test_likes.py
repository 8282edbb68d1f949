"""Hearts on works: by the rules of ballots, on both databases, and through the web."""

import re

import pytest

from campaigns.ballots.ballot import Ballot, Origin
from campaigns.ballots.casting import cast_ballot
from campaigns.ballots.sealing import seal_all
from campaigns.ballots.tasks import seal_due
from campaigns.ballots.totals import read_counts
from campaigns.ballots.verify import verify
from campaigns.kinds.photo.roll import read_wall
from core.errors import Conflict, Invalid, SoldOut
from core.ids import public_id
from models.db import Database
from staff.roles import Role
from tests.campaigns.photo.clerks import enter_shown, judge
from tests.campaigns.photo.phones import JSON, Web, make_web
from tests.campaigns.photo.test_wall import look
from tests.campaigns.photo.world import Contest, make_contest
from tests.conftest import Home
from tests.staff.desk import Desk

TWO_A_DAY = {"noun": "作品", "most_works": 5, "votes": 2, "order": "按赞数"}


def like(contest: Contest, openid: str, number: int, key: str = "") -> str:
    """The receipt."""
    with contest.db.read() as session:
        standing = read_wall(session, contest.campaign).standing(1)
    origin = Origin("page")
    ballot = Ballot(contest.campaign, openid, (number,), standing, key or public_id(20), origin, contest.now)
    return cast_ballot(contest.db, ballot).receipt


def seal(contest: Contest) -> None:
    with contest.db.work() as session:
        seal_all(session, contest.campaign, contest.now)


def counts(contest: Contest) -> dict[int, int]:
    with contest.db.read() as session:
        read = read_counts(session, contest.campaign)
    return {number: votes for (_, number), (votes, _) in read.items()}


def test_hearts_are_counted_and_what_is_not_shown_gets_none(db: Database):
    contest = make_contest(db, TWO_A_DAY)
    shown, waiting = enter_shown(contest, "o-a"), contest.enter("o-b")
    like(contest, "o-anna", shown)
    like(contest, "o-bob", shown)
    with pytest.raises(Invalid, match=f"{waiting} 号现在不能点"):
        like(contest, "o-anna", waiting)
    with pytest.raises(Invalid, match="999 号现在不能点"):
        like(contest, "o-anna", 999)
    seal(contest)
    assert counts(contest) == {shown: 2}


def test_a_person_has_so_many_hearts_a_day_and_one_for_each_work(db: Database):
    contest = make_contest(db, TWO_A_DAY)
    one, two, three = (enter_shown(contest, f"o-{n}") for n in range(3))
    receipt = like(contest, "o-anna", one, "the-same-key")
    assert like(contest, "o-anna", one, "the-same-key") == receipt
    with pytest.raises(Conflict, match="已经点过"):
        like(contest, "o-anna", one)
    like(contest, "o-anna", two)
    with pytest.raises(SoldOut, match="2 个赞已经点完"):
        like(contest, "o-anna", three)
    seal(contest)
    assert counts(contest) == {one: 1, two: 1}


def test_a_work_that_was_taken_off_keeps_its_likes_in_the_ledger_and_gets_no_new_ones(db: Database):
    contest = make_contest(db, TWO_A_DAY)
    number = enter_shown(contest, "o-a")
    like(contest, "o-anna", number)
    seal(contest)
    judge(contest, "refused", number, why="照片里的人没有同意展示")
    with pytest.raises(Invalid, match="不能点"):
        like(contest, "o-bob", number)
    assert counts(contest) == {number: 1}
    with db.read() as session:
        assert list(verify(session, contest.campaign, [], contest.now)) == []
        wall = read_wall(session, contest.campaign)
    assert (wall.by_number[number].name, wall.by_number[number].picture) == ("", "")
    judge(contest, "shown", number)
    like(contest, "o-bob", number)
    seal(contest)
    assert counts(contest) == {number: 2}


def test_the_wall_is_read_again_only_when_something_changed(db: Database):
    contest = make_contest(db, TWO_A_DAY)
    number = enter_shown(contest, "o-a")

    def read() -> object:
        with db.read() as session:
            return read_wall(session, contest.campaign)

    before = read()
    like(contest, "o-anna", number)
    assert read() is before
    judge(contest, "refused", number, why="照片不清楚，放大看不清")
    assert read() is not before


def send(web: Web, openid: str, number: int, key: str = "") -> object:
    return web.phone(openid).client.post(
        f"{web.base}/photo/cast",
        json={"choice": [number]},
        headers={**JSON, "Idempotency-Key": key or public_id(20)},
    )


@pytest.fixture
def web(house: Home) -> Web:
    return make_web(house, TWO_A_DAY)


def test_a_heart_through_the_web_is_seen_on_the_wall_once_it_is_sealed(web: Web):
    one, two = enter_shown(web.contest, "o-a"), enter_shown(web.contest, "o-b")
    look(web)
    done = send(web, "o-anna", one, "heart-0001")
    assert (done.status_code, done.json["choice"], done.json["left"]) == (200, [one], 1)
    assert send(web, "o-anna", one, "heart-0001").json == done.json
    assert web.phone("o-anna").get("/photo/mine", **JSON).json["voted"] == [one]
    seal_due(web.home.parts)
    page = look(web)
    assert page.index(f'/photo/{one}"') < page.index(f'/photo/{two}"')
    assert "<span data-count>1</span>" in page
    assert web.phone("").get("/photo/counts").json["votes"] == [[one, 1], [two, 0]]
    assert "夜班" in web.phone("").get("/photo/ranking").text
    assert web.phone("").get("/photo/ledger").status_code == 200


def test_a_heart_without_script_is_a_form_that_leads_to_a_receipt(web: Web):
    number = enter_shown(web.contest, "o-a")
    page = look(web)
    assert f'name="choice" value="{number}"' in page
    done = web.phone("o-anna").post("/photo/cast", {"choice": str(number), "key": f"the-page-s-key-{number}"})
    assert done.status_code == 303
    assert "点赞成功" in web.phone("o-anna").client.get(done.location).text


def test_a_forged_heart_is_refused(web: Web):
    waiting = web.contest.enter("o-b")
    look(web)
    assert send(web, "o-anna", waiting).status_code == 422
    assert send(web, "", waiting).status_code == 403
    foreign = web.phone("o-anna").post(
        "/photo/cast", {"choice": "1", "key": "a-key-0001"}, **{"Sec-Fetch-Site": "cross-site"}
    )
    assert foreign.status_code == 403


def test_a_contest_without_likes_has_no_heart_no_ledger_and_no_desk_for_them(house: Home):
    web = make_web(house, {"noun": "照片", "likes": False})
    number = enter_shown(web.contest, "o-a")
    page = look(web)
    assert "data-like" not in page
    assert "公开账本" not in page
    assert send(web, "o-anna", number).status_code == 404
    for path in ("ledger", "ranking", "counts", "receipts"):
        assert web.phone("").get(f"/photo/{path}").status_code == 404
    assert web.phone("o-anna").get("/photo/mine").status_code == 404
    console = f"/console/a/ours/campaigns/{web.contest.campaign.public_id}"
    anna = Desk(house, "anna", "ours", Role.ORGANISER)
    assert "防刷票" not in anna.get(f"{console}/photo/works").text


def test_staff_find_likes_and_the_guard_beside_the_works(web: Web):
    console = f"/console/a/ours/campaigns/{web.contest.campaign.public_id}"
    anna = Desk(web.home, "anna", "ours", Role.ORGANISER)
    page = anna.get(f"{console}/photo/works").text
    links = re.findall(r'href="([^"]+/(?:votes|guard))"', page)
    assert len(links) == 2
    assert [anna.get(one).status_code for one in links] == [200, 200]
