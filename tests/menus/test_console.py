"""自定义菜单 in the console: editing the draft, publishing it, the history, and changes at a time."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accounts.audit import list_acts
from core.clock import SHANGHAI
from faq.files import read_entries
from faq.service import import_entries
from jobs.outbox import Outbox
from jobs.ticker import Job
from menus import service
from menus.feature import FEATURE
from menus.store import list_changes, list_versions
from models.columns import Column, ColumnItem
from models.content import Entry
from models.db import Database
from staff.roles import Role
from tests.conftest import NOW, Home, new_account
from tests.menus.console import MENU, RELEASE, TREE, drafted, hidden, on_platform, publish, published, save
from tests.neighbours import Platform, together
from tests.staff.desk import Desk, text_of

OTHER_TREE = [{"name": "新菜单", "url": "{h5}/calculators"}]
BROKEN = [{"name": "坏的", "url": "{h5}/lottery"}]
ENTRIES = "id,question,answer,valid_until\njoin,怎么加入工会？,找工会。,\nold,去年的疗休养怎么报名？,已结束。,2020-01-01\n"


@pytest.fixture
def entries(home: Home, anna: Desk, tmp_path: Any) -> None:
    path = tmp_path / "entries.csv"
    path.write_text(ENTRIES, "utf-8")
    account = home.parts.directory.get("ours")
    with home.parts.db.work() as session:
        import_entries(session, account.organisation_id, read_entries(path)[0], NOW)


def acts(home: Home) -> list[str]:
    with home.parts.db.read() as session:
        return [act.action for act in list_acts(session, [home.parts.directory.get("ours").organisation_id])]


# The draft


def test_a_first_draft_is_saved_and_shown_again(home: Home, bob: Desk):
    assert "还没有菜单" in bob.get(MENU).text
    saved = save(bob, TREE)
    assert saved.status_code == 302
    assert drafted(bob) == TREE
    page = text_of(bob.get(saved.location))
    assert "草稿已保存" in page
    assert "草稿还没有发布" in page
    assert "bob 同志" in page
    assert published(home) is None
    assert acts(home) == ["menu_saved"]


def test_the_first_draft_is_what_phones_show(anna: Desk):
    save(anna, TREE)
    publish(anna)
    assert "和手机上的一样" in text_of(anna.get(MENU))
    assert drafted(anna) == TREE


def test_unfinished_work_can_be_saved_and_the_page_says_what_is_missing(bob: Desk):
    save(bob, [{"name": "新", "children": [{"name": "", "url": ""}]}])
    page = text_of(bob.get(MENU))
    assert "有 2 处要改" in page
    assert "「新 › 第 1 个子菜单」还没有名称" in page


def test_of_two_people_the_second_sees_the_difference_and_loses_nothing(anna: Desk, bob: Desk):
    save(anna, TREE)
    seen = hidden(bob.get(MENU), "version")
    changed = [{**TREE[0], "name": "我们的服务"}, TREE[1]]
    save(anna, changed)
    mine = [TREE[0], {"name": "我的家", "url": "{h5}/me"}]
    refused = save(bob, mine, version=seen)
    assert refused.status_code == 409
    page = text_of(refused)
    assert "anna 同志" in page
    assert "我的家" in page
    assert "我们的服务" in page
    assert json.loads(hidden(refused, "tree")) == mine
    assert drafted(anna) == changed
    assert save(bob, mine, version=hidden(refused, "version")).status_code == 302
    assert drafted(anna) == mine


@pytest.mark.parametrize("version", ["", "x", "-1", "99", "9" * 30])
def test_a_version_nobody_saw_overwrites_nothing(bob: Desk, version: str):
    save(bob, TREE)
    assert save(bob, OTHER_TREE, version=version).status_code == 409
    assert drafted(bob) == TREE


def test_what_is_no_menu_is_refused_and_what_was_typed_stays(bob: Desk):
    typed = '[{"name": "' + "长" * 1600 + '"}]'
    refused = bob.post(MENU, {"tree": typed, "version": "0"})
    assert refused.status_code == 422
    assert "没有保存" in text_of(refused)
    assert hidden(refused, "tree") == typed
    assert bob.post(MENU, {"tree": "{", "version": "0"}).status_code == 422
    assert bob.post(MENU, {}).status_code == 422


def test_script_in_a_name_is_shown_as_text(anna: Desk):
    evil = "<script>alert(1)</script>\"'"
    save(anna, [{"name": evil, "children": [{"name": evil, "key": "k", "reply": {"entry": evil}}]}])
    for path in (MENU, RELEASE):
        page = anna.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_entries_are_found_by_question_and_code(bob: Desk, entries: None):
    assert "怎么加入工会" in bob.get(f"{MENU}/entries?q=加入").text
    assert "怎么加入工会" in bob.get(f"{MENU}/entries?q=JOI").text
    assert "没有找到" in bob.get(f"{MENU}/entries?q=彩票%").text
    assert "疗休养" not in bob.get(f"{MENU}/entries?q=疗休养").text.replace("「疗休养」", "")


def test_an_expired_or_missing_entry_blocks_and_a_live_one_does_not(bob: Desk, entries: None):
    for code, blocks in (("join", False), ("old", True), ("none", True)):
        save(bob, [{"name": "问", "key": "k", "reply": {"entry": code}}])
        assert ("不存在或已过期" in text_of(bob.get(MENU))) is blocks


def test_an_entry_that_was_withdrawn_is_not_offered_and_blocks(home: Home, bob: Desk, entries: None):
    with home.parts.db.work() as session:
        organisation_id = home.parts.directory.get("ours").organisation_id
        query = select(Entry).where(Entry.organisation_id == organisation_id, Entry.code == "join")
        session.scalars(query).one().withdrawn_at = NOW
    assert "没有找到" in bob.get(f"{MENU}/entries?q=加入").text
    save(bob, [{"name": "问", "key": "k", "reply": {"entry": "join"}}])
    assert "不存在或已过期" in text_of(bob.get(MENU))


def test_pages_that_no_route_serves_are_dead(home: Home, bob: Desk, entries: None):
    link = bob.get(f"{MENU}/entries?q=加入").text.split('data-page="')[1].split('"')[0]
    for url, dead in ((link, False), ("{h5}/faq/nosuchentry", True), ("{h5}/faq?q=押金", False), ("{h5}", True),
                      ("{h5}/calculators/overtime", False), ("{h5}/calculators/none", True)):  # fmt: skip
        save(bob, [{"name": "页", "url": url}])
        assert ("不存在，请重新选择" in text_of(bob.get(MENU))) is dead, url


def test_a_column_can_be_opened_while_it_has_anything_to_show(home: Home, bob: Desk):
    assert "栏目：静静有问题" not in bob.get(MENU).text
    save(bob, [{"name": "栏目", "url": "{h5}/columns/jingjing"}])
    assert "不存在，请重新选择" in text_of(bob.get(MENU))
    with home.parts.db.work() as session:
        place = {"organisation_id": home.parts.directory.get("ours").organisation_id, "updated_at": NOW}
        column = Column(code="jingjing", title="静静有问题", live_items=1, **place)
        session.add(column)
        session.flush()
        issue = {"public_id": "issue-one", "column_id": column.id, "number": 1, "title": "第一期"}
        session.add(ColumnItem(state="live", **issue, **place))
    page = bob.get(MENU)
    assert '<option value="{h5}/columns/jingjing">栏目：静静有问题</option>' in page.text
    assert "不存在，请重新选择" not in text_of(page)


def test_pictures_come_from_the_platforms_library(bob: Desk):
    assert "素材库里还没有图片" in bob.get("/console/a/ours/pick/pictures").text


# Publishing


def test_a_draft_is_published_to_the_platform_and_then_kept(home: Home, anna: Desk, platform: Platform):
    save(anna, TREE)
    done = publish(anna)
    assert done.status_code == 302
    assert "已发布" in text_of(anna.get(done.location))
    assert on_platform(platform) == ["惠服务", "我的"]
    assert published(home) == TREE
    assert acts(home)[0] == "menu_published"
    with home.parts.db.read() as session:
        (version,) = list_versions(session, home.parts.directory.get("ours").id)
    assert (version.pushed_by, version.note) == ("anna 同志", "发布")


def test_the_release_page_shows_what_will_be_different(anna: Desk):
    save(anna, TREE)
    assert "第一次发布" in text_of(anna.get(RELEASE))
    publish(anna)
    assert "没有不同" in text_of(anna.get(RELEASE))
    save(anna, [TREE[0]])
    assert "去掉 我的" in text_of(anna.get(RELEASE))


def test_errors_block_and_foreign_sites_only_warn(home: Home, anna: Desk, platform: Platform):
    save(anna, BROKEN)
    refused = publish_anyway(anna)
    assert refused.status_code == 422
    assert "{h5}/lottery 不存在" in text_of(refused)
    assert published(home) is None
    assert on_platform(platform) == []
    save(anna, [{"name": "外", "url": "https://shop.example/"}])
    assert "shop.example" in text_of(anna.get(RELEASE))
    assert publish(anna).status_code == 302


def publish_anyway(desk: Desk) -> Any:
    """Without the page's button, which is not there for a draft that is blocked."""
    return desk.post(RELEASE, {"version": hidden(desk.get(MENU), "version")})


