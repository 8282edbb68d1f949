"""微活动 in the console: from the template to the archive, refusals, two people, other tenants, missing rights."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from werkzeug.test import TestResponse

from campaigns import joining
from campaigns.joining import join
from campaigns.tasks import export_due
from models.prizes import Prize
from staff.roles import Role
from tests.campaigns.conftest import campaigns_of, refresh
from tests.campaigns.desk import OPENS, Campaigns
from tests.conftest import Home
from tests.staff.desk import Desk, Watch, set_watch, text_of

BASE = "/console/a/ours/campaigns"


@pytest.fixture
def watch(house: Home) -> Watch:
    return set_watch(house)


@pytest.fixture
def ours(house: Home, watch: Watch) -> Campaigns:
    return campaigns_of(house)


@pytest.fixture
def anna(house: Home, watch: Watch) -> Desk:
    """Organises and reviews."""
    return Desk(house, "anna", "ours", Role.ORGANISER, Role.FINAL)


@pytest.fixture
def bob(house: Home, watch: Watch) -> Desk:
    return Desk(house, "bob", "ours", Role.ORGANISER)


def value(page: TestResponse, name: str) -> str:
    """What stands in an input of the first form that has it."""
    found = re.search(rf'name="{re.escape(name)}"[^>]*value="([^"]*)"', page.text)
    assert found, name
    return found[1]


def typed(page: TestResponse) -> dict[str, str]:
    """The form of a step as a browser would send it back."""
    inputs = re.findall(r'<input class="form-control[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page.text)
    areas = re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', page.text)
    found = {**dict(inputs), **dict(areas)}
    return {"version": value(page, "version"), **{name: unescape(text) for name, text in found.items()}}


def follow(desk: Desk, told: TestResponse) -> TestResponse:
    assert told.status_code == 302, text_of(told)
    assert "/signin" not in told.location
    return desk.get(told.location)


def act(desk: Desk, campaign_id: str, verb: str, **form: str) -> TestResponse:
    """What a button on the campaign's page sends."""
    shown = desk.get(f"{BASE}/{campaign_id}")
    found = re.search(r'name="version" value="(\d+)"', shown.text)
    version = found[1] if found else "1"
    return desk.post(f"{BASE}/{campaign_id}/{verb}", {"version": version, **form})


def test_a_newcomer_gets_from_the_template_to_an_open_campaign(house: Home, ours: Campaigns, anna: Desk):
    assert "新建第一个活动" in anna.get(BASE).text
    assert "最简单的" in anna.get(f"{BASE}/new").text
    step = follow(anna, anna.post(f"{BASE}/new", {"template": "tiny/plain", "opens_at": "2026-11-21T09:00"}))
    campaign_id = re.search(rf"{BASE}/(\w+)/edit", step.request.path)[1]
    for name in ("basics", "settings", "who", "prizes", "rules"):
        assert step.request.path.endswith(name)
        step = follow(anna, anna.post(step.request.path, typed(step)))
    assert "没有发现问题" in step.text
    assert "审核通过，可以开放了" in follow(anna, act(anna, campaign_id, "approve", note="可以")).text
    opened = follow(anna, act(anna, campaign_id, "open"))
    assert "活动已开放" in opened.text
    assert ours.get(campaign_id).state == "live"
    refresh(house)
    assert house.app.test_client().get(f"/h5/ours/c/{campaign_id}").status_code == 200
    history = text_of(anna.get(f"{BASE}/{campaign_id}"))
    for told in ("新建活动", "修改活动 ：规则", "审核通过活动", "可以", "开放活动", "anna 同志"):
        assert told in history


def test_a_start_that_has_passed_or_a_template_that_is_none_is_refused(anna: Desk):
    for form, told in (
        ({"template": "tiny/none", "opens_at": "2026-11-21T09:00"}, "选一个模板"),
        ({"template": "tiny/plain", "opens_at": "morgen"}, "请选择开始时间"),
        ({"template": "tiny/plain", "opens_at": "2020-01-01T09:00"}, "已经过去"),
    ):
        page = anna.post(f"{BASE}/new", form)
        assert (page.status_code, told in page.text) == (422, True)


