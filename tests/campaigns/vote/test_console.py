"""A vote at the organiser's desk: candidates, files, rounds, the jury, figures, 防刷票; refusals, two people, other tenants."""

import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from campaigns import errands, service
from campaigns.ballots.ballot import Origin
from campaigns.ballots.roots import publish_root
from campaigns.ballots.strikes import list_strikes
from campaigns.ballots.tables import VoteSearch
from campaigns.ballots.tasks import search_due
from campaigns.ballots.totals import read_counts
from campaigns.kinds.vote.kind import KIND
from campaigns.kinds.vote.roll import Candidate, read_roll
from campaigns.kinds.vote.tables import VoteUpload
from campaigns.store import get_campaign, get_row
from core.settings import WeChatSettings
from models.audit import AuditEntry
from staff.roles import Role
from tests.campaigns.vote.test_candidates import ROUNDS, packed, picture
from tests.campaigns.vote.world import DURING, OPENS, SIMPLE, Vote, by, furnish, make_vote
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import open_web, parts_of
from tests.staff.desk import Desk, Watch, set_watch, text_of

FORM = {"name": "林一", "number": "", "unit": "甲厂", "about": "在车间二十年。"}
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def house(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Home]:
    """The web with two accounts."""
    shutil.copy(sqlite_template, tmp_path / "test.sqlite3")
    nowhere = WeChatSettings(api_url="http://127.0.0.1:9", connect_timeout_s=0.3)
    with open_web(make_settings(tmp_path, valkey_url, wechat=nowhere)) as app:
        home = Home(app, parts_of(app))
        for account in (new_account(), new_account("theirs")):
            home.add_account(account)
        app.extensions["zhijia.runtime"].shelves.refresh()
        yield home


@pytest.fixture
def watch(house: Home) -> Watch:
    watch = set_watch(house)
    watch.wait(hours=3)
    return watch


@pytest.fixture
def anna(house: Home, watch: Watch) -> Desk:
    return Desk(house, "anna", "ours", Role.ORGANISER)


@pytest.fixture
def bob(house: Home, watch: Watch) -> Desk:
    return Desk(house, "bob", "ours", Role.ORGANISER)


def open_vote(house: Home, settings: dict[str, Any] | None = None, key: str = "ours", **more: Any) -> Vote:
    return make_vote(house.parts.db, settings, house.parts.directory.get(key).id, **more)


def draft_vote(house: Home, names: tuple[str, ...] = (), **settings: Any) -> Vote:
    account_id = house.parts.directory.get("ours").id
    with house.parts.db.work() as session:
        template = replace(KIND.templates[0], settings={**SIMPLE, **settings})
        made = service.begin(session, account_id, "vote", template, OPENS, by())
        furnish(session, made, names)
    with house.parts.db.read() as session:
        return Vote(house.parts.db, account_id, get_campaign(session, account_id, made.public_id))


def base(vote: Vote, key: str = "ours") -> str:
    return f"/console/a/{key}/campaigns/{vote.campaign.public_id}"


def people(vote: Vote) -> list[Candidate]:
    with vote.db.read() as session:
        return list(read_roll(session, vote.campaign).candidates)


def path_of(vote: Vote, number: int) -> str:
    return f"{base(vote)}/candidates/{next(one.public_id for one in people(vote) if one.number == number)}"