def test_a_draft_changed_since_it_was_looked_at_is_not_published(home: Home, anna: Desk, bob: Desk):
    save(anna, TREE)
    seen = hidden(anna.get(RELEASE), "version")
    save(bob, OTHER_TREE)
    refused = anna.post(RELEASE, {"version": seen})
    assert refused.status_code == 409
    assert "刚刚被改过" in text_of(refused)
    assert published(home) is None


def test_what_the_platform_refuses_is_told_in_chinese_and_the_draft_stays(home: Home):
    home.add_account(new_account("stranger"))
    carol = Desk(home, "carol", "stranger", Role.ADMIN)
    path = "/console/a/stranger/menu"
    save(carol, TREE, path=path)
    refused = publish(carol, f"{path}/release")
    assert refused.status_code == 502
    page = text_of(refused)
    assert "AppID" in page
    assert "草稿还在" in page
    assert published(home, "stranger") is None
    assert json.loads(hidden(carol.get(path), "tree")) == TREE
    assert publish(carol, f"{path}/release").status_code == 502, "the turn to publish was given back"


def test_while_somebody_publishes_nobody_else_does(home: Home, anna: Desk):
    save(anna, TREE)
    account_id, now = home.parts.directory.get("ours").id, home.parts.clock()
    with home.parts.db.work() as session:
        until = service.claim_publishing(session, account_id, now)
    refused = publish(anna)
    assert refused.status_code == 409
    assert "正在发布" in text_of(refused)
    with home.parts.db.work() as session:
        service.end_publishing(session, account_id, until)
    assert publish(anna).status_code == 302