@pytest.mark.parametrize(
    ("step", "changes", "told"),
    [
        ("basics", {"title": ""}, "活动名称要写"),
        ("basics", {"closes_at": "2026-11-20T00:00"}, "结束时间"),
        ("basics", {"opens_at": "gestern"}, "请选择开始时间"),
        ("settings", {"taps": "99"}, "「按几下」应不大于 50"),
        ("settings", {"rows.0.title": "甲", "rows.0.points": "77"}, "名目表第 1 行的分数"),
        ("who", {"most_people": "viele"}, "名额要写"),
        ("who", {"tags": "999"}, "标签已经不在"),
        ("who", {"asks": "age"}, "选项有误"),
        ("prizes", {"draw": "nothere"}, "请重新选择"),
        ("rules", {"who": "长" * 501}, "「参加对象」最多 500 个字"),
    ],
)
def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(
    ours: Campaigns, anna: Desk, step: str, changes: dict[str, str], told: str
):
    made = ours.ready()
    path = f"{BASE}/{made.public_id}/edit/{step}"
    form = {**typed(anna.get(path)), **changes}
    page = anna.post(path, form)
    assert page.status_code == 422, text_of(page)
    assert told in page.text
    kept = [text for name, text in changes.items() if name in ("taps", "most_people", "rows.0.points")]
    assert all(f'value="{text}"' in page.text for text in kept)
    assert ours.get(made.public_id) == made


def test_settings_of_every_sort_are_saved(ours: Campaigns, anna: Desk):
    made = ours.ready()
    path = f"{BASE}/{made.public_id}/edit/settings"
    form = {
        **typed(anna.get(path)),
        "slogan": "<b>齐心",
        "loud": "1",
        "colour": "黄",
        "words": "甲\n乙",
        "rows.0.title": "",
        "rows.1.title": "一",
        "rows.1.points": "9",
        "place.hall": "礼堂",
        "stay": "1",
    }
    page = follow(anna, anna.post(path, form))
    assert "&lt;b&gt;齐心" in page.text
    saved = ours.get(made.public_id).settings.model_dump()
    assert (saved["loud"], saved["colour"], saved["words"]) == (True, "黄", ("甲", "乙"))
    assert (saved["rows"][0]["title"], saved["rows"][0]["points"], saved["place"]["hall"]) == (
        "一",
        9,
        "礼堂",
    )


def test_who_may_take_part_is_saved(ours: Campaigns, anna: Desk):
    made = ours.ready()
    path = f"{BASE}/{made.public_id}/edit/who"
    form = {**typed(anna.get(path)), "asks": ["unit", "name"], "member_number": "1", "most_people": "50"}
    follow(anna, anna.post(path, form))
    rule = ours.get(made.public_id).eligibility
    assert (rule.asks, rule.member_number, rule.most_people) == (("unit", "name"), True, 50)


def test_rules_are_drafted_with_the_linked_draws_prizes(ours: Campaigns, anna: Desk):
    made = ours.begin()
    draw_id = ours.draw()
    page = anna.get(f"{BASE}/{made.public_id}/edit/prizes")
    chosen = re.search(r'name="draw" value="(\w{12})"', page.text)[1]
    following = follow(anna, anna.post(page.request.path, {**typed(page), "draw": chosen}))
    assert ours.get(made.public_id).draw_id == draw_id
    assert "话费 10 元：100 份" in following.text
    assert "还没有保存" in following.text
    assert ours.get(made.public_id).rules.prizes == ""


def test_of_two_who_write_the_second_sees_both_and_loses_nothing(ours: Campaigns, anna: Desk, bob: Desk):
    made = ours.ready()
    path = f"{BASE}/{made.public_id}/edit/basics"
    first, second = typed(anna.get(path)), typed(bob.get(path))
    follow(anna, anna.post(path, {**first, "summary": "安娜写的"}))
    page = bob.post(path, {**second, "summary": "鲍勃写的<i>"})
    assert page.status_code == 409
    for told in ("两边的不同", "安娜写的", "鲍勃写的&lt;i&gt;"):
        assert told in page.text
    follow(bob, bob.post(path, {**typed(page), "stay": "1"}))
    assert ours.get(made.public_id).summary == "鲍勃写的<i>"