def acts(house: Home) -> list[str]:
    with house.parts.db.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def value(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def test_the_campaigns_own_page_leads_to_the_votes_pages(house: Home, anna: Desk):
    draft = anna.get(base(draft_vote(house))).text
    assert "现在只有 0 个候选人" in draft
    assert "去「候选人」" in draft
    opened = anna.get(base(open_vote(house))).text
    assert "票数和账本" in opened
    assert "防刷票" in opened


def test_an_empty_list_says_how_to_begin(house: Home, anna: Desk):
    page = text_of(anna.get(f"{base(draft_vote(house))}/candidates"))
    assert "还没有候选人" in page
    assert "导入名单" in page


def test_a_candidate_is_added_found_changed_and_deleted(house: Home, anna: Desk):
    vote = draft_vote(house)
    sent = {**FORM, "picture_file": (io.BytesIO(picture()), "a.jpg"), "picture_text": "林一在车床前"}
    assert anna.post(f"{base(vote)}/candidates/new", sent).status_code == 303
    (one,) = people(vote)
    assert (one.number, one.name, one.picture_text) == (1, "林一", "林一在车床前")
    assert one.picture.endswith(".jpg")
    assert "林一" in anna.get(f"{base(vote)}/candidates?q=甲厂").text
    assert "没有符合条件的" in anna.get(f"{base(vote)}/candidates?q=乙厂").text
    form = {**FORM, "version": "1", "picture": one.picture, "name": "林一一", "number": "7"}
    assert anna.post(path_of(vote, 1), form).status_code == 303
    (one,) = people(vote)
    assert (one.number, one.name, bool(one.picture)) == (7, "林一一", True)
    assert anna.post(f"{path_of(vote, 7)}/delete").status_code == 303
    assert people(vote) == []
    assert acts(house)[-3:] == ["candidate_added", "candidate_changed", "candidate_removed"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " "}, "都要有姓名"),
        ({"number": "0"}, "1 到 9999"),
        ({"number": "x"}, "1 到 9999"),
        ({"number": "1"}, "1 号已经有了"),
        ({"group": "没有的组"}, "没有分组"),
        ({"video": "http://v.example/"}, "https://"),
        ({"video": "javascript:alert(1)"}, "https://"),
        ({"slogan": "长" * 61}, "最多 60 个字"),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    house: Home, anna: Desk, changes: dict[str, str], told: str
):
    vote = draft_vote(house, ("原来的",))
    refused = anna.post(f"{base(vote)}/candidates/new", {**FORM, **changes})
    assert refused.status_code in (409, 422)
    assert told in refused.text
    assert "在车间二十年。" in refused.text
    assert len(people(vote)) == 1


def test_a_picture_that_is_none_is_refused(house: Home, anna: Desk):
    vote = draft_vote(house)
    sent = {**FORM, "picture_file": (io.BytesIO(b"<svg onload=alert(1)>"), "a.jpg")}
    refused = anna.post(f"{base(vote)}/candidates/new", sent)
    assert refused.status_code == 422
    assert "不是 JPG" in refused.text


def test_of_two_people_the_second_sees_the_difference_and_loses_nothing(house: Home, anna: Desk, bob: Desk):
    vote = draft_vote(house, ("林一",))
    path = path_of(vote, 1)
    assert bob.post(path, {**FORM, "version": "1", "about": "别人改的事迹"}).status_code == 303
    late = anna.post(path, {**FORM, "version": "1", "about": "我写的事迹"})
    assert late.status_code == 409
    assert "别人改的事迹" in late.text
    assert "我写的事迹" in late.text
    assert people(vote)[0].about == "别人改的事迹"
    again = {**FORM, "version": value(late.text, "version"), "about": "我写的事迹"}
    assert anna.post(path, again).status_code == 303
    assert people(vote)[0].about == "我写的事迹"


def test_in_an_open_vote_texts_are_mended_and_names_stand(house: Home, anna: Desk):
    vote = open_vote(house)
    assert anna.post(f"{base(vote)}/candidates/new", FORM).status_code == 409
    assert anna.post(path_of(vote, 1), {**FORM, "version": "1", "name": "改名"}).status_code == 409
    assert anna.post(f"{path_of(vote, 1)}/delete").status_code == 409
    assert anna.post(path_of(vote, 1), {**FORM, "version": "1", "number": "1"}).status_code == 303
    assert (len(people(vote)), people(vote)[0].about) == (6, "在车间二十年。")


def test_who_is_frozen_has_a_reason_and_comes_back(house: Home, anna: Desk):
    vote = open_vote(house)
    path = path_of(vote, 2)
    assert anna.post(f"{path}/state", {"version": "1", "state": "frozen", "why": ""}).status_code == 422
    anna.post(f"{path}/state", {"version": "1", "state": "frozen", "why": "正在核实材料"})
    assert "正在核实材料" in anna.get(path).text
    assert people(vote)[1].state == "frozen"
    late = anna.post(f"{path}/state", {"version": "1", "state": "standing", "why": "查清了"})
    assert late.status_code == 409
    assert "查清了" in late.text
    anna.post(f"{path}/state", {"version": "2", "state": "standing", "why": "查清了"})
    assert people(vote)[1].state == "standing"
    assert anna.post(f"{path}/state", {"version": "3", "state": "gone", "why": "x"}).status_code == 422
    assert acts(house)[-2:] == ["candidate_frozen", "candidate_thawed"]
    assert "冻结候选人" in anna.get(base(vote)).text