def test_of_many_only_one_gets_the_turn_and_of_many_savings_only_one_is_kept(db: Database, owner: int):
    def claim(_number: int) -> None:
        with db.work() as session:
            service.claim_publishing(session, owner, NOW)

    def write(_number: int) -> None:
        with db.work() as session:
            service.save_draft(session, owner, OTHER_TREE, 0, by="anna", now=NOW)

    assert together(8, claim).count(None) == 1
    assert together(8, write).count(None) == 1
    with db.work() as session:
        service.claim_publishing(session, owner, NOW + service.TURN)


# History


def test_the_history_says_who_when_and_what_and_an_old_version_comes_back(
    home: Home, anna: Desk, platform: Platform
):
    save(anna, TREE)
    publish(anna)
    save(anna, OTHER_TREE)
    publish(anna)
    page = text_of(anna.get(f"{MENU}/versions"))
    assert "anna 同志 发布" in page
    assert "处不同" in page
    account_id = home.parts.directory.get("ours").id
    with home.parts.db.read() as session:
        newest, oldest = list_versions(session, account_id)
    assert "新增 新菜单" in text_of(anna.get(f"{MENU}/versions/{newest.id}"))
    done = anna.post(f"{MENU}/versions/{oldest.id}/restore")
    assert done.status_code == 302
    assert published(home) == TREE
    assert on_platform(platform) == ["惠服务", "我的"]
    assert drafted(anna) == OTHER_TREE
    assert "恢复到" in text_of(anna.get(f"{MENU}/versions"))
    assert acts(home)[0] == "menu_restored"


def test_an_old_version_with_dead_targets_is_put_into_the_draft_instead(home: Home, anna: Desk):
    with home.parts.db.work() as session:
        account_id = home.parts.directory.get("ours").id
        for tree in (BROKEN, TREE):
            service.save_menu(session, account_id, service.check_menu(tree, "x"), NOW)
        old = list_versions(session, account_id)[1].id
    refused = anna.post(f"{MENU}/versions/{old}/restore")
    assert refused.status_code == 422
    assert "没有恢复" in text_of(refused)
    assert published(home) == TREE
    assert json.loads(hidden(anna.get(f"{MENU}?from={old}"), "tree")) == BROKEN
    assert drafted(anna) == TREE


@pytest.mark.parametrize("number", ["9" * 30, "999999999", "-1", "x"])
def test_a_version_that_cannot_be_is_not_found(anna: Desk, number: str):
    assert anna.get(f"{MENU}/versions/{number}").status_code == 404
    assert anna.post(f"{MENU}/versions/{number}/restore").status_code in (404, 405)
    assert anna.get(f"{MENU}/versions?before={number}").status_code == 200
    assert anna.get(f"{MENU}?from={number}").status_code in (200, 404)


