"""Certificates of awards: for their authors alone, once the days of 公示 are over; real or not for everybody, naming nobody."""

from datetime import timedelta

import pytest

from campaigns import certificate
from campaigns.kinds.photo.awards import withdraw
from tests.campaigns.photo.clerks import AWARDS, award, enter_shown
from tests.campaigns.photo.phones import Web, make_web
from tests.campaigns.photo.test_awards_public import make_public
from tests.conftest import Home


@pytest.fixture
def web(house: Home) -> Web:
    return make_web(house, AWARDS)


def give(web: Web) -> str:
    """The number of 老周's certificate; the list is public and final."""
    number = enter_shown(web.contest, "o-zhou", "焊花", author="老周")
    given = award(web.contest, number, "一等奖").public_id
    make_public(web)
    web.watch.now += timedelta(days=6)
    return given


def test_an_author_gets_a_picture_and_everybody_can_check_its_number(web: Web):
    number = give(web)
    zhou = web.phone("o-zhou")
    assert f'/photo/certificates/{number}">一等奖：看证书' in zhou.get("/photo/works").text
    page = zhou.get(f"/photo/certificates/{number}")
    assert page.status_code == 200
    assert "老周" in page.text
    assert "焊花" in page.text
    if certificate.can_draw():
        assert zhou.get(f"/photo/certificates/{number}.png").data[:4] == b"\x89PNG"
    told = web.phone("").get(f"/photo/verify/{number}")
    assert told.status_code == 200
    assert all(one in told.text for one in ("证书有效", "一等奖", "焊花"))
    assert "老周" not in told.text
    assert "o-zhou" not in told.text


def test_a_name_written_in_two_lines_is_drawn_in_one() -> None:
    one, two = (
        certificate.Paper("n1", name, "获一等奖。", "", "某工会", "", "https://e.example/")
        for name in ("老 周", "老\n周")
    )
    assert certificate.draw(two) == certificate.draw(one)


def test_where_nothing_can_be_drawn_the_certificate_is_a_page(web: Web, monkeypatch: pytest.MonkeyPatch):
    number = give(web)
    monkeypatch.setattr(certificate, "_font_file", lambda: None)
    page = web.phone("o-zhou").get(f"/photo/certificates/{number}").text
    assert "<svg" in page
    assert "请截图保存" in page
    assert web.phone("o-zhou").get(f"/photo/certificates/{number}.png").status_code == 404


def test_nobody_else_gets_it_and_forged_numbers_are_not_real(web: Web):
    number = give(web)
    assert web.phone("o-eve").get(f"/photo/certificates/{number}").status_code == 404
    assert web.phone("").get(f"/photo/certificates/{number}").status_code in (302, 403)
    forged = web.phone("").get("/photo/verify/abcdefghjkmn")
    assert (forged.status_code, "没有这个编号" in forged.text) == (404, True)


def test_there_is_none_before_the_days_of_objection_are_over(web: Web):
    number = give(web)
    web.watch.now -= timedelta(days=4)
    early = web.phone("o-zhou").get(f"/photo/certificates/{number}")
    assert (early.status_code, "公示期满" in early.text) == (409, True)
    assert web.phone("").get(f"/photo/verify/{number}").status_code == 404


def test_a_withdrawn_award_makes_its_certificate_void(web: Web):
    number = give(web)
    with web.contest.db.work() as session:
        withdraw(session, web.contest.campaign, number, "原作见某杂志", "anna", web.watch.now)
    assert web.phone("").get(f"/photo/verify/{number}").status_code == 404
    assert web.phone("o-zhou").get(f"/photo/certificates/{number}").status_code == 404


def test_somebody_without_a_name_is_called_author(web: Web):
    number = enter_shown(web.contest, "o-x", "塔吊")
    given = award(web.contest, number, "一等奖").public_id
    make_public(web)
    web.watch.now += timedelta(days=6)
    assert "作者" in web.phone("o-x").get(f"/photo/certificates/{given}").text