def test_who_writes_while_it_was_opened_is_told_and_keeps_the_text(ours: Campaigns, anna: Desk):
    made = ours.checked()
    path = f"{BASE}/{made.public_id}/edit/basics"
    form = typed(anna.get(path))
    follow(anna, act(anna, made.public_id, "open"))
    page = anna.post(path, {**form, "summary": "晚了一步"})
    assert (page.status_code, "晚了一步" in page.text, "已经开放" in page.text) == (409, True, True)
    assert anna.get(path).status_code == 409


def test_the_check_leads_to_where_it_is_mended(ours: Campaigns, anna: Desk):
    made = ours.ready(summary="转发即可抽奖")
    page = anna.get(f"{BASE}/{made.public_id}")
    assert "像是诱导分享" in page.text
    assert f"{BASE}/{made.public_id}/edit/basics" in page.text
    refused = act(anna, made.public_id, "approve")
    assert (refused.status_code, "还不能开放" in refused.text) == (422, True)


def test_links_that_lead_nowhere_are_found_and_ours_that_lead_somewhere_pass(ours: Campaigns, anna: Desk):
    site = "http://127.0.0.1:8000"
    other = ours.live(title="另一个")
    refresh_of(anna, ours)
    texts = (
        f"{site}/h5/ours/faq {site}/h5/ours/c/{other.public_id} {site}/h5/ours/c/nothere "
        f"{site}/nowhere http://open.example.cn/a https://other.example.cn/b https://"
    )
    made = ours.ready(title="带网址的")
    ours.with_rules(made.public_id, other=texts)
    page = text_of(anna.get(f"{BASE}/{made.public_id}"))
    assert "/h5/ours/c/nothere 打不开" in page
    assert "/nowhere 打不开" in page
    assert "http://open.example.cn/a 没有加密" in page
    assert "外部网址 other.example.cn" in page
    assert "/h5/ours/faq 打不开" not in page
    assert f"{other.public_id} 打不开" not in page
    refused = act(anna, made.public_id, "approve")
    assert (refused.status_code, "打不开" in refused.text) == (422, True)


def refresh_of(desk: Desk, ours: Campaigns) -> None:
    desk.client.application.extensions["zhijia.runtime"].shelves.refresh()


def test_only_who_may_review_approves_and_only_organisers_open(ours: Campaigns, house: Home, bob: Desk):
    made = ours.ready()
    assert act(bob, made.public_id, "approve").status_code == 403
    carl = Desk(house, "carl", "ours", Role.FIRST)
    assert "审核通过" in carl.get(f"{BASE}/{made.public_id}").text
    follow(carl, act(carl, made.public_id, "approve"))
    assert act(carl, made.public_id, "open").status_code == 403
    follow(bob, act(bob, made.public_id, "open"))


def test_a_reviewers_note_is_read_by_whoever_wrote_it(ours: Campaigns, anna: Desk, bob: Desk):
    made = ours.checked()
    assert act(anna, made.public_id, "send-back").status_code == 422
    follow(anna, act(anna, made.public_id, "send-back", note="奖品<数量>写错了"))
    assert ours.get(made.public_id).state == "draft"
    assert "奖品&lt;数量&gt;写错了" in bob.get(f"{BASE}/{made.public_id}").text


def test_freeze_resume_extend_publicise_and_archive(house: Home, ours: Campaigns, anna: Desk, watch: Watch):
    made = ours.live()
    assert act(anna, made.public_id, "freeze").status_code == 422
    follow(anna, act(anna, made.public_id, "freeze", why="题目有误"))
    assert "题目有误" in anna.get(f"{BASE}/{made.public_id}").text
    follow(anna, act(anna, made.public_id, "resume"))
    refused = act(anna, made.public_id, "extend", closes_at="2026-01-01T00:00", why="太短")
    assert (refused.status_code, "太短" in refused.text) == (422, True)
    assert act(anna, made.public_id, "extend", closes_at="bald", why="太短").status_code == 422
    follow(anna, act(anna, made.public_id, "extend", closes_at="2026-12-31T18:00", why="大家要求"))
    assert "大家要求" in anna.get(f"{BASE}/{made.public_id}").text
    assert act(anna, made.public_id, "publicise").status_code == 409
    watch.now = ours.get(made.public_id).closes_at
    later = Desk(house, "bob", "ours", Role.ORGANISER)
    follow(later, act(later, made.public_id, "publicise"))
    follow(later, act(later, made.public_id, "archive"))
    assert ours.get(made.public_id).state == "archived"