def send(desk: Desk, vote: Vote, data: str, name: str = "名单.csv") -> Any:
    return desk.post(
        f"{base(vote)}/files", {"file": (io.BytesIO(data.encode()), name)}, follow_redirects=True
    )


TABLE = "编号,姓名或名称,单位\n1,林一,乙厂\n,新来的,丙厂\n1,重复,\n"


def test_a_file_is_looked_at_first_and_taken_whole_or_without_its_bad_rows(house: Home, anna: Desk):
    vote = draft_vote(house, ("林一",))
    shown = send(anna, vote, TABLE)
    page = text_of(shown)
    assert "第 4 行：编号 1 与第 2 行重复" in page
    assert "乙厂" in page
    assert len(people(vote)) == 1
    path = shown.request.path
    refused = anna.post(path)
    assert refused.status_code == 422
    assert [one.name for one in people(vote)] == ["林一"]
    assert anna.post(path, {"skip": "1"}).status_code == 303
    assert [(one.number, one.name, one.unit) for one in people(vote)] == [
        (1, "林一", "乙厂"),
        (2, "新来的", "丙厂"),
    ]
    assert anna.post(path, {"skip": "1"}).status_code == 404  # it was taken
    with house.parts.db.read() as session:
        query = select(VoteUpload).execution_options(all_tenants="a test looks at all")
        assert session.scalars(query).all() == []


def test_somebody_elses_upload_is_not_there(house: Home, anna: Desk, bob: Desk):
    vote = draft_vote(house)
    path = send(anna, vote, TABLE).request.path
    assert bob.get(path).status_code == 404
    assert bob.post(path, {"skip": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        ("编号\n1\n", "a.csv", "缺少列"),
        ("姓名或名称\n", "a.csv", "没有内容"),
        ("x", "a.pdf", "只能导入"),
        ("x", "a.xlsx", "不是完好的 Excel"),
        ("姓名或名称\n" + "林\n" * 2001, "a.csv", "最多 2000 个"),
    ],
    ids=("no column", "no rows", "pdf", "broken", "too many"),
)
def test_a_file_that_can_not_be_read_is_told(house: Home, anna: Desk, data: str, name: str, told: str):
    refused = send(anna, draft_vote(house), data, name)
    assert refused.status_code == 422
    assert told in refused.text


def test_what_is_downloaded_can_be_sent_again(house: Home, anna: Desk):
    vote = draft_vote(house, ("林一", "=1+1"))
    for suffix in ("csv", "xlsx"):
        data = anna.get(f"{base(vote)}/candidates.{suffix}").data
        sent = {"file": (io.BytesIO(data), f"a.{suffix}")}
        page = text_of(anna.post(f"{base(vote)}/files", sent, follow_redirects=True))
        assert "没有要导入的行" in page
    cells = [row[1].value for row in load_workbook(io.BytesIO(data)).active.iter_rows()]
    assert cells == ["姓名或名称", "林一", "'=1+1"]
    assert anna.get(f"{base(vote)}/candidates.exe").status_code == 404


def test_a_zip_brings_all_pictures_or_none(house: Home, anna: Desk):
    vote = draft_vote(house, ("林一", "陈二"))

    def upload(**files: bytes) -> Any:
        return anna.post(f"{base(vote)}/pictures", {"zip": (packed(**files), "图.zip")})

    for files, told in (
        ({"1.jpg": picture(), "9.png": picture("PNG")}, "没有 9 号"),
        ({"1.jpg": picture(), "2.jpg": b"no picture"}, "2.jpg：这个文件不是"),
        ({"1.jpg": picture()[:200]}, "1.jpg：这张图片不完整"),
    ):
        refused = upload(**files)
        assert refused.status_code == 422
        assert told in refused.text
    assert [one.picture for one in people(vote)] == ["", ""]
    assert upload(**{"1.jpg": picture(), "2.png": picture("PNG")}).status_code == 303
    assert [(one.picture[-4:], one.picture_text) for one in people(vote)] == [
        (".jpg", "林一的照片"),
        (".png", "陈二的照片"),
    ]


def cast_many(vote: Vote, *choices: tuple[int, ...]) -> None:
    for n, choice in enumerate(choices):
        vote.cast(f"o-{n}", *choice, now=DURING + timedelta(seconds=n))
    vote.seal()