def test_a_long_history_is_read_page_by_page(home: Home, anna: Desk):
    with home.parts.db.work() as session:
        for number in range(45):
            items = service.check_menu([{"name": f"版{number}", "url": "{h5}/me"}], "x")
            service.save_menu(session, home.parts.directory.get("ours").id, items, NOW, note=f"第{number}次")
    path, seen = f"{MENU}/versions", []
    while path:
        page = anna.get(path).text
        seen += [int(part.split("次")[0]) for part in page.split("第")[1:] if part.split("次")[0].isdigit()]
        path = page.split('class="btn" href="')[-1].split('"')[0] if "更早的" in page else ""
    assert seen == list(range(44, -1, -1))


# At a time


def soon(home: Home, hours: float = 1) -> str:
    return f"{home.parts.clock().astimezone(SHANGHAI) + timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def schedule(desk: Desk, at: str) -> Any:
    return desk.post(f"{RELEASE}/later", {"version": hidden(desk.get(RELEASE), "version"), "at": at})


def change_of(home: Home) -> Any:
    with home.parts.db.read() as session:
        return list_changes(session, home.parts.directory.get("ours").id)[0]


def work_later(home: Home, hours: float) -> None:
    """The worker's jobs and the outbox, some hours from now."""

    def clock() -> Any:
        return home.parts.clock() + timedelta(hours=hours)

    parts = type(home.parts)(**{**vars(home.parts), "clock": clock})
    jobs: list[Job] = list(FEATURE.jobs(parts))
    jobs[0].run()
    outbox = Outbox(parts.db, FEATURE.couriers(parts), clock, batch=10, keep_trying=timedelta(hours=1))
    outbox.deliver_due()
    jobs[1].run()


def test_a_menu_is_published_at_its_time_as_it_was_when_it_was_scheduled(
    home: Home, anna: Desk, platform: Platform
):
    save(anna, TREE)
    done = schedule(anna, soon(home))
    assert "已安排" in text_of(anna.get(done.location))
    save(anna, OTHER_TREE)
    work_later(home, 0.5)
    assert published(home) is None
    work_later(home, 2)
    assert published(home) == TREE
    assert on_platform(platform) == ["惠服务", "我的"]
    assert "已发布" in text_of(anna.get(RELEASE))
    assert acts(home)[0] == "menu_published"
    version = anna.get(f"{MENU}/versions")
    assert "anna 同志 定时发布" in text_of(version)
    work_later(home, 3)
    with home.parts.db.read() as session:
        assert len(list_versions(session, home.parts.directory.get("ours").id)) == 1


def test_a_scheduled_menu_can_be_looked_at_and_cancelled_before_its_time_only(home: Home, anna: Desk):
    save(anna, TREE)
    schedule(anna, soon(home))
    path = f"{MENU}/changes/{change_of(home).public_id}"
    assert "新增 我的" in text_of(anna.get(path))
    assert anna.post(f"{path}/cancel").status_code == 302
    assert "已取消" in text_of(anna.get(RELEASE))
    work_later(home, 2)
    assert published(home) is None
    refused = anna.post(f"{path}/cancel")
    assert refused.status_code == 409
    assert "不能再取消" in text_of(refused)


@pytest.mark.parametrize("at", ["", "明天", "2020-01-01T00:00", "2099-01-01T00:00", "9999-99-99T00:00"])
def test_a_time_that_cannot_be_is_refused_and_kept_in_the_form(home: Home, anna: Desk, at: str):
    save(anna, TREE)
    refused = schedule(anna, at)
    assert refused.status_code == 422
    assert f'value="{at}"' in refused.text
    with home.parts.db.read() as session:
        assert list_changes(session, home.parts.directory.get("ours").id) == []


def test_a_broken_draft_is_not_scheduled(anna: Desk):
    save(anna, BROKEN)
    version = hidden(anna.get(MENU), "version")
    assert anna.post(f"{RELEASE}/later", {"version": version, "at": "2027-01-01T00:00"}).status_code == 422


def test_a_menu_published_by_hand_since_then_stays(home: Home, anna: Desk):
    save(anna, TREE)
    schedule(anna, soon(home))
    with home.parts.db.work() as session:
        items = service.check_menu(OTHER_TREE, "x")
        after = home.parts.clock() + timedelta(hours=1.5)
        service.save_menu(session, home.parts.directory.get("ours").id, items, after)
    work_later(home, 2)
    assert published(home) == OTHER_TREE
    assert "已有人发布了别的菜单" in text_of(anna.get(RELEASE))