def test_a_step_taken_twice_or_from_an_old_page_is_told(ours: Campaigns, anna: Desk):
    made = ours.live()
    old = {"version": str(made.version), "why": "题目有误"}
    follow(anna, anna.post(f"{BASE}/{made.public_id}/freeze", old))
    told = anna.post(f"{BASE}/{made.public_id}/freeze", old)
    assert (told.status_code, "刷新页面" in told.text) == (409, True)
    follow(anna, act(anna, made.public_id, "resume"))
    assert anna.post(f"{BASE}/{made.public_id}/freeze", old).status_code == 409


def test_a_draft_is_deleted_and_the_list_offers_it_back(ours: Campaigns, anna: Desk):
    made = ours.ready(title="不要了")
    gone = follow(anna, act(anna, made.public_id, "delete"))
    assert "撤销删除" in gone.text
    assert "不要了" not in gone.text
    assert anna.get(f"{BASE}/{made.public_id}").status_code == 404
    assert "已恢复" in follow(anna, anna.post(f"{BASE}/{made.public_id}/restore")).text
    assert anna.post(f"{BASE}/{made.public_id}/restore").status_code == 404
    live = ours.live(title="开着的")
    assert act(anna, live.public_id, "delete").status_code == 409


def test_a_copy_is_a_draft_of_its_own_with_its_own_history(ours: Campaigns, anna: Desk):
    made = ours.live()
    page = follow(anna, act(anna, made.public_id, "copy"))
    assert "已复制成新的草稿" in page.text
    assert made.public_id not in page.request.path
    assert "复制活动" in page.text


def test_the_page_of_an_open_one_shows_figures_charts_and_a_table(ours: Campaigns, anna: Desk):
    made = ours.live()
    with ours.db.work() as session:
        join(session, made, "o1", OPENS)
    page = anna.get(f"{BASE}/{made.public_id}")
    assert "参与人数" in page.text
    assert "<svg" in page.text
    assert "&lt;b&gt;东&lt;/b&gt;" in page.text
    part = anna.get(f"{BASE}/{made.public_id}/figures")
    assert "参与人数" in part.text
    assert "<html" not in part.text


def test_prizes_that_were_touched_while_it_is_open_are_an_alarm(ours: Campaigns, anna: Desk):
    made = ours.live(draw_id=ours.draw())
    with ours.db.work() as session:
        for prize in session.query(Prize).where(Prize.account_id == ours.account_id):
            prize.odds = "0.9"
    assert "概率被改过" in anna.get(f"{BASE}/{made.public_id}").text


def test_participants_are_listed_by_number_and_found_by_it(ours: Campaigns, anna: Desk):
    made = ours.live(eligibility={"asks": ["name", "unit"]})
    with ours.db.work() as session:
        for number in range(53):
            told = {"name": "王小明", "unit": f"<u>{number}"}
            person = joining.introduce(session, made, f"o{number}", told, OPENS)
    page = anna.get(f"{BASE}/{made.public_id}/people")
    assert page.text.count("王**") == 50
    assert "王小明" not in page.text
    assert "&lt;u&gt;52" in page.text
    more = re.search(r"before=(\d+)", page.text)[1]
    assert anna.get(f"{BASE}/{made.public_id}/people?before={more}").text.count("王**") == 3
    found = anna.get(f"{BASE}/{made.public_id}/people?number={person.public_id.upper()}")
    assert "按了几下" in found.text
    assert "没有这个编号" in anna.get(f"{BASE}/{made.public_id}/people?number=nobody").text


def test_a_spreadsheet_is_asked_for_watched_and_downloaded(house: Home, ours: Campaigns, anna: Desk):
    made = ours.live()
    with ours.db.work() as session:
        join(session, made, "o1", OPENS)
    path = f"{BASE}/{made.public_id}"
    follow(anna, anna.post(f"{path}/exports", {"suffix": "xlsx"}))
    waiting = anna.get(f"{path}/exports").text
    assert "排队中" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert anna.post(f"{path}/exports", {"suffix": "xlsx"}).status_code == 409
    export_due(house.parts)
    done = anna.get(f"{path}/exports").text
    assert "hx-trigger" not in done
    link = re.search(r'href="([^"]+/exports/\w+)"', done)[1]
    file = anna.get(link)
    assert (file.status_code, file.data[:2]) == (200, b"PK")
    assert "attachment" in file.headers["Content-Disposition"]
    file.close()
    assert "导出活动数据" in anna.get(path).text
    assert anna.post(f"{path}/exports", {"suffix": "exe"}).status_code == 422