def test_a_round_is_confirmed_with_a_tie_that_a_person_decides(house: Home, anna: Desk):
    vote = open_vote(house, ROUNDS)
    cast_many(vote, (1,), (1, 2), (3,))
    page = anna.get(f"{base(vote)}/rounds")
    assert "第 2 名并列：2 个同分同票，按名额只能再进 1 个" in text_of(page)
    assert anna.post(f"{base(vote)}/rounds", {"round": "1"}).status_code == 422
    assert anna.post(f"{base(vote)}/rounds", {"round": "1", "number": ["1", "x"]}).status_code == 422
    assert anna.post(f"{base(vote)}/rounds", {"round": "2", "number": "1"}).status_code == 422
    assert anna.post(f"{base(vote)}/rounds", {"round": "1", "number": ["1", "3"]}).status_code == 303
    assert [one.number for one in people(vote) if one.through == 2] == [1, 3]
    assert "已确定 2 个" in text_of(anna.get(f"{base(vote)}/rounds"))
    anna.post(f"{base(vote)}/rounds", {"round": "1", "back": "1"})
    assert [one.number for one in people(vote) if one.through == 2] == []
    assert acts(house)[-2:] == ["vote_round_confirmed", "vote_round_taken_back"]


def test_a_vote_of_one_round_has_no_such_page(house: Home, anna: Desk):
    vote = open_vote(house)
    assert anna.get(f"{base(vote)}/rounds").status_code == 404
    assert anna.get(f"{base(vote)}/jury").status_code == 404


def test_the_jurys_scores_are_typed_filled_from_a_file_and_locked(house: Home, anna: Desk, bob: Desk):
    vote = open_vote(house, {**SIMPLE, "public_percent": 70})
    cast_many(vote, (1,), (1,), (2,))
    page = f"{base(vote)}/jury"
    assert "还有 6 个没有评分" in anna.get(page).text
    assert anna.post(page, {"score-1": "95.5", "was-1": "", "score-2": "", "was-2": ""}).status_code == 303
    assert people(vote)[0].jury_hundredths == 9550
    assert "98.65" in anna.get(page).text  # 70 % of 100 and 30 % of 95.5
    wrong = anna.post(page, {"score-1": "101", "was-1": "95.5", "score-2": "88", "was-2": ""})
    assert wrong.status_code == 422
    assert 'value="101"' in wrong.text and 'value="88"' in wrong.text
    late = bob.post(page, {"score-1": "60", "was-1": ""})
    assert (late.status_code, people(vote)[0].jury_hundredths) == (409, 9550)

    def fill(text: str) -> Any:
        return anna.post(f"{page}/file", {"file": (io.BytesIO(text.encode()), "分.csv")})

    assert "没有 99 号" in fill("编号,评分\n99,1\n").text
    filled = fill("编号,评分\n3,77.25\n")
    assert 'value="77.25"' in filled.text
    assert people(vote)[2].jury_hundredths is None
    rows = load_workbook(io.BytesIO(anna.get(f"{page}.xlsx").data)).active
    assert [cell.value for cell in next(rows.iter_rows(min_row=2))] == ["1", "林一", "95.5"]
    with house.parts.db.work() as session:
        get_row(session, vote.account_id, vote.campaign.public_id).state = "publicised"
    assert anna.post(page, {"score-1": "60", "was-1": "95.5"}).status_code == 409
    assert 'name="score-1"' not in anna.get(page).text


def test_a_jury_of_two_thousand_fits_into_one_form(house: Home, anna: Desk):
    vote = open_vote(house, {**SIMPLE, "public_percent": 70}, names=[f"第{n}" for n in range(1, 2001)])
    form = {f"{name}-{n}": text for n in range(1, 2001) for name, text in (("score", "95.55"), ("was", ""))}
    assert anna.post(f"{base(vote)}/jury", form).status_code == 303
    assert {one.jury_hundredths for one in people(vote)} == {9555}


def test_figures_tell_struck_votes_apart_and_agree_with_a_recount(house: Home, anna: Desk):
    vote = open_vote(house)
    cast_many(vote, (1, 2), (1,), (1,))
    vote.cast("o-late", 5)
    with house.parts.db.work() as session:
        publish_root(session, vote.campaign, DURING.toordinal(), DURING)
    vote.cast("o-later", 5)
    page = text_of(anna.get(f"{base(vote)}/votes"))
    assert "等待封存 1 张" in page
    assert "1 林一 3 60.0%" in page
    assert "【投票账本公示】测试投票" in page
    counted = anna.post(f"{base(vote)}/votes/recount")
    assert "差异 0" in text_of(counted)
    with house.parts.db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE vote_totals SET votes = votes + 5 WHERE candidate = 1")
    assert "相差 5" in anna.post(f"{base(vote)}/votes/recount").text
    assert acts(house)[-2:] == ["vote_recounted", "vote_recounted"]