def test_what_the_platform_refuses_at_its_time_is_told_on_the_page(home: Home):
    home.add_account(new_account("stranger"))
    carol = Desk(home, "carol", "stranger", Role.ADMIN)
    path = "/console/a/stranger/menu"
    save(carol, TREE, path=path)
    version = hidden(carol.get(f"{path}/release"), "version")
    carol.post(f"{path}/release/later", {"version": version, "at": soon(home)})
    work_later(home, 2)
    page = text_of(carol.get(f"{path}/release"))
    assert "没有发布" in page
    assert "AppID" in page


# Who may


def test_an_editor_edits_and_does_not_publish(home: Home, bob: Desk):
    save(bob, TREE)
    assert RELEASE not in bob.get(MENU).text
    assert bob.get(RELEASE).status_code == 403
    assert bob.post(RELEASE, {"version": "1"}).status_code == 403
    assert bob.post(f"{RELEASE}/later", {"version": "1", "at": soon(home)}).status_code == 403
    assert bob.post(f"{MENU}/versions/1/restore").status_code == 403
    assert published(home) is None


def test_who_publishes_last_need_not_be_able_to_edit(home: Home, bob: Desk):
    save(bob, TREE)
    final = Desk(home, "frida", "ours", Role.FINAL)
    assert final.get(MENU).status_code == 403
    assert "菜单发布" in final.get("/console/a/ours/").text
    assert publish(final).status_code == 302
    assert published(home) == TREE


def test_a_viewer_sees_the_history_only(home: Home, anna: Desk):
    viewer = Desk(home, "vera", "ours", Role.VIEWER)
    assert viewer.get(MENU).status_code == 403
    assert viewer.get(f"{MENU}/entries?q=a").status_code == 403
    assert viewer.get(f"{MENU}/versions").status_code == 200


def test_another_unions_menu_does_not_exist(home: Home, anna: Desk):
    home.add_account(new_account("others"))
    charlie = Desk(home, "charlie", "others", Role.ADMIN)
    save(anna, TREE)
    publish(anna)
    schedule(anna, soon(home))
    with home.parts.db.read() as session:
        version = list_versions(session, home.parts.directory.get("ours").id)[0].id
    for path in (MENU, RELEASE, f"{MENU}/versions"):
        assert charlie.get(path).status_code == 404
    theirs = "/console/a/others/menu"
    assert charlie.get(f"{theirs}/versions/{version}").status_code == 404
    assert charlie.get(f"{theirs}?from={version}").status_code == 404
    assert charlie.post(f"{theirs}/versions/{version}/restore").status_code == 404
    assert charlie.get(f"{theirs}/changes/{change_of(home).public_id}").status_code == 404
    assert charlie.post(f"{theirs}/changes/{change_of(home).public_id}/cancel").status_code == 404
    assert change_of(home).state == "scheduled"


def test_what_a_scheduled_menu_leads_to_is_looked_at_again_at_its_time(
    home: Home, anna: Desk, platform: Platform, entries: None
):
    tree = [{"name": "入会", "key": "join", "reply": {"entry": "join"}}]
    save(anna, tree)
    schedule(anna, soon(home))
    with home.parts.db.work() as session:
        ours = home.parts.directory.get("ours").organisation_id
        entry = session.scalars(
            select(Entry).where(Entry.organisation_id == ours, Entry.code == "join")
        ).one()
        entry.withdrawn_at = NOW
    work_later(home, 2)
    assert published(home) is None
    assert on_platform(platform) == []
    assert drafted(anna) == tree
    assert change_of(home).error in text_of(anna.get(RELEASE))
    assert change_of(home).state == "failed"
    assert acts(home)[0] == "menu_change_failed"
    path = f"{MENU}/changes/{change_of(home).public_id}"
    first = anna.get("/console/a/ours/")
    assert "没有发布，手机上还是原来的" in first.text
    assert path in first.text
    bob = Desk(home, "dora", "ours", Role.SERVICE)
    assert "手机上还是原来的" not in bob.get("/console/a/ours/").text


def test_a_failure_is_told_on_the_first_page_until_another_menu_is_published(home: Home, anna: Desk):
    save(anna, TREE)
    schedule(anna, soon(home))
    with home.parts.db.work() as session:
        change = list_changes(session, home.parts.directory.get("ours").id)[0]
        change.state, change.error, change.closed_at = "failed", "<b>坏了</b>", home.parts.clock()
    assert "&lt;b&gt;坏了" in anna.get("/console/a/ours/").text
    publish(anna)
    assert "坏了" not in anna.get("/console/a/ours/").text
