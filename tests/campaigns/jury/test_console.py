"""The jury in the console: the organiser's pages and the jurors', and who may not see them."""

import re
from types import MappingProxyType

import pytest

from campaigns import registry
from campaigns.jury.store import list_rounds
from staff.roles import Role
from tests.campaigns import tiny
from tests.campaigns.conftest import campaigns_of
from tests.campaigns.jury.panel import Panel
from tests.campaigns.jury.web import Web, make_jury_web
from tests.conftest import Home
from tests.staff.desk import Desk, add_organisation

ROUND = {"title": "初评", "method": "stars", "quorum": "2", "takes": "all", "blind": "1"}


@pytest.fixture
def web(house: Home) -> Web:
    return make_jury_web(house)


def newest(web: Web) -> tuple[str, str]:
    """Address and version of the round that was made last."""
    with web.home.parts.db.read() as session:
        last = list_rounds(session, web.panel.campaign)[-1]
    return f"{web.base}/rounds/{last.public_id}", str(last.version)


def act(web: Web, name: str, **data: str) -> str:
    address, version = newest(web)
    told = web.anna.post(f"{address}/{name}", {"version": version, **data}, follow_redirects=True)
    return told.text


def test_a_round_from_the_draft_to_the_table(web: Web):
    bob, carl = web.juror("bob", "一处"), web.juror("carl", "二处")
    web.panel.works.fill(4, unit="三处")
    assert "评审" in web.anna.get(f"/console/a/ours/campaigns/{web.panel.campaign.public_id}").text
    shown = web.anna.post(web.base, ROUND, follow_redirects=True).text
    assert "这一轮已建好" in shown
    assert "4 件" in shown
    assert "评审已开始" in act(web, "open")
    address = newest(web)[0].rpartition("/")[2]
    for desk in (bob, carl):
        assert "还有 4 件" in desk.get("/console/a/ours/judging").text
        for _ in range(4):
            page = desk.get(f"/console/a/ours/judging/{address}").text
            number = re.search(r'name="number" value="(\d+)"', page)
            assert number is not None
            assert "三处" not in page
            assert f"作品之{number[1]}" not in page
            sent = {"number": number[1], "mark": number[1], "seconds": "9"}
            assert desk.post(f"/console/a/ours/judging/{address}/mark", sent).status_code == 303
        assert "都评完了，谢谢您" in desk.get(f"/console/a/ours/judging/{address}").text
    assert "8 / 8" in web.anna.get(newest(web)[0]).text
    agreement = web.anna.get(f"{newest(web)[0]}/agreement").text
    assert "1.000" in agreement
    assert "9 秒" in agreement
    assert "4.00" in act(web, "close")
    table = web.anna.get(f"{newest(web)[0]}/results.csv").data.decode("utf-8-sig")
    assert table.splitlines()[:2] == ["组别,名次,编号,作品,平均星级,评了几次", ",1,4,作品之4,4.0,2"]
    assert web.anna.get(f"{newest(web)[0]}/results.xlsx").data.startswith(b"PK")
    assert "重新开放" in act(web, "reopen", why="再看一遍")
    history = web.anna.get(f"/console/a/ours/campaigns/{web.panel.campaign.public_id}").text
    assert "重新开放一轮评审" in history
    assert "再看一遍" in history


def test_undo_recusal_and_its_undo_on_the_page(web: Web):
    bob, _ = web.juror("bob"), web.juror("carl")
    web.panel.works.fill(4)
    round_ = web.panel.open("yes_no", quorum=1)
    page = f"/console/a/ours/judging/{round_.public_id}"
    first, second = web.panel.numbers(round_, "bob")
    bob.post(f"{page}/mark", {"number": str(first), "mark": "1"})
    assert f"{first} 号：通过" in bob.get(page).text
    shown = bob.post(f"{page}/undo", {"number": str(first)}, follow_redirects=True).text
    assert "已撤销，请重新评" in shown
    assert "已评 0 / 2" in shown
    assert "转给了别的评委" in bob.post(f"{page}/recuse", {"number": str(second)}, follow_redirects=True).text
    assert "已评 0 / 1" in bob.get(page).text
    assert "已撤销回避" in bob.post(f"{page}/take-back", {"number": str(second)}, follow_redirects=True).text
    assert "已评 0 / 2" in bob.get(page).text
    refused = bob.post(f"{page}/mark", {"number": str(first), "mark": "7"})
    assert refused.status_code == 422
    assert "不在范围里" in refused.text