def robbed(house: Home) -> Vote:
    """Sixty ballots without a browser, all for one, beside honest ones."""
    vote = open_vote(house)
    for n in range(60):
        at = DURING + timedelta(seconds=n)
        vote.cast(f"o-robot-{n}", 3, now=at, origin=Origin("page", "a" * 16, "r" * 16, ""))
        if n < 40:
            vote.cast(f"o-{n}", 1, 2, now=at, origin=Origin("page", f"{n:016}", f"{n:016}", f"{n:016}"))
    vote.seal()
    return vote


def search(house: Home, anna: Desk, vote: Vote) -> str:
    """Sent, and done by the worker; the address."""
    asked = anna.post(f"{base(vote)}/guard/rules/silent", {"ballots": "20", "times": "1"})
    assert asked.status_code == 303
    assert search_due(house.parts) == 1
    return asked.location


def test_a_rule_shows_its_effect_before_it_strikes_and_gives_back(house: Home, anna: Desk):
    vote = robbed(house)
    path = f"{base(vote)}/guard/rules/silent"
    assert "没有浏览器标识的投票" in anna.get(f"{base(vote)}/guard").text
    assert "看看会剔除哪些" in anna.get(path).text
    bad = anna.post(path, {"ballots": "1"})
    assert (bad.status_code, value(bad.text, "ballots")) == (422, "1")
    assert anna.get(f"{base(vote)}/guard/rules/made-up").status_code == 404
    assert anna.post(f"{base(vote)}/guard/rules/made-up").status_code == 404
    found = search(house, anna, vote)
    seen = anna.get(found)
    assert "剔除 60 张选票" in text_of(seen)
    assert "1 → 3" in text_of(seen)
    assert value(seen.text, "ballots") == "20"
    assert "没有浏览器标识的投票：找到 60 张" in text_of(anna.get(f"{base(vote)}/guard"))
    assert anna.post(found, {"reason": " "}).status_code == 422
    assert anna.post(found, {"reason": "机器投的"}).status_code == 303
    with house.parts.db.read() as session:
        (row,) = list_strikes(session, vote.campaign)
        assert read_counts(session, vote.campaign)[1, 3] == (60, 60)
    assert (row.ballots, row.rule["key"], row.rule["ballots"]) == (60, "silent", 20)
    again = anna.post(found, {"reason": "机器投的"})
    assert (again.status_code, "其中 60 张在查过以后已经被剔除" in text_of(again)) == (409, True)
    assert "没有找到" in text_of(anna.get(search(house, anna, vote)))
    back = f"{base(vote)}/guard/strikes/{row.public_id}/restore"
    assert anna.post(back, {"why": ""}).status_code == 422
    assert anna.post(back, {"why": "误伤"}).status_code == 303
    assert anna.post(back, {"why": "误伤"}).status_code == 409
    with house.parts.db.read() as session:
        assert read_counts(session, vote.campaign)[1, 3] == (60, 0)
    assert acts(house)[-4:] == ["vote_searched", "vote_struck", "vote_searched", "vote_restored"]
    assert "剔除选票" in anna.get(base(vote)).text


def test_while_a_search_is_under_way_its_page_says_how_far_and_asks_again(house: Home, anna: Desk):
    vote = robbed(house)
    path = f"{base(vote)}/guard/rules/silent"
    asked = anna.post(path, {"ballots": "20", "times": "1"}).location
    assert "排队中" in anna.get(asked).text
    assert anna.post(path, {"ballots": "20", "times": "1"}).location == asked
    other = anna.post(f"{base(vote)}/guard/rules/night", {})
    assert (other.status_code, "正在查「没有浏览器标识的投票」" in other.text) == (409, True)
    assert anna.post(asked, {"reason": "机器投的"}).status_code == 409
    with house.parts.db.work() as session:
        row = errands.claim(session, VoteSearch, DURING)
        errands.note(session, row, DURING, rows=60)
    page = anna.get(asked).text
    assert "已经看了 25%" in page
    assert 'hx-trigger="every 1s"' in page
    assert "正在查" in anna.get(f"{base(vote)}/guard").text
    with house.parts.db.work() as session:
        errands.note(session, row, DURING, state="failed", problem="没有查成，请再查一次。")
    page = anna.get(asked).text
    assert "没有查成" in page
    assert "hx-trigger" not in page


