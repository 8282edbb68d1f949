"""Reports (举报): who finds themselves on the wall has a way to be taken off it, and staff answer."""

import pytest

from campaigns.kinds.photo.judging import get_work
from campaigns.kinds.photo.objections import answer, list_objections
from core.errors import Conflict
from tests.campaigns.photo.clerks import AWARDS, award, enter_shown
from tests.campaigns.photo.phones import Web, make_web
from tests.campaigns.photo.test_awards_public import make_public
from tests.campaigns.photo.test_wall import look
from tests.conftest import Home

WORDS = {"reason": "照片里有我，我不同意展示", "contact": "139"}


@pytest.fixture
def web(house: Home) -> Web:
    return make_web(house, AWARDS)


def reply(web: Web, *, upheld: bool) -> None:
    contest = web.contest
    with contest.db.work() as session:
        (raised,) = list_objections(session, contest.campaign)
        account = web.home.parts.directory.get("ours")
        objection_id = raised.objection.public_id
        answer(
            session,
            contest.campaign,
            account,
            objection_id,
            upheld=upheld,
            words="核实过了，本人不同意",
            by="anna",
            now=contest.now,
        )


def test_a_work_leads_to_its_report_and_an_upheld_one_takes_it_off(web: Web):
    number = enter_shown(web.contest, "o-a", "焊花")
    assert f"/photo/{number}/report" in look(web, f"/{number}")
    eve = web.phone("o-eve")
    assert f"举报 {number} 号" in eve.get(f"/photo/{number}/report").text
    done = eve.post(f"/photo/{number}/report", WORDS)
    assert (done.status_code, "收到了" in done.text) == (200, True)
    assert eve.post(f"/photo/{number}/report", WORDS).status_code == 409
    reply(web, upheld=True)
    work = web.contest.work(number)
    assert (work.state, work.state_why) == ("refused", "核实过了，本人不同意")
    assert "焊花" not in look(web)


def test_a_rejected_report_changes_nothing(web: Web):
    number = enter_shown(web.contest, "o-a", "焊花")
    web.phone("o-eve").post(f"/photo/{number}/report", WORDS)
    reply(web, upheld=False)
    with web.contest.db.read() as session:
        assert get_work(session, web.contest.campaign, web.contest.work(number).public_id).state == "shown"


def test_one_may_report_a_work_and_object_to_its_award(web: Web):
    number = enter_shown(web.contest, "o-a", "焊花")
    award(web.contest, number, "一等奖")
    make_public(web)
    eve = web.phone("o-eve")
    assert eve.post(f"/photo/{number}/report", WORDS).status_code == 200
    assert eve.post(f"/photo/{number}/objection", WORDS).status_code == 200
    with web.contest.db.read() as session:
        found = list_objections(session, web.contest.campaign)
    assert sorted(one.objection.about for one in found) == ["award", "work"]


def test_an_awarded_work_is_not_taken_off_behind_the_list_s_back(web: Web):
    number = enter_shown(web.contest, "o-a", "焊花")
    award(web.contest, number, "一等奖")
    web.phone("o-eve").post(f"/photo/{number}/report", WORDS)
    with pytest.raises(Conflict, match="获奖名单"):
        reply(web, upheld=True)
    assert web.contest.work(number).state == "shown"


def test_nobody_reports_what_is_not_on_the_wall_or_without_being_known(web: Web):
    waiting = web.contest.enter("o-a", "焊花")
    assert web.phone("o-eve").post(f"/photo/{waiting}/report", WORDS).status_code == 404
    shown = enter_shown(web.contest, "o-b", "塔吊")
    assert web.phone("").post(f"/photo/{shown}/report", WORDS).status_code == 403
    assert web.phone("o-eve").post(f"/photo/{shown}/report", {"reason": "x"}).status_code == 422