def test_a_ranking_is_typed_and_what_was_typed_wrongly_stays(web: Web):
    bob = web.juror("bob")
    web.panel.works.fill(3)
    round_ = web.panel.open("ranking")
    page = f"/console/a/ours/judging/{round_.public_id}"
    wrong = bob.post(f"{page}/order", {"place-1": "1", "place-2": "1", "place-3": "2"})
    assert wrong.status_code == 422
    assert "各用一次" in wrong.text
    assert (
        "次序已保存"
        in bob.post(
            f"{page}/order", {"place-1": "3", "place-2": "1", "place-3": "2"}, follow_redirects=True
        ).text
    )
    assert re.findall(r'name="place-(\d)"', bob.get(page).text) == ["2", "3", "1"]


def test_jurors_are_named_by_list_and_sent_away_with_a_preview(web: Web):
    for login in ("bob", "carl", "dora"):
        Desk(web.home, login, "ours", Role.JUDGE)
    assert "dora" in web.anna.get(f"{web.base}/jurors").text
    told = web.anna.post(
        f"{web.base}/jurors",
        {"list": "bob，一处\ncarl，二处", "login": "dora", "unit": "三处", "chosen": "dora"},
        follow_redirects=True,
    ).text
    assert "评委名单已保存" in told
    web.panel.refresh()
    assert {login: one.unit for login, one in web.panel.jurors.items()} == {
        "bob": "一处",
        "carl": "二处",
        "dora": "三处",
    }
    web.panel.works.fill(6)
    web.panel.open(quorum=1)
    bob = web.panel.jurors["bob"].public_id
    preview = web.anna.get(f"{web.base}/jurors/{bob}").text
    assert "carl 同志：1 件" in preview
    assert "dora 同志：1 件" in preview
    assert "已记为缺席" in web.anna.post(f"{web.base}/jurors/{bob}/away", follow_redirects=True).text
    again = web.anna.post(f"{web.base}/jurors/{bob}/away")
    assert again.status_code == 409
    assert "已归队" in web.anna.post(f"{web.base}/jurors/{bob}/back", follow_redirects=True).text
    assert "没有用户名为「eve」的评委" in web.anna.post(f"{web.base}/jurors", {"list": "eve"}).text


def test_the_preview_says_which_works_would_be_out_and_nothing_is_done_before(web: Web):
    web.panel.works.fill(3)
    web.panel.works.change(2, faults={"small": "只有 300 像素"})
    shown = web.anna.get(f"{web.base}/outs?rule=small&rule=late").text
    assert "查到 1 件" in shown
    assert "只有 300 像素" in shown
    assert "已取消资格（0）" in shown
    out = web.anna.post(f"{web.base}/outs", {"rule": "small", "number": "2"}, follow_redirects=True).text
    assert "已取消资格（1）" in out
    assert web.anna.post(f"{web.base}/outs", {"rule": "small"}).status_code == 422
    assert "已恢复资格" in web.anna.post(f"{web.base}/outs/back", {"number": "2"}, follow_redirects=True).text
    by_hand = {"number": "3", "why": "不是本人拍的"}
    assert "不是本人拍的" in web.anna.post(f"{web.base}/outs/one", by_hand, follow_redirects=True).text
    strange = web.anna.post(f"{web.base}/outs/one", {"number": "99", "why": "x"})
    assert strange.status_code == 404
    assert "没有 99 号作品" in strange.text