def test_the_list_goes_on_page_by_page_without_a_gap(ours: Campaigns, anna: Desk):
    for number in range(33):
        made = ours.begin()
        opens = OPENS + timedelta(days=number // 2)
        ours.change(
            made.public_id, title=f"第{number}个", opens_at=opens, closes_at=opens + timedelta(days=1)
        )
    first = anna.get(BASE)
    more = re.search(r"before=(\w+)", first.text)[1]
    titles = re.findall(r"第\d+个", first.text + anna.get(f"{BASE}?before={more}").text)
    assert len(titles) == len(set(titles)) == 33
    assert anna.get(f"{BASE}?before=nothere").status_code == 404


def test_without_the_right_one_may_look_and_nothing_else(ours: Campaigns, house: Home, watch: Watch):
    made = ours.ready()
    viewer = Desk(house, "vera", "ours", Role.VIEWER)
    assert "新建活动" not in viewer.get(BASE).text
    assert viewer.get(f"{BASE}/{made.public_id}").status_code == 200
    for path in (
        "new",
        f"{made.public_id}/edit/basics",
        f"{made.public_id}/people",
        f"{made.public_id}/exports",
    ):
        assert viewer.get(f"{BASE}/{path}").status_code == 403, path
    for verb in (
        "approve",
        "send-back",
        "open",
        "freeze",
        "resume",
        "extend",
        "publicise",
        "archive",
        "copy",
        "delete",
        "restore",
        "exports",
    ):
        assert viewer.post(f"{BASE}/{made.public_id}/{verb}").status_code == 403, verb


def test_another_unions_campaign_does_not_exist(ours: Campaigns, house: Home, anna: Desk):
    theirs = campaigns_of(house, "theirs").ready()
    for path in ("", "/figures", "/edit/basics", "/people", "/exports", "/exports/abc"):
        assert anna.get(f"{BASE}/{theirs.public_id}{path}").status_code == 404, path
        there = f"/console/a/theirs/campaigns/{theirs.public_id}{path}"
        assert anna.get(there).status_code == 404
    for verb in ("approve", "open", "delete", "copy", "restore", "exports", "edit/basics"):
        assert anna.post(f"{BASE}/{theirs.public_id}/{verb}").status_code == 404, verb
    assert campaigns_of(house, "theirs").get(theirs.public_id) == theirs


def test_another_unions_draw_can_not_be_linked(ours: Campaigns, house: Home, anna: Desk):
    campaigns_of(house, "theirs").draw()
    made = ours.ready()
    page = anna.get(f"{BASE}/{made.public_id}/edit/prizes")
    assert "刮刮乐" not in page.text


def test_what_people_wrote_is_shown_as_text(ours: Campaigns, anna: Desk):
    evil = "<script>alert(1)</script>"
    made = ours.ready(title=evil[:30], summary=evil, word="<b>")
    for path in (BASE, f"{BASE}/{made.public_id}", f"{BASE}/{made.public_id}/edit/basics"):
        assert "<script>alert" not in anna.get(path).text
        assert "&lt;script&gt;" in anna.get(path).text


def test_menus_can_open_a_campaign_and_refuse_one_that_is_gone(ours: Campaigns, house: Home, watch: Watch):
    made = ours.live(title="给菜单的")
    desk = Desk(house, "edda", "ours", Role.EDITOR)
    page = desk.get("/console/a/ours/menu")
    assert f"{{h5}}/c/{made.public_id}" in page.text
    assert "活动：给菜单的" in page.text
    tree = [
        {"name": "活动", "url": f"{{h5}}/c/{made.public_id}"},
        {"name": "旧的", "url": "{h5}/c/nothere"},
    ]
    saved = desk.post("/console/a/ours/menu", {"tree": json.dumps(tree), "version": "0"})
    checked = text_of(desk.get(saved.location))
    assert "{h5}/c/nothere 不存在" in checked
    assert f"{{h5}}/c/{made.public_id} 不存在" not in checked
