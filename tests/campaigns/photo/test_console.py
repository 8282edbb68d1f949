"""A contest at the organiser's desk: the grid, a work, suspects, awards, objections, months; refusals, two people, other tenants."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from campaigns import service
from campaigns.kinds.photo.judging import REASONS
from campaigns.kinds.photo.keeping import Keeper
from campaigns.kinds.photo.months import choose_month
from campaigns.kinds.photo.objections import object_to
from campaigns.kinds.photo.suspects import compare_due
from campaigns.kinds.photo.tables import PhotoAward
from campaigns.kinds.vote.kind import KIND as VOTE
from members.ledger import find_person
from models.audit import AuditEntry
from models.push import Push
from staff.roles import Role
from tests.campaigns.houses import two_accounts
from tests.campaigns.photo.clerks import AWARDS, award, enter_shown, judge, publicise
from tests.campaigns.photo.test_awards import like
from tests.campaigns.photo.world import Contest, a_picture, by, make_contest
from tests.conftest import Home
from tests.staff.desk import Desk, Watch, set_watch, text_of

NASTY = "<script>alert(1)</script>"
JSON = {"Accept": "application/json"}


@pytest.fixture
def house(tmp_path: Path, valkey_url: str, redis: object, sqlite_template: Path) -> Iterator[Home]:
    """The web with the accounts `ours` and `others`."""
    with two_accounts(tmp_path, valkey_url, sqlite_template) as home:
        home.app.extensions["zhijia.runtime"].shelves.refresh()
        yield home


@pytest.fixture
def contest(house: Home) -> Contest:
    return make_contest(house.parts.db, AWARDS, house.parts.directory.get("ours").id)


@pytest.fixture
def watch(house: Home, contest: Contest) -> Watch:
    watch = set_watch(house)
    watch.now = contest.now
    return watch


@pytest.fixture
def anna(house: Home, watch: Watch) -> Desk:
    return Desk(house, "anna", "ours", Role.ORGANISER)


@pytest.fixture
def rita(house: Home, watch: Watch) -> Desk:
    return Desk(house, "rita", "ours", Role.ORGANISER, Role.EDITOR, Role.PRIVACY)


def base(contest: Contest, key: str = "ours") -> str:
    return f"/console/a/{key}/campaigns/{contest.campaign.public_id}/photo"


def mark(contest: Contest, number: int) -> str:
    work = contest.work(number)
    return f"{work.public_id}.{work.version}"


def decide(desk: Desk, contest: Contest, verdict: str, *numbers: int, **more: Any) -> TestResponse:
    sent = {"work": [mark(contest, one) for one in numbers], "verdict": verdict, **more}
    return desk.post(f"{base(contest)}/works/decide", sent)


def acts(house: Home) -> list[tuple[str, dict[str, Any]]]:
    with house.parts.db.read() as session:
        rows = session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all()
    return [(one.action, one.facts) for one in rows if one.action.startswith("photo_")]


def test_the_campaigns_own_page_leads_to_the_contests_pages(anna: Desk, contest: Contest) -> None:
    page = text_of(anna.get(base(contest).removesuffix("/photo")))
    for title in ("作品审核", "疑似重复", "获奖名单", "异议和举报", "每月之星"):
        assert title in page


def test_every_page_says_what_will_come_where_there_is_nothing(anna: Desk, contest: Contest) -> None:
    told = {
        "works": "还没有人交作品",
        "suspects": "没有疑似重复的照片",
        "awards": "还没有列入作品",
        "objections": "没有异议",
        "months": "每个月选一件",
    }
    for path, words in told.items():
        assert words in text_of(anna.get(f"{base(contest)}/{path}"))


def test_works_are_let_through_many_at_once_with_one_act(house: Home, anna: Desk, contest: Contest) -> None:
    for n in range(3):
        contest.enter(f"o-{n}")
    page = decide(anna, contest, "shown", 1, 3)
    assert "已通过 2 件：1、3 号" in text_of(page)
    assert [contest.work(n).state for n in (1, 2, 3)] == ["shown", "waiting", "shown"]
    ((act, facts),) = acts(house)
    assert (act, facts["works"]) == ("photo_let_through", [1, 3])
    sent = {"work": re.findall(r'name="work" value="([^"]+)"', page.text.split("撤销刚才的决定")[0])}
    assert "已撤销 2 件" in text_of(anna.post(f"{base(contest)}/works/undo", sent))
    assert [contest.work(n).state for n in (1, 2, 3)] == ["waiting"] * 3


def test_a_ready_reason_or_one_of_ones_own_goes_with_a_refusal(
    house: Home, anna: Desk, contest: Contest
) -> None:
    for n in range(2):
        contest.enter(f"o-{n}")
    assert decide(anna, contest, "refused", 1).status_code == 422
    decide(anna, contest, "refused", 1, reason=REASONS[1])
    decide(anna, contest, "refused", 2, reason=REASONS[1], why="请换一张横的")
    assert [contest.work(n).state_why for n in (1, 2)] == [REASONS[1], "请换一张横的"]
    assert acts(house)[1][1]["why"] == "请换一张横的"
    page = text_of(anna.get(f"{base(contest)}/works?state=refused"))
    assert "请换一张横的" in page


def test_what_a_colleague_decided_meanwhile_is_told_and_nothing_is_noted(
    house: Home, anna: Desk, contest: Contest
) -> None:
    contest.enter("o-anna")
    old = mark(contest, 1)
    judge(contest, "refused", 1, why=REASONS[0], by="bob")
    late = anna.post(f"{base(contest)}/works/decide", {"work": old, "verdict": "shown"})
    assert late.status_code == 409
    assert "刚刚有同事处理过" in late.text
    assert acts(house) == []


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 422),
        ({"work": "x.1", "verdict": "gone"}, 422),
        ({"work": "x", "verdict": "shown"}, 422),
        ({"work": "x.99999999999999", "verdict": "shown"}, 422),
        ({"work": "x.1", "verdict": "shown"}, 409),
        ({"work": "x.1", "verdict": "refused", "why": "长" * 999}, 409),
    ],
)
def test_what_no_page_sends_is_refused(
    house: Home, anna: Desk, contest: Contest, sent: dict[str, str], status: int
) -> None:
    assert anna.post(f"{base(contest)}/works/decide", sent).status_code == status
    assert acts(house) == []


def test_the_script_gets_data(anna: Desk, contest: Contest) -> None:
    for n in range(2):
        contest.enter(f"o-{n}")
    sent = {"csrf": "", "work": [mark(contest, 1), "nobody.1"], "verdict": "shown"}
    answer = anna.client.post(
        f"{base(contest)}/works/decide",
        data={**sent, "csrf": csrf_of(anna, contest)},
        headers={**JSON, "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.json is not None
    assert [(one["state"], one["version"]) for one in answer.json["done"]] == [
        ("shown", contest.work(1).version)
    ]
    assert "不在了" in answer.json["told"]


def csrf_of(desk: Desk, contest: Contest) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', desk.get(f"{base(contest)}/works").text)
    assert found
    return found[1]


def test_works_are_found_by_number_word_group_and_state(house: Home, anna: Desk) -> None:
    settings = AWARDS | {"groups": [{"title": "图文组"}, {"title": "摄影组"}], "categories": "工地、家园"}
    contest = make_contest(house.parts.db, settings, house.parts.directory.get("ours").id)
    contest.enter("o-anna", "塔吊 100%", group="图文组", category="工地")
    contest.enter("o-bob", "厨房", group="摄影组", category="家园")

    def found(query: str) -> list[str]:
        page = anna.get(f"{base(contest)}/works?{query}").text
        return re.findall(r'data-title="(\d+) 号', page)

    assert found("") == ["1", "2"]
    assert found("q=2号") == found("q=厨") == found("group=摄影组") == found("category=家园") == ["2"]
    assert found("q=100%25") == ["1"]
    assert found("q=_") == found("q=99999999999999999999") == found("state=shown") == []
    assert found("state=nonsense") == ["1", "2"]
    assert "没有符合条件的" in anna.get(f"{base(contest)}/works?q=没有").text


def test_the_grid_goes_on_by_number(anna: Desk, contest: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.kinds.photo.console_works._PAGE", 2)
    for n in range(5):
        contest.enter(f"o-{n}")
    seen, query = [], ""
    for _ in range(3):
        page = anna.get(f"{base(contest)}/works{query}").text
        seen += re.findall(r'data-title="(\d+) 号', page)
        more = re.search(r"after=(\d+)", page.split('aria-label="翻页"')[-1]) if "下一页" in page else None
        query = f"?after={more[1]}" if more else ""
    assert seen == ["1", "2", "3", "4", "5"]
    assert query == ""


def real(house: Home, contest: Contest, openid: str, seed: int, **draft: str) -> int:
    """A work with a picture that is there; its number."""
    work_id = contest.begin(openid)
    contest.add(openid, work_id, kept=Keeper.of(house.parts).keep(with_place(seed)))
    contest.write(openid, work_id, **{"title": "夜班", **draft})
    return contest.hand_in(openid, work_id)


def with_place(seed: int) -> bytes:
    """A picture whose camera wrote its name."""
    with Image.open(io.BytesIO(a_picture(seed))) as picture:
        exif = Image.Exif()
        exif[0x010F], exif[0x0110] = "Huawei", "P60"
        out = io.BytesIO()
        picture.save(out, "JPEG", exif=exif)
        return out.getvalue()


def test_a_works_page_shows_it_all_and_is_decided_there(house: Home, anna: Desk, contest: Contest) -> None:
    number = real(house, contest, "o-anna", 1, about="凌晨三点", place="三号车间", author="老陈")
    path = f"{base(contest)}/works/{contest.work(number).public_id}"
    page = text_of(anna.get(path))
    for words in ("凌晨三点", "三号车间", "老陈", "Huawei", contest.person("o-anna").public_id):
        assert words in page
    sent = {"work": mark(contest, number), "verdict": "shown"}
    assert anna.post(f"{path}/decide", sent).status_code == 303
    assert anna.post(f"{path}/decide", sent).status_code == 409
    assert anna.post(f"{path}/decide", {**sent, "verdict": "gone"}).status_code == 422
    undoing = {"work": mark(contest, number), "verdict": "undo"}
    assert anna.post(f"{path}/decide", undoing).status_code == 303
    assert contest.work(number).state == "waiting"
    assert "撤销，回到「等待审核」" in text_of(anna.get(path))
    assert [act for act, _ in acts(house)] == ["photo_let_through", "photo_undone"]


def test_mistyped_words_are_mended_and_the_log_says_which(house: Home, anna: Desk, contest: Contest) -> None:
    contest.enter("o-anna", "夜斑")
    work = contest.work(1)
    path = f"{base(contest)}/works/{work.public_id}"
    form = {"version": str(work.version), "title": "夜班", "about": ""}
    assert anna.post(f"{path}/words", form).status_code == 303
    assert "原来 题目：夜斑" in text_of(anna.get(path))
    ((act, facts),) = acts(house)
    assert (act, facts["parts"]) == ("photo_mended", ["题目"])
    late = anna.post(f"{path}/words", {**form, "title": "我写的"})
    assert late.status_code == 409
    assert "我写的" in late.text
    assert anna.post(f"{path}/words", {**form, "title": ""}).status_code == 422


def test_originals_are_for_those_who_may_see_personal_data_and_each_download_is_noted(
    house: Home, anna: Desk, rita: Desk, contest: Contest
) -> None:
    number = real(house, contest, "o-anna", 1)
    work = contest.work(number)
    (picture,) = contest.pictures(work.id)
    path = f"{base(contest)}/works/{work.public_id}/pictures/{picture.public_id}/original"
    assert "下载原片" not in anna.get(path.partition("/pictures")[0]).text
    assert anna.get(path).status_code == 403
    assert acts(house) == []
    answer = rita.get(path)
    assert answer.data == with_place(1)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{number}-1.jpg"'
    assert [act for act, _ in acts(house)] == ["photo_original_opened"]
    assert rita.get(path.replace(picture.public_id, "nothing")).status_code == 404
    damage(house, picture.original)
    assert rita.get(path).status_code >= 400
    assert len(acts(house)) == 1


def damage(house: Home, name: str) -> None:
    (path,) = (one for one in (house.parts.settings.var_dir / "originals").rglob("*") if one.name == name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def test_a_real_name_is_masked_for_who_may_not_see_it(
    house: Home, anna: Desk, rita: Desk, contest: Contest
) -> None:
    contest.enter("o-anna")
    with house.parts.db.work() as session:
        person = find_person(session, contest.account_id, contest.campaign.scope, "o-anna")
        assert person is not None
        person.name = "陈大文"
    path = f"{base(contest)}/works/{contest.work(1).public_id}"
    assert "陈大文" not in anna.get(path).text
    assert "陈大文" in rita.get(path).text


def test_suspects_stand_side_by_side_and_the_later_one_is_refused_in_the_same_step(
    house: Home, anna: Desk, contest: Contest
) -> None:
    for openid in ("o-anna", "o-bob"):
        real(house, contest, openid, 7)
    compare_due(house.parts)
    page = anna.get(f"{base(contest)}/suspects")
    assert "同一个文件" in page.text
    assert "疑似重复" in anna.get(f"{base(contest)}/works").text
    form = dict(re.findall(r'name="(picture|other|version)" value="([^"]*)"', page.text))
    assert anna.post(f"{base(contest)}/suspects", {**form, "judgement": "x"}).status_code == 422
    done = anna.post(f"{base(contest)}/suspects", {**form, "judgement": "refused"}, follow_redirects=True)
    assert "后交的那件已退回" in done.text
    assert [contest.work(n).state for n in (1, 2)] == ["waiting", "refused"]
    assert contest.work(2).state_why == f"{REASONS[2]}（1 号）"
    assert anna.post(f"{base(contest)}/suspects", {**form, "judgement": "cleared"}).status_code == 409
    assert acts(house) == [("photo_alike", {"campaign": contest.campaign.public_id, "works": [1, 2]})]
    assert "一样 1" in text_of(anna.get(f"{base(contest)}/suspects?state=alike"))


def test_a_pair_whose_later_work_changed_meanwhile_is_not_half_judged(
    house: Home, anna: Desk, contest: Contest
) -> None:
    for openid in ("o-anna", "o-bob"):
        real(house, contest, openid, 7)
    compare_due(house.parts)
    page = anna.get(f"{base(contest)}/suspects").text
    form = dict(re.findall(r'name="(picture|other|version)" value="([^"]*)"', page))
    judge(contest, "shown", 2)
    assert anna.post(f"{base(contest)}/suspects", {**form, "judgement": "refused"}).status_code == 409
    assert contest.work(2).state == "shown"
    assert "没有疑似重复" not in anna.get(f"{base(contest)}/suspects").text


def awarded(contest: Contest) -> list[tuple[str, int]]:
    query = select(PhotoAward).where(PhotoAward.account_id == contest.account_id).order_by(PhotoAward.id)
    with contest.db.read() as session:
        return [(one.level, one.place) for one in session.scalars(query)]


def test_the_award_list_is_filled_by_hand_all_or_none(house: Home, anna: Desk, contest: Contest) -> None:
    for n in range(3):
        enter_shown(contest, f"o-{n}")
    path = f"{base(contest)}/awards"
    assert anna.post(path, {"number": "1、2号", "level": "二等奖"}).status_code == 303
    assert awarded(contest) == [("二等奖", 1), ("二等奖", 2)]
    for sent, status in (
        ({"number": "3", "level": "二等奖"}, 409),
        ({"number": "99", "level": "一等奖"}, 404),
        ({"number": "x", "level": "一等奖"}, 422),
        ({"number": "", "level": "一等奖"}, 422),
        ({"number": "3", "level": "没有的"}, 422),
        ({"number": "3 1", "level": "组织奖"}, 409),
    ):
        assert anna.post(path, sent).status_code == status
    assert len(awarded(contest)) == 2
    award_id = re.findall(r"/awards/(\w+)/take", anna.get(path).text)[0]
    assert anna.post(f"{path}/{award_id}/take").status_code == 303
    assert anna.post(f"{path}/{award_id}/take").status_code == 404
    assert [act for act, _ in acts(house)] == ["photo_awarded", "photo_award_taken"]


def test_a_ranking_is_looked_at_before_it_fills_the_list(house: Home, anna: Desk, contest: Contest) -> None:
    for n in range(4):
        enter_shown(contest, f"o-{n}")
    like(contest, {1: (9, 0), 2: (5, 0), 3: (5, 0), 4: (5, 0)})
    page = anna.get(f"{base(contest)}/awards?by=公众点赞")
    assert "3 件并列，二等奖只剩 2 名" in text_of(page)
    given = re.findall(r'name="given" value="([^"]+)"', page.text)
    assert given == ["0.0.1"]
    filled = anna.post(f"{base(contest)}/awards/fill", {"by": "公众点赞", "given": given})
    assert filled.status_code == 303
    assert awarded(contest) == [("一等奖", 1)]
    for bad in (["0.0.1"], ["9.9.9"], ["x"], []):
        again = anna.post(f"{base(contest)}/awards/fill", {"by": "公众点赞", "given": bad})
        assert again.status_code in (303, 409, 422)
    assert anna.post(f"{base(contest)}/awards/fill", {"by": "掷骰子"}).status_code == 404
    assert awarded(contest) == [("一等奖", 1)]


def public(contest: Contest) -> None:
    award(contest, enter_shown(contest, "o-1"), "一等奖")
    contest.person("o-anna")
    publicise(contest)


def object_(contest: Contest) -> str:
    with contest.db.work() as session:
        person = find_person(session, contest.account_id, contest.campaign.scope, "o-anna")
        assert person is not None
        said = f"网上有同一张照片 {NASTY}"
        return object_to(session, contest.campaign, person, 1, said, "13800000000", contest.now).public_id


def test_an_objection_is_alerted_answered_and_strikes_the_award(
    house: Home, contest: Contest, watch: Watch
) -> None:
    public(contest)
    watch.now = contest.now
    anna = Desk(house, "anna", "ours", Role.ORGANISER)
    rita = Desk(house, "rita", "ours", Role.ORGANISER, Role.PRIVACY)
    path = f"{base(contest)}/objections/{object_(contest)}"
    assert "1 条异议或举报没有答复" in anna.get("/console/a/ours/").text
    page = anna.get(f"{base(contest)}/objections").text
    assert NASTY not in page
    assert "13800000000" not in page
    assert "13800000000" in rita.get(f"{base(contest)}/objections").text
    refused = anna.post(path, {"state": "upheld", "words": ""})
    assert refused.status_code == 422
    assert anna.post(path, {"state": "maybe", "words": "属实"}).status_code == 422
    kept = anna.post(path, {"state": "upheld", "words": "长" * 201})
    assert "长" * 201 in kept.text
    assert anna.post(path, {"state": "upheld", "words": "经核实不是本人拍的"}).status_code == 303
    assert anna.post(path, {"state": "rejected", "words": "经核实没有问题"}).status_code == 409
    page = text_of(anna.get(f"{base(contest)}/awards"))
    assert "已撤销：经核实不是本人拍的" in page
    assert "没有答复" not in anna.get("/console/a/ours/").text


def test_a_public_award_is_withdrawn_with_a_reason(anna: Desk, contest: Contest) -> None:
    public(contest)
    page = anna.get(f"{base(contest)}/awards").text
    award_id = re.findall(r"/awards/(\w+)/withdraw", page)[0]
    assert "/take" not in page
    assert anna.post(f"{base(contest)}/awards/{award_id}/withdraw", {"why": ""}).status_code == 422
    assert anna.post(f"{base(contest)}/awards/{award_id}/withdraw", {"why": "重复领奖"}).status_code == 303
    assert anna.post(f"{base(contest)}/awards", {"number": "1", "level": "二等奖"}).status_code == 409


def test_a_months_work_goes_on_to_a_push_with_its_picture(
    house: Home, anna: Desk, rita: Desk, contest: Contest
) -> None:
    number = real(house, contest, "o-1", 3)
    judge(contest, "shown", number)
    path = f"{base(contest)}/months"
    assert anna.post(path, {"month": "2026-11", "number": "77"}).status_code == 404
    sent = {"month": "2026-11", "number": str(number), "words": "灯亮着，人没走。"}
    assert anna.post(path, sent).status_code == 303
    assert anna.post(path, sent).status_code == 409
    found = re.search(r'href="([^"]*/pushes/new\?[^"]*)"', rita.get(path).text)
    assert found
    form = rita.get(found[1].replace("&amp;", "&"))
    values = dict(re.findall(r'name="(code|title|link|media)"[^>]*value="([^"]*)"', form.text))
    assert values["title"] == "11 月之星：夜班"
    assert values["link"] == f"{{h5}}/c/{contest.campaign.public_id}/photo/{number}"
    assert values["media"] == contest.pictures(contest.work(number).id)[0].name
    pushed = {**values, "digest": "灯亮着", "day": "2026-12-24", "time": "09:00"}
    assert rita.post("/console/a/ours/pushes/new", pushed).status_code == 302
    with house.parts.db.read() as session:
        push = session.scalars(select(Push).where(Push.account_id == contest.account_id)).one()
    assert push.link == values["link"]
    assert anna.post(f"{path}/drop", {"month": "2026-11"}).status_code == 303
    for month in ("2026-11", "", "2026-13"):
        assert anna.post(f"{path}/drop", {"month": month}).status_code == 404


def every_page(contest: Contest) -> list[str]:
    work = contest.work(1).public_id
    names = ("works", f"works/{work}", "suspects", "awards", "objections", "months")
    return [f"{base(contest)}/{name}" for name in names]


def test_what_people_type_stays_text_on_every_page(house: Home, anna: Desk, contest: Contest) -> None:
    texts = {"about": NASTY, "author": NASTY[:20], "place": NASTY}
    for openid in ("o-1", "o-2"):
        real(house, contest, openid, 5, title=NASTY, **texts)
    compare_due(house.parts)
    judge(contest, "shown", 1)
    award(contest, 1, "一等奖")
    with house.parts.db.work() as session:
        choose_month(session, contest.campaign, "2026-11", 1, NASTY, "anna", contest.now)
    for path in every_page(contest):
        assert NASTY not in anna.get(path).text
    assert "&lt;script&gt;" in anna.get(every_page(contest)[1]).text


def test_another_unions_contest_does_not_exist(house: Home, watch: Watch, contest: Contest) -> None:
    contest.enter("o-1")
    eve = Desk(house, "eve", "others", Role.ORGANISER)
    for path in every_page(contest):
        assert eve.get(path).status_code == 404
        assert eve.get(path.replace("/a/ours/", "/a/others/")).status_code == 404
    for path in ("works/decide", "works/undo", "suspects", "awards", "awards/fill", "months"):
        sent = {"work": mark(contest, 1), "verdict": "shown"}
        assert eve.post(f"{base(contest, 'others')}/{path}", sent).status_code == 404
    assert contest.work(1).state == "waiting"


def test_who_may_not_organise_reaches_none_of_it(house: Home, watch: Watch, contest: Contest) -> None:
    contest.enter("o-1")
    vera = Desk(house, "vera", "ours", Role.EDITOR)
    for path in every_page(contest):
        assert vera.get(path).status_code == 403
    sent = {"work": mark(contest, 1), "verdict": "shown"}
    assert vera.post(f"{base(contest)}/works/decide", sent).status_code == 403


def test_another_kind_of_campaign_has_no_works(house: Home, anna: Desk, contest: Contest) -> None:
    with house.parts.db.work() as session:
        template = VOTE.templates[0]
        made = service.begin(session, contest.account_id, "vote", template, contest.now, by())
    for name in ("works", "suspects", "awards", "objections", "months"):
        assert anna.get(f"/console/a/ours/campaigns/{made.public_id}/photo/{name}").status_code == 404
