"""额度: what is left is seen where it is spent, and before it is too late; by union."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from accounts.api_ledger import ApiLedger
from accounts.api_uses import count_call, get_standing
from accounts.apis import MENU, TAGS, api_of
from accounts.quota import CLEARS, count_used, reserve
from accounts.windows import list_windows, take_message
from app import REGISTRY
from commands.doctor import examine
from core.clock import local_text
from core.ids import public_id
from core.settings import Settings, WeChatSettings
from members.service import Sighting, note_seen
from members.tags.tasks import pull_due
from menus.rules import check_menu
from menus.service import save_menu
from models import AuditEntry, Member, MessageLog, MessageWindow, Organisation, TagSync
from places import tasks
from staff.roles import Role
from tests.conftest import Home, make_settings, new_account
from tests.neighbours import Platform, running_platform
from tests.places.conftest import reload
from tests.staff.desk import Desk, text_of
from wechat.client import Credentials, WeChatAPI
from wechat.tokens import TokenStore

PAGE = "/console/a/ours/quotas"
FOLLOWERS = "/cgi-bin/user/get"


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with running_platform(tmp_path, [new_account(), new_account("elsewhere")]) as platform:
        yield platform


@pytest.fixture
def settings(tmp_path: Path, valkey_url: str, platform: Platform) -> Settings:
    return make_settings(tmp_path, valkey_url, wechat=WeChatSettings(api_url=platform.url))


def call(home: Home, path: str, times: int, key: str = "ours") -> None:
    """So many calls left today."""
    account = home.parts.directory.get(key)
    with home.parts.db.work() as session:
        for _ in range(times):
            count_call(session, account.id, api_of(path), None, home.parts.clock())


def used(home: Home, path: str, key: str = "ours") -> int:
    with home.parts.db.read() as session:
        return get_standing(session, home.parts.directory.get(key), path, home.parts.clock()).used


def ledger(home: Home) -> ApiLedger:
    return home.parts.platform.ledger(home.parts.directory.get("ours"))


def acts(home: Home) -> list[str]:
    with home.parts.db.read() as session:
        return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.number)))


def test_before_anything_was_called_the_page_says_what_there_is(anna: Desk):
    shown = text_of(anna.get(PAGE))
    assert "发布自定义菜单 每天 1,000 次 今天已用 0 次，还可用 1,000 次" in shown
    assert "可发 1 次，已发 0 次，已排 0 次，还可排 1 次" in shown
    assert "本月在这里已用 0 次，还剩 10 次" in shown


def test_calls_are_counted_where_they_leave_and_a_flushed_redis_loses_none(tree: Home, anna: Desk):
    api = tree.parts.platform.api(tree.parts.directory.get("ours"))
    api.call("GET", TAGS)
    tree.parts.redis.flushall()
    api.call("GET", TAGS)
    assert used(tree, TAGS) == 2
    assert "读取标签 微信没有公布上限 今天已用 2 次" in text_of(anna.get(PAGE))


def test_near_the_end_the_home_the_page_the_summary_and_the_doctor_warn(tree: Home, anna: Desk):
    call(tree, FOLLOWERS, 399)
    quiet = [anna.get(path).text for path in ("/console/a/ours/", "/console/o/province/")]
    assert not any("快用完" in page for page in quiet)
    call(tree, FOLLOWERS, 1)
    told = "读取粉丝名单，今天已用 400 次，还可用 100 次"
    assert told in text_of(anna.get("/console/a/ours/"))
    assert f"测试工会：{told}" in text_of(anna.get("/console/o/province/"))
    assert told not in text_of(anna.get("/console/o/city/"))
    assert "quota-near" in anna.get(PAGE).text
    assert "1 个公众号今天有接口快用完" in text_of(anna.get("/console/o/province/quotas"))
    found = {finding.text: finding.good for finding in examine(tree.parts)}
    assert [text for text, good in found.items() if "读取粉丝名单" in text and not good]


def test_the_doctor_is_content_with_room_enough(tree: Home):
    assert {one.text: one.good for one in examine(tree.parts)}["今天的接口额度都够用"]


def test_one_account_without_calls_does_not_hold_up_the_others(tree: Home, anna: Desk):
    ledger(tree).used_up(TAGS)
    assert pull_due(tree.parts) == 1
    with tree.parts.db.read() as session:
        ours = session.scalars(
            select(TagSync).where(TagSync.account_id == tree.parts.directory.get("ours").id)
        ).one()
    assert ours.problem.startswith("微信每天给「读取标签」的次数今天已用完")
    assert "明天 0 点" in anna.get("/console/a/ours/followers/tags").text
    assert used(tree, TAGS) == 0


def test_what_is_left_stands_beside_the_buttons_that_spend_it(tree: Home, anna: Desk):
    call(tree, MENU, 990)
    call(tree, TAGS, 3)
    assert "读取标签：今天已用 3 次" in text_of(anna.get("/console/a/ours/followers/tags"))
    form = text_of(anna.get("/console/a/ours/pushes/new?day=2026-12-24"))
    assert "2026-12-24：可发 1 次，已发 0 次，已排 0 次，还可排 1 次" in form
    assert "2026-12：可发 4 次" in form
    with tree.parts.db.work() as session:
        menu = check_menu([{"name": "官网", "url": "https://a.cn"}], "菜单")
        save_menu(session, tree.parts.directory.get("ours").id, menu, tree.parts.clock())
    release = text_of(anna.get("/console/a/ours/menu/release"))
    assert "立即发布 快用完 发布自定义菜单：今天已用 990 次，还可用 10 次" in release


def test_a_followers_page_tells_how_many_messages_can_reach_them(tree: Home, anna: Desk):
    account_id, now = tree.parts.directory.get("ours").id, tree.parts.clock()
    with tree.parts.db.work() as session:
        note_seen(session, [Sighting(account_id, "o-anna", "text", "", now)])
        follower = session.scalars(select(Member).where(Member.account_id == account_id)).one()
    page = f"/console/a/ours/followers/{follower.public_id}"
    assert "客服消息 现在不能发，要等对方发来消息" in text_of(anna.get(page))
    seen_from(tree, "o-anna", now)
    with tree.parts.db.work() as session:
        take_message(session, account_id, "o-anna", now)
    until = local_text(now + timedelta(hours=48))
    assert f"客服消息 还可发 4 条，到 {until}" in text_of(anna.get(page))


def another_system(platform: Platform, path: str, times: int) -> None:
    """Somebody else's program spends from the same account's calls."""
    new = new_account()
    theirs = WeChatAPI(
        Credentials(new.appid, new.secret, new.key), token_store=TokenStore(None), base_url=platform.url
    )
    for _ in range(times):
        theirs.call("GET", path)
    theirs.close()


def test_the_platforms_own_figures_stand_beside_ours(tree: Home, anna: Desk, platform: Platform):
    tree.parts.platform.api(tree.parts.directory.get("ours")).call("GET", TAGS)
    another_system(platform, TAGS, 9)
    done = anna.post(f"{PAGE}/compare")
    assert done.status_code == 302
    shown = text_of(anna.get(done.location))
    assert "已经和平台核对" in shown
    assert "读取标签 每天 100,000 次 今天已用 10 次，还可用 99,990 次 平台显示已用 10 次" in shown
    assert "本系统只用了 1 次：可能还有别的系统在用这个公众号" in shown
    assert "quotas_compared" in acts(tree)


def test_a_platform_that_does_not_answer_leaves_our_own_figures(tree: Home, anna: Desk, platform: Platform):
    call(tree, MENU, 7)
    platform.world.faults.update({"errcode": 48001, "errcode_for": "openapi/quota/get"})
    refused = anna.post(f"{PAGE}/compare")
    assert refused.status_code >= 400
    shown = text_of(refused)
    assert "没有核对成：公众号没有这个接口的权限" in shown
    assert "今天已用 7 次" in shown


def test_clearing_gives_today_back_and_is_counted(tree: Home, anna: Desk, platform: Platform):
    ledger(tree).used_up(FOLLOWERS)
    call(tree, MENU, 1000)
    done = anna.post(f"{PAGE}/clear")
    assert done.status_code == 302
    shown = text_of(anna.get(done.location))
    assert "已经把今天的调用次数清零" in shown
    assert "本月在这里已用 1 次，还剩 9 次" in shown
    assert (used(tree, MENU), "快用完" in anna.get("/console/a/ours/").text) == (0, False)
    assert "quotas_cleared" in acts(tree)


def test_a_clearing_that_the_platform_refused_is_not_counted(tree: Home, anna: Desk, platform: Platform):
    call(tree, MENU, 5)
    platform.world.faults.update({"errcode": 48006, "errcode_for": "clear_quota"})
    refused = anna.post(f"{PAGE}/clear")
    assert "没有清零：本月的清零次数（10 次）已用完" in text_of(refused)
    with tree.parts.db.read() as session:
        account_id = tree.parts.directory.get("ours").id
        assert count_used(session, account_id, CLEARS, tree.parts.clock()) == 0
    assert used(tree, MENU) == 5
    assert "quotas_cleared" not in acts(tree)


def test_the_eleventh_clearing_of_a_month_is_not_even_asked_for(tree: Home, anna: Desk):
    with tree.parts.db.work() as session:
        for _ in range(10):
            reserve(session, tree.parts.directory.get("ours").id, CLEARS, tree.parts.clock())
    refused = anna.post(f"{PAGE}/clear")
    assert (refused.status_code, "本月的清零次数（10 次）已用完" in refused.text) == (409, True)
    assert used(tree, "/cgi-bin/clear_quota") == 0


def test_who_may_only_look_sees_the_figures_and_no_button(tree: Home):
    vera = Desk(tree, "vera", "ours", Role.VIEWER)
    shown = vera.get(PAGE)
    assert shown.status_code == 200
    assert "/quotas/clear" not in shown.text
    assert "/quotas/compare" not in shown.text
    for deed in ("compare", "clear"):
        assert vera.post(f"{PAGE}/{deed}").status_code == 403
    assert used(tree, "/cgi-bin/clear_quota") == 0


def test_another_unions_quotas_do_not_exist(tree: Home, anna: Desk, charlie: Desk):
    call(tree, FOLLOWERS, 450)
    for path in (PAGE, "/console/o/province/quotas"):
        assert charlie.get(path).status_code == 404
    for deed in ("compare", "clear"):
        assert charlie.post(f"{PAGE}/{deed}").status_code == 404
    theirs = text_of(charlie.get("/console/o/elsewhere/quotas"))
    assert "1 个公众号，今天的接口次数都够用" in theirs
    assert "ours" not in charlie.get("/console/o/elsewhere/quotas").text
    assert "还可用 50 次" in text_of(anna.get("/console/o/province/quotas"))


def test_an_organisation_without_accounts_is_told_what_will_stand_there(anna: Desk):
    assert "「city 工会」还没有公众号" in text_of(anna.get("/console/o/city/quotas"))


def test_names_are_shown_as_text(tree: Home, anna: Desk):
    tree.add_account(new_account("evil", name="<script>alert(1)</script>"))
    with tree.parts.db.work() as session:
        evil = session.scalars(select(Organisation).where(Organisation.key == "evil")).one()
        evil.parent_id = session.scalar(select(Organisation.id).where(Organisation.key == "province"))
    reload(tree)
    call(tree, FOLLOWERS, 450, "evil")
    for path in ("/console/o/province/", "/console/o/province/quotas", "/console/a/evil/quotas"):
        shown = anna.get(path).text
        assert "<script>alert(1)" not in shown
        assert "&lt;script&gt;alert(1)" in shown


def test_the_worker_forgets_windows_that_are_over(tree: Home):
    account_id = tree.parts.directory.get("ours").id
    now = tree.parts.clock()
    seen_from(tree, "o-anna", now - timedelta(hours=47))
    with tree.parts.db.work() as session:
        take_message(session, account_id, "o-anna", now)
    (forget,) = [job for job in tasks.jobs(tree.parts) if job.name == "quotas_expire"]
    assert forget.run() == 0
    with tree.parts.db.work() as session:
        session.execute(
            update(MessageWindow)
            .where(MessageWindow.account_id == account_id)
            .values(opened_at=now - timedelta(hours=49))
        )
    assert forget.run() == 1


def seen_from(home: Home, openid: str, at: datetime) -> None:
    with home.parts.db.work() as session:
        session.add(
            MessageLog(
                account_id=home.parts.directory.get("ours").id,
                message_key=public_id(),
                openid=openid,
                kind="text",
                content="",
                received_at=at,
            )
        )


def test_what_is_kept_of_a_follower_is_told_and_forgotten(tree: Home):
    account_id, now = tree.parts.directory.get("ours").id, tree.parts.clock()
    seen_from(tree, "o-anna", now)
    with tree.parts.db.work() as session:
        take_message(session, account_id, "o-anna", now)
        told = [kept for tell in REGISTRY.all_exporters() for kept in tell(session, account_id, "o-anna")]
        (mine,) = [kept for kept in told if kept.title == "发给您的客服消息条数"]
        assert [row["已发条数"] for row in mine.rows] == [1]
        for erase in REGISTRY.all_erasers():
            erase(session, account_id, "o-anna")
        assert list_windows(session, account_id, "o-anna") == []