def test_a_juror_sees_nothing_of_the_console_but_what_they_judge(web: Web):
    bob = web.juror("bob")
    web.panel.works.fill(2)
    round_ = web.panel.open(quorum=1)
    home = bob.get("/console/", follow_redirects=True).text
    assert "评审作品" in home
    assert "微活动" not in home
    campaign = f"/console/a/ours/campaigns/{web.panel.campaign.public_id}"
    for page in (
        "/console/a/ours/campaigns",
        campaign,
        web.base,
        f"{web.base}/jurors",
        "/console/a/ours/pushes",
    ):
        assert bob.get(page).status_code == 403, page
    assert bob.get("/console/a/ours/my-wechat").status_code == 200
    assert web.anna.get(f"/console/a/ours/judging/{round_.public_id}").status_code == 403


def test_who_is_no_juror_here_and_who_is_of_another_union_gets_nothing(web: Web):
    web.juror("bob")
    web.panel.works.fill(2)
    round_ = web.panel.open(quorum=1)
    page = f"/console/a/ours/judging/{round_.public_id}"
    idle = Desk(web.home, "idle", "ours", Role.JUDGE)
    assert "现在没有要您评的作品" in idle.get("/console/a/ours/judging").text
    assert idle.get(page).status_code == 404
    for name in ("mark", "undo", "recuse", "take-back", "order"):
        told = idle.post(f"{page}/{name}", {"number": "1", "mark": "5", "place-1": "1"})
        assert told.status_code == 404, name
    strangers = Desk(web.home, "eve", "theirs", Role.JUDGE, Role.ORGANISER)
    assert strangers.get(page).status_code == 404
    assert strangers.get(web.base).status_code == 404
    there = page.replace("/a/ours/", "/a/theirs/")
    assert strangers.get(there).status_code == 404
    assert strangers.get(web.base.replace("/a/ours/", "/a/theirs/")).status_code == 404
    assert strangers.post(f"{there}/mark", {"number": "1", "mark": "5"}).status_code == 404
    assert [one.mark for one in web.panel.tasks(round_, "bob")] == [None, None]


def test_a_juror_of_one_campaign_judges_in_no_other(web: Web):
    bob = web.juror("bob")
    campaign = campaigns_of(web.home).live()
    other = Panel(web.home.parts.db, campaign, web.panel.organisation_id, {})
    other.name(("carl", ""))
    web.panel.works.fill(1)
    round_ = other.open(quorum=1)
    page = f"/console/a/ours/judging/{round_.public_id}"
    assert bob.get(page).status_code == 404
    assert bob.post(f"{page}/mark", {"number": "1", "mark": "5"}).status_code == 404
    assert "现在没有要您评的作品" in bob.get("/console/a/ours/judging").text
    elsewhere = f"{web.base}/rounds/{round_.public_id}"
    assert web.anna.get(elsewhere).status_code == 404
    assert web.anna.post(f"{elsewhere}/close", {"version": "2"}).status_code == 404


def test_campaigns_without_entries_have_no_jury(web: Web, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registry, "all_kinds", lambda: MappingProxyType({"tiny": tiny.KIND}))
    assert web.anna.get(web.base).status_code == 404
    assert "取消资格" not in web.anna.get(f"/console/a/ours/campaigns/{web.panel.campaign.public_id}").text


def test_a_work_that_was_withdrawn_meanwhile_breaks_nothing(web: Web):
    bob = web.juror("bob")
    web.panel.works.fill(2)
    round_ = web.panel.open(quorum=1)
    del web.panel.works.entries[0]
    page = f"/console/a/ours/judging/{round_.public_id}?n=1"
    assert "已经撤下" in bob.get(page).text
    web.panel.mark(round_, "bob", 1, 5)
    assert [one.number for one in web.panel.close(round_)] == [2]


def test_a_juror_of_a_place_below_is_found_by_their_chain(web: Web):
    add_organisation(web.home.parts.db, "below", "ours")
    Desk(web.home, "lower", "below", Role.JUDGE)
    assert "没有用户名为「lower」的评委" in web.anna.post(f"{web.base}/jurors", {"list": "lower"}).text
