"""What came of a contest, as everybody sees it: the list with its 公示, objections from phones, the exhibition, works of the month."""

from datetime import timedelta

import pytest

from campaigns.kinds.photo.awards import list_awards, withdraw
from campaigns.kinds.photo.months import choose_month
from campaigns.kinds.photo.objections import list_objections
from tests.campaigns.photo.clerks import AWARDS, award, enter_shown, publicise
from tests.campaigns.photo.phones import Web, make_web
from tests.campaigns.photo.test_wall import look
from tests.conftest import Home


@pytest.fixture
def web(house: Home) -> Web:
    """One 一等奖, two 二等奖, a work without an award; the list is not public yet."""
    web = make_web(house, AWARDS)
    for number, level in enumerate(("一等奖", "二等奖", "二等奖", ""), 1):
        shown = enter_shown(web.contest, f"o-{number}", f"作品{number}", author=f"作者{number}")
        if level:
            award(web.contest, shown, level)
    return web


def make_public(web: Web) -> None:
    publicise(web.contest)
    web.watch.now = web.contest.now
    web.refresh()


def take_award(web: Web, number: int, why: str) -> None:
    with web.contest.db.work() as session:
        lines = list_awards(session, web.contest.campaign)
        found = next(one.award.public_id for one in lines if one.work.number == number)
        withdraw(session, web.contest.campaign, found, why, "anna", web.contest.now)


def test_nobody_sees_who_wins_before_the_list_is_public(web: Web):
    assert "一等奖" not in look(web, "/awards")
    assert "征集还没有结束" in look(web, "/awards")
    assert web.phone("").get("/photo/exhibition").status_code == 404
    assert "一等奖" not in look(web, "/1")


def test_the_list_is_by_level_and_says_until_when_one_may_object(web: Web):
    make_public(web)
    page = look(web, "/awards")
    assert page.index("一等奖") < page.index("作品1") < page.index("二等奖") < page.index("作品2")
    assert "作品4" not in page
    assert "公示到" in page
    assert page.count("提异议<span") == 3
    assert "一等奖（公示中）" in look(web, "/1")


def test_a_withdrawn_award_is_struck_out_with_its_reason(web: Web):
    make_public(web)
    take_award(web, 2, "原作见某杂志")
    page = look(web, "/awards")
    assert "<s>2 号 作品2" in page
    assert "奖项已撤销：原作见某杂志" in page
    assert "作品2" not in look(web, "/exhibition")
    assert "二等奖" not in look(web, "/2")


def test_an_objection_comes_from_a_phone_once_and_what_was_refused_stays_written(web: Web):
    make_public(web)
    phone = web.phone("o-eve")
    assert "对 2 号提异议" in phone.get("/photo/2/objection").text
    short = phone.post("/photo/2/objection", {"reason": "抄", "contact": "139"})
    assert (short.status_code, 'value="139"' in short.text) == (422, True)
    done = phone.post("/photo/2/objection", {"reason": "和某杂志的封面一样", "contact": "139"})
    assert (done.status_code, "收到了" in done.text) == (200, True)
    again = phone.post("/photo/2/objection", {"reason": "和某杂志的封面一样"})
    assert (again.status_code, "已经对这件作品提过" in again.text) == (409, True)
    with web.contest.db.read() as session:
        (raised,) = list_objections(session, web.contest.campaign)
    assert (raised.work.number, raised.objection.reason, raised.objection.contact) == (
        2,
        "和某杂志的封面一样",
        "139",
    )


def test_objections_need_an_award_a_public_list_and_somebody_who_is_known(web: Web):
    words = {"reason": "和某杂志的封面一样"}
    assert web.phone("o-eve").post("/photo/1/objection", words).status_code == 409
    make_public(web)
    assert web.phone("").post("/photo/1/objection", words).status_code == 403
    assert web.phone("o-eve").post("/photo/4/objection", words).status_code == 404
    assert web.phone("o-eve").get("/photo/99/objection").status_code == 404
    web.watch.now += timedelta(days=6)
    late = web.phone("o-eve").post("/photo/1/objection", words)
    assert (late.status_code, "公示期到" in late.text) == (409, True)
    assert "提异议<span" not in look(web, "/awards")


def test_the_exhibition_hangs_what_is_still_shown_by_level(web: Web):
    make_public(web)
    page = look(web, "/exhibition")
    assert page.index("作品1") < page.index("作品2") < page.index("作品3")
    assert "获奖作品展 · 3 件" in page
    web.phone("o-1").post(f"/photo/works/{web.contest.work(1).public_id}/take-back")
    page = look(web, "/exhibition")
    assert "作品1" not in page
    assert "获奖作品展 · 2 件" in page
    assert "作者已撤下作品" in look(web, "/awards")


def test_works_of_the_month_are_told_with_the_jury_s_words(web: Web):
    assert "还没有选出每月之星" in look(web, "/months")
    now = web.contest.now
    with web.contest.db.work() as session:
        choose_month(session, web.contest.campaign, now.strftime("%Y-%m"), 3, "光找得好。", "anna", now)
    page = look(web, "/months")
    assert "作品3" in page
    assert "光找得好。" in page