def all_paths(vote: Vote, key: str = "ours") -> list[str]:
    one = path_of(vote, 1).rpartition("/")[2]
    return [
        f"{base(vote, key)}/{rest}"
        for rest in (
            "candidates",
            "candidates/new",
            f"candidates/{one}",
            "candidates.csv",
            "files",
            "votes",
            "rounds",
            "jury",
            "jury.csv",
            "guard",
            "guard/rules/night",
        )
    ]


def test_another_unions_vote_is_not_there(house: Home, anna: Desk):
    vote = open_vote(house, {**ROUNDS, "public_percent": 50})
    theirs = open_vote(house, key="theirs")
    for path in (*all_paths(vote, "theirs"), *all_paths(theirs)):
        assert anna.get(path).status_code == 404, path
    foreign = f"{base(vote)}/candidates/{people(theirs)[0].public_id}"
    assert anna.get(foreign).status_code == 404
    for step in ("", "/delete", "/state"):
        form = {**FORM, "version": "1", "state": "frozen", "why": "x"}
        assert anna.post(f"{foreign}{step}", form).status_code == 404
    assert people(theirs)[0].state == "standing"


def test_things_of_another_vote_of_the_same_union_are_not_there(house: Home, anna: Desk):
    vote, other = draft_vote(house, ("林一",)), draft_vote(house, ("陈二",))
    foreign = path_of(other, 1).rpartition("/")[2]
    assert anna.get(f"{base(vote)}/candidates/{foreign}").status_code == 404
    for step in ("", "/delete", "/state"):
        form = {**FORM, "version": "1", "state": "frozen", "why": "x"}
        assert anna.post(f"{base(vote)}/candidates/{foreign}{step}", form).status_code == 404
    upload = send(anna, other, TABLE).request.path.rpartition("/")[2]
    assert anna.get(f"{base(vote)}/files/{upload}").status_code == 404
    assert anna.post(f"{base(vote)}/files/{upload}", {"skip": "1"}).status_code == 404
    assert [(one.name, one.state) for one in (*people(vote), *people(other))] == [
        ("林一", "standing"),
        ("陈二", "standing"),
    ]


def test_a_search_or_a_strike_of_another_vote_is_not_there(house: Home, anna: Desk):
    vote, other = robbed(house), open_vote(house)
    found = search(house, anna, vote)
    elsewhere = found.replace(vote.campaign.public_id, other.campaign.public_id)
    assert anna.get(elsewhere).status_code == 404
    assert anna.post(elsewhere, {"reason": "机器投的"}).status_code == 404
    anna.post(found, {"reason": "机器投的"})
    with house.parts.db.read() as session:
        (row,) = list_strikes(session, vote.campaign)
    assert anna.post(f"{base(other)}/guard/strikes/{row.public_id}/restore", {"why": "x"}).status_code == 404
    with house.parts.db.read() as session:
        assert list_strikes(session, vote.campaign)[0].restored_at is None


def test_without_the_permission_nobody_comes_in(house: Home, watch: Watch):
    vote = open_vote(house, {**ROUNDS, "public_percent": 50})
    eve = Desk(house, "eve", "ours", Role.EDITOR)
    for path in all_paths(vote):
        assert eve.get(path).status_code == 403, path
    for path in (
        "candidates/new",
        "files",
        "pictures",
        "rounds",
        "jury",
        "jury/file",
        "votes/recount",
        "guard/rules/night",
    ):
        assert eve.post(f"{base(vote)}/{path}", FORM).status_code == 403, path


def test_what_was_typed_is_shown_escaped(house: Home, anna: Desk):
    vote = draft_vote(house, public_percent=50)
    texts = dict.fromkeys(("name", "unit", "region", "slogan", "about", "picture_text"), NASTY[:20])
    assert anna.post(f"{base(vote)}/candidates/new", texts).status_code == 303
    send(anna, vote, f"姓名或名称,单位\n{NASTY},{NASTY}\n")
    for path in ("candidates", path_of(vote, 1).partition(f"{base(vote)}/")[2], "jury"):
        page = anna.get(f"{base(vote)}/{path}").text
        assert "<script>a" not in page
        assert "&lt;script&gt;a" in page
